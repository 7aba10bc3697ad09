/** Table: the hosts on a LAN, by MAC address, from leases and neighbours.
 * The hosts themselves send these values, which so are hostile. */
import type { At, Binding, Env, Row, Rows } from "../../../src/model/define.ts";
import type { Lease, LeaseFile, Neighbour } from "../../../src/ports/facts.ts";
import { contains, parseAddress, type Subnet } from "./address.ts";
import { isAddress6 } from "./address6.ts";
import { bit, fact, instance, sectionAt, single } from "./bind.ts";
import { isOdhcpdMain } from "./dhcp.ts";
import { lanDevice, subnetsOf } from "./ipaddress.ts";
import { gatewayLimits } from "./limits.ts";
import { joining, noRows, perMoment, perObject } from "./moment.ts";
import { baseOf, lanInterfaces, portsOf } from "./network.ts";
import { lanNetworks } from "./wlan.ts";

/** The packages on which the hosts of a LAN depend: they hold its addresses and the path of dnsmasq's lease file. */
export const hostPackages: readonly string[] = ["dhcp", "network"];

const network = instance("network", "interface");

interface Host {
  readonly mac: string;
  address: string;
  /** Unix seconds when the lease ends, 0 never; undefined: no lease. */
  expires: number | undefined;
  hostname: string;
  /** As the lease file has it; `*` where the client sends none. */
  clientId: string;
  active: boolean;
}

type Hosts = ReadonlyMap<string, Host>;

/** A LAN interface with its hosts. It never changes: other hosts are another object. */
interface Lan {
  readonly name: string;
  readonly hosts: Hosts;
}

/** The LANs by name, each looked up once for a moment. */
const lanNamed = new Map<string, (env: Env) => Lan>();

function lanOf(at: At, env: Env): Lan {
  const name = at.interface ?? "";
  const there = lanNamed.get(name) ?? perMoment((moment) => unchanged(name, moment));
  lanNamed.set(name, there);
  return there(env);
}

/** The LANs by the lists that they were made of. A sheet gives the same lists until a host comes, goes or renews. */
const madeOf = new WeakMap<readonly Lease[], { neighbours: readonly Neighbour[]; lans: Map<string, Lan> }>();

function unchanged(name: string, env: Env): Lan {
  const at = { interface: name };
  const [leases, neighbours] = [env.sheet.leases(leaseFiles(env)), env.sheet.neighbours()];
  const [subnets, device] = [subnetsOf(at, env), lanDevice(at, env)];
  const there = madeOf.get(leases);
  const lans = there?.neighbours === neighbours ? there.lans : new Map<string, Lan>();
  if (lans !== there?.lans) madeOf.set(leases, { neighbours, lans });
  const place = JSON.stringify([name, device, subnets]);
  const lan = lans.get(place) ?? { name, hosts: collect(leases, neighbours, subnets, device) };
  lans.set(place, lan);
  return lan;
}

const hostsOf = (at: At, env: Env): Hosts => lanOf(at, env).hosts;

function collect(
  leases: readonly Lease[],
  neighbours: readonly Neighbour[],
  subnets: readonly Subnet[],
  device: string | undefined,
): Hosts {
  const hosts = new Map<string, Host>();
  const reachable = new Set(
    neighbours.flatMap((one) => (one.reachable ? [`${one.mac.toUpperCase()} ${one.address}`] : [])),
  );
  for (const lease of chosen(leases, subnets, reachable)) {
    const host = hostOf(hosts, lease.mac, lease.address);
    const { expires, hostname, clientId } = lease;
    if (host) Object.assign(host, { expires, hostname: nameOf(hostname), clientId });
  }
  for (const neighbour of neighbours) {
    const host = neighbour.device === device && hostOf(hosts, neighbour.mac, neighbour.address);
    if (host) host.active ||= neighbour.reachable;
  }
  return hosts.size > gatewayLimits.hostsMax ? fewer(hosts) : hosts;
}

/** As many as are shown: of the inactive ones those go whose leases ended first, or that have none. */
function fewer(hosts: Hosts): Hosts {
  const worth = ({ active, expires }: Host) =>
    active ? Number.MAX_VALUE : expires === 0 ? Number.MAX_SAFE_INTEGER : (expires ?? 0);
  const staying = new Set(
    [...hosts.values()].toSorted((a, b) => worth(b) - worth(a)).slice(0, gatewayLimits.hostsMax),
  );
  return new Map([...hosts].filter(([, host]) => staying.has(host)));
}

/** The lease file of dnsmasq by default (its init script). */
const usualLeaseFile = { path: "/tmp/dhcp.leases", by: "dnsmasq" } as const;

