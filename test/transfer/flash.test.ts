/** The flash: boot environment, image metadata, slots. TR-069 A.3.2.8. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEnvironment } from "../../platform/openwrt/flash/environment.ts";
import { metadataBlock, readMetadata } from "../../platform/openwrt/flash/fwtool.ts";
import { judged, slotFlash } from "../../platform/openwrt/flash/slots.ts";
import { newer, parsePlaces, readCopy, writeCopy } from "../../platform/openwrt/flash/ubootenv.ts";
import { folder } from "./lab.ts";

const size = 4096;

function medium(): { readonly root: string; readonly path: string; readonly config: string } {
  const root = folder();
  mkdirSync(join(root, "etc"));
  const path = join(root, "env");
  const first = writeCopy(
    {
      counter: 255,
      variables: new Map([
        ["boot_slot", "a"],
        ["bootlimit", "2"],
      ]),
    },
    size,
  );
  writeFileSync(path, Buffer.concat([first, Buffer.alloc(size, 0xff)]));
  writeFileSync(join(root, "etc/fw_env.config"), `# two copies\n/env 0x0 0x1000\n/env 0x1000 0x1000\n`);
  const config = join(root, "fw_env.here");
  writeFileSync(config, `${path} 0x0 0x1000\n${path} 0x1000 0x1000\n`);
  return { root, path, config };
}

const hasTool = spawnSync("fw_printenv", ["--help"]).error === undefined;

describe("the boot environment", () => {
  test.skipIf(!hasTool)("fw_printenv reads our environment, and we read the environment of fw_setenv", () => {
    const { root, config } = medium();
    const environment = openEnvironment(root, "etc/fw_env.config");
    environment.set({ boot_slot: "b", upgrade_available: "1" });
    const told = execFileSync("fw_printenv", ["-c", config], { encoding: "utf8" });
    expect(told.trim().split("\n").sort()).toEqual(["boot_slot=b", "bootlimit=2", "upgrade_available=1"]);
    const env = join(root, "script");
    writeFileSync(env, "bootcount=3\nboot_slot=a\n");
    execFileSync("fw_setenv", ["-c", config, "-s", env]);
    expect(Object.fromEntries(environment.read())).toEqual({
      boot_slot: "a",
      bootcount: "3",
      bootlimit: "2",
      upgrade_available: "1",
    });
  });

  test("a write cut off at any byte leaves the old variables or the new ones", () => {
    const { root, path } = medium();
    const before = readFileSync(path);
    openEnvironment(root, "etc/fw_env.config").set({ boot_slot: "b" });
    const after = readFileSync(path);
    for (let cut = 0; cut <= before.length; cut += 97) {
      writeFileSync(path, Buffer.concat([after.subarray(0, cut), before.subarray(cut)]));
      const slot = openEnvironment(root, "etc/fw_env.config").read().get("boot_slot");
      expect(["a", "b"], `cut at ${cut}`).toContain(slot);
    }
  });

  test("the counter wraps from 255 to 0, a damaged copy is ignored, and two damaged copies are an error", () => {
    const copy = (counter: number) => ({ counter, variables: new Map() });
    expect([
      newer(copy(1), copy(2)),
      newer(copy(255), copy(0)),
      newer(copy(0), copy(255)),
      newer(undefined, copy(0)),
    ]).toEqual([1, 1, 0, 1]);
    expect(newer(undefined, undefined)).toBeUndefined();
    const good = writeCopy({ counter: 1, variables: new Map([["a", "b=c"]]) }, 64);
    expect(readCopy(good)?.variables.get("a")).toBe("b=c");
    good[20]! ^= 1;
    expect(readCopy(good)).toBeUndefined();
    expect(() => writeCopy({ counter: 1, variables: new Map([["a", "x".repeat(100)]]) }, 64)).toThrow("full");
    expect(() => parsePlaces("/env 0 0x1000\n")).toThrow("two copies");
  });
});

describe("images", () => {
  const reading = (bytes: Buffer) => (at: number, length: number) => bytes.subarray(at, at + length);
  const made = (metadata: unknown, image = randomBytes(5000)) =>
    Buffer.concat([image, metadataBlock(image, metadata)]);

  test("metadata names boards and the revision; a single changed byte is detected", () => {
    const good = made({ supported_devices: ["a,b"], version: { revision: "r1" } });
    expect(readMetadata(reading(good), good.length)).toEqual({ boards: ["a,b"], revision: "r1" });
    for (let at = 0; at < good.length; at += 379) {
      const bad = Buffer.from(good);
      bad[at]! ^= 0x40;
      expect(() => judged({ read: reading(bad), size: bad.length }, "a,b"), `byte ${at}`).toThrow();
    }
    for (const length of [0, 1, 15, 16, 100, good.length - 1]) {
      const cut = good.subarray(0, length);
      expect(() => judged({ read: reading(cut), size: cut.length }, "a,b"), `cut to ${length}`).toThrow();
    }
  });

  test("an image with another compatibility version lists its boards separately", () => {
    const image = made({ supported_devices: ["old"], new_supported_devices: ["new,board"] });
    expect(readMetadata(reading(image), image.length)?.boards).toEqual(["new,board"]);
    expect(() => judged({ read: reading(image), size: image.length }, "old")).toThrow("new,board");
  });

  test("only the idle slot is written, and it is chosen for the next boot only when it is complete", async () => {
    const { root } = medium();
    for (const slot of ["a", "b"]) writeFileSync(join(root, slot), `slot ${slot}`);
    mkdirSync(join(root, "tmp/sysinfo"), { recursive: true });
    mkdirSync(join(root, "proc"));
    writeFileSync(join(root, "proc/cmdline"), "quiet cwmpd.slot=a\n");
    writeFileSync(join(root, "tmp/sysinfo/board_name"), "a,b\n");
    const image = made({ supported_devices: ["a,b"], version: { revision: "r2" } });
    writeFileSync(join(root, "image"), image);
    let reboots = 0;
    const environment = () => openEnvironment(root, "etc/fw_env.config");
    const flash = slotFlash({
      root,
      environment,
      slots: { a: "/a", b: "/b" },
      path: () => join(root, "image"),
      reboot: async () => {
        reboots += 1;
      },
      trialMs: () => 600_000,
    });
    expect(await flash.check(1)).toBe("r2");
    await flash.write(1);
    expect(readFileSync(join(root, "b"))).toEqual(image);
    expect(readFileSync(join(root, "a"), "utf8")).toBe("slot a");
    expect(environment().read()).toEqual(
      new Map([
        ["boot_slot", "b"],
        ["bootlimit", "2"],
        ["upgrade_available", "1"],
        ["bootcount", "0"],
      ]),
    );
    writeFileSync(join(root, "proc/cmdline"), "cwmpd.slot=b\n");
    await flash.commit();
    expect(environment().read().get("upgrade_available")).toBe("0");
    await flash.fallBack();
    expect([environment().read().get("boot_slot"), reboots]).toEqual(["a", 2]);
    // A slot by another name, with fewer sectors than the image needs.
    mkdirSync(join(root, "sys/class/block/a"), { recursive: true });
    const before = readFileSync(join(root, "a"));
    const sectors = Math.ceil(image.length / 512);
    for (const [count, works] of [
      [sectors, true],
      [sectors - 1, false],
    ] as const) {
      writeFileSync(join(root, "sys/class/block/a/size"), `${count}\n`);
      const judged = await flash.check(1).catch((error: Error) => error.message);
      expect(judged).toBe(works ? "r2" : `The image has ${image.length} bytes, which the slot cannot hold`);
    }
    await expect(flash.write(1)).rejects.toThrow("cannot hold");
    expect(readFileSync(join(root, "a"))).toEqual(before);
    writeFileSync(join(root, "image"), image.subarray(0, 4000));
    await expect(flash.write(1)).rejects.toThrow("no metadata");
    expect(environment().read().get("boot_slot")).toBe("a");
  });
});
