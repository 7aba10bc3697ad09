/** Rule: IPv4 addresses, masks and ranges as text and as numbers. TR-098 type IPAddress. */

const dot = 46;

/** Digit by digit: a large network asks this for every lease in every moment.
 * @returns the address as a number in [0, 2^32), or undefined for anything but four decimal octets */
export function parseAddress(text: string): number | undefined {
  let address = 0;
  let octets = 0;
  let octet = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : dot;
    if (code === dot) {
      if (digits === 0 || octet > 255) return undefined;
      address = address * 256 + octet;
      octets++;
      octet = 0;
      digits = 0;
      continue;
    }
    // A leading zero means octal to some readers: refused, so that all of them agree.
    if (code < 48 || code > 57 || digits === 3 || (digits > 0 && octet === 0)) return undefined;
    octet = octet * 10 + code - 48;
    digits++;
  }
  return octets === 4 ? address : undefined;
}

export function writeAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** @param bits 0 to 32 */
export function maskOf(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
}

/** @returns the number of leading ones of a mask as text, undefined where it is no contiguous mask */
export function bitsOf(mask: string): number | undefined {
  const value = parseAddress(mask);
  if (value === undefined) return undefined;
  const bits = Math.clz32(~value >>> 0);
  return maskOf(bits) === value ? bits : undefined;
}

/** An address with the length of its network prefix. */
export interface Subnet {
  readonly address: number;
  readonly bits: number;
}

/** Reads `a.b.c.d/n`; without `/n`, or with a mask there, `mask` or its own counts; without both /32, as
 * netifd has it. */
export function parseSubnet(text: string, mask?: string): Subnet | undefined {
  const [host = "", length] = text.split("/", 2);
  const address = parseAddress(host);
  const bits = bitsFrom(length ?? mask);
  return address === undefined || bits === undefined ? undefined : { address, bits };
}

function bitsFrom(length: string | undefined): number | undefined {
  if (length === undefined) return 32;
  if (/^\d{1,2}$/.test(length)) return Number(length) <= 32 ? Number(length) : undefined;
  return bitsOf(length);
}

export function networkOf(subnet: Subnet): number {
  return (subnet.address & maskOf(subnet.bits)) >>> 0;
}

export function contains(subnet: Subnet, address: number): boolean {
  return (address & maskOf(subnet.bits)) >>> 0 === networkOf(subnet);
}

/** First and last address that a host of the network can have. */
export function hostsOf(subnet: Subnet): { readonly first: number; readonly last: number } {
  const network = networkOf(subnet);
  const last = network + 2 ** (32 - subnet.bits) - 1;
  // RFC 3021: a /31 has neither network nor broadcast address; a /32 is a host.
  return subnet.bits >= 31 ? { first: network, last } : { first: network + 1, last: last - 1 };
}

/** Could be the address of one host at all: not 0/8, not loopback, not multicast or above. */
export function isUnicast(address: number): boolean {
  const first = address >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}