/** The files that the DHCP servers of the device write. With `maindhcp` odhcpd serves IPv4 and dnsmasq does not. */
function leaseFiles(env: Env): readonly LeaseFile[] {
  const dhcp = env.config.package("dhcp");
  const odhcpd = dhcp?.ofType("odhcpd")[0];
  const noted = single(odhcpd, "leasefile");
  if (noted !== undefined && isOdhcpdMain(env)) return [{ path: noted, by: "odhcpd" }];
  const files = (dhcp?.ofType("dnsmasq") ?? []).map(
    (section): LeaseFile => ({ path: single(section, "leasefile") ?? usualLeaseFile.path, by: "dnsmasq" }),
  );
  const once = new Map(files.map((file) => [file.path, file]));
  return once.size === 0 ? [usualLeaseFile] : [...once.values()];
}

/** The leases in these subnets, one for each MAC address. Of several (a host that has changed its client id) the lease
 * whose address answers, else the lease that ends last; every value of the host is from that lease. */
function chosen(
  leases: readonly Lease[],
  subnets: readonly Subnet[],
  reachable: ReadonlySet<string>,
): Iterable<Lease> {
  const best = new Map<string, Lease>();
  const ends = (lease: Lease) => (lease.expires === 0 ? Number.POSITIVE_INFINITY : lease.expires);
  const answers = (lease: Lease) => reachable.has(`${lease.mac} ${lease.address}`);
  for (const lease of leases) {
    if (!inside(subnets, lease.address)) continue;
    const other = best.get(lease.mac);
    const better =
      other === undefined ||
      (answers(lease) !== answers(other) ? answers(lease) : ends(lease) >= ends(other));
    if (better) best.set(lease.mac, lease);
  }
  return best.values();
}

const inside = (subnets: readonly Subnet[], text: string): boolean => {
  const address = parseAddress(text);
  return address !== undefined && subnets.some((subnet) => contains(subnet, address));
};

function hostOf(hosts: Map<string, Host>, mac: string, address: string): Host | undefined {
  const key = mac.toUpperCase();
  if (!/^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(key) || key === "00:00:00:00:00:00") return undefined;
  const there = hosts.get(key);
  if (there) return there;
  if (parseAddress(address) === undefined) return undefined;
  const host: Host = { mac: key, address, expires: undefined, hostname: "", clientId: "*", active: false };
  hosts.set(key, host);
  return host;
}

/** A name from a DHCP request: only the characters of host names, no longer than the data model has room for. */
const nameOf = (name: string): string =>
  name === "*" ? "" : name.replace(/[^A-Za-z0-9._-]/g, "").slice(0, gatewayLimits.hostNameCharsMax);

const of = (
  read: (host: Host, env: Env, at: At) => string,
  packages: readonly string[] = hostPackages,
): Binding =>
  fact((_sheet, at, env) => {
    const host = hostsOf(at, env).get(at.host ?? "");
    return host ? read(host, env, at) : "";
  }, packages);

/** Seconds; -1 for a lease that never ends, 0 for no lease. */
function leaseSeconds(host: Host, env: Env): string {
  if (host.expires === undefined) return "0";
  if (host.expires === 0) return "-1";
  return String(Math.min(Math.max(host.expires - Math.floor(env.now.wall / 1000), 0), 2 ** 31 - 1));
}

/** The port or radio behind which the host was last heard; a LAN on a single port leaves no choice. */
function portOf(host: Host, at: At, env: Env): string | undefined {
  const device = lanDevice(at, env) ?? "";
  const section = sectionAt(network, at, env);
  const ports = section ? portsOf(section, env) : [];
  return (
    env.sheet.bridgePort(device.replace(/\.\d+$/, ""), host.mac) ??
    (ports.length === 1 && ports[0] === device ? device : undefined)
  );
}

/** The wireless network on that port. */
const wlanOn = (port: string, at: At, env: Env): At | undefined =>
  lanNetworks.rows(at, env).find((row) => env.sheet.wifiDevice(row.at.wlan ?? "") === port)?.at;

function typeOf(host: Host, env: Env, at: At): string {
  const port = portOf(host, at, env);
  if (port === undefined) return "Other";
  return wlanOn(port, at, env) ? "802.11" : "Ethernet";
}

function interfaceBelow(host: Host, env: Env, at: At): string {
  const port = portOf(host, at, env);
  if (port === undefined) return "";
  const wlan = wlanOn(port, at, env);
  return wlan ? env.refer("wlan", { ...at, ...wlan }) : env.refer("port", { ...at, port });
}

