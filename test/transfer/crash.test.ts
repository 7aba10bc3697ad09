/** Configurations, web content and images whose process is killed, or whose file system fails, at any call that changes
 * something. TR-069 A.3.2.8. */
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packTar } from "modern-tar";
import { afterAll, describe, expect, test } from "vitest";
import { openFiles } from "../../platform/bun/files.ts";
import { openConfig } from "../../platform/openwrt/config.ts";
import { openEnvironment } from "../../platform/openwrt/flash/environment.ts";
import { metadataBlock } from "../../platform/openwrt/flash/fwtool.ts";
import { slotFlash } from "../../platform/openwrt/flash/slots.ts";
import { writeCopy } from "../../platform/openwrt/flash/ubootenv.ts";
import { openInstaller } from "../../platform/openwrt/installer/installer.ts";
import { type Files, systemFiles } from "../../platform/openwrt/uci/files.ts";
import type { Installer } from "../../src/ports/installer.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { faulted } from "./faultyfs.ts";

const base = mkdtempSync(join(tmpdir(), "cwmpd-crash-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const folder = () => mkdtempSync(join(base, "device-"));

type Texts = Readonly<Record<string, string>>;

const configuration = "3 Vendor Configuration File";
const web = "2 Web Content";

const old: Texts = {
  cwmp: "config acs 'acs'\n\toption url 'http://acs/'\n",
  network: "config interface 'lan'\n\toption ipaddr '192.168.1.1'\n",
  system: "config system\n\toption hostname 'old'\n",
};
const wanted: Texts = {
  network: "config interface 'lan'\n\toption ipaddr '10.1.1.1'\n",
  system: "config system\n\toption hostname 'new'\n",
  guest: "config guest\n\toption here '1'\n",
};
const after: Texts = { ...old, ...wanted };

const tar = async (texts: Texts, below = ""): Promise<Buffer> =>
  Buffer.from(
    await packTar(
      Object.entries(texts).map(([name, body]) => ({
        header: { name: `${below}${name}`, size: body.length, type: "file" as const },
        body,
      })),
    ),
  );

const textsIn = (directory: string): Texts =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(join(directory, name)).isFile())
      .map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );

/** Nobody else writes to these packages. Locks are a program of their own on Node, and test/uci tries them. */
const alone: Files = { ...systemFiles, tryLock: () => true, unlock: () => {} };

/** A device at rest, with one file received; each `process` is a new one on it. */
class Device {
  readonly root = folder();
  private readonly files = openFiles(join(this.root, "tmp/files"));

  lay(file: Buffer): void {
    for (const name of readdirSync(this.root)) rmSync(join(this.root, name), { recursive: true });
    for (const place of ["etc/config", "tmp/files"]) mkdirSync(join(this.root, place), { recursive: true });
    for (const [name, text] of Object.entries(old)) writeFileSync(join(this.root, "etc/config", name), text);
    writeFileSync(this.files.path(1), file);
  }

  get installer() {
    const { root, files } = this;
    return openInstaller({
      root,
      view: () => openConfig(root).view(),
      path: files.path,
      packages: openConfig(root, undefined, { files: alone }).whole,
      reload: async () => {},
      directory: join(root, "state/replaced"),
      log: () => {},
      trialMs: () => 600_000,
      secrets: () => false,
      logTail: async () => "",
    });
  }

  apply = (fileType: string) => this.installer.apply({ id: 1, fileType, name: "file" });

  /** A process that lives to the end, on a medium that is never waited for. The device has been off before for longer than
   * any program needs for a commit. */
  async live(work: (installer: Installer) => Promise<unknown>): Promise<void> {
    const config = join(this.root, "etc/config");
    for (const name of readdirSync(config)) utimesSync(join(config, name), 0, 0);
    const { error } = await faulted("killed", 0, () => work(this.installer));
    if (error !== undefined) throw error;
  }

  get config(): Texts {
    return textsIn(join(this.root, "etc/config"));
  }

