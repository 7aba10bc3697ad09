/** Adapter: functions of the C library that the runtime does not offer. */

import type { FFIFunction, Library } from "bun:ffi";

/** Paths of the C library: glibc; musl on OpenWrt; musl elsewhere. */
const libraries = [
  "libc.so.6",
  "/lib/libc.so",
  "libc.so",
  `/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
];

const ffi = () => process.getBuiltinModule("bun:ffi") as typeof import("bun:ffi");

/** The address of the first byte, for a structure that points to it. The bytes must stay in use until
 * the call is over. */
export const pointerTo = (bytes: Uint8Array): number => ffi().ptr(bytes);

/** @returns undefined where there is none to be called: on Node, which runs the tests */
export function systemLibrary<Fns extends Record<string, FFIFunction>>(
  functions: Fns,
): Library<Fns>["symbols"] | undefined {
  if (process.versions.bun === undefined) return undefined;
  const { dlopen } = ffi();
  for (const library of libraries) {
    try {
      return dlopen(library, functions).symbols;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
