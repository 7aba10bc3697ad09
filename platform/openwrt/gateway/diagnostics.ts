/** Table: the diagnostics of the gateway: their arguments and their results. TR-098 IPPingDiagnostics,
 * TraceRouteDiagnostics; TR-143. Their package is no file (src/diagnostics/overlay.ts); UDP echo is part of the agent's
 * own configuration. */

import { unknownTime } from "../../../src/datetime.ts";
import { pingInitial } from "../../../src/diagnostics/ping.ts";
import type { Kind, State } from "../../../src/diagnostics/sections.ts";
import { routeInitial } from "../../../src/diagnostics/traceroute.ts";
import type { Binding, Env, OwnName, Rows } from "../../../src/model/define.ts";
import { udpEchoPortInitial } from "../../../src/settings.ts";
import {
  fact,
  flag,
  type Judge,
  named,
  number,
  type Place,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  text,
} from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

const pkg = "cwmp_diagnostics";
const place = (kind: Kind): Place => named(pkg, kind, "diagnostic");

/** Setting another argument discards the result, and ends the test if it runs. */
const argument = (kind: Kind, binding: Binding): Binding => ({
  ...binding,
  write: (at, value, env) => {
    const edits = binding.write?.(at, value, env) ?? [];
    const section = sectionAt(place(kind), at, env);
    if (edits.length === 0 || !section?.options.has("state")) return edits;
    return [...edits, { edit: "unset", package: pkg, section: section.name, option: "state" }];
  },
});

/** A reference to a row of the IP layer, kept as the name of the interface. */
function interfaceOf(where: Place): Binding {
  return {
    packages: [where.package, "cwmp", "network", "firewall"],
    fresh: true,
    read: (at, env) => {
      const name = single(sectionAt(where, at, env), "interface") ?? "";
      return name === "" ? "" : env.refer("interface", { interface: name });
    },
    write: (at, value, env) => {
      if (value === "") return put(where, at, env, "interface", undefined);
      const name = env.resolve("interface", value)?.interface;
      if (name === undefined) return refuse("Expected the path of an IP interface or a WAN connection");
      return put(where, at, env, "interface", name);
    },
  };
}

/** A name or address that no program can take for an option. */
const judgeHost: Judge = (value) =>
  value === "" || /^[A-Za-z0-9:][A-Za-z0-9._:%-]*$/.test(value)
    ? undefined
    : "Expected a host name or an address";

const judgeUrl: Judge = (value) =>
  value === "" || (/^(https?|ftp):\/\/[^/]/i.test(value) && URL.canParse(value) && !value.includes("@"))
    ? undefined
    : "Expected an absolute http, https or ftp URL without credentials";

/** The DSCP of diagnostics: this device cannot mark packets of ping and of its own connections, which
 * are sent with 0. */
const unmarked: Binding = {
  packages: [],
  read: () => "0",
  write: (_at, value) => (value === "0" ? [] : refuse("This device cannot mark the packets of this test")),
};

const counted = (kind: Kind, option: string, initial: number, min: number, max: number): Binding =>
  argument(kind, number(place(kind), option, initial, min, max));

/** A result is read from the section, as a number. */
const result = (kind: Kind, option: string, scale = 1): Binding => ({
  packages: [pkg],
  read: (at, env) => {
    const value = Number(single(sectionAt(place(kind), at, env), option) ?? 0);
    return String(Math.round(value / scale));
  },
});

const time = (kind: Kind, option: string): Binding => ({
  packages: [pkg],
  read: (at, env) => single(sectionAt(place(kind), at, env), option) ?? unknownTime,
});

/** Words of the older model for states that only the newer one has; a state that is not listed is the same in both. */
const older: Readonly<Record<Kind, Readonly<Partial<Record<State, string>>>>> = {
  ping: { Error_NoRouteToHost: "Error_Other" },
  traceroute: {
    Error_NoRouteToHost: "Error_MaxHopCountExceeded",
    Error_Internal: "Error_MaxHopCountExceeded",
    Error_Other: "Error_MaxHopCountExceeded",
  },
  download: {
    Complete: "Completed",
    Error_CannotResolveHostName: "Error_InitConnectionFailed",
    Error_NoRouteToHost: "Error_InitConnectionFailed",
    Error_Internal: "Error_TransferFailed",
    Error_Other: "Error_InitConnectionFailed",
  },
  upload: {
    Complete: "Completed",
    Error_CannotResolveHostName: "Error_InitConnectionFailed",
    Error_NoRouteToHost: "Error_InitConnectionFailed",
    Error_Timeout: "Error_NoTransferComplete",
    Error_Internal: "Error_NoTransferComplete",
    Error_Other: "Error_InitConnectionFailed",
  },
};

