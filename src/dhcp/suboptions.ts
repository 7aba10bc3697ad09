/** Codec: what lies within the vendor options: sub-options of 43 (RFC 2132 8.4), enterprises of 124 and 125 (RFC 3925)
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

/** Option 43 as code, length, body; pads between and an end mark are passed over. RFC 2132 8.4. */
export function readEncapsulated(option: Uint8Array, note: Note): readonly Suboption[] {
  const found: Suboption[] = [];
  let index = 0;
  while (index < option.length && found.length < optionLimits.suboptionsMax) {
    const code = option[index]!;
    if (code === pad) {
      index += 1;
      continue;
    }
    if (code === end) {
      if (option.subarray(index + 1).some((octet) => octet !== pad && octet !== end))
        note("Octets after the end mark (ff) of option 43 are ignored");
      break;
    }
    const next = oneSuboption(option, index, "option 43", note);
    if (next === undefined) break;
    found.push(next);
    index += 2 + next.body.length;
  }
  return found;
}

/** The sub-options of enterprise 3561 in option 125, of all its elements in their order. RFC 3925 4. */
export function readVendorSpecific(option: Uint8Array, note: Note): readonly Suboption[] {
  return elements(option, "option 125", note).flatMap((element) => {
    const found: Suboption[] = [];
    const tail = tailOf(element);
    let index = 0;
    while (index < tail && found.length < optionLimits.suboptionsMax) {
      const next = oneSuboption(element, index, "option 125", note);
      if (next === undefined) break;
      found.push(next);
      index += 2 + next.body.length;
    }
    return found;
  });
}

/** What enterprise 3561 says in option 124, the vendor class by enterprise. RFC 3925 3. */
export function readVendorClass(option: Uint8Array, note: Note): Uint8Array {
  return joined(elements(option, "option 124", note));
}

/** The sub-options of enterprise 3561 in DHCPv6 option 17: codes and lengths of two octets. RFC 8415 21.17. */
export function readVendorSpecific6(option: Uint8Array, note: Note): readonly Suboption[] {
  if (number32(option, 0) !== enterprise) return [];
  const found: Suboption[] = [];
  let index = 4;
  while (index + 4 <= option.length && found.length < optionLimits.suboptionsMax) {
    const code = number16(option, index);
    const length = number16(option, index + 2);
    if (index + 4 + length > option.length) {
      note(
        `Sub-option ${code} of DHCPv6 option 17 claims ${length} octets and has ${option.length - index - 4}`,
      );
      break;
    }
    found.push({ code, body: option.subarray(index + 4, index + 4 + length) });
    index += 4 + length;
  }
  return found;
}

function oneSuboption(from: Uint8Array, index: number, name: string, note: Note): Suboption | undefined {
  const code = from[index]!;
  const length = from[index + 1];
  if (length === undefined) {
    note(`Sub-option ${code} at the end of ${name} has no length`);
    return undefined;
  }
  const body = from.subarray(index + 2, index + 2 + length);
  if (body.length === length) return { code, body };
  note(`Sub-option ${code} of ${name} claims ${length} octets and has ${body.length}`);
  return undefined;
}

/** Bodies of the elements of enterprise 3561 among those of others. RFC 3925 3 and 4. */
function elements(option: Uint8Array, name: string, note: Note): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
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
    // The sub-options that came whole are good all the same.
    if (number === enterprise) found.push(body);
    index = start + length;
  }
  return found;
}

/** Where the pads and the end mark behind the last element begin: no part of RFC 3925, yet some servers send them.
 * An element that ends in zeros is not cut short: its length is believed, and the walk is past this place by then. */
function tailOf(octets: Uint8Array): number {
  const last = octets.findLastIndex((octet) => octet !== pad);
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

/** Option 125 of enterprise 3561. What does not fit an element of 255 octets goes into one more of the same number,
 * each sub-option whole (RFC 3925 4). */
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
