/** Codec: the options of a DHCP message, walked on the raw octets. RFC 2131 4.1, RFC 2132 3 and 9.3, RFC 3396.
 *
 * No octet makes the walk fail: what cannot be read is passed over, and a note says so. */
import { Malformed } from "../errors.ts";
import { optionLimits } from "./limits.ts";

/** Bodies by option code; several instances of one code are joined in their order (RFC 3396 7). */
export type OptionBodies = ReadonlyMap<number, Uint8Array>;

/** The three parts of a message that may hold options; `file` and `sname` count only where option 52 says so. */
export interface OptionFields {
  readonly options: Uint8Array;
  readonly file?: Uint8Array | undefined;
  readonly sname?: Uint8Array | undefined;
}

/** Notes on what was passed over, in plain words. */
export type Note = (text: string) => void;

const code = { pad: 0, overload: 52, end: 255 } as const;

/** Offsets of a BOOTP message. RFC 2131 2. */
const at = { sname: 44, file: 108, cookie: 236, options: 240 } as const;
const cookie = [0x63, 0x82, 0x53, 0x63] as const;

/** Collects notes, each of them once, and no more than is useful. */
export function noteTaker(): { readonly notes: readonly string[]; readonly note: Note } {
  const notes: string[] = [];
  const note = (text: string) => {
    if (notes.length < optionLimits.notesMax && !notes.includes(text)) notes.push(text);
  };
  return { notes, note };
}

/** The parts of a whole message that may hold options.
 * @throws Malformed for what is no DHCP message: too short, or without the magic cookie of RFC 2131 3 */
export function splitPacket(packet: Uint8Array): OptionFields {
  if (packet.length < at.options)
    throw new Malformed(
      `Cannot read the DHCP message: it has ${packet.length} octets, and the options begin at ${at.options}`,
    );
  if (packet.length > optionLimits.packetBytesMax)
    throw new Malformed(`Cannot read the DHCP message: it is longer than a UDP datagram can be`);
  if (cookie.some((octet, index) => packet[at.cookie + index] !== octet))
    throw new Malformed("Cannot read the DHCP message: octets 236 to 239 are not the magic cookie 63825363");
  return {
    options: packet.subarray(at.options),
    file: packet.subarray(at.file, at.cookie),
    sname: packet.subarray(at.sname, at.file),
  };
}

/** RFC 3396 5: `options` first, then `file`, then `sname`, as far as option 52 in `options` lays them open. */
export function readOptions(fields: OptionFields, note: Note): OptionBodies {
  const pieces = new Map<number, Uint8Array[]>();
  walk(fields.options, "options", pieces, note);
  const overload = pieces.get(code.overload)?.[0]?.[0] ?? 0;
  if (overload > 3) note(`Option 52 has the value ${overload}: expected 1, 2 or 3`);
  else {
    if (overload & 1 && fields.file !== undefined) walk(fields.file, "file", pieces, note);
    if (overload & 2 && fields.sname !== undefined) walk(fields.sname, "sname", pieces, note);
  }
  return new Map([...pieces].map(([number, parts]) => [number, joined(parts)]));
}

function walk(field: Uint8Array, name: string, into: Map<number, Uint8Array[]>, note: Note): void {
  let index = 0;
  while (index < field.length) {
    const number = field[index]!;
    if (number === code.end) return;
    if (number === code.pad) {
      index += 1;
      continue;
    }
    const length = field[index + 1];
    if (length === undefined) {
      note(`Option ${number} at the end of ${name} has no length`);
      return;
    }
    const end = index + 2 + length;
    if (end > field.length) {
      note(`Option ${number} in ${name} claims ${length} octets and has ${field.length - index - 2}`);
      return;
    }
    const parts = into.get(number);
    if (parts === undefined) into.set(number, [field.subarray(index + 2, end)]);
    else parts.push(field.subarray(index + 2, end));
    index = end;
  }
}

/** RFC 3396: the pieces of one option make one body. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Uint8Array(Math.min(length, optionLimits.optionBytesMax));
  let filled = 0;
  for (const part of parts) {
    const left = part.subarray(0, all.length - filled);
    all.set(left, filled);
    filled += left.length;
  }
  return all;
}

/** RFC 3396: a body as instances of an option, each as long as can be. An empty body has one, empty. */
export function instances(body: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from === 0 || from < body.length; from += optionLimits.instanceBytesMax)
    parts.push(body.subarray(from, from + optionLimits.instanceBytesMax));
  return parts;
}
