/** Rule: which addresses count as one source. TR-069 3.2.2: limits are per source, acceptance is not. */

/** IPv4: the address, also where it is mapped into IPv6. IPv6: the /64, all of which one host commands, then the /56
 * and the /48, either of which a provider may give to one site (RFC 6177 2): its holder has thousands of the narrower.
 * @param address as the socket reports it, perhaps with a zone
 * @returns the narrowest first */
export function sourcesOf(address: string): readonly [string, ...string[]] {
  const plain = address.toLowerCase().replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped) return [mapped[1]!];
  if (!plain.includes(":")) return [plain];
  const [front = "", back] = plain.split("::");
  const groups = front === "" ? [] : front.split(":");
  if (back !== undefined) {
    const tail = back === "" ? [] : back.split(":");
    while (groups.length + tail.length < 8) groups.push("0");
    groups.push(...tail);
  }
  const site = groups.slice(0, 3).join(":");
  const last = Number.parseInt(groups[3] ?? "0", 16);
  return [
    `${site}:${last.toString(16)}::/64`,
    `${site}:${(last & 0xff00).toString(16)}::/56`,
    `${site}::/48`,
  ];
}
