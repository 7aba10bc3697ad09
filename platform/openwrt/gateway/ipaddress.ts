/** Table: the addresses of one LAN interface.
 * `list ipaddr 'a.b.c.d/n'` and `option ipaddr` with `option netmask` both occur: the form found is the form kept. */
import type { At, Binding, Check, Env, Rows } from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import {
  bitsOf,
  contains,
  hostsOf,
  isUnicast,
  maskOf,
  parseAddress,
  parseSubnet,
  type Subnet,
  writeAddress,
} from "./address.ts";
import { instance, members, put, refuse, sectionAt, single } from "./bind.ts";
import { asked, follow, misfit, pool, poolsAt } from "./dhcp.ts";
import * as logical from "./interface.ts";
import { deviceOf, interfaces, protoOf } from "./network.ts";

const network = instance("network", "interface");

/** The network device that carries the interface's addresses. */
export function lanDevice(at: At, env: Env): string | undefined {
  const section = sectionAt(network, at, env);
  return env.sheet.interface(at.interface ?? "")?.device ?? (section ? deviceOf(section) : undefined);
}

/** The addresses as configured; those that do not parse are left out. */
function configured(section: Section | undefined): readonly Subnet[] {
  const mask = single(section, "netmask");
  return members(section, "ipaddr").flatMap((word) => parseSubnet(word, mask) ?? []);
}

/** The networks of the LAN interface, the configured ones; those that DHCP gave where it is a client itself. */
export function subnetsOf(at: At, env: Env): readonly Subnet[] {
  const section = sectionAt(network, at, env);
  if (protoOf(section) === "static") return configured(section);
  const given = env.sheet.interface(at.interface ?? "")?.addresses ?? [];
  return given.flatMap(({ address, mask }) => parseSubnet(`${address}/${mask}`) ?? []);
}

const wordAt = (at: At, env: Env): string | undefined =>
  members(sectionAt(network, at, env), "ipaddr")[Number(at.address)];

function subnetAt(at: At, env: Env): Subnet | undefined {
  const section = sectionAt(network, at, env);
  if (protoOf(section) !== "static") return subnetsOf(at, env)[0];
  const word = wordAt(at, env);
  return word === undefined ? undefined : parseSubnet(word, single(section, "netmask"));
}

/** Puts one address of the option or list in its place, in the form in which they are. */
export function putAddress(at: At, env: Env, word: string): readonly Edit[] {
  const section = sectionAt(network, at, env);
  const words = [...members(section, "ipaddr")];
  words[Number(at.address ?? 0)] = word;
  const isList = Array.isArray(section?.options.get("ipaddr"));
  return put(network, at, env, "ipaddr", isList ? words : words.join(" "));
}

/** The edits, and those that move the pools of the interface along, which serve the first network. In TR-181 a call
 * that turns off the DHCP client of the interface gives the address before that. Where the client stays on, the address does
 * not hold, for which the call is refused. */
function moved(at: At, env: Env, edits: readonly Edit[]): readonly Edit[] {
  const proto = protoOf(sectionAt(network, at, env));
  const client = env.refer("dhcpClient", { dhcpClient: at.interface });
  if (proto === "dhcp" && client !== "") return edits;
  if (proto !== "static")
    return refuse(
      proto === "dhcp" ? "The address comes from DHCP" : `The address comes by protocol ${proto}`,
    );
  const after = { ...env, config: env.config.with(edits) };
  const [old, made] = [subnetsOf(at, env)[0], subnetsOf(at, after)[0]];
  return [...edits, ...poolsAt(at, env).flatMap((one) => follow(one, env, old, made))];
}

/** @returns the word of UCI for an address: with the length of the mask where that is how it was, or
 * where none is known */
export function addressWord(value: string, before: string | undefined, section: Section | undefined): string {
  const address = parseAddress(value);
  if (address === undefined || !isUnicast(address)) return refuse("Expected the IPv4 address of a host");
  const length = before?.split("/")[1];
  if (length !== undefined) return `${value}/${length}`;
  return before === undefined && single(section, "netmask") === undefined ? `${value}/24` : value;
}

