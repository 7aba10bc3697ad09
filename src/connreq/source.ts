/** Rule: which addresses count as one source. TR-069 3.2.2: limits are per source, acceptance is not. */

/** IPv4: the address, also where it comes mapped into IPv6. IPv6: the /64, all of which one host commands.
 * @param address as the socket tells it, perhaps with a zone */
export function sourceOf(address: string): string {
  const plain = address.toLowerCase().replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped) return mapped[1]!;
  if (!plain.includes(":")) return plain;
  const [front = "", back] = plain.split("::");
  const groups = front === "" ? [] : front.split(":");
  if (back !== undefined) {
    const tail = back === "" ? [] : back.split(":");
    while (groups.length + tail.length < 8) groups.push("0");
    groups.push(...tail);
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}
