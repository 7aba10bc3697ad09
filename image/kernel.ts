/** Fetches what the emulated gateway needs beside this project: Debian's kernel, taken out of its package and uncompressed
 * (QEMU starts that without unpacking it anew at every boot), and Debian's static busybox. Nothing is installed. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Kernel {
  readonly vmlinux: string;
  readonly version: string;
  /** Files of modules, in the order in which they are loaded. */
  readonly modules: readonly string[];
  readonly busybox: string;
}

/** Modules of the kernel for the disk, its file systems and the network card. */
const wanted = [
  "virtio_pci",
  "virtio_blk",
  "virtio_net",
  "virtio_rng",
  "crc32c_generic",
  "ext4",
  "squashfs",
  "overlay",
] as const;

/** @param directory where the packages are kept between calls
 * @throws Error where this is no Debian with its package lists */
export function fetchKernel(directory: string, extra: readonly string[] = []): Kernel {
  const root = join(directory, "debian");
  const ready = join(directory, "vmlinux");
  if (!existsSync(ready)) unpack(directory, root, ready);
  const version = readdirSync(join(root, "lib/modules"))[0]!;
  const modules = [...wanted, ...extra].flatMap((name) => modulesFor(root, version, name));
  return { vmlinux: ready, version, modules: [...new Set(modules)], busybox: join(root, "bin/busybox") };
}

function unpack(directory: string, root: string, ready: string): void {
  mkdirSync(directory, { recursive: true });
  const newest = /Depends: (linux-image-\S+)/.exec(text("apt-cache", "depends", "linux-image-amd64"))?.[1];
  if (newest === undefined) throw new Error("apt knows no linux-image-amd64: call apt-get update first");
  for (const name of [newest, "busybox-static"]) {
    execFileSync("apt-get", ["-o", "APT::Sandbox::User=root", "-qq", "download", name], { cwd: directory });
    const file = readdirSync(directory).find((one) => one.startsWith(`${name}_`) && one.endsWith(".deb"))!;
    execFileSync("dpkg-deb", ["-x", join(directory, file), root]);
    rmSync(join(directory, file));
  }
  const image = readdirSync(join(root, "boot")).find((name) => name.startsWith("vmlinuz-"))!;
  execFileSync("depmod", ["-b", root, image.slice("vmlinuz-".length)]);
  writeFileSync(`${ready}.new`, uncompressed(readFileSync(join(root, "boot", image))));
  renameSync(`${ready}.new`, ready);
}

const text = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });

/** The payload of a bzImage, by the header of the boot protocol, 2.08 and later. */
function uncompressed(image: Buffer): Buffer {
  const sectors = image[0x1f1]! || 4;
  const start = (sectors + 1) * 512 + image.readUInt32LE(0x248);
  // The last four bytes of the payload are the length of the unpacked kernel, not packed data.
  const payload = image.subarray(start, start + image.readUInt32LE(0x24c) - 4);
  const [program, ...args] = payload.readUInt32BE(0) === 0xfd377a58 ? ["xz", "-dc"] : ["zstd", "-dc"];
  const { stdout, status } = spawnSync(program!, args, { input: payload, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program} cannot unpack the kernel`);
  return stdout;
}

function modulesFor(root: string, version: string, name: string): string[] {
  const lines = text("modprobe", "-d", root, "-S", version, "--show-depends", name).split("\n");
  return lines.flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []);
}
