/** Rule: text forms of addresses, the data types of TR-106 3.2 whose tables give no pattern. */

const byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const ipv4 = new RegExp(`^(${byte}\\.){3}${byte}$`);
const group = /^[0-9A-Fa-f]{1,4}$/;
const mac = /^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/;

const isIPv4 = (text: string): boolean => ipv4.test(text);
export const isMac = (text: string): boolean => mac.test(text);

/** RFC 4291 2.2: eight groups, one run of zeros shortened to `::`, the last two perhaps as IPv4. */
function isIPv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const mixed = last !== undefined && isIPv4(last) && !text.endsWith("::");
  const plain = mixed ? groups.slice(0, -1) : groups;
  const count = plain.length + (mixed ? 2 : 0);
  return plain.every((g) => group.test(g)) && (halves.length === 2 ? count <= 7 : count === 8);
}

/** `address/length`; the length may be left out of an IPv4 one only by not being a prefix. */
function isPrefix(text: string, kinds: "v6" | "any"): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return false;
  if (isIPv6(address)) return Number(length) <= 128;
  return kinds === "any" && isIPv4(address) && Number(length) <= 32;
}

/** The data types of TR-106 that name an address. An empty one is "none" in all of them. */
export const addressTypes: Readonly<Record<string, (text: string) => boolean>> = {
  IPAddress: (text) => isIPv4(text) || isIPv6(text),
  IPv4Address: isIPv4,
  IPv6Address: isIPv6,
  IPPrefix: (text) => isPrefix(text, "any"),
  IPv6Prefix: (text) => isPrefix(text, "v6"),
  MACAddress: isMac,
};
