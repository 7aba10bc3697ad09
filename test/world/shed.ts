/** What a device has for files, in memory: a file server, what the device has in effect, two slots for images. It
 * outlives the process; a fuse kills that at any step, and any step can be refused. */

import type { EnginePorts } from "../../src/engine.ts";
import type { Files } from "../../src/ports/files.ts";
import type { FileServers, Flash, Installer } from "../../src/ports/installer.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import type { Fuse } from "../model/world.ts";

export type Serving = "well" | "unreached" | "missing" | "login" | "cut";
type Slot = "a" | "b";

const minute = 60_000;

export class Shed {
  /** What the file server does with the file of that name. */
  serve: (name: string) => Serving = () => "well";
  /** Names of the files that the server was asked for, and got. */
  readonly asked: string[] = [];
  readonly uploads: string[] = [];
  /** The name of the file that is in effect. */
  configuration = "at first";
  web = "at first";
  /** A replacement has begun and is not through. */
  half = false;
  /** So many steps are refused: the file system is full, or read-only. */
  refuse = 0;
  private refuseIn = Number.POSITIVE_INFINITY;
  /** Types of the files that were made to be sent. */
  readonly made: string[] = [];
  takesImages = true;
  /** Names of files that were in effect for good, or were sent. */
  readonly confirmed = new Set<string>();
  /** The boot loader leaves the image that it was told to start. */
  bootFails: () => boolean = () => false;
  running: Slot = "a";
  committed = true;
  readonly slots: Record<Slot, string> = { a: "image at first", b: "" };
  private chosen: Slot = "a";
  private readonly received = new Map<number, string>();
  private readonly replaced = new Map<number, string>();

  get image(): string {
    return this.slots[this.running];
  }

  /** A configuration or an image has to prove itself. */
  get onTrial(): boolean {
    return this.replaced.size > 0 || !this.committed;
  }

  /** Files of transfers that lie about. */
  get left(): number {
    return this.received.size + this.replaced.size;
  }

  /** The device boots: what was in memory is gone. */
  boot(): void {
    this.received.clear();
    if (!this.committed && this.chosen !== this.running && this.bootFails()) this.chosen = this.running;
    this.running = this.chosen;
  }

  /** Refuses one step, after so many that are not. */
  refuseAfter(steps: number): void {
    this.refuseIn = steps;
  }

  /** A factory reset leaves the image. */
  reset(): void {
    this.received.clear();
    this.replaced.clear();
    this.configuration = "at first";
    this.half = false;
  }

  adapters(fuse: Fuse, reboot: () => void): EnginePorts["transfers"] {
    const step = (what: string) => {
      fuse.step(what);
      if (this.refuseIn-- === 0) this.refuse = 1;
      if (this.refuse === 0) return;
      this.refuse -= 1;
      throw new Error(`Read-only file system: ${what}`);
    };
    return {
      schemes: ["ftp"],
      files: this.files(step),
      installer: this.installer(step),
      flash: this.flash(step, reboot),
      fileServers: async () => this.servers(step),
    };
  }

  private files(step: (what: string) => void): Files {
    return {
      room: () => 1_000_000,
      has: (id) => this.received.has(id),
      remove: (id) => {
        step("remove the file");
        this.received.delete(id);
      },
      sweep: (held) => {
        for (const id of this.received.keys()) if (!held.includes(id)) this.received.delete(id);
      },
      receive: async (id) => {
        step("open the file");
        let text = "";
        return {
          get bytes() {
            return text.length;
          },
          take(piece) {
            step("write to the file");
            text += new TextDecoder().decode(piece);
          },
          restart: async () => {
            text = "";
          },
          finish: async () => {
            step("name the file");
            this.received.set(id, text);
          },
          drop: async () => {},
        };
      },
    };
  }

  private servers(step: (what: string) => void): FileServers {
    const reached = (url: string): string => {
      const name = decodeURIComponent(new URL(url).pathname.slice(1));
      step("reach the file server");
      const serving = this.serve(name);
      if (serving === "unreached") throw new TransferFailure("unreached", "Connection refused", false);
      if (serving === "missing") throw new TransferFailure("access", "No such file");
      if (serving === "login") throw new TransferFailure("login", "Not logged in");
      if (serving === "cut") throw new TransferFailure("incomplete", "The file server sent 1 of 9 bytes");
      return name;
    };
    return {
      schemes: ["ftp"],
      receive: async ({ url }, file, told) => {
        const name = reached(url);
        this.asked.push(name);
        told({ bytes: 0, total: name.length });
        await file.take(new TextEncoder().encode(name));
      },
      send: async ({ url }, file) => {
        const name = reached(url);
        for await (const _ of file.pieces()) step("send a piece");
        this.uploads.push(name);
        this.confirmed.add(name);
      },
    };
  }

  private installer(step: (what: string) => void): Installer {
    const put = (name: string) => {
      step("replace one package");
      this.half = true;
      step("replace the other");
      this.half = false;
      this.configuration = name;
    };
    return {
      serves: () => true,
      make: async (fileType) => {
        this.made.push(fileType);
        return {
          length: 3,
          async *pieces() {
            yield new Uint8Array(3);
          },
          close: async () => {},
        };
      },
      apply: async ({ id, fileType }) => {
        const name = this.received.get(id) ?? "";
        if (name.startsWith("bad"))
          throw new TransferFailure("corrupted", `The file is no such thing${" at all".repeat(100)}`);
        if (!fileType.startsWith("3")) {
          step("move the link");
          this.web = name;
          this.confirmed.add(name);
          return 0;
        }
        step("keep the old configuration");
        if (!this.replaced.has(id)) this.replaced.set(id, this.configuration);
        put(name);
        return 10 * minute;
      },
      keep: async (id) => {
        step("forget the old configuration");
        if (!this.half) this.confirmed.add(this.configuration);
        this.replaced.delete(id);
      },
      takeBack: async (id) => {
        const old = this.replaced.get(id);
        if (old === undefined) return;
        put(old);
        step("forget the old configuration");
        this.replaced.delete(id);
      },
    };
  }

  private flash(step: (what: string) => void, reboot: () => void): Flash {
    const takesImages = () => this.takesImages;
    const other = (): Slot => (this.running === "a" ? "b" : "a");
    const choose = (slot: Slot, committed: boolean) => {
      step("write the boot environment");
      this.chosen = slot;
      this.committed = committed;
      step("reboot");
      reboot();
    };
    return {
      get trialMs() {
        return takesImages() ? 10 * minute : undefined;
      },
      running: async () => ({ identity: { revision: this.image, slot: this.running }, replaced: false }),
      check: async (id) => {
        const name = this.received.get(id) ?? "";
        if (name.startsWith("bad"))
          throw new TransferFailure("unauthentic", "The image is for another board");
        return name;
      },
      mark: async () => {},
      write: async (id) => {
        step("write the slot");
        this.slots[other()] = "in part";
        step("write the rest of the slot");
        this.slots[other()] = this.received.get(id) ?? "";
        choose(other(), false);
      },
      commit: async () => {
        step("write the boot environment");
        this.committed = true;
        this.confirmed.add(this.image);
      },
      fallBack: async () => choose(other(), true),
    };
  }
}
