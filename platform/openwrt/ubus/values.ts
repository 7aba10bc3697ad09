/** Codec: values as ubus carries them (blobmsg of libubox): attributes with a name, in tables and arrays.
 *
 * An attribute is a u32 (bit 31 extended, bits 24 to 30 the id, the rest its length with these 4 bytes), its data, and
 * zeros up to a multiple of 4. A value has the extended bit, its type as id, and data that begin with its name. All
 * numbers are big-endian. */
import { Malformed } from "../../../src/errors.ts";
import { ubusLimits } from "./limits.ts";

/** A value of JSON. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Table = Readonly<Record<string, Value>>;

const extended = 0x8000_0000;
const types = { array: 1, table: 2, string: 3, int64: 4, int32: 5, int16: 6, bool: 7, double: 8 } as const;

export const padded = (length: number): number => (length + 3) & ~3;

/** An attribute with its padding. */
export function attribute(id: number, data: Uint8Array, flags = 0): Buffer {
  const length = 4 + data.length;
  const out = Buffer.alloc(padded(length));
  out.writeUInt32BE((flags + id * 0x100_0000 + length) >>> 0);
  out.set(data, 4);
  return out;
}

/** The values of a table, one after the other. */
export function encodeTable(table: Table): Buffer {
  return Buffer.concat(Object.entries(table).map(([name, value]) => encodeValue(name, value)));
}

function encodeValue(name: string, value: Value): Buffer {
  const [type, data] = encoded(value);
  return attribute(type, Buffer.concat([encodeName(name), data]), extended);
}

function encodeName(name: string): Buffer {
  const bytes = Buffer.from(name);
  const out = Buffer.alloc(padded(2 + bytes.length + 1));
  out.writeUInt16BE(bytes.length);
  bytes.copy(out, 2);
  return out;
}

function encoded(value: Value): [type: number, data: Buffer] {
  if (typeof value === "string") return [types.string, Buffer.from(`${value}\0`)];
  if (typeof value === "boolean") return [types.bool, Buffer.of(Number(value))];
  if (typeof value === "number") return encodedNumber(value);
  if (value === null) return [types.string, Buffer.of(0)];
  if (Array.isArray(value))
    return [types.array, Buffer.concat(value.map((member: Value) => encodeValue("", member)))];
  return [types.table, encodeTable(value as Table)];
}

function encodedNumber(value: number): [type: number, data: Buffer] {
  if (Number.isInteger(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff) {
    const data = Buffer.alloc(4);
    data.writeInt32BE(value);
    return [types.int32, data];
  }
  const data = Buffer.alloc(8);
  if (Number.isSafeInteger(value)) data.writeBigInt64BE(BigInt(value));
  else data.writeDoubleBE(value);
  return [Number.isSafeInteger(value) ? types.int64 : types.double, data];
}

/** @throws Malformed where attributes do not fit into each other, or nest too deeply */
export function decodeTable(bytes: Buffer): Table {
  return tableOf(bytes, 0);
}

/** Every attribute of a run of them. @throws Malformed */
export function* attributes(bytes: Buffer): Generator<{ readonly id: number; readonly data: Buffer }> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const head = bytes.readUInt32BE(at);
    const length = head & 0xff_ffff;
    if (length < 4 || at + length > bytes.length) throw malformed("an attribute does not fit");
    yield { id: (head >>> 24) & 0x7f, data: bytes.subarray(at + 4, at + length) };
    at += padded(length);
  }
}

function tableOf(bytes: Buffer, depth: number): Table {
  const table: Record<string, Value> = {};
  // `__proto__` would change the prototype of the table, and no reader asks for that name.
  for (const { name, value } of members(bytes, depth)) if (name !== "__proto__") table[name] = value;
  return table;
}

function* members(bytes: Buffer, depth: number): Generator<{ readonly name: string; readonly value: Value }> {
  if (depth > ubusLimits.depthMax) throw malformed("values nest too deeply");
  for (const { id, data } of attributes(bytes)) {
    if (data.length < 3) throw malformed("a value has no name");
    const length = data.readUInt16BE();
    const from = padded(2 + length + 1);
    if (from > data.length) throw malformed("the name of a value does not fit");
    yield { name: data.toString("utf8", 2, 2 + length), value: read(id, data.subarray(from), depth) };
  }
}

function read(type: number, data: Buffer, depth: number): Value {
  const need = (length: number): Buffer => {
    if (data.length < length) throw malformed("a value is cut off");
    return data;
  };
  switch (type) {
    case types.array:
      return Array.from(members(data, depth + 1), ({ value }) => value);
    case types.table:
      return tableOf(data, depth + 1);
    case types.string:
      return data.toString("utf8", 0, data.at(-1) === 0 ? data.length - 1 : data.length);
    case types.int64:
      return Number(need(8).readBigInt64BE());
    case types.int32:
      return need(4).readInt32BE();
    case types.int16:
      return need(2).readInt16BE();
    case types.bool:
      return need(1)[0] !== 0;
    case types.double:
      return need(8).readDoubleBE();
    default:
      return null;
  }
}

const malformed = (what: string): Malformed => new Malformed(`Cannot read the message of ubus: ${what}`);
