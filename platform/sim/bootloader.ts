/** Adapter: the boot loader of a directory that plays a device with two slots: it counts the starts of a new image and
 * leaves one that nobody commits, as U-Boot does with `upgrade_available` and `bootcount`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEnvironment } from "../openwrt/flash/environment.ts";
import { readMetadata } from "../openwrt/flash/fwtool.ts";
import { writeCopy } from "../openwrt/flash/ubootenv.ts";

const slotFiles = { a: "/var/flash/a.img", b: "/var/flash/b.img" } as const;

const environmentFile = "/var/flash/environment";
const copyBytes = 4096;
const bootsMax = 2;

/** A new device: it runs from slot a. */
export function layOutFlash(directory: string): void {
  mkdirSync(join(directory, "var/flash"), { recursive: true });
  for (const path of Object.values(slotFiles)) {
    if (!existsSync(join(directory, path))) writeFileSync(join(directory, path), "");
  }
  const variables = new Map([
    ["boot_slot", "a"],
    ["upgrade_available", "0"],
    ["bootcount", "0"],
    ["bootlimit", `${bootsMax}`],
  ]);
  const first = writeCopy({ counter: 1, variables }, copyBytes);
  writeFileSync(join(directory, environmentFile), Buffer.concat([first, Buffer.alloc(copyBytes)]));
  mkdirSync(join(directory, "etc"), { recursive: true });
  const places = [0, copyBytes].map(
    (at) => `${environmentFile} 0x${at.toString(16)} 0x${copyBytes.toString(16)}\n`,
  );
  writeFileSync(join(directory, "etc/fw_env.config"), places.join(""));
}

/** Chooses the slot and starts its system. A directory without slots has nothing to choose. */
export function startSlot(directory: string): void {
  if (!existsSync(join(directory, environmentFile))) return;
  const environment = openEnvironment(directory, "etc/fw_env.config");
  let variables = environment.read();
  if (variables.get("upgrade_available") === "1") {
    const count = Number(variables.get("bootcount") ?? "0") + 1;
    const left = count > Number(variables.get("bootlimit") ?? bootsMax);
    const other = variables.get("boot_slot") === "b" ? "a" : "b";
    environment.set(
      left ? { boot_slot: other, upgrade_available: "0", bootcount: "0" } : { bootcount: `${count}` },
    );
    variables = environment.read();
  }
  const slot = variables.get("boot_slot") === "b" ? "b" : "a";
  const line = readFileSync(join(directory, "proc/cmdline"), "utf8")
    .replace(/ ?cwmpd\.slot=[ab]/, "")
    .trim();
  writeFileSync(join(directory, "proc/cmdline"), `${line} cwmpd.slot=${slot}\n`);
  showRelease(directory, join(directory, slotFiles[slot]));
}

/** Writes the release of the slot's system. An empty slot holds the system that the directory was laid out as. */
function showRelease(directory: string, path: string): void {
  const shown = join(directory, "etc/openwrt_release");
  const first = join(directory, "rom/etc/openwrt_release");
  if (!existsSync(first)) writeFileSync(first, readFileSync(shown));
  const image = readFileSync(path);
  const metadata = readMetadata((at, length) => image.subarray(at, at + length), image.length);
  const release = readFileSync(first, "utf8");
  const revision = metadata === undefined ? "$&" : `DISTRIB_REVISION='${metadata.revision}'`;
  writeFileSync(shown, release.replace(/^DISTRIB_REVISION=.*$/m, revision));
}