export const ipAddress: Binding = {
  packages: ["network"],
  fresh: true,
  read: (at, env) => {
    const subnet = subnetAt(at, env);
    return subnet ? writeAddress(subnet.address) : "";
  },
  write: (at, value, env) => {
    const word = addressWord(value, wordAt(at, env), sectionAt(network, at, env));
    return moved(at, env, putAddress(at, env, word));
  },
};

export const subnetMask: Binding = {
  packages: ["network"],
  fresh: true,
  read: (at, env) => {
    const subnet = subnetAt(at, env);
    return subnet ? writeAddress(maskOf(subnet.bits)) : "";
  },
  write: (at, value, env) => {
    return moved(at, env, putMask(at, env, value));
  },
};

export function putMask(at: At, env: Env, value: string): readonly Edit[] {
  const bits = bitsOf(value);
  if (bits === undefined || bits === 0) return refuse("Expected a network mask");
  const word = members(sectionAt(network, at, env), "ipaddr")[Number(at.address ?? 0)];
  return word?.includes("/")
    ? putAddress(at, env, `${word.split("/")[0]}/${bits}`)
    : put(network, at, env, "netmask", value);
}

/** A binding of an option that all addresses of an interface share: it cannot be set for one address of several. */
function ofAll({ packages, read, write }: Binding): Binding {
  return {
    packages,
    read,
    write: (at, value, env) =>
      members(sectionAt(network, at, env), "ipaddr").length > 1
        ? refuse("The interface has other addresses, which this would change, too")
        : (write?.(at, value, env) ?? []),
  };
}

/** The address must be one of its network's hosts, given once, and the network nobody else's. The pools that serve the
 * first network have to lie in it: dnsmasq takes no other. */
export const check: Check = (at, env) => {
  if (protoOf(sectionAt(network, at, env)) !== "static") return [];
  const why = complaintOf(at, env);
  if (why !== undefined) return [{ about: ipAddress, why }];
  if (Number(at.address) !== 0) return [];
  const own = subnetAt(at, env);
  const wrong = poolsAt(at, env)
    .map((one) => sectionAt(pool, one, env))
    .flatMap((section) => (asked(section, env) === false ? [] : (misfit(section, own) ?? [])));
  return wrong.slice(0, 1).map(({ why: where }) => ({
    about: subnetMask,
    why: `A DHCP pool does not lie in the network. ${where}`,
  }));
};

function complaintOf(at: At, env: Env): string | undefined {
  const subnet = subnetAt(at, env);
  if (!subnet) return "A static interface needs an address";
  const { first, last } = hostsOf(subnet);
  if (subnet.address < first || subnet.address > last)
    return "The address is the network's own or its broadcast address";
  const twin = members(sectionAt(network, at, env), "ipaddr").some(
    (word, index) => index !== Number(at.address) && parseSubnet(word)?.address === subnet.address,
  );
  if (twin) return "The interface has this address already";
  return overlap(at, env, subnet);
}

/** Of two interfaces with one network, configured or given by DHCP, the kernel answers by the first alone. */
export function overlap(at: At, env: Env, subnet: Subnet): string | undefined {
  const other = interfaces(env).find(
    ({ name }) =>
      name !== at.interface &&
      subnetsOf({ interface: name }, env).some(
        (one) => contains(one, subnet.address) || contains(subnet, one.address),
      ),
  );
  return other ? `The network overlaps that of interface ${other.name}` : undefined;
}

/** The addresses of one LAN interface, by their place in the list. */
export const addresses: Rows = {
  of: "address",
  packages: ["network"],
  rows: (at, env) => {
    const section = sectionAt(network, at, env);
    const words = protoOf(section) === "static" ? members(section, "ipaddr") : [];
    return (words.length === 0 ? [""] : words).map((word, index) => ({
      key: String(index),
      at: { address: String(index) },
      content: () => [word],
      shifts: true,
    }));
  },
};

export const enable = ofAll(logical.enable);
export const addressingType = ofAll(logical.addressingType);
