/** Codec: the arguments of ping, and its output. TR-098 IPPingDiagnostics; ping of busybox and of iputils. */
import { diagnosticsLimits } from "./limits.ts";
import { failed, type Options, type Outcome } from "./sections.ts";

/** @param device by which the requests are sent; undefined: as the routes say */
export function pingArguments(options: Options, device: string | undefined): readonly string[] {
  const { count, timeoutMs, size } = wanted(options);
  return [
    ...["-c", `${count}`, "-s", `${size}`, "-W", `${Math.ceil(timeoutMs / 1000)}`],
    ...["-w", `${Math.ceil(sendMs(options) / 1000)}`],
    ...(device === undefined ? [] : ["-I", device]),
    "--",
    options.host ?? "",
  ];
}

/** Milliseconds until the last answer can be there. */
function sendMs(options: Options): number {
  const { count, timeoutMs } = wanted(options);
  return Math.min((count - 1) * diagnosticsLimits.pingIntervalMs + timeoutMs, diagnosticsLimits.testMsMax);
}

/** Milliseconds after which ping is ended. */
export const pingMsMax = (options: Options): number => sendMs(options) + diagnosticsLimits.resolveMsMax;

const wanted = (options: Options) => ({
  count: Number(options.count ?? pingInitial.count),
  timeoutMs: Number(options.timeout ?? pingInitial.timeout),
  size: Number(options.size ?? pingInitial.size),
});

/** Arguments of a test that the ACS has not set. */
export const pingInitial = { count: 3, timeout: 1000, size: 64 } as const;

/** An answer that arrived after the timeout counts as none. Requests without an answer count as failures, also
 * where ping could not send them. */
export function pingOutcome(options: Options, said: { readonly out: string; readonly err: string }): Outcome {
  const { count, timeoutMs } = wanted(options);
  if (unresolved.test(said.err)) return failed("Error_CannotResolveHostName");
  if (noRoute.test(said.err)) return failed("Error_NoRouteToHost");
  if (!/^PING /m.test(said.out)) return failed("Error_Other");
  const all = [...said.out.matchAll(/\btime[=<] ?(\d+(?:\.\d+)?) ?ms\b/g)].map(([, ms]) => Number(ms) * 1000);
  const times = all.filter((micros) => micros <= timeoutMs * 1000).slice(0, count);
  const sum = times.reduce((total, one) => total + one, 0);
  return {
    state: "Complete",
    results: {
      succeeded: `${times.length}`,
      lost: `${count - times.length}`,
      average: `${times.length === 0 ? 0 : Math.round(sum / times.length)}`,
      shortest: `${Math.round(times.length === 0 ? 0 : Math.min(...times))}`,
      longest: `${Math.round(Math.max(0, ...times))}`,
    },
  };
}

/** Error messages of ping and traceroute: a name that DNS does not know, a network that no route leads to. */
export const unresolved =
  /bad address|unknown host|not known|name resolution|No address associated|can't resolve/i;
export const noRoute = /unreachable|No route to host/i;