export const ipAddress = of((one) => one.address);
export const addressSource = of((one) => (one.expires === undefined ? "Static" : "DHCP"));
export const leaseTimeRemaining = of(leaseSeconds);
export const macAddress = of((one) => one.mac);
export const layer2Interface = of(interfaceBelow, [...hostPackages, "wireless"]);
export const hostName = of((one) => one.hostname);
export const interfaceType = of(typeOf, [...hostPackages, "wireless"]);
export const active = of((one) => bit(one.active));

const rowsOf = perObject(({ hosts }: Lan): readonly Row[] =>
  [...hosts.keys()].map((mac) => ({ key: mac, at: { host: mac } })),
);

/** The hosts of one LAN. */
export const lanHosts: Rows = {
  of: "host",
  packages: hostPackages,
  fresh: true,
  rows: (at, env) => rowsOf(lanOf(at, env)),
};

const namedRowsOf = perObject(({ name, hosts }: Lan): readonly Row[] =>
  [...hosts.keys()].map((mac) => ({ key: `${name} ${mac}`, at: { interface: name, host: mac } })),
);
const joined = joining<Row>();

/** The hosts of all LANs: one that is on two of them is there twice. */
export const allHosts: Rows = {
  of: "host",
  packages: ["firewall", ...hostPackages],
  fresh: true,
  rows: (_at, env) =>
    joined(lanInterfaces(env).map(({ name }) => namedRowsOf(lanOf({ interface: name }, env)))),
};

/** TR-181's layer 1 of Wi-Fi is the radio. */
export const layer1Interface = of(
  (host, env, at) => {
    const port = portOf(host, at, env);
    if (port === undefined) return "";
    const wlan = wlanOn(port, at, env);
    return wlan ? env.refer("radio", { radio: wlan.radio }) : env.refer("port", { port: baseOf(port, env) });
  },
  [...hostPackages, "wireless"],
);

export const layer3Interface = of((_host, env, at) => env.refer("interface", { interface: at.interface }));

const addressRowsOf = perObject(({ address }: Host): readonly Row[] => [
  { key: address, at: { hostAddress: address } },
]);

/** The addresses of the host, of which one is known. */
export const addressRows: Rows = {
  packages: hostPackages,
  fresh: true,
  rows: (at, env) => {
    const host = hostsOf(at, env).get(at.host ?? "");
    return host === undefined ? noRows : addressRowsOf(host);
  },
};

const leaseRowsOf = perObject(({ name, hosts }: Lan): readonly Row[] =>
  [...hosts.values()]
    .filter(({ expires }) => expires !== undefined)
    .map(({ mac }) => ({ key: mac, at: { interface: name, host: mac, lease: mac } })),
);

/** The hosts of the LAN that hold a lease, a row each. */
export const leaseRows = (at: At, env: Env): readonly Row[] => leaseRowsOf(lanOf(at, env));

/** The host of a lease. */
export const leaseOf = (at: At, env: Env): Host | undefined => hostsOf(at, env).get(at.lease ?? "");

export const dhcpClient = of((host, env, at) =>
  host.expires === undefined
    ? ""
    : env.refer("lease", { interface: at.interface, host: host.mac, lease: host.mac }),
);

/** The station of a host on Wi-Fi, where the access point knows it. */
export const associatedDevice = of(
  (host, env, at) => {
    const port = portOf(host, at, env);
    const wlan = port === undefined ? undefined : wlanOn(port, at, env);
    const there = port !== undefined && env.sheet.stations(port).some(({ mac }) => mac === host.mac);
    return wlan && there ? env.refer("station", { wlan: wlan.wlan, station: host.mac }) : "";
  },
  [...hostPackages, "wireless"],
);

/** The file of odhcpd's leases, unless the configuration names another one. */
const usualLeaseFile6 = "/tmp/odhcpd.leases";

/** IPv6 addresses that odhcpd has given a host on this LAN. No file lists the addresses that a host has made itself. */
export const addressRows6: Rows = {
  packages: hostPackages,
  fresh: true,
  rows: (at, env) => {
    const path = single(env.config.package("dhcp")?.ofType("odhcpd")[0], "leasefile") ?? usualLeaseFile6;
    const device = lanDevice(at, env);
    const held = env.sheet.leases6(path).filter((one) => one.mac === at.host && one.device === device);
    const addresses = new Set(held.flatMap((one) => one.addresses).filter(isAddress6));
    return addresses.size === 0
      ? noRows
      : [...addresses].map((address) => ({ key: address, at: { hostAddress6: address } }));
  },
};

export const address6 = fact((_sheet, at) => at.hostAddress6 ?? "");
