/** Helper: a gateway whose plug is pulled again and again.
 *
 * It is booted once, up to the point where the boot loader has looked at nothing that can be written, and QEMU saves its
 * memory there. Each start goes on from there, within a second, and with what the disk has then. A reboot of its own
 * ends QEMU and is another such start. The device for generation ids has the kernel make its random numbers anew, among
 * them the id of the boot. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBootLoader, buildDisk, buildRootImage } from "../../../image/build.ts";
import { type Emulated, Emulator } from "../../../image/emulator.ts";
import { fetchKernel, type Kernel } from "../../../image/kernel.ts";
import { project } from "../../../image/tree.ts";
import type { Environment } from "../../../platform/openwrt/flash/environment.ts";
import { environmentOn } from "../environment.ts";
import { CachingDisk } from "./disk.ts";
import { fetchNand, layOutNand, nandDevice } from "./nand/nand.ts";

/** Milliseconds that any step may take: software emulation on cores that others use too. */
export const stepMsMax = 300_000;

/** What waits for the gateway ends with it. */
export class PlugPulled extends Error {}

/** The monitor of QEMU. */
class Monitor {
  private said = "";
  private over = false;
  private look: () => void = () => {};

  private constructor(private readonly socket: net.Socket) {
    socket.setEncoding("utf8").on("data", (text: string) => {
      this.said += text;
      this.look();
    });
    socket.on("close", () => {
      this.over = true;
      this.look();
    });
  }

  /** @param wanted whether that QEMU runs still: it takes a moment until it listens */
  static async open(path: string, wanted: () => boolean): Promise<Monitor> {
    const socket = await new Promise<net.Socket>((resolve) => {
      const dial = () => {
        const dialled = net.connect(path, () => resolve(dialled));
        dialled.on("error", () => wanted() && setTimeout(dial, 20));
      };
      dial();
    });
    const monitor = new Monitor(socket);
    await monitor.prompt();
    return monitor;
  }

  /** @returns what it says; nothing more comes where QEMU ends */
  async order(text: string): Promise<string> {
    this.said = "";
    this.socket.write(`${text}\n`);
    return this.prompt();
  }

  private prompt(): Promise<string> {
    return new Promise((resolve) => {
      this.look = () => {
        if (this.over || /\(qemu\) $/.test(this.said)) resolve(this.said);
      };
      this.look();
    });
  }
}

export interface Files {
  /** Files over those of the image, by their path. */
  readonly upper: Readonly<Record<string, string>>;
  readonly binary: string;
  /** Of the image in slot a. */
  readonly revision: string;
}

export class CutGateway {
  readonly directory = mkdtempSync(join(tmpdir(), "cwmpd-power-"));
  readonly kernel: Kernel = fetchKernel(join(project, "dist/lab"));
  disk!: CachingDisk;
  private emulator: Emulator | undefined;
  private off: ((why: Error) => void) | undefined;
  private pulled: Promise<never> = Promise.reject(new PlugPulled());
  /** The last cut, to its end. */
  private down: Promise<void> = Promise.resolve();
  private questions = 0;
  /** Cells of the flash that are not in its file again yet. */
  private cells: Buffer | undefined;
  /** Hears that the gateway starts. */
  onStart: (() => void) | undefined;
  /** Lines of all starts, and when the last one came. */
  readonly lines: string[] = [];
  saidAt = 0;

