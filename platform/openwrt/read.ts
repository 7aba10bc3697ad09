/** Port: small files of the system under a root directory: bounded, and absent rather than an error. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { factsLimits } from "./limits.ts";

export interface Files {
  /** @returns the first `bytesMax` bytes as text; undefined where it is missing, unreadable or no file */
  text(path: string, bytesMax?: number): string | undefined;
  /** The same as bytes. */
  bytes(path: string, bytesMax: number): Buffer | undefined;
  /** The last whole lines of a file that fit. */
  tail(path: string, bytesMax: number): string | undefined;
  /** The first line without blanks at its ends and NULs (device tree); empty where there is none. */
  line(path: string): string;
  /** A file of one whole number. */
  number(path: string): number | undefined;
  /** Names in a directory, sorted; none where it is missing. */
  names(path: string): readonly string[];
  /** A JSON object; empty where it is missing or no such thing. */
  json(path: string): Json;
}

export type Json = Readonly<Record<string, unknown>>;

export const asJson = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");
export const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function parseJson(text: string | undefined): Json {
  try {
    return asJson(JSON.parse(text ?? ""));
  } catch {
    return {};
  }
}

export function filesUnder(root: string): Files {
  const bytes = (path: string, bytesMax: number, from?: "end"): Buffer | undefined => {
    try {
      return readBytes(join(root, path), bytesMax, from);
    } catch {
      return undefined;
    }
  };
  const text = (path: string, bytesMax: number = factsLimits.fileBytesMax): string | undefined =>
    bytes(path, bytesMax)?.toString("utf8");
  const line = (path: string): string => (text(path, 4096) ?? "").replaceAll("\0", "").split("\n")[0]!.trim();
  return {
    text,
    bytes,
    tail: (path, bytesMax) => {
      const end = bytes(path, bytesMax + 1, "end");
      return end && lastLines(end, bytesMax);
    },
    line,
    number: (path) => {
      const value = line(path);
      return /^-?\d{1,20}$/.test(value) ? Number(value) : undefined;
    },
    names: (path) => {
      try {
        return readdirSync(join(root, path)).sort();
      } catch {
        return [];
      }
    },
    json: (path) => parseJson(text(path)),
  };
}

/** Files of /proc tell no size: read until nothing comes, or enough has come. What is no file (a pipe in its place
 * would make the whole agent wait for a writer) is none. */
function readBytes(path: string, bytesMax: number, from?: "end"): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error("no file");
    const start = from === "end" ? Math.max(stat.size - bytesMax, 0) : null;
    let buffer = Buffer.alloc(Math.min(bytesMax, 4096));
    let length = 0;
    for (;;) {
      const got = readSync(
        fd,
        buffer,
        length,
        buffer.length - length,
        start === null ? null : start + length,
      );
      length += got;
      if (got === 0 || length === bytesMax) return buffer.subarray(0, length);
      if (length === buffer.length) {
        const larger = Buffer.alloc(Math.min(bytesMax, buffer.length * 4));
        buffer.copy(larger);
        buffer = larger;
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** The last whole lines that fit in so many bytes. */
export function lastLines(bytes: Buffer, bytesMax: number): string {
  if (bytes.length <= bytesMax) return bytes.toString("utf8");
  const cut = bytes.indexOf(10, bytes.length - bytesMax - 1);
  return cut < 0 ? "" : bytes.toString("utf8", cut + 1);
}

/** `KEY='value'` lines of os-release, openwrt_release and device_info. */
export function assignments(text: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const row of (text ?? "").split("\n")) {
    const [, key, value] = /^\s*([A-Z0-9_]+)=(.*?)\s*$/.exec(row) ?? [];
    if (key !== undefined && value !== undefined) found.set(key, value.replace(/^(['"])(.*)\1$/, "$2"));
  }
  return found;
}
