/** Codec: an IP address with its port, as people write it (`192.0.2.1:3478`, `[2001:db8::1]:3478`) and as bytes.
 * RFC 3489 11.2.1, RFC 5389 15.1. */

import type { Endpoint } from "../ports/udp.ts";

export const sameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.address === other.address && one.port === other.port;

export const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

export function writeEndpoint({ address, port }: Endpoint): string {
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** @returns undefined where the text is not an address with a port */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, long, short, digits] = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/.exec(text) ?? [];
  const address = addressText(addressBytes(long ?? short ?? "") ?? new Uint8Array(0));
  const port = Number(digits);
  const wrong = address === undefined || port > 65_535 || (long !== undefined) !== address.includes(":");
  return wrong ? undefined : { address, port };
}

/** The 4 or 16 bytes of an address; undefined where the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(":")) {
    const parts = text.split(".");
    const sound = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
    const bytes = parts.map(Number);
    return sound && bytes.every((byte) => byte < 256) ? Uint8Array.from(bytes) : undefined;
  }
  const [front = "", back] = (canonical(text) ?? "").split("::");
  const groups = (half: string) =>
    half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16));
  const [head, tail] = [groups(front), groups(back ?? "")];
  const gap = back === undefined ? 0 : 8 - head.length - tail.length;
  const all = [...head, ...new Array<number>(Math.max(gap, 0)).fill(0), ...tail];
  return all.length === 8 ? Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255])) : undefined;
}

/** The text of an address of 4 or 16 bytes; undefined for any other number of bytes. */
export function addressText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16),
  );
  return canonical(groups.join(":"));
}

/** RFC 5952 2.2 and 4: one spelling for each address, without dotted parts. The URL standard has the same. */
function canonical(text: string): string | undefined {
  const url = `http://[${text}]/`;
  return /^[0-9A-Fa-f:.]+$/.test(text) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}
