/** Port: flock(2), which neither runtime offers.
 *
 * Bun calls the C library. Node lets the `flock` program lock the open file that it inherits: the lock belongs to
 * the file description, so it stays with our descriptor after the program has ended. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const exclusive = 2;
const withoutWaiting = 4;

type Flock = (fd: number, operation: number) => number;

/** Where the C library may be: glibc; musl as OpenWrt and as others install it. */
const libraries = [
  "libc.so.6",
  "/lib/libc.so",
  "libc.so",
  `/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
];

let flock: Flock | undefined;
let looked = false;

/** Takes the exclusive lock of an open file; it is given back with the descriptor.
 * @returns false while somebody else has it */
export function tryLock(fd: number): boolean {
  if (!looked) {
    flock = process.versions.bun === undefined ? undefined : systemFlock();
    looked = true;
  }
  return flock === undefined ? lockByProgram(fd) : flock(fd, exclusive | withoutWaiting) === 0;
}

function systemFlock(): Flock | undefined {
  const ffi = createRequire(import.meta.url)("bun:ffi") as typeof import("bun:ffi");
  for (const library of libraries) {
    try {
      const { symbols } = ffi.dlopen(library, { flock: { args: ["i32", "i32"], returns: "i32" } });
      return (fd, operation) => symbols.flock(fd, operation);
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function lockByProgram(fd: number): boolean {
  const { error, status } = spawnSync("flock", ["-x", "-n", "3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
  });
  if (error !== undefined) throw error;
  return status === 0;
}
