/** Codec: the options of a DHCP message, walked on the raw octets. RFC 2131 4.1, RFC 2132 3 and 9.3, RFC 3396.
 *
 * No octet makes the walk fail: an option that cannot be read is passed over, with a note. */
import { Malformed } from "../errors.ts";
import { optionLimits } from "./limits.ts";

/** Bodies by option code, of those that this room reads; several instances of one code are joined in their order (RFC
 * 3396 7). */
export type OptionBodies = ReadonlyMap<number, Uint8Array>;

/** The three parts of a message that may hold options; `file` and `sname` count only where option 52 says so. */
export interface OptionFields {
  readonly options: Uint8Array;
  readonly file?: Uint8Array | undefined;
  readonly sname?: Uint8Array | undefined;
}

/** Notes on octets that were passed over, in plain words. */
export type Note = (text: string) => void;

const code = { pad: 0, overload: 52, end: 255 } as const;

/** The options that this room reads; bodies of others are not kept. 51 lease time, 53 message type, 54 server. */
const wanted = new Uint8Array(256);
for (const one of [43, 51, code.overload, 53, 54, 60, 124, 125]) wanted[one] = 1;

/** Offsets of a BOOTP message. RFC 2131 2. */
const at = { sname: 44, file: 108, cookie: 236, options: 240 } as const;
const cookie = 0x63825363;

/** Collects notes, each of them once, and no more than is useful. */
export function noteTaker(): { readonly notes: readonly string[]; readonly note: Note } {
  const notes: string[] = [];
  const note = (text: string) => {
    if (notes.length < optionLimits.notesMax && !notes.includes(text)) notes.push(text);
  };
  return { notes, note };
}

/** The parts of a whole message that may hold options.
 * @throws Malformed for octets that are no DHCP message: too short, or without the magic cookie of RFC 2131 3 */
export function splitPacket(packet: Uint8Array): OptionFields {
  if (packet.length < at.options)
    throw new Malformed(
      `Cannot read the DHCP message: it has ${packet.length} octets, and the options begin at ${at.options}`,
    );
  if (packet.length > optionLimits.packetBytesMax)
    throw new Malformed(`Cannot read the DHCP message: it is longer than a UDP datagram can be`);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  if (view.getUint32(at.cookie) !== cookie)
    throw new Malformed("Cannot read the DHCP message: octets 236 to 239 are not the magic cookie 63825363");
  return {
    options: packet.subarray(at.options),
    // Seldom asked for.
    get file() {
      return packet.subarray(at.file, at.cookie);
    },
    get sname() {
      return packet.subarray(at.sname, at.file);
    },
  };
}

/** RFC 3396 5: `options` first, then `file`, then `sname`, as far as option 52 in `options` lays them open. */
export function readOptions(fields: OptionFields, note: Note): OptionBodies {
  const bodies = new Map<number, Uint8Array>();
  const pieces = new Map<number, Uint8Array[]>();
  walk(fields.options, "options", bodies, pieces, note);
  const overload = bodies.get(code.overload)?.[0] ?? 0;
  if (overload > 3) note(`Option 52 has the value ${overload}: expected 1, 2 or 3`);
  else if (overload > 0) {
    if (overload & 1 && fields.file !== undefined) walk(fields.file, "file", bodies, pieces, note);
    if (overload & 2 && fields.sname !== undefined) walk(fields.sname, "sname", bodies, pieces, note);
  }
  for (const [number, more] of pieces) bodies.set(number, joined([bodies.get(number)!, ...more]));
  return bodies;
}

/** @param bodies gets the first instance of each option, `pieces` all later ones */
function walk(
  field: Uint8Array,
  name: string,
  bodies: Map<number, Uint8Array>,
  pieces: Map<number, Uint8Array[]>,
  note: Note,
): void {
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
    if (wanted[number] === 1) keep(number, field.subarray(index + 2, end), bodies, pieces);
    index = end;
  }
}

function keep(
  number: number,
  body: Uint8Array,
  bodies: Map<number, Uint8Array>,
  pieces: Map<number, Uint8Array[]>,
): void {
  if (!bodies.has(number)) bodies.set(number, body);
  else if (pieces.get(number)?.push(body) === undefined) pieces.set(number, [body]);
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
