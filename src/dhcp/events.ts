/** Codec: the events that hooks of the device hand over. The DHCP client sets the environment of its script (udhcpc,
 * odhcp6c), and so does dnsmasq. The values are sent by other devices: each is bounded and checked here. */
import { Malformed } from "../errors.ts";
import type { Identity } from "./identity.ts";
import { eventLimits } from "./limits.ts";
import { fromHex } from "./text.ts";

/** A lease of the device itself. */
export interface ClientEvent {
  readonly is: "client";
  readonly action: string;
  /** The logical interface. */
  readonly interface: string;
  readonly address: string;
  /** The DHCP server's identifier, option 54. */
  readonly server: string;
  /** Seconds that the lease lasts; 0: unknown. */
  readonly leaseSeconds: number;
  readonly option43: Uint8Array | undefined;
  readonly option125: Uint8Array | undefined;
  /** DHCPv6. */
  readonly option17: Uint8Array | undefined;
}

/** A lease that the device has given to another one on its LAN. */
export interface LeaseEvent {
  readonly is: "lease";
  readonly action: "add" | "update" | "remove";
  readonly mac: string;
  readonly address: string;
  /** UTC seconds at which the lease ends; 0: never, undefined: unknown. */
  readonly expires: number | undefined;
  readonly interface: string;
  /** The identity that dnsmasq has read from option 125, each value cut at its first "="; undefined: none. */
  readonly identity: Identity | undefined;
  /** dnsmasq does not have the request at hand: an absent identity says nothing. */
  readonly dataMissing: boolean;
}

export type HookEvent = ClientEvent | LeaseEvent;

type Environment = Readonly<Record<string, string | undefined>>;

const names = {
  client: ["INTERFACE", "interface", "ip", "serverid", "lease", "opt43", "opt125"],
  client6: ["INTERFACE", "OPTION_17"],
  lease: [
    "ACTION",
    "MACADDR",
    "IPADDR",
    "DNSMASQ_LEASE_EXPIRES",
    "DNSMASQ_INTERFACE",
    "DNSMASQ_CPEWAN_OUI",
    "DNSMASQ_CPEWAN_SERIAL",
    "DNSMASQ_CPEWAN_CLASS",
    "DNSMASQ_DATA_MISSING",
  ],
} as const;

export type HookKind = keyof typeof names;

export const isHookKind = (text: string): text is HookKind => Object.hasOwn(names, text);

/** The part of the environment that an event of that kind is made of. All other variables stay where they are. */
export function record(kind: HookKind, action: string, environment: Environment): unknown {
  const values = names[kind].flatMap((name) => {
    const value = environment[name];
    return value === undefined || value.length > eventLimits.valueCharsMax ? [] : [[name, value] as const];
  });
  return { kind, action: action.slice(0, 32), values: Object.fromEntries(values) };
}

/** @throws Malformed for text that `record` did not make, and for impossible values */
export function readEvent(recorded: unknown): HookEvent {
  const { kind, action, values } = Object(recorded) as { kind?: unknown; action?: unknown; values?: unknown };
  if (typeof kind !== "string" || !isHookKind(kind))
    throw new Malformed("Cannot read the event: its kind is unknown");
  if (typeof action !== "string" || typeof values !== "object" || values === null)
    throw new Malformed("Cannot read the event: expected an action and values");
  const text = (name: string): string => {
    const value = Object.hasOwn(values, name) ? (values as Record<string, unknown>)[name] : undefined;
    return typeof value === "string" ? value : "";
  };
  return kind === "lease" ? leaseEvent(text) : clientEvent(action, text);
}

type Text = (name: string) => string;

function clientEvent(action: string, text: Text): ClientEvent {
  const body = (name: string) => (text(name) === "" ? undefined : fromHex(text(name)));
  return {
    is: "client",
    action,
    interface: text("INTERFACE") || text("interface"),
    address: text("ip"),
    server: text("serverid"),
    leaseSeconds: number(text("lease")) ?? 0,
    option43: body("opt43"),
    option125: body("opt125"),
    option17: body("OPTION_17"),
  };
}

const actions = { add: "add", old: "update", update: "update", del: "remove", remove: "remove" } as const;

function leaseEvent(text: Text): LeaseEvent {
  const action = text("ACTION");
  if (!Object.hasOwn(actions, action))
    throw new Malformed(`Cannot read the event: expected add, update or remove`);
  const mac = text("MACADDR").toLowerCase();
  if (!/^(?:[0-9a-f]{2}-)?(?:[0-9a-f]{2}:){1,19}[0-9a-f]{2}$/.test(mac))
    throw new Malformed("Cannot read the event: expected a hardware address");
  const oui = text("DNSMASQ_CPEWAN_OUI");
  const serial = text("DNSMASQ_CPEWAN_SERIAL");
  const told = oui !== "" || serial !== "";
  return {
    is: "lease",
    action: actions[action as keyof typeof actions],
    mac,
    address: text("IPADDR"),
    expires: number(text("DNSMASQ_LEASE_EXPIRES")),
    interface: text("DNSMASQ_INTERFACE"),
    identity: told ? { oui, serial, productClass: text("DNSMASQ_CPEWAN_CLASS") } : undefined,
    dataMissing: text("DNSMASQ_DATA_MISSING") !== "",
  };
}

const number = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
