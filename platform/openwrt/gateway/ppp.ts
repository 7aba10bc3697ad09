/** Table: the PPP session of a WAN interface: netifd's `pppoe`, `pppoa`, `pptp`, `l2tp`, `3g` and `ppp`, all of which
 * run pppd. TR-098 has connection and session in one object; TR-181 stacks the session between IP and the link. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import type { Interface } from "../../../src/ports/facts.ts";
import { parseAddress } from "./address.ts";
import {
  bit,
  decimal,
  fact,
  instance,
  type Judge,
  netdev,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  text,
} from "./bind.ts";
import { lastErrorOf } from "./connectionerror.ts";
import { countersOf } from "./counters.ts";
import { gatewayLimits } from "./limits.ts";
import { deviceOf, isPpp, protoOf, sidePackages, wanInterfaces } from "./network.ts";

const network = instance("network", "interface");
const section = (at: At, env: Env): Section | undefined => sectionAt(network, at, env);
const live = (at: At, env: Env): Interface | undefined => env.sheet.interface(at.interface ?? "");

/** The device of the session; it is there while the session is. */
const device = (at: At, env: Env): string | undefined => live(at, env)?.device;

const packages = sidePackages;

export const allSessions: Rows = {
  of: "ppp",
  packages,
  rows: (_at, env) =>
    wanInterfaces(env)
      .filter(isPpp)
      .map((one) => sectionRow(one, { interface: one.name, ppp: one.name })),
};

/** The PPP sessions of an uplink, as connections. */
export const connections: Rows = {
  of: "interface",
  packages,
  rows: (at, env) =>
    wanInterfaces(env)
      .filter((one) => isPpp(one) && (deviceOf(one) || one.name) === at.port)
      .map((one) => sectionRow(one, { interface: one.name })),
};

/** The fields of pppd's secrets and of its options end at a line. */
export const username = text(network, "username");
export const password = text(network, "password");
export const acName = text(network, "ac");
export const serviceName = text(network, "service");

const transports: Readonly<Record<string, string>> = {
  pppoe: "PPPoE",
  pppoa: "PPPoA",
  pptp: "PPTP",
  l2tp: "L2TP",
};

/** Empty for a modem that is dialled, for which the model has no word. */
export const transportType: Binding = {
  packages: ["network"],
  read: (at, env) => transports[protoOf(section(at, env))] ?? "",
};

export const isPppoe = (at: At, env: Env): boolean => protoOf(section(at, env)) === "pppoe";

/** `keepalive 'FAILURES INTERVAL'`, blank or comma between them; netifd's ppp.sh takes 5 and 1 where there is none, and
 * 5 seconds where only the failures are given. */
function keepalive(at: At, env: Env): { readonly failures: number; readonly interval: number } {
  const said = single(section(at, env), "keepalive") ?? "5 1";
  const [failures = "", interval] = said.split(/[ ,]+/);
  return { failures: decimal(failures) ?? 0, interval: decimal(interval) ?? 5 };
}

/** Seconds between two echo requests; 0: none are sent. */
export const lcpEcho: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const { failures, interval } = keepalive(at, env);
    return String(failures >= 1 ? Math.max(interval, 0) : 0);
  },
};

export const lcpEchoRetry: Binding = {
  packages: ["network"],
  read: (at, env) => String(Math.max(keepalive(at, env).failures, 0)),
};

const demandOf = (at: At, env: Env): number => Math.max(decimal(single(section(at, env), "demand")) ?? 0, 0);

/** Seconds without traffic after which the session ends; 0 never. The option makes a session on demand as well. */
export const idleDisconnectTime: Binding = {
  packages: ["network"],
  read: (at, env) => String(demandOf(at, env)),
  write: (at, value, env) =>
    Number(value) > gatewayLimits.pppIdleSecondsMax
      ? refuse(`Expected at most ${gatewayLimits.pppIdleSecondsMax} seconds`)
      : put(network, at, env, "demand", value === "0" ? undefined : value),
};

