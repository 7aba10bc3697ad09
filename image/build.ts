/** Makes images: a squashfs with OpenWrt's metadata behind it, the boot loader of the emulated gateway, and a disk with a
 * boot environment, two slots and a data partition. The same input gives the same bytes. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { metadataBlock } from "../platform/openwrt/flash/fwtool.ts";
import { writeCopy } from "../platform/openwrt/flash/ubootenv.ts";
import type { Kernel } from "./kernel.ts";
import { buildDate, type Contents, installProgram, layOutTree, project } from "./tree.ts";

const mib = 1_048_576;

/** Arguments of mksquashfs. Images for devices are packed as small as it goes, those of tests as fast. */
export const packings = {
  flash: ["-comp", "xz", "-b", "256k", "-Xbcj", "x86"],
  test: ["-comp", "zstd", "-Xcompression-level", "2", "-b", "128k"],
} as const;

export type Packing = keyof typeof packings;

const board = "cwmpd,qemu-x86-64";

function inScratch<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-image-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A root image with its metadata: what a Download brings, and what a slot holds. */
export function buildRootImage(out: string, contents: Contents, packing: Packing): void {
  inScratch((scratch) => {
    const tree = join(scratch, "tree");
    layOutTree(tree, contents);
    const dates = ["-mkfs-time", buildDate(), "-all-time", buildDate()];
    const plain = ["-noappend", "-all-root", "-no-xattrs", "-quiet", "-no-progress"];
    execFileSync("mksquashfs", [tree, out, ...packings[packing], ...dates, ...plain], {
      env: { PATH: process.env.PATH },
    });
  });
  const image = readFileSync(out);
  const metadata = {
    metadata_version: "1.1",
    compat_version: "1.0",
    supported_devices: [board],
    version: {
      dist: "cwmpd-gateway",
      version: "1.0",
      revision: contents.revision,
      target: "qemu/x86-64",
      board,
    },
  };
  writeFileSync(out, Buffer.concat([image, metadataBlock(image, metadata)]));
}

/** The boot loader of the emulated gateway: an initial file system for its kernel.
 * @param programs of this machine that it needs besides, by their paths */
export function buildBootLoader(
  out: string,
  { modules, busybox }: Kernel,
  programs: readonly string[] = [],
): void {
  inScratch((scratch) => {
    const tree = join(scratch, "boot");
    mkdirSync(join(tree, "modules"), { recursive: true });
    cpSync(join(project, "image/boot/init"), join(tree, "init"));
    mkdirSync(join(tree, "bin"), { recursive: true });
    cpSync(busybox, join(tree, "bin/busybox"));
    for (const [index, module] of modules.entries())
      cpSync(module, join(tree, "modules", `${String(index).padStart(2, "0")}-${basename(module)}`));
    installProgram(tree, programPath("fw_printenv"), "bin/fw_printenv");
    symlinkSync("fw_printenv", join(tree, "bin/fw_setenv"));
    for (const program of programs) installProgram(tree, program, join("bin", basename(program)));
    mkdirSync(join(tree, "etc"), { recursive: true });
    cpSync(join(project, "image/gateway/etc/fw_env.config"), join(tree, "etc/fw_env.config"));
    const list = execFileSync("sh", ["-c", "find . | LC_ALL=C sort"], { cwd: tree });
    const archive = execFileSync("cpio", ["-o", "-H", "newc", "-R", "0:0", "--reproducible", "--quiet"], {
      cwd: tree,
      input: list,
      maxBuffer: 256 * mib,
    });
    writeFileSync(out, archive);
  });
}

const programPath = (name: string): string =>
  execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();

/** MiB of the disk's parts, in their order. */
const parts = { environment: 1, a: 64, b: 64, data: 64 } as const;
const environmentCopyBytes = 0x4000;

const diskBytes = mib * (1 + Object.values(parts).reduce((sum, size) => sum + size, 0));

/** The byte of the disk at which a part begins. */
export function partAt(name: keyof typeof parts): number {
  let at = mib;
  for (const [part, size] of Object.entries(parts)) {
    if (part === name) return at;
    at += size * mib;
  }
  return at;
}

/** A disk that starts the image from slot a.
 * @param upper files for the data partition, which lie over those of every image; absent: none */
export function buildDisk(out: string, image: string, upper?: string): void {
  if (statSync(image).size > parts.a * mib)
    throw new Error(`${image} does not fit into a slot of ${parts.a} MiB`);
  writeFileSync(out, "");
  truncateSync(out, diskBytes);
  const fd = openSync(out, "r+");
  try {
    writeSync(fd, partitionTable(), 0, 512, 0);
    const variables = new Map([
      ["boot_slot", "a"],
      ["upgrade_available", "0"],
      ["bootcount", "0"],
      ["bootlimit", "2"],
    ]);
    for (const [index, counter] of [1, 0].entries()) {
      const copy = writeCopy({ counter, variables }, environmentCopyBytes);
      writeSync(fd, copy, 0, copy.length, partAt("environment") + index * environmentCopyBytes);
    }
    const bytes = readFileSync(image);
    writeSync(fd, bytes, 0, bytes.length, partAt("a"));
  } finally {
    closeSync(fd);
  }
  inScratch((scratch) => formatData(out, scratch, upper));
}

/** Makes the data partition: ext4, whose identity and dates are fixed so that the same input gives the same bytes. */
function formatData(disk: string, scratch: string, upper: string | undefined): void {
  const seeded = join(scratch, "data");
  mkdirSync(join(seeded, "work"), { recursive: true });
  if (upper === undefined) mkdirSync(join(seeded, "upper"));
  else cpSync(upper, join(seeded, "upper"), { recursive: true, mode: 0 });
  const id = "63776d70-6400-4000-8000-000000000001";
  execFileSync(
    "mke2fs",
    [
      ...["-q", "-F", "-t", "ext4", "-L", "data", "-U", id],
      ...["-E", `hash_seed=${id},lazy_itable_init=0,lazy_journal_init=0,offset=${partAt("data")}`],
      ...(upper === undefined ? [] : ["-d", seeded]),
      ...[disk, `${parts.data}m`],
    ],
    { env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, E2FSPROGS_FAKE_TIME: buildDate() } },
  );
}

/** A master boot record with the four parts. */
function partitionTable(): Buffer {
  const sector = Buffer.alloc(512);
  for (const [index, name] of (Object.keys(parts) as (keyof typeof parts)[]).entries()) {
    const at = 446 + 16 * index;
    sector[at + 4] = 0x83;
    sector.writeUInt32LE(partAt(name) / 512, at + 8);
    sector.writeUInt32LE((parts[name] * mib) / 512, at + 12);
  }
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
