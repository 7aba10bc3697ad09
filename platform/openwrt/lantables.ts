/** Port: the tables of the LAN: the lease files of the DHCP servers, and the neighbours. */
import type { LeaseFile, Sheet } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";
import { parseLeases, parseLeases6, parseNeighbours, parseOdhcpdLeases } from "./neighbours.ts";
import type { Files } from "./read.ts";

const leaseParsers: Readonly<Record<LeaseFile["by"], typeof parseLeases>> = {
  dnsmasq: parseLeases,
  odhcpd: parseOdhcpdLeases,
};

/** Each file is read once a moment, however many parameters ask for it, and parsed again when its text has changed:
 * until then every moment gets the same list. */
export function lanTables(files: Files): () => Pick<Sheet, "leases" | "leases6" | "neighbours"> {
  const neighbours = parsedOnce(parseNeighbours);
  const leases = byKey((by: LeaseFile["by"]) => byKey((_path: string) => parsedOnce(leaseParsers[by])));
  const leases6 = byKey((_path: string) => parsedOnce(parseLeases6));
  return () => {
    const text = byKey((path: string) => files.text(path.replace(/^\/+/, ""), factsLimits.tableBytesMax));
    const read = ({ path, by }: LeaseFile) => leases(by)(path)(text(path));
    return {
      neighbours: () => neighbours(text("proc/net/arp")),
      leases: (all) => (all.length === 1 ? read(all[0]!) : all.flatMap(read)),
      leases6: (path) => leases6(path)(text(path)),
    };
  };
}

/** Parses a text unless it is the same one as last time. */
function parsedOnce<T>(parse: (text: string | undefined) => T): (text: string | undefined) => T {
  let last: { readonly text: string | undefined; readonly parsed: T } | undefined;
  return (text) => {
    if (last === undefined || last.text !== text) last = { text, parsed: parse(text) };
    return last.parsed;
  };
}

/** Makes the value of a key once. */
function byKey<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<K, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}
