/** Codec: the arguments of traceroute, and its output. TR-098 TraceRouteDiagnostics; traceroute of busybox. */
import { diagnosticsLimits } from "./limits.ts";
import { noRoute, unresolved } from "./ping.ts";
import { failed, type Options, type Outcome } from "./sections.ts";

/** Arguments of a test that the ACS has not set: the defaults of TR-181. */
export const routeInitial = { tries: 3, timeout: 5000, size: 38, dscp: 0, hops: 30 } as const;

const wanted = (options: Options) => ({
  tries: Number(options.tries ?? routeInitial.tries),
  timeoutMs: Number(options.timeout ?? routeInitial.timeout),
  size: Number(options.size ?? routeInitial.size),
  dscp: Number(options.dscp ?? routeInitial.dscp),
  hops: Number(options.hops ?? routeInitial.hops),
});

/** The type of service holds the code point in its upper six bits. */
export function routeArguments(options: Options, device: string | undefined): readonly string[] {
  const { tries, timeoutMs, size, dscp, hops } = wanted(options);
  const bytes = Math.max(size + diagnosticsLimits.headerBytes, diagnosticsLimits.packetBytesMin);
  return [
    ...["-q", `${tries}`, "-w", `${Math.ceil(timeoutMs / 1000)}`, "-m", `${hops}`, "-t", `${dscp * 4}`],
    ...(device === undefined ? [] : ["-i", device]),
    "--",
    options.host ?? "",
    `${bytes}`,
  ];
}

/** Milliseconds after which traceroute is ended. */
export function routeMsMax(options: Options): number {
  const { tries, timeoutMs, hops } = wanted(options);
  return Math.min(tries * hops * timeoutMs, diagnosticsLimits.testMsMax) + diagnosticsLimits.resolveMsMax;
}

interface Hop {
  readonly host: string;
  readonly address: string;
  /** Round-trip time in milliseconds; 0: no answer was received. */
  readonly times: readonly number[];
  /** The letter after the exclamation mark, by which a router says why it did not pass the probe on;
   * empty: no letter. */
  readonly flag: string;
}

/** Codes of ICMP Destination Unreachable, RFC 792 and 1812. */
const codes: Readonly<Record<string, number>> = { N: 0, H: 1, P: 2, F: 4, S: 5, A: 13, X: 13 };

export function routeOutcome(said: { readonly out: string; readonly err: string }): Outcome {
  const [, destination = ""] = /^traceroute to \S+ \(([^)]+)\)/m.exec(`${said.err}\n${said.out}`) ?? [];
  const hops = said.out.split("\n").flatMap((line) => hopOf(line) ?? []);
  if (hops.length === 0) {
    if (unresolved.test(said.err)) return failed("Error_CannotResolveHostName");
    return failed(noRoute.test(said.err) ? "Error_NoRouteToHost" : "Error_Other");
  }
  const told = hops.slice(0, diagnosticsLimits.hopsMax).map(
    ({ host, address, times, flag }): Options => ({
      host: host.slice(0, diagnosticsLimits.hopCharsMax),
      address: address === host ? "" : address,
      code: `${codeOf(flag)}`,
      times: times.slice(0, diagnosticsLimits.probesMax).join(","),
    }),
  );
  const last = hops.at(-1)!;
  const there = last.address === destination && destination !== "";
  const answered = last.times.filter((ms) => ms > 0);
  const average = Math.round(answered.reduce((sum, ms) => sum + ms, 0) / Math.max(answered.length, 1));
  if (there) return { state: "Complete", results: { response: `${average}` }, hops: told };
  const refused = last.flag !== "" && codeOf(last.flag) <= 1;
  return {
    state: refused ? "Error_NoRouteToHost" : "Error_MaxHopCountExceeded",
    results: { response: "0" },
    hops: told,
  };
}

function codeOf(flag: string): number {
  const numbered = /^\d{1,3}$/.test(flag) ? Number(flag) : undefined;
  return numbered ?? codes[flag] ?? 0;
}

/** ` 3  router (192.0.2.1)  1.2 ms  *  0.9 ms !H`. @returns undefined for another line */
function hopOf(line: string): Hop | undefined {
  const [, rest] = /^\s*\d{1,3}\s+(\S.*)$/.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const [, host = "", address = host] = /(?:^|\s)([^\s*!(]\S*)(?: \(([^)]+)\))/.exec(rest) ?? [];
  const times = [...rest.matchAll(/\*|(\d+(?:\.\d+)?) ms\b/g)].map(([, ms]) =>
    ms === undefined ? 0 : Math.max(1, Math.round(Number(ms))),
  );
  const [, flag = ""] = /!(\w*)/.exec(rest) ?? [];
  return times.length === 0 ? undefined : { host, address, times, flag };
}
