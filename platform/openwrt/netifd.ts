/** Port: logical interfaces as netifd reports them over ubus, and without ubus as procfs shows them. */
import type { Address6, Interface, Prefix6, Route6 } from "../../src/ports/facts.ts";
import { asJson, asList, asNumber, asText, type Files, type Json } from "./read.ts";

/** The answer to `network.interface dump`; undefined: it is none. */
export function parseDump(answer: Json): ReadonlyMap<string, Interface> | undefined {
  if (!Array.isArray(answer.interface)) return undefined;
  return new Map(
    answer.interface.map(asJson).map((one): [string, Interface] => [asText(one.interface), interfaceOf(one)]),
  );
}

function interfaceOf(one: Json): Interface {
  const device = asText(one.l3_device) || asText(one.device);
  const gateway = asList(one.route)
    .map(asJson)
    .find((route) => asText(route.target) === "0.0.0.0" && asNumber(route.mask) === 0);
  return {
    name: asText(one.interface),
    up: one.up === true,
    pending: one.pending === true,
    device: device === "" ? undefined : device,
    uptime: asNumber(one.uptime) ?? 0,
    addresses: asList(one["ipv4-address"])
      .map(asJson)
      .map((entry) => ({ address: asText(entry.address), mask: asNumber(entry.mask) ?? 32 })),
    gateway: gateway && asText(gateway.nexthop) !== "" ? asText(gateway.nexthop) : undefined,
    dns: asList(one["dns-server"]).map(asText),
    errors: asList(one.errors).map((entry) => asText(asJson(entry).code)),
    proto: asText(one.proto),
    addresses6: asList(one["ipv6-address"]).map(asJson).map(address6),
    prefixes6: asList(one["ipv6-prefix"]).map(asJson).map(prefix6),
    assigned6: asList(one["ipv6-prefix-assignment"]).map(asJson).map(prefix6),
    routes6: asList(one.route)
      .map(asJson)
      .filter((route) => asText(route.target).includes(":"))
      .map(route6),
    dhcp: {
      server: asText(asJson(one.data).dhcpserver),
      leaseSeconds: asNumber(asJson(one.data).leasetime),
    },
    peer: asText(asJson(asList(one["ipv4-address"])[0]).ptpaddress) || undefined,
  };
}

const address6 = (one: Json): Address6 => ({
  address: asText(one.address),
  mask: asNumber(one.mask) ?? 128,
  preferred: asNumber(one.preferred),
  valid: asNumber(one.valid),
});

const prefix6 = (one: Json): Prefix6 => ({
  ...address6(one),
  local: asText(asJson(one["local-address"]).address) || undefined,
});

const route6 = (one: Json): Route6 => ({
  target: asText(one.target),
  mask: asNumber(one.mask) ?? 128,
  gateway: asText(one.nexthop),
  metric: asNumber(one.metric) ?? 0,
  valid: asNumber(one.valid),
});

/** The address of a logical interface that others can reach: its own, else that of an interface over the same device.
 * A global one precedes a unique local one (RFC 4193), and none is deprecated or of the link alone. */
export function reachable6(
  interfaces: ReadonlyMap<string, Interface>,
  own: Interface | undefined,
): string | undefined {
  const all = [...interfaces.values()].filter((one) => one !== own && one.device === own?.device && one.up);
  const found = [own, ...all]
    .flatMap((one) => one?.addresses6 ?? [])
    .filter(({ address, preferred }) => preferred !== 0 && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address);
  return found.find((address) => !/^f[cd]/i.test(address)) ?? found[0];
}

/** The answer to `network.wireless status`: the device of each wifi-iface section. */
export function parseWireless(answer: Json): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const radio of Object.values(answer).map(asJson))
    for (const entry of asList(radio.interfaces).map(asJson)) {
      const [section, name] = [asText(entry.section), asText(entry.ifname)];
      if (section !== "" && name !== "") found.set(section, name);
    }
  return found;
}

interface Route {
  readonly device: string;
  readonly target: number;
  readonly gateway: number;
  readonly mask: number;
}

/** /proc/net/route: numbers in the byte order of the machine, which is little-endian wherever this runs. */
function parseRoutes(text: string | undefined): readonly Route[] {
  const swapped = (hex: string): number => Buffer.from(hex, "hex").readUInt32LE(0);
  return (text ?? "").split("\n").flatMap((line) => {
    const [device = "", target = "", gateway = "", , , , , mask = ""] = line.trim().split(/\s+/);
    const isHex = [target, gateway, mask].every((word) => /^[0-9A-F]{8}$/i.test(word));
    return isHex ? [{ device, target: swapped(target), gateway: swapped(gateway), mask: swapped(mask) }] : [];
  });
}

