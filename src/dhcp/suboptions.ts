/** Codec: the content of vendor options: sub-options of 43 (RFC 2132 8.4), enterprises of 124 and 125 (RFC 3925)
 * and of DHCPv6 options 16 and 17 (RFC 8415 21.16, 21.17). */
import { optionLimits } from "./limits.ts";
import { joined, type Note } from "./options.ts";

export interface Suboption {
  readonly code: number;
  readonly body: Uint8Array;
}

/** TR-069 F.2.5: the Broadband Forum's number, "ADSL Forum" in the registry of IANA. */
export const enterprise = 3561;

const pad = 0;
const end = 255;

/** The first body of each code. */
export type Suboptions = ReadonlyMap<number, Uint8Array>;

/** Option 43 as code, length, body; pads between and an end mark are passed over. RFC 2132 8.4. */
export function readEncapsulated(option: Uint8Array, note: Note): Suboptions {
  const found = new Map<number, Uint8Array>();
  let index = 0;
  while (index < option.length) {
    const code = option[index]!;
    if (code === end) {
      if (option.subarray(index + 1).some((octet) => octet !== pad && octet !== end))
        note("Octets after the end mark (ff) of option 43 are ignored");
      break;
    }
    index = code === pad ? index + 1 : oneSuboption(option, index, "option 43", found, note);
  }
  return found;
}

/** The sub-options of enterprise 3561 in option 125, of all its elements in their order. RFC 3925 4. */
export function readVendorSpecific(option: Uint8Array, note: Note): Suboptions {
  const found = new Map<number, Uint8Array>();
  eachElement(option, "option 125", note, (element) => {
    const tail = tailOf(element);
    let index = 0;
    while (index < tail) index = oneSuboption(element, index, "option 125", found, note);
  });
  return found;
}

/** The data of enterprise 3561 in option 124, the vendor class by enterprise. RFC 3925 3. */
export function readVendorClass(option: Uint8Array, note: Note): Uint8Array {
  const found: Uint8Array[] = [];
  eachElement(option, "option 124", note, (element) => found.push(element));
  return joined(found);
}

/** The sub-options of enterprise 3561 in DHCPv6 option 17: codes and lengths of two octets. RFC 8415 21.17. */
export function readVendorSpecific6(option: Uint8Array, note: Note): Suboptions {
  const found = new Map<number, Uint8Array>();
  if (option.length < 4 || number32(option, 0) !== enterprise) return found;
  let index = 4;
  while (index + 4 <= option.length) {
    const start = index + 4;
    const length = number16(option, index + 2);
    const last = start + length;
    add(found, number16(option, index), option.subarray(start, last), length, "DHCPv6 option 17", note);
    index = last;
  }
  return found;
}

/** Takes the sub-option at `index`. @returns where the next one begins; the end where this one is not whole */
function oneSuboption(
  from: Uint8Array,
  index: number,
  name: string,
  found: Map<number, Uint8Array>,
  note: Note,
): number {
  const code = from[index]!;
  const length = from[index + 1];
  if (length === undefined) {
    note(`Sub-option ${code} at the end of ${name} has no length`);
    return from.length;
  }
  const last = index + 2 + length;
  add(found, code, from.subarray(index + 2, last), length, name, note);
  return last;
}

/** @param length that the sub-option claims; where the octets end before it, the sub-option does not count */
function add(
  found: Map<number, Uint8Array>,
  code: number,
  body: Uint8Array,
  length: number,
  name: string,
  note: Note,
): void {
  if (body.length < length)
    note(`Sub-option ${code} of ${name} claims ${length} octets and has ${body.length}`);
  else if (found.has(code)) note(`Sub-option ${code} of ${name} comes several times: the first one is taken`);
  else found.set(code, body);
}

/** Bodies of the elements of enterprise 3561 among those of others. RFC 3925 3 and 4. */
function eachElement(option: Uint8Array, name: string, note: Note, take: (body: Uint8Array) => void): void {
  const tail = tailOf(option);
  let index = 0;
  while (index < tail) {
    const start = index + 5;
    if (start > option.length) {
      note(`${option.length - index} octets at the end of ${name} are no element`);
      break;
    }
    const number = number32(option, index);
    const length = option[index + 4]!;
    const body = option.subarray(start, start + length);
    if (body.length < length)
      note(`The element of enterprise ${number} in ${name} claims ${length} octets and has ${body.length}`);
    // The sub-options that arrived whole are still good.
    if (number === enterprise) take(body);
    index = start + length;
  }
}

/** The position of the pads and the end mark behind the last element. RFC 3925 has no such marks, yet some servers send
 * them. An element that ends in zeros is not cut short: its length counts, and the walk is past this
 * position by then. */
function tailOf(octets: Uint8Array): number {
  let last = octets.length - 1;
  while (octets[last] === pad) last -= 1;
  return octets[last] === end ? last : last + 1;
}

const number16 = (from: Uint8Array, index: number): number => from[index]! * 256 + from[index + 1]!;

const number32 = (from: Uint8Array, index: number): number =>
  number16(from, index) * 65_536 + number16(from, index + 2);

/** Sub-options as octets, without pads and without an end mark (R-F.2.5-04, R-F.2.5-11).
 * A body is at most 255 octets long: the caller has seen to that. */
export function writeSuboptions(list: readonly Suboption[]): Uint8Array {
  return joined([
    new Uint8Array(0),
    ...list.flatMap(({ code, body }) => [Uint8Array.of(code, body.length), body]),
  ]);
}

/** Option 125 of enterprise 3561. Sub-options that do not fit an element of 255 octets go into another element of the
 * same number, each sub-option whole (RFC 3925 4). */
export function writeVendorSpecific(list: readonly Suboption[]): Uint8Array {
  const groups: Suboption[][] = [[]];
  let used = 0;
  for (const one of list) {
    const size = 2 + one.body.length;
    if (used + size > optionLimits.instanceBytesMax) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)!.push(one);
    used += size;
  }
  return joined(
    groups.flatMap((group) => {
      const body = writeSuboptions(group);
      return [Uint8Array.of(0, 0, enterprise >> 8, enterprise & 0xff, body.length), body];
    }),
  );
}
