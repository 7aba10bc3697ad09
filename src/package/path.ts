/** Rule: the paths that a package may touch, and the name of a versioned file. TR-069 E.2.1, E.4.1. */
import { packageLimits } from "./limits.ts";
import { PackageRefused } from "./reason.ts";

// Made once: to make one takes longer than to decode a path.
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of a path for people, even with hostile octets. */
export const shownPath = (path: Uint8Array): string => lenient.decode(path);

/** Names from the root of the package down. The text does not forbid paths that leave it: all such are refused.
 * @param command place in the list
 * @param what "tree" may end with a slash
 * @throws PackageRefused */
export function judgePath(path: Uint8Array, command: number, what: "file" | "tree"): string[] {
  const refuse = (why: string): never => {
    throw new PackageRefused("path", `The path "${shownPath(path).slice(0, 200)}" ${why}.`, command);
  };
  if (path.length > packageLimits.pathBytesMax) refuse(`has more than ${packageLimits.pathBytesMax} octets`);
  const text = decodeStrictly(path) ?? refuse("is not UTF-8");
  if (/[\x00-\x1f\x7f]/.test(text)) refuse("holds a control character");
  if (what === "file" && text.endsWith("/")) refuse("ends with a slash, but is to be a file");
  const names = text.split("/").filter((name) => name !== "");
  if (names.length === 0) refuse("names nothing beneath the root");
  if (names.length > packageLimits.depthMax) refuse(`has more than ${packageLimits.depthMax} names`);
  for (const name of names) {
    if (name === "." || name === "..") refuse(`has a name "${name}" in it`);
    // A character has three octets for each of its units at most.
    if (
      name.length * 3 > packageLimits.nameBytesMax &&
      encoder.encode(name).length > packageLimits.nameBytesMax
    ) {
      refuse(`has a name of more than ${packageLimits.nameBytesMax} octets in it`);
    }
  }
  return names;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** E.4.1: a base of up to 8 characters, a dot, an extension of 3.
 * @returns undefined where the name is not like that */
export function splitVersioned(
  name: string,
): { readonly base: string; readonly extension: string } | undefined {
  const dot = name.lastIndexOf(".");
  const base = name.slice(0, dot);
  const extension = name.slice(dot + 1);
  const baseLength = [...base].length;
  const fits =
    dot > 0 &&
    baseLength <= packageLimits.versionedBaseMax &&
    [...extension].length === packageLimits.versionedExtension;
  return fits ? { base, extension } : undefined;
}

/** E.4.5: the one of several versions that a move takes: the lowest decimal number; where none is decimal the text
 * leaves it open, and the first in the order of characters is taken. */
export function lowestVersion(names: readonly string[]): string | undefined {
  const rank = (name: string): number => {
    const extension = splitVersioned(name)?.extension ?? "";
    return /^\d+$/.test(extension) ? Number(extension) : Number.POSITIVE_INFINITY;
  };
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0];
}
