/** Helper: NAND flash for the emulated gateway, with UBIFS on it: a module for its kernel that keeps the cells in a file of
 * this machine. Debian's kernel has an emulated NAND of its own (nandsim), whose cells are lost with the memory. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchKernel } from "../../../../image/kernel.ts";
import { project } from "../../../../image/tree.ts";

/** Of the chip that cutnand.c plays. */
const chip = { pageBytes: 2048, blockBytes: 131_072, bytes: 33_554_432 } as const;

const directory = join(project, "dist/lab/nand");
const unpacked = join(directory, "root");

/** @returns the kernel with what it needs for the flash, and programs for the boot loader
 * @throws Error without compiler, or where this is no Debian with its package lists */
export function fetchNand(version: string): { modules: readonly string[]; programs: readonly string[] } {
  const module = join(directory, "cutnand.ko");
  if (!existsSync(module)) execFileSync("sh", [join(import.meta.dirname, "build.sh"), directory, version]);
  const wanted = ["mtd", "zstd", "lzo", "deflate", "ubi", "ubifs"];
  const { modules } = fetchKernel(join(project, "dist/lab"), wanted);
  return { modules: [...modules, module], programs: [join(unpacked, "usr/sbin/ubiattach")] };
}

/** A chip with one volume, `data`, that holds these files. */
export function layOutNand(out: string, upper: string): void {
  const scratch = mkdtempSync(join(tmpdir(), "cwmpd-nand-"));
  const run = (name: string, ...args: readonly string[]) => {
    const places = ["usr/lib", "lib"].map((place) => join(unpacked, place, "x86_64-linux-gnu"));
    const env = { PATH: process.env.PATH, LD_LIBRARY_PATH: places.join(":") };
    execFileSync(join(unpacked, "usr/sbin", name), args, { env, stdio: ["ignore", "ignore", "pipe"] });
  };
  try {
    const tree = join(scratch, "tree");
    mkdirSync(join(tree, "work"), { recursive: true });
    execFileSync("cp", ["-a", upper, join(tree, "upper")]);
    const { pageBytes, blockBytes } = chip;
    const [page, block] = [String(pageBytes), String(blockBytes - 2 * pageBytes)];
    const volume = join(scratch, "volume");
    run("mkfs.ubifs", "-m", page, "-e", block, "-c", "240", "-r", tree, "-o", volume);
    const plan = join(scratch, "plan");
    writeFileSync(
      plan,
      `[data]\nmode=ubi\nimage=${volume}\nvol_id=0\nvol_type=dynamic\nvol_name=data\nvol_flags=autoresize\n`,
    );
    run("ubinize", "-m", page, "-p", String(blockBytes), "-o", join(scratch, "chip"), plan);
    const cells = Buffer.alloc(chip.bytes, 0xff);
    readFileSync(join(scratch, "chip")).copy(cells);
    writeFileSync(out, cells);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Arguments of QEMU. */
export const nandDevice = (file: string): readonly string[] => [
  "-object",
  `memory-backend-file,id=nand,size=${chip.bytes},share=on,mem-path=${file}`,
  ...["-device", "ivshmem-plain,memdev=nand,master=on"],
];