  /** @param nand what lasts over images lies on NAND flash */
  constructor(private readonly nand = false) {
    this.pulled.catch(() => {});
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Makes the disk, boots and saves. */
  async layOut({ upper, binary, revision }: Files): Promise<void> {
    buildRootImage(this.path("first.img"), { busybox: this.kernel.busybox, binary, revision }, "test");
    for (const [name, text] of Object.entries(upper)) {
      mkdirSync(join(this.path("upper"), name, ".."), { recursive: true });
      writeFileSync(join(this.path("upper"), name), text, { mode: 0o600 });
    }
    buildDisk(this.path("disk.img"), this.path("first.img"), this.path("upper"));
    if (this.nand) {
      const { programs, modules } = fetchNand(this.kernel.version);
      layOutNand(this.path("nand"), this.path("upper"));
      buildBootLoader(
        this.path("boot.cpio"),
        { ...this.kernel, modules: [...this.kernel.modules, ...modules] },
        programs,
      );
    } else buildBootLoader(this.path("boot.cpio"), this.kernel);
    this.disk = await CachingDisk.open(this.path("disk.img"), this.path("disk.socket"));
    const machine = new Emulator(this.machine());
    await machine.said(/boot: standstill/, stepMsMax);
    const monitor = await Monitor.open(this.path("monitor"), () => true);
    await monitor.order(`migrate "exec:cat > ${this.path("standstill")}"`);
    await monitor.order("quit");
    await machine.exit();
  }

  private machine(...more: readonly string[]): Emulated {
    return {
      vmlinux: this.kernel.vmlinux,
      bootLoader: this.path("boot.cpio"),
      disk: this.disk.url,
      memoryMib: 192,
      logs: true,
      kernelWords: ["cwmpd.standstill"],
      more: [
        ...[
          "-device",
          "vmgenid,guid=auto",
          "-no-reboot",
          "-monitor",
          `unix:${this.path("monitor")},server=on,wait=off`,
        ],
        ...(this.nand ? nandDevice(this.path("nand")) : []),
        ...more,
      ],
    };
  }

  /** The power comes. */
  power(): void {
    this.pulled = new Promise((_, reject) => {
      this.off = reject;
    });
    this.pulled.catch(() => {});
    this.disk.power();
    this.start();
  }

  private start(): void {
    this.onStart?.();
    // QEMU puts its memory back with the cells as they were at the standstill.
    if (this.nand) this.cells ??= readFileSync(this.path("nand"));
    const machine = new Emulator(this.machine("-incoming", "defer"));
    this.emulator = machine;
    machine.onLine = (line) => {
      this.lines.push(line);
      this.saidAt = performance.now();
    };
    void this.goOn(machine);
    // A reboot of its own ends QEMU well.
    void machine.exit().then((code) => {
      if (this.emulator !== machine) return;
      if (code === 0) this.start();
      else this.off?.(new Error(`QEMU has ended with ${code}: ${machine.lines.join("\n")}`));
    });
  }

  private async goOn(machine: Emulator): Promise<void> {
    const monitor = await Monitor.open(this.path("monitor"), () => this.emulator === machine);
    await monitor.order(`migrate_incoming "exec:cat ${this.path("standstill")}"`);
    while (this.emulator === machine && !/status: running/.test(await monitor.order("info status")))
      await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.emulator !== machine) return;
    this.putCells();
    machine.type("");
  }

  /** The cells of the flash as the last power cut has left them. */
  private putCells(): void {
    if (this.cells === undefined) return;
    writeFileSync(this.path("nand"), this.cells, { flag: "r+" });
    this.cells = undefined;
  }

  /** The plug is pulled. Everything that waits for the gateway ends with PlugPulled.
   * @param survives whether a page that the disk has not flushed is there all the same */
  cut(survives: () => boolean): Promise<void> {
    const machine = this.emulator;
    if (machine === undefined) return this.down;
    this.emulator = undefined;
    this.disk.lose(survives);
    this.down = machine.cut().then(() => this.putCells());
    this.off?.(new PlugPulled());
    return this.down;
  }

  /** What is awaited, unless the plug is pulled before. */
  live<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.pulled]);
  }

  /** What a command in the gateway's shell prints, on one line. */
  async ask(command: string): Promise<string> {
    const machine = this.emulator!;
    const mark = `answer ${++this.questions}:`;
    machine.type("");
    machine.type(`echo "${mark} $(${command} 2>&1 | tr '\\n' ' ')"`);
    const at = await this.live(machine.said(new RegExp(`^${mark}`), stepMsMax));
    return machine.lines[at - 1]!.slice(mark.length).trim();
  }

  /** The boot environment as it lies on the medium. */
  get environment(): Environment {
    return environmentOn(this.path("disk.img"));
  }

  async remove(): Promise<void> {
    await this.cut(() => true);
    this.disk?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
