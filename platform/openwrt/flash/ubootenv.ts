/** Codec: the boot environment of U-Boot in its redundant form: two copies, each a CRC-32, a counter and variables.
 *
 * A write replaces the copy that is not in use, with the next counter: a power cut in the middle leaves the other one.
 * `fw_setenv` does the same on media without a flag byte of their own. */
import { Malformed, Refused } from "../../../src/errors.ts";
import { crc32 } from "./crc32.ts";
import { flashLimits } from "./limits.ts";

export type Variables = ReadonlyMap<string, string>;

export interface Copy {
  readonly counter: number;
  readonly variables: Variables;
}

/** CRC-32, little-endian, and the counter. */
const headBytes = 5;

/** @returns undefined: the copy is damaged, or was never written */
export function readCopy(bytes: Uint8Array): Copy | undefined {
  const copy = Buffer.from(bytes);
  if (copy.length <= headBytes) return undefined;
  const data = copy.subarray(headBytes);
  if (copy.readUInt32LE(0) !== crc32(data)) return undefined;
  const end = data.indexOf("\0\0", 0, "latin1");
  const text = data.subarray(0, end < 0 ? data.length : end).toString("latin1");
  const lines = text.split("\0").filter((line) => line.includes("="));
  const pair = (line: string) =>
    [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const;
  return { counter: copy[4]!, variables: new Map(lines.map(pair)) };
}

/** @param size of the copy in bytes; @throws Refused the variables do not fit */
export function writeCopy({ counter, variables }: Copy, size: number): Uint8Array {
  const lines = [...variables].map(([name, value]) => {
    if (!/^[^=\0]+$/.test(name) || value.includes("\0")) {
      throw new Malformed(
        `Cannot write boot variable ${JSON.stringify(name)}: it holds a NUL or an equals sign`,
      );
    }
    return `${name}=${value}\0`;
  });
  const text = Buffer.from(`${lines.join("")}\0`, "latin1");
  if (headBytes + text.length > size) throw new Refused("The boot environment is full");
  const copy = Buffer.alloc(size);
  text.copy(copy, headBytes);
  copy[4] = counter;
  copy.writeUInt32LE(crc32(copy.subarray(headBytes)), 0);
  return copy;
}

/** Which of two copies counts: the one with the later counter, which runs from 255 to 0. */
export function newer(one: Copy | undefined, other: Copy | undefined): 0 | 1 | undefined {
  if (one === undefined || other === undefined) {
    return one === undefined ? (other === undefined ? undefined : 1) : 0;
  }
  if (one.counter === 255 && other.counter === 0) return 1;
  if (other.counter === 255 && one.counter === 0) return 0;
  return other.counter > one.counter ? 1 : 0;
}

/** The place of a copy: `/etc/fw_env.config` has a line for each. */
export interface EnvironmentPlace {
  readonly device: string;
  readonly offset: number;
  readonly size: number;
}

/** @throws Refused unless the file names two copies of one size */
export function parsePlaces(text: string): readonly [EnvironmentPlace, EnvironmentPlace] {
  const lines = text.split("\n").map((line) => line.trim());
  const places = lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line): EnvironmentPlace => {
      const [device = "", offset = "", size = ""] = line.split(/\s+/);
      return { device, offset: Number(offset), size: Number(size) };
    });
  const [first, second] = places;
  const whole = (n: number) => Number.isSafeInteger(n) && n >= 0;
  const good = places.every(
    (p) => p.device.startsWith("/") && whole(p.offset) && whole(p.size) && p.size > headBytes,
  );
  if (
    first === undefined ||
    second === undefined ||
    places.length > 2 ||
    !good ||
    first.size !== second.size
  ) {
    throw new Refused("The boot environment needs two copies of one size in fw_env.config");
  }
  if (first.size > flashLimits.environmentBytesMax) throw new Refused("The boot environment is too large");
  return [first, second];
}