  /** Replaced files that wait to be needed. */
  get kept(): readonly string[] {
    const at = join(this.root, "state/replaced");
    return statSync(at, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(at);
  }
}

/** The configuration from before; a package that was not there is empty. */
const restored: Texts = { ...old, guest: "" };

const apply = (installer: Installer) => installer.apply({ id: 1, fileType: configuration, name: "file" });
const takeBack = (installer: Installer) => installer.takeBack(1);

describe("a configuration", async () => {
  const file = await tar(wanted, "etc/config/");
  const device = new Device();
  device.lay(file);
  // The first one of all loads modules.
  await device.live(apply);
  device.lay(file);
  const { calls, error } = await faulted("killed", 0, () => device.apply(configuration));

  test("is applied with a known number of calls to the file system", () => {
    expect(error).toBeUndefined();
    expect(device.config).toEqual(after);
    expect(calls.length).toBeGreaterThan(20);
  });

  for (const how of ["killed", "torn"] as const) {
    test(`whose process is ${how} at any call is applied or undone whole by the next process`, async () => {
      for (let at = 1; at <= calls.length; at++) {
        const about = `${how} at ${calls[at - 1]}, call ${at}`;
        device.lay(file);
        const dead = await faulted(how, at, () => device.apply(configuration));
        expect([about, dead.calls.length >= at]).toEqual([about, true]);
        await device.live(apply);
        expect([about, device.config]).toEqual([about, after]);
        await device.live(takeBack);
        expect([about, device.config, device.kept]).toEqual([about, restored, []]);

        device.lay(file);
        await faulted(how, at, () => device.apply(configuration));
        await device.live(takeBack);
        const found = device.config;
        expect([about, found, device.kept]).toEqual([about, "guest" in found ? restored : old, []]);
      }
    });

    test(`whose undoing process is ${how} at any call is undone by the next process`, async () => {
      device.lay(file);
      await device.live(apply);
      const whole = await faulted("killed", 0, () => device.installer.takeBack(1));
      expect(whole.calls.length).toBeGreaterThan(5);
      for (let at = 1; at <= whole.calls.length; at++) {
        device.lay(file);
        await device.live(apply);
        await faulted(how, at, () => device.installer.takeBack(1));
        await device.live(takeBack);
        await device.live((installer) => installer.keep(1));
        const about = `${how} at ${whole.calls[at - 1]}, call ${at}`;
        expect([about, device.config, device.kept]).toEqual([about, restored, []]);
      }
    });
  }

  for (const how of ["ENOSPC", "EROFS"] as const) {
    test(`on a file system with ${how} from any call on is refused with a reason, and undone`, async () => {
      const texts = new Set<string>();
      for (let at = 1; at <= calls.length; at++) {
        const about = `${how} at ${calls[at - 1]}, call ${at}`;
        device.lay(file);
        const failed = await faulted(how, at, () => device.apply(configuration));
        // The rest of the change needed no room.
        if (failed.error === undefined) expect([about, device.config]).toEqual([about, after]);
        else expect([about, failed.error]).toEqual([about, expect.any(TransferFailure)]);
        texts.add((failed.error as TransferFailure | undefined)?.message.replace(/\/.*?:/, ":") ?? "");
        await device.live(takeBack);
        const found = device.config;
        expect([about, found, device.kept]).toEqual([about, "guest" in found ? restored : old, []]);
      }
      expect([...texts].filter((text) => /undefined|\[object/.test(text))).toEqual([]);
    });
  }
});

describe("web content", async () => {
  const before: Texts = { "index.html": "old", "css/style.css": "old" };
  const next: Texts = { "index.html": "new", "css/style.css": "new", "js/new.js": "new" };
  const first = await tar(before);
  const second = await tar(next);
  const device = new Device();
  const home = join(device.root, "etc/cwmp/web");
  const current = () => textsIn(join(home, readlinkSync(join(home, "current"))));
  const lay = async () => {
    device.lay(first);
    await device.apply(web);
    // As a later transfer, which has a number of its own.
    mkdirSync(join(device.root, "tmp/files"), { recursive: true });
    writeFileSync(join(device.root, "tmp/files/2.file"), second);
  };
  const apply = () => device.installer.apply({ id: 2, fileType: web, name: "file" });
  await lay();
  const { calls } = await faulted("killed", 0, apply);

  test("is whole at any moment, old or new, whenever the process is killed, and however often", async () => {
    expect(current()).toEqual(next);
    for (const how of ["killed", "torn"] as const) {
      for (let at = 1; at <= calls.length; at++) {
        await lay();
        const about = `${how} at ${calls[at - 1]}, call ${at}`;
        await faulted(how, at, apply);
        const found = current();
        expect([about, found]).toEqual([about, found["index.html"] === "new" ? next : before]);
        // The next process applies it once more, and dies soon.
        await faulted(how, 1 + (at % 8), apply);
        const again = current();
        expect([about, again]).toEqual([about, again["index.html"] === "new" ? next : before]);
        await apply();
        expect([about, current(), readdirSync(home).length]).toEqual([about, next, 2]);
      }
    }
  });

  for (const how of ["ENOSPC", "EROFS"] as const) {
    test(`on a file system with ${how} from any call on stays unchanged, and the reason is reported`, async () => {
      for (let at = 1; at <= calls.length; at++) {
        await lay();
        const about = `${how} at ${calls[at - 1]}, call ${at}`;
        const { error } = await faulted(how, at, apply);
        const found = current();
        expect([about, found]).toEqual([about, found["index.html"] === "new" ? next : before]);
        if (found["index.html"] === "old")
          expect([about, error]).toEqual([about, expect.any(TransferFailure)]);
        else expect([about, error]).toEqual([about, undefined]);
        if (how === "ENOSPC") expect([about, readdirSync(home).length]).toEqual([about, 2]);
      }
    });
  }
});

describe("an image", () => {
  const body = randomBytes(2_500_000);
  const metadata = { supported_devices: ["a,b"], version: { revision: "r2" } };
  const image = Buffer.concat([body, metadataBlock(body, metadata)]);
  const root = folder();
  const environment = () => openEnvironment(root, "etc/fw_env.config");
  const lay = () => {
    for (const place of ["etc", "tmp/sysinfo", "proc"]) mkdirSync(join(root, place), { recursive: true });
    const variables = new Map([["boot_slot", "a"]]);
    const copy = writeCopy({ counter: 1, variables }, 4096);
    writeFileSync(join(root, "env"), Buffer.concat([copy, Buffer.alloc(4096, 0xff)]));
    writeFileSync(join(root, "etc/fw_env.config"), "/env 0x0 0x1000\n/env 0x1000 0x1000\n");
    writeFileSync(join(root, "proc/cmdline"), "cwmpd.slot=a\n");
    writeFileSync(join(root, "tmp/sysinfo/board_name"), "a,b\n");
    writeFileSync(join(root, "image"), image);
    for (const slot of ["a", "b"]) writeFileSync(join(root, slot), `slot ${slot}`);
  };
  let reboots = 0;
  const flash = () =>
    slotFlash({
      root,
      environment,
      slots: { a: "/a", b: "/b" },
      path: () => join(root, "image"),
      reboot: async () => {
        reboots += 1;
      },
      trialMs: () => 600_000,
    });

  test("is chosen for the next boot only when it is whole in its slot, whenever the process is killed or the medium fails", async () => {
    lay();
    const { calls, error } = await faulted("killed", 0, () => flash().write(1));
    expect([error, reboots]).toEqual([undefined, 1]);
    expect(calls.length).toBeGreaterThan(6);
    for (const how of ["killed", "torn", "ENOSPC", "EROFS"] as const) {
      for (let at = 1; at <= calls.length; at++) {
        lay();
        const about = `${how} at ${calls[at - 1]}, call ${at}`;
        const failed = await faulted(how, at, () => flash().write(1));
        const named = environment().read().get("boot_slot");
        if (named === "b")
          expect([about, readFileSync(join(root, "b")).equals(image)]).toEqual([about, true]);
        else expect([about, failed.error]).toEqual([about, expect.any(Error)]);
        expect(readFileSync(join(root, "a"), "utf8")).toBe("slot a");
        if (named === "a") {
          await flash().write(1);
          expect(environment().read().get("boot_slot")).toBe("b");
        }
      }
    }
  });
});
