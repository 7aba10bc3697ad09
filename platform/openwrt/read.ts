/** Port: small files of the system under a root directory, bounded. An error is not an absence: the last reading is
 * used while a file cannot be read. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { factsLimits } from "./limits.ts";

export interface Files {
  /** @returns the first `bytesMax` bytes as text; undefined where it is missing or no file */
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
  /** When it was last written, UTC milliseconds; undefined where it is unknown. */
  written(path: string): number | undefined;
  /** A JSON object; empty where it is missing or no such thing. */
  json(path: string): Json;
  /** Files that were there and could not be read at the last try, each with the reason. The last reading of a file
   * is used until it can be read again. */
  troubles(): readonly string[];
  /** Reads so far that failed and had nothing from before to hold. */
  readonly gaps: number;
}

export type Json = Readonly<Record<string, unknown>>;

export const asJson = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");
export const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Answers a question once. */
export function once<T>(ask: () => T): () => T {
  let said: { readonly value: T } | undefined;
  return () => {
    said ??= { value: ask() };
    return said.value;
  };
}

export function parseJson(text: string | undefined): Json {
  try {
    return asJson(JSON.parse(text ?? ""));
  } catch {
    return {};
  }
}

export function filesUnder(root: string): Files {
  const known = new Known(root);
  const directory = join(root, "/");
  const bytes = (path: string, bytesMax: number, from?: "end"): Buffer | undefined =>
    known.read(path, () => readBytes(directory + path, bytesMax, from, !/^(?:sys|proc)\//.test(path)));
  const text = (path: string, bytesMax: number = factsLimits.fileBytesMax): string | undefined =>
    bytes(path, bytesMax)?.toString("utf8");
  const line = (path: string): string => (text(path, 4096) ?? "").replaceAll("\0", "").split("\n")[0]!.trim();
  return {
    text,
    // A copy: the next read overwrites the shared buffer.
    bytes: (path, bytesMax) => {
      const read = bytes(path, bytesMax);
      return read && Buffer.from(read);
    },
    tail: (path, bytesMax) => {
      const end = bytes(path, bytesMax + 1, "end");
      return end && lastLines(end, bytesMax);
    },
    line,
    number: (path) => {
      const value = line(path);
      return /^-?\d{1,20}$/.test(value) ? Number(value) : undefined;
    },
    names: (path) => known.list(path, () => readdirSync(directory + path).sort()),
    written: (path) => writtenAt(directory + path),
    json: (path) => parseJson(text(path)),
    troubles: () => known.troubles(),
    get gaps() {
      return known.gaps;
    },
  };
}

function writtenAt(path: string): number | undefined {
  try {
    return Math.floor(statSync(path).mtimeMs);
  } catch {
    return undefined;
  }
}

/** The error codes of a file that is missing, is no file, or has no value now: a link that is down has no speed. Any
 * other error (no descriptors left, a medium that fails) says nothing about the file. */
const absences: ReadonlySet<string> = new Set(
  "ENOENT ENOTDIR EISDIR ELOOP ENXIO ENODEV EINVAL EOPNOTSUPP ENOTSUP ENAMETOOLONG".split(" "),
);

/** The last readings, used while a file cannot be read again. */
class Known {
  readonly #root: string;
  readonly #texts = new Map<string, string>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #failing = new Map<string, { readonly why: string; readonly again: () => unknown }>();
  gaps = 0;

  constructor(root: string) {
    this.#root = root;
  }

  read(path: string, read: () => Buffer | undefined): Buffer | undefined {
    try {
      const found = read();
      this.#failing.delete(path);
      if (found === undefined) this.#texts.delete(path);
      else if (found.length <= factsLimits.keptBytesMax) this.#texts.set(path, found.toString("latin1"));
      return found;
    } catch (error) {
      const last = this.#texts.get(path);
      this.#failed(path, error, last !== undefined, read);
      return last === undefined ? undefined : Buffer.from(last, "latin1");
    }
  }

  list(path: string, read: () => readonly string[]): readonly string[] {
    try {
      const found = read();
      this.#lists.set(path, found);
      this.#failing.delete(path);
      return found;
    } catch (error) {
      if (isAbsence(error)) {
        this.#lists.delete(path);
        this.#failing.delete(path);
        return [];
      }
      const last = this.#lists.get(path);
      this.#failed(path, error, last !== undefined, read);
      return last ?? [];
    }
  }

  /** Some files are read once in a while: whether they still cannot be read is found out now. */
  troubles(): readonly string[] {
    for (const [path, { again }] of this.#failing) if (!isFailing(again)) this.#failing.delete(path);
    return [...this.#failing].map(
      ([path, { why }]) =>
        `Cannot read ${join(this.#root, path)}: ${why}; its last reading is used until it can be read.`,
    );
  }

  #failed(path: string, error: unknown, held: boolean, again: () => unknown): void {
    if (!held) this.gaps++;
    // Many files that fail at once fail for one reason, so only the first ones are named.
    if (this.#failing.size < factsLimits.troublesMax)
      this.#failing.set(path, { why: errorWords(error), again });
  }
}

function isFailing(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return !isAbsence(error);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";
const isAbsence = (error: unknown): boolean => absences.has(codeOf(error));
const errorWords = (error: unknown): string => codeOf(error) || String(error);

/** Small files are read into this one, which all share. */
const shared = Buffer.alloc(factsLimits.sharedBytes);

/** Files of /proc report no size: read until the end or the limit. A path that is no regular file counts as missing: a
 * pipe in its place would make the whole agent wait for a writer.
 * @param doubtful whether the path may be no file; files of the kernel are not doubtful
 * @returns undefined where there is no file. The bytes are valid until the next call
 * @throws the error of node:fs for a file that is there and cannot be read */
function readBytes(
  path: string,
  bytesMax: number,
  from: "end" | undefined,
  doubtful: boolean,
): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = doubtful || from === "end" ? fstatSync(fd) : undefined;
    if (stat !== undefined && !stat.isFile()) return undefined;
    return readOpen(fd, bytesMax, from === "end" ? Math.max(stat!.size - bytesMax, 0) : null);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readOpen(fd: number, bytesMax: number, start: number | null): Buffer {
  let buffer = shared;
  for (let length = 0; ; ) {
    const room = Math.min(buffer.length, bytesMax) - length;
    const got = readSync(fd, buffer, length, room, start === null ? null : start + length);
    length += got;
    if (got === 0 || length === bytesMax) return buffer.subarray(0, length);
    if (length === buffer.length) {
      const larger = Buffer.alloc(Math.min(bytesMax, buffer.length * 4));
      buffer.copy(larger);
      buffer = larger;
    }
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
