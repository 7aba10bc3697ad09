/** Helper: images for the second slot that are written in a moment. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { metadataBlock } from "../../../platform/openwrt/flash/fwtool.ts";

const libraries = ["lib/x86_64-linux-gnu", "lib64"];

function packed(tree: string, out: string, revision: string): Buffer {
  rmSync(out, { force: true });
  execFileSync("mksquashfs", [tree, out, "-comp", "zstd", "-all-root", "-quiet", "-no-progress"], {
    stdio: "ignore",
  });
  const image = readFileSync(out);
  const metadata = { supported_devices: ["cwmpd,qemu-x86-64"], version: { revision } };
  return Buffer.concat([image, metadataBlock(image, metadata)]);
}

/** The image without the program and its libraries, which it takes from slot a: all else is its own. */
export function smallImage(image: string, scratch: string, revision: string): Buffer {
  const tree = join(scratch, revision);
  execFileSync("unsquashfs", ["-d", tree, "-quiet", "-no-progress", image], { stdio: "ignore" });
  for (const name of ["usr/sbin/cwmpd", ...libraries]) {
    rmSync(join(tree, name), { recursive: true });
    symlinkSync(join("/mnt", name), join(tree, name));
  }
  const start = join(tree, "etc/init.d/rcS");
  const script = readFileSync(start, "utf8");
  writeFileSync(start, script.replace("umask 022\n", "umask 022\nmount -t squashfs -o ro /dev/vda2 /mnt\n"));
  const release = join(tree, "etc/openwrt_release");
  writeFileSync(release, readFileSync(release, "utf8").replace(/REVISION='.*'/, `REVISION='${revision}'`));
  return packed(tree, join(scratch, `${revision}.img`), revision);
}

/** An image that starts nothing: its first program says so and has the device boot again. */
export function stillbornImage(busybox: string, scratch: string): Buffer {
  const tree = join(scratch, "stillborn");
  for (const name of ["sbin", "bin", "proc", "sys", "dev", "tmp", "rom", "overlay"])
    mkdirSync(join(tree, name), { recursive: true });
  writeFileSync(join(tree, "bin/busybox"), readFileSync(busybox), { mode: 0o755 });
  const init = "#!/bin/busybox sh\n/bin/busybox echo stillborn > /dev/ttyS0\n/bin/busybox reboot -f\n";
  writeFileSync(join(tree, "sbin/init"), init, { mode: 0o755 });
  return packed(tree, join(scratch, "stillborn.img"), "r3-stillborn");
}
