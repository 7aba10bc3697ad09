/** Rule: IPv6 addresses and prefixes as text. RFC 4291 2.2, RFC 5952. */

/** The eight words of an address; undefined for anything else. A dotted tail is not taken: nothing here writes one. */
export function words6(text: string): readonly number[] | undefined {
  if (!/^[0-9A-Fa-f:]{2,39}$/.test(text)) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  const fits = halves.length === 2 ? missing >= 1 : missing === 0;
  const all = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill("0"), ...tail];
  if (!fits || all.some((word) => !/^[0-9A-Fa-f]{1,4}$/.test(word))) return undefined;
  return all.map((word) => Number.parseInt(word, 16));
}

export const isAddress6 = (text: string): boolean => words6(text) !== undefined;

/** Whether all bits behind the first `length` bits of the address are zero. */
const endsAt = (address: string, length: number): boolean =>
  words6(address)?.every(
    (word, i) => (word & (0xffff >> Math.min(Math.max(length - 16 * i, 0), 16))) === 0,
  ) === true;

/** A prefix of unique local addresses (RFC 4193) that netifd divides among the LANs: it takes none
 * longer than 64 bits. */
export function isUlaPrefix(text: string): boolean {
  if (!isPrefix6(text)) return false;
  const [address = "", length = ""] = text.split("/");
  const bits = Number(length);
  return isUla(address) && bits >= 7 && bits <= 64 && endsAt(address, bits);
}

/** Could be the address of one host: not `::`, not the loopback's `::1`, not of many hosts (ff00::/8). RFC 4291 2.4. */
export function isUnicast6(text: string): boolean {
  const words = words6(text);
  if (words === undefined) return false;
  const isLow = words.slice(0, 7).every((word) => word === 0) && (words[7] ?? 0) <= 1;
  return !isLow && (words[0] ?? 0) >>> 8 !== 0xff;
}

export const isUla = (address: string): boolean => (words6(address)?.[0] ?? 0) >>> 9 === 0x7e;

export function isPrefix6(text: string): boolean {
  const [address = "", length = "", more] = text.split("/");
  return more === undefined && isAddress6(address) && /^\d{1,3}$/.test(length) && Number(length) <= 128;
}
