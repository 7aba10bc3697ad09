/** Table: the facts of the sheet as questions, which can be asked again in a later moment. */
import type { Interface, Netdev, Sheet } from "../ports/facts.ts";
import type { Env } from "./define.ts";

/** How the answers of two moments are compared. `plain`: as they are; the sheet gives such a list anew only when it has changed.
 * `data`: by their text. `moving`: not at all, for an answer that itself has answers. */
export type Kind = "plain" | "data" | "moving";

/** Asks the question, or gives its answer of this moment.
 * @param words tell it from all others */
export type Ask = <T>(words: string, read: (env: Env) => T, kind: Kind) => T;

const sheetKinds: Readonly<Record<Exclude<keyof Sheet, "netdev" | "interface" | "address6">, Kind>> = {
  board: "plain",
  uptime: "plain",
  memory: "data",
  cpuUsage: "plain",
  processes: "data",
  process: "data",
  sensors: "moving",
  optics: "moving",
  accounts: "data",
  written: "plain",
  startsAtBoot: "plain",
  ports: "data",
  bridgePort: "plain",
  bridgeState: "plain",
  pppoeSession: "plain",
  wifiDevice: "plain",
  stations: "data",
  radio: "data",
  leases: "plain",
  neighbours: "plain",
  leases6: "plain",
  hasIpv6: "plain",
  logTail: "plain",
};

/** Many of these facts are a file each. */
const netdevKinds: Readonly<Record<Exclude<keyof Netdev, "counter">, Kind>> = {
  name: "plain",
  mac: "plain",
  up: "plain",
  carrier: "plain",
  mtu: "plain",
  speed: "plain",
  duplex: "plain",
  changed: "plain",
};

/** Of these facts the uptime is another one in every second. */
const interfaceKinds: Readonly<Record<keyof Interface, Kind>> = {
  name: "plain",
  up: "plain",
  pending: "plain",
  device: "plain",
  uptime: "plain",
  addresses: "data",
  gateway: "plain",
  dns: "data",
  errors: "data",
  peer: "plain",
  proto: "plain",
  addresses6: "data",
  prefixes6: "data",
  assigned6: "data",
  routes6: "data",
  dhcp: "data",
};

type Method = (...words: readonly unknown[]) => unknown;

/** The sheet of whatever moment `ask` asks in. Its functions are called for most parameters: what can be made once for a
 * question is not made in each call. */
export function askedSheet(ask: Ask): Sheet {
  const methods = Object.entries(sheetKinds).map(([name, kind]) => [
    name,
    asking(ask, name as keyof Sheet, kind),
  ]);
  return {
    ...Object.fromEntries(methods),
    netdev: subjects(ask, "netdev", netdevKinds, (name) => ({
      counter: (file: string) =>
        ask(`counter ${name} ${file}`, ({ sheet }) => sheet.netdev(name)?.counter(file) ?? 0, "plain"),
    })),
    interface: subjects(ask, "interface", interfaceKinds),
    address6: (name: string) => ask(`address6 ${name}`, ({ sheet }) => sheet.address6?.(name), "plain"),
  };
}

function asking(ask: Ask, name: keyof Sheet, kind: Kind): Method {
  const alone = ({ sheet }: Env): unknown => (sheet[name] as Method)();
  const about = (words: readonly unknown[]): unknown =>
    ask(`${name} ${JSON.stringify(words)}`, ({ sheet }) => (sheet[name] as Method)(...words), kind);
  return (...words) => (words.length === 0 ? ask(name, alone, kind) : about(words));
}

type Named = "netdev" | "interface";

/** Things that have a name, each of their facts a question of its own. */
function subjects(
  ask: Ask,
  method: Named,
  kinds: Readonly<Record<string, Kind>>,
  more: (name: string) => object = () => ({}),
): (name: string) => unknown {
  const known = new Map<string, Subject>();
  return (name) => {
    let subject = known.get(name);
    if (subject === undefined) {
      subject = subjectOf(method, name);
      known.set(name, subject);
    }
    if (!ask(subject.words, subject.exists, "plain")) return undefined;
    subject.facts ??= factsOf(ask, method, name, kinds, more(name));
    return subject.facts;
  };
}

interface Subject {
  readonly words: string;
  readonly exists: (env: Env) => boolean;
  facts: object | undefined;
}

const subjectOf = (method: Named, name: string): Subject => ({
  words: `${method} ${name}`,
  exists: ({ sheet }) => sheet[method](name) !== undefined,
  facts: undefined,
});

function factsOf(
  ask: Ask,
  method: Named,
  name: string,
  kinds: Readonly<Record<string, Kind>>,
  more: object,
): object {
  for (const [fact, kind] of Object.entries(kinds)) {
    const words = `${method} ${name} ${fact}`;
    const read = ({ sheet }: Env) => (sheet[method](name) as Record<string, unknown> | undefined)?.[fact];
    // Enumerable, for readers that copy it.
    Object.defineProperty(more, fact, { enumerable: true, get: () => ask(words, read, kind) });
  }
  return more;
}
