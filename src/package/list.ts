/** Codec: the command list of a signed package. TR-069 E.4 Tables 72 to 82. */
import { type Command, type CommandType, type Content, commandTypes, isCommandType } from "./commands.ts";
import { packageLimits } from "./limits.ts";
import { PackageRefused } from "./reason.ts";

const unsafeFlag = 1;

/** @returns every command up to End, which is among them
 * @throws PackageRefused */
export function parseList(list: Uint8Array): Command[] {
  const view = new DataView(list.buffer, list.byteOffset, list.length);
  const commands: Command[] = [];
  for (let at = 0; at < list.length; ) {
    const index = commands.length;
    if (list.length - at < 8) {
      throw new PackageRefused("command", "The command list ends in the middle of a command.", index);
    }
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4);
    if (length > list.length - at - 8) {
      throw new PackageRefused(
        "command",
        `Its ${length} octets reach past the end of the command list.`,
        index,
      );
    }
    const value = new Value(list.subarray(at + 8, at + 8 + length), index);
    commands.push({ index, type, content: parseContent(type, value) });
    // E.4.2: nothing behind End is parsed.
    if (type === 0) break;
    at += 8 + length;
  }
  return commands;
}

/** The octets of one Value, read with bounds. */
class Value {
  private readonly view: DataView;
  /** Ranges that have a meaning already: no two may overlap. */
  private readonly taken: [from: number, to: number][] = [];

  constructor(
    readonly bytes: Uint8Array,
    readonly index: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  refuse(text: string): never {
    throw new PackageRefused("command", text, this.index);
  }

  /** The 32-bit fields at the beginning. */
  fields(count: number): number[] {
    if (this.bytes.length < count * 4) {
      this.refuse(`Its Value has ${this.bytes.length} octets; ${count * 4} are the least.`);
    }
    this.taken.push([0, count * 4]);
    return Array.from({ length: count }, (_, i) => this.view.getUint32(i * 4));
  }

  exactly(bytes: number): void {
    if (this.bytes.length !== bytes) {
      this.refuse(`Its Length is ${this.bytes.length}; it has to be ${bytes}.`);
    }
  }

  array(least: number): number[] {
    if (this.bytes.length % 4 !== 0 || this.bytes.length < least * 4) {
      this.refuse(`Its Length is ${this.bytes.length}; it has to be a multiple of 4, ${least * 4} or more.`);
    }
    return this.fields(this.bytes.length / 4);
  }

  /** Octets at an offset that the package names: within the Value, and apart from everything else in it. */
  part(what: string, offset: number, length: number): Uint8Array {
    const to = offset + length;
    if (to > this.bytes.length) {
      throw new PackageRefused("range", `The ${what} lies outside of the command's Value.`, this.index);
    }
    if (length > 0 && this.taken.some(([begin, end]) => offset < end && to > begin)) {
      throw new PackageRefused("overlap", `The ${what} overlaps another part of the Value.`, this.index);
    }
    this.taken.push([offset, to]);
    return this.bytes.subarray(offset, to);
  }
}

type Shape = (typeof commandTypes)[CommandType]["shape"];
type RowOf<S extends Shape> = Extract<(typeof commandTypes)[CommandType], { shape: S }>;

const readers: { readonly [S in Shape]: (row: RowOf<S>, value: Value) => Content } = {
  empty: (row, value) => {
    value.exactly(0);
    return { is: row.is };
  },
  put: parsePut,
  remove: (row, value) => {
    const [flags, offset, length] = value.fields(3) as [number, number, number];
    return { is: "remove", how: row.how, unsafe: isUnsafe(flags), path: value.part("path", offset, length) };
  },
  move: (row, value) => {
    const [flags, from, fromLength, to, toLength] = value.fields(5) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      is: "move",
      versioned: row.versioned,
      unsafe: isUnsafe(flags),
      path: value.part("source path", from, fromLength),
      to: value.part("destination path", to, toLength),
    };
  },
  text: (row, value) => ({
    is: "text",
    of: row.of,
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(value.bytes),
  }),
  timeout: (row, value) => {
    value.exactly(4);
    return { is: "timeout", of: row.of, seconds: value.fields(1)[0]! };
  },
  bound: (row, value) => {
    if (value.bytes.length > packageLimits.versionElementsMax * 4) {
      value.refuse(`Its version has more than ${packageLimits.versionElementsMax} elements.`);
    }
    return { is: "bound", of: row.of, version: value.array(1) };
  },
  role: (_, value) => {
    const role = value.fields(1)[0]!;
    // E.4.11: only a vendor's Role has arguments of its own.
    if (role >>> 24 !== 0xff) value.exactly(4);
    return { is: "role", role, more: value.bytes.subarray(4) };
  },
  storage: (row, value) => {
    value.exactly(4);
    return { is: "storage", of: row.of, bytes: value.fields(1)[0]! };
  },
  attributes: (_, value) => {
    const [entity, class_, ...values] = value.array(2) as [number, number, ...number[]];
    return { is: "attributes", entity, class: class_, values };
  },
};

function parseContent(type: number, value: Value): Content {
  if (!isCommandType(type)) return { is: "unknown", value: value.bytes };
  const row = commandTypes[type];
  // The table pairs every row with its reader; the compiler cannot follow that through the union.
  return (readers[row.shape] as (row: unknown, value: Value) => Content)(row, value);
}

/** Table 74: bits other than the lowest are ignored. */
const isUnsafe = (flags: number): boolean => (flags & unsafeFlag) !== 0;

function parsePut(row: RowOf<"put">, value: Value): Content {
  const [flags, pathAt, pathLength, hashType, hashAt, hashLength, offset, length] = value.fields(8) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const path = value.part("path", pathAt, pathLength);
  const hash = value.part("hash", hashAt, hashLength);
  if (hashType === sha1Type && hashLength !== 20) {
    value.refuse(`Its SHA-1 hash has ${hashLength} octets; it has to have 20.`);
  }
  const { how, versioned } = row;
  return { is: "put", how, versioned, unsafe: isUnsafe(flags), path, hashType, hash, offset, length };
}

/** Table 74: the only Hash Type that is defined. */
export const sha1Type = 1;

// ---------------------------------------------------------------- writing

/** A command as octets: Type, Length, Value. */
export function writeCommand(type: number, content: Content): Uint8Array {
  const value = writeContent(content);
  return joined([numbers([type, value.length]), value]);
}

function writeContent(content: Content): Uint8Array {
  switch (content.is) {
    case "end":
    case "reboot":
    case "format":
      return new Uint8Array();
    case "put": {
      const { path, hash } = content;
      const fields = [flagsOf(content), 32, path.length, content.hashType, 32 + path.length, hash.length];
      return joined([numbers([...fields, content.offset, content.length]), path, hash]);
    }
    case "remove":
      return joined([numbers([flagsOf(content), 12, content.path.length]), content.path]);
    case "move": {
      const { path, to } = content;
      return joined([numbers([flagsOf(content), 20, path.length, 20 + path.length, to.length]), path, to]);
    }
    case "text":
      return new TextEncoder().encode(content.text);
    case "timeout":
      return numbers([content.seconds]);
    case "bound":
      return numbers(content.version);
    case "role":
      return joined([numbers([content.role]), content.more]);
    case "storage":
      return numbers([content.bytes]);
    case "attributes":
      return numbers([content.entity, content.class, ...content.values]);
    case "unknown":
      return content.value;
  }
}

const flagsOf = ({ unsafe }: { readonly unsafe: boolean }): number => (unsafe ? unsafeFlag : 0);

function numbers(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return bytes;
}

/** Pieces one behind the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