export const connectionTrigger: Binding = {
  packages: ["network"],
  read: (at, env) => (demandOf(at, env) > 0 ? "OnDemand" : "AlwaysOn"),
  write: (at, value, env) => {
    if (value === "Manual") return refuse("The system starts every session by itself");
    if (value === "AlwaysOn") return put(network, at, env, "demand", undefined);
    if (demandOf(at, env) > 0) return [];
    return put(network, at, env, "demand", String(gatewayLimits.pppIdleSecondsInitial));
  },
};

/** 0 is off; `auto`, 1 or nothing negotiate IPv6 (ppp.sh). */
export const ipv6cpEnable: Binding = {
  packages: ["network"],
  read: (at, env) => bit(single(section(at, env), "ipv6") !== "0"),
  write: (at, value, env) =>
    (single(section(at, env), "ipv6") !== "0") === (value === "1")
      ? []
      : put(network, at, env, "ipv6", value === "1" ? "auto" : "0"),
};

const judgeMru: Judge = (value) => {
  const { mruMin, mruMax } = gatewayLimits;
  return Number(value) >= mruMin && Number(value) <= mruMax
    ? undefined
    : `Expected a size from ${mruMin} to ${mruMax}`;
};

/** `option mtu` of the interface, which pppd takes for both directions; PPPoE leaves 1492 octets of an Ethernet packet
 * (RFC 2516). */
export const maxMru: Binding = {
  packages: ["network"],
  judge: judgeMru,
  read: (at, env) =>
    String(decimal(single(section(at, env), "mtu")) ?? (isPppoe(at, env) ? gatewayLimits.mruMax : 1500)),
  write: (at, value, env) => {
    const why = judgeMru(value);
    return why === undefined ? put(network, at, env, "mtu", value) : refuse(why);
  },
};

/** The value that both ends agreed on; without a session, the configured value. */
export const currentMru: Binding = {
  packages: ["network"],
  fresh: true,
  read: (at, env) => String(netdev(env.sheet, device(at, env))?.mtu ?? maxMru.read(at, env)),
};

/** pppd's ways to end, as ppp.sh reports them to netifd. */
const errors: Readonly<Record<string, string>> = {
  USER_REQUEST: "ERROR_USER_DISCONNECT",
  CONNECT_FAILED: "ERROR_NO_ANSWER",
  PEER_AUTH_FAILED: "ERROR_AUTHENTICATION_FAILURE",
  AUTH_TOPEER_FAILED: "ERROR_AUTHENTICATION_FAILURE",
  CNID_AUTH_FAILED: "ERROR_AUTHENTICATION_FAILURE",
  AUTH_FAILED: "ERROR_AUTHENTICATION_FAILURE",
  IDLE_TIMEOUT: "ERROR_IDLE_DISCONNECT",
  CONNECT_TIME: "ERROR_FORCED_DISCONNECT",
  TRAFFIC_LIMIT: "ERROR_FORCED_DISCONNECT",
  PEER_DEAD: "ERROR_ISP_TIME_OUT",
  HANGUP: "ERROR_ISP_DISCONNECT",
  NO_DEVICE: "ERROR_NO_CARRIER",
  NO_CARRIER: "ERROR_NO_CARRIER",
  CONFIGURE_FAILED: "ERROR_IP_CONFIGURATION",
};

export const lastError = lastErrorOf(live, errors);

/** The session's number on the line, out of /proc/net/pppoe; 0 while there is none. */
export const sessionId = fact(
  (sheet, at, env) => {
    const one = section(at, env);
    return String((one && sheet.pppoeSession(deviceOf(one))) ?? 0);
  },
  ["network"],
);

const address = (read: (state: Interface) => string | undefined): Binding =>
  fact((_sheet, at, env) => {
    const state = live(at, env);
    const told = state === undefined ? undefined : read(state);
    return told !== undefined && parseAddress(told) !== undefined ? shown(told) : "";
  });

export const localAddress = address((state) => state.addresses[0]?.address);
export const remoteAddress = address((state) => state.peer);
export const dnsServers = fact((_sheet, at, env) =>
  (live(at, env)?.dns ?? []).filter((word) => parseAddress(word) !== undefined).join(","),
);

/** A session has no hardware address of its own: that of the device below it. */
export const macAddress = fact(
  (sheet, at, env) => {
    const one = section(at, env);
    return netdev(sheet, one && deviceOf(one))?.mac ?? "";
  },
  ["network"],
);

export const stats = countersOf(device);