/** Own addresses out of /proc/net/fib_trie: each is in the line before "/32 host LOCAL". */
function parseOwnAddresses(text: string | undefined): readonly string[] {
  const found = (text ?? "").matchAll(/\|-- (\d+(?:\.\d+){3})\n\s+\/32 host LOCAL/g);
  return [...new Set([...found].map((match) => match[1] ?? ""))];
}

/** Without netifd: `wan` is where the default route leads, `lan` the bridge of that name; nothing is known of others,
 * nor of the time that any of them is up. */
export function fallbackInterface(files: Files, name: string): Interface | undefined {
  const routes = parseRoutes(files.text("proc/net/route"));
  const out = routes.find((route) => route.target === 0 && route.mask === 0);
  const device =
    name === "wan"
      ? (out?.device ?? way6(files))
      : files.line(`sys/class/net/br-${name}/address`)
        ? `br-${name}`
        : "";
  if (device === undefined || device === "") return undefined;
  const networks = routes.filter(
    (route) => route.device === device && route.mask !== 0 && route.gateway === 0,
  );
  return {
    name,
    up: true,
    pending: false,
    device,
    uptime: 0,
    addresses: addressesIn(networks, parseOwnAddresses(files.text("proc/net/fib_trie"))),
    addresses6: ownAddresses6(files, device),
    gateway: out?.device === device && out.gateway !== 0 ? dotted(out.gateway) : undefined,
    dns: nameServers(files),
    errors: [],
  };
}

/** /proc/net/if_inet6: `ADDRESS INDEX LENGTH SCOPE FLAGS DEVICE` in hexadecimal; scope 00 is global, flag
 * 0x20 deprecated. */
function ownAddresses6(files: Files, device: string): readonly Address6[] {
  return (files.text("proc/net/if_inet6") ?? "").split("\n").flatMap((line) => {
    const [hex = "", , length = "", scope, flags = "", name] = line.trim().split(/\s+/);
    if (name !== device || scope !== "00" || !/^[0-9a-f]{32}$/i.test(hex)) return [];
    const address = new URL(`http://[${hex.match(/.{4}/g)!.join(":")}]`).hostname.slice(1, -1);
    const deprecated = (Number.parseInt(flags, 16) & 0x20) !== 0;
    const mask = Number.parseInt(length, 16);
    return [{ address, mask, preferred: deprecated ? 0 : undefined, valid: undefined }];
  });
}

/** The device of the default route of IPv6. /proc/net/ipv6_route: target, length, source, length, gateway, metric, two
 * counters, flags, device. */
function way6(files: Files): string | undefined {
  for (const line of (files.text("proc/net/ipv6_route") ?? "").split("\n")) {
    const [target = "", length, , , , , , , flags = "", device] = line.trim().split(/\s+/);
    const up = (Number.parseInt(flags, 16) & 1) !== 0;
    if (/^0{32}$/.test(target) && length === "00" && up && device !== "lo") return device;
  }
  return undefined;
}

const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");

function addressesIn(networks: readonly Route[], own: readonly string[]): Interface["addresses"] {
  return networks.flatMap((network) =>
    own
      .filter((text) => {
        const value = text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
        return (value & network.mask) >>> 0 === network.target;
      })
      .map((address) => ({ address, mask: Math.clz32(~network.mask >>> 0) })),
  );
}

function nameServers(files: Files): readonly string[] {
  const text = files.text("tmp/resolv.conf.d/resolv.conf.auto") ?? files.text("etc/resolv.conf") ?? "";
  return [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "");
}

/** /proc/net/pppoe: `ID ADDRESS DEVICE` below a line of headings; the number stands in the byte order of the network in
 * a word of the machine. Linux drivers/net/ppp/pppoe.c. */
export function parsePppoe(text: string | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of (text ?? "").split("\n")) {
    const [id = "", , device = ""] = line.trim().split(/\s+/);
    if (!/^[0-9A-F]{8}$/i.test(id) || device === "") continue;
    const swapped = Number.parseInt(id, 16) & 0xffff;
    found.set(device, (swapped >>> 8) | ((swapped & 0xff) << 8));
  }
  return found;
}