/** Setting `Requested` again begins the test anew. */
function stateOf(kind: Kind, words: Readonly<Partial<Record<State, string>>>): Binding {
  return {
    packages: [pkg],
    orders: true,
    read: (at, env) => {
      const state = (single(sectionAt(place(kind), at, env), "state") ?? "None") as State;
      return words[state] ?? state;
    },
    write: (at, value, env) =>
      value === "Requested"
        ? put(place(kind), at, env, "state", value)
        : refuse("Expected Requested: the device sets all others itself"),
  };
}

const states = (kind: Kind) => ({ state: stateOf(kind, {}), olderState: stateOf(kind, older[kind]) });

const { timeoutMsMax, repetitionsMax, uploadBytesMax } = gatewayLimits;

export const ping = {
  ...states("ping"),
  interface: argument("ping", interfaceOf(place("ping"))),
  host: argument("ping", text(place("ping"), "host", { judge: judgeHost })),
  count: counted("ping", "count", pingInitial.count, 1, repetitionsMax),
  timeout: counted("ping", "timeout", pingInitial.timeout, 1, timeoutMsMax),
  size: counted("ping", "size", pingInitial.size, 1, gatewayLimits.pingBytesMax),
  dscp: unmarked,
  succeeded: result("ping", "succeeded"),
  lost: result("ping", "lost"),
  average: result("ping", "average", 1000),
  shortest: result("ping", "shortest", 1000),
  longest: result("ping", "longest", 1000),
  averageMicros: result("ping", "average"),
  shortestMicros: result("ping", "shortest"),
  longestMicros: result("ping", "longest"),
} as const;

export const route = {
  ...states("traceroute"),
  interface: argument("traceroute", interfaceOf(place("traceroute"))),
  host: argument("traceroute", text(place("traceroute"), "host", { judge: judgeHost })),
  tries: counted("traceroute", "tries", routeInitial.tries, 1, 3),
  timeout: counted("traceroute", "timeout", routeInitial.timeout, 1, timeoutMsMax),
  size: counted("traceroute", "size", routeInitial.size, 1, gatewayLimits.routeBytesMax),
  dscp: counted("traceroute", "dscp", routeInitial.dscp, 0, 63),
  hops: counted("traceroute", "hops", routeInitial.hops, 1, 64),
  response: result("traceroute", "response"),
} as const;

const hopSections = (env: Env) => env.config.package(pkg)?.ofType("hop") ?? [];

export const hops: Rows = {
  of: "hop",
  packages: [pkg],
  rows: (_at, env) => hopSections(env).map(({ name }) => ({ key: name, at: { hop: name } })),
};

const hopPlace: Place = { package: pkg, name: (at) => at.hop };
const ofHop = (option: string, initial: string): Binding => ({
  packages: [pkg],
  read: (at, env) => shown(single(sectionAt(hopPlace, at, env), option) ?? initial),
});

export const hop = {
  host: ofHop("host", ""),
  address: ofHop("address", ""),
  code: ofHop("code", "0"),
  times: ofHop("times", ""),
} as const;

const transfer = (kind: "download" | "upload") =>
  ({
    ...states(kind),
    interface: argument(kind, interfaceOf(place(kind))),
    url: argument(kind, text(place(kind), "url", { judge: judgeUrl })),
    dscp: unmarked,
    ethernetPriority: unmarked,
    requested: time(kind, "requested"),
    began: time(kind, "began"),
    ended: time(kind, "ended"),
    opening: time(kind, "opening"),
    opened: time(kind, "opened"),
    bytes: result(kind, "bytes"),
    total: result(kind, "total"),
  }) as const;

export const download = transfer("download");
export const upload = {
  ...transfer("upload"),
  length: counted("upload", "length", 0, 0, uploadBytesMax),
} as const;

// ---------------------------------------------------------------- UDP echo (TR-143 5)

const echo = named("cwmp", "udp_echo", "udp_echo");
const count = (name: OwnName): Binding => ({ ...fact((_s, _at, env) => env.own.read(name)), counts: true });
const moment = (name: OwnName): Binding => fact((_sheet, _at, env) => env.own.read(name));

export const udpEcho = {
  enable: flag(echo, "enable", false),
  interface: interfaceOf(echo),
  source: text(echo, "source"),
  port: number(echo, "port", udpEchoPortInitial, 1, 65_535),
  plus: flag(echo, "plus", false),
  packetsReceived: count("echoPacketsReceived"),
  packetsResponded: count("echoPacketsResponded"),
  bytesReceived: count("echoBytesReceived"),
  bytesResponded: count("echoBytesResponded"),
  first: moment("echoFirst"),
  last: moment("echoLast"),
} as const;
