/** Handler: `cwmpd status`, the first questions of a technician. 3.1, 3.2.1, 3.2.1.1, 3.7.1.5. */
import type { Status } from "../control/status.ts";
import type { DeviceIdStruct, EventStruct } from "../rpc/messages.ts";
import type { UrlSource } from "../settings.ts";
import { counted, escapeText, jsonText } from "../terminal.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";
import { ago, during, stamp, until } from "./elapsed.ts";

export const statusCommand = {
  summary: "Show the ACS, the last session, the next one, and every fault",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "talk",
  help: [
    "Prints the ACS that the agent calls and the source of its URL, the time and the end of the last session (with the last error in plain words), the time and the cause of the next, the events that wait, the number of retries, and every other fault.",
    "With --json the same as one JSON object for scripts: keys keep their meaning and are always there, null where there is no value; moments are UTC as 2026-01-31T12:00:00.000Z.",
  ],
  examples: [
    { run: "cwmpd status", tells: "for people" },
    { run: "cwmpd status --json | jq -r .lastSession.failure", tells: "for scripts: null when all is well" },
  ],
  options: { json: { is: "flag", summary: "print one JSON object" }, ...rootOption },
} as const satisfies Command;

export async function status(agent: { status(): Promise<Status> }, json: boolean): Promise<Outcome> {
  const told = await agent.status();
  return { exit: 0, out: json ? statusJson(told) : statusText(told) };
}

const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** The status as a JSON object with its keys in a fixed order. */
export function statusJson(s: Status): string {
  const { session, lastSession, nextSession } = s;
  const told = {
    version: s.version,
    uptimeSeconds: s.uptimeSeconds,
    time: { now: moment(s.time.now), known: s.time.known },
    device: s.device,
    enabled: s.enabled,
    acs: {
      url: s.acs.url,
      source: s.acs.source,
      address: s.acs.address,
      found: s.acs.found && { ...s.acs.found, at: moment(s.acs.found.at) },
    },
    session: session && { began: moment(session.began), events: session.events },
    lastSession: lastSession && {
      began: moment(lastSession.began),
      ended: moment(lastSession.ended),
      events: lastSession.events,
      calls: lastSession.calls,
      failure: lastSession.failure,
    },
    nextSession: nextSession && { at: moment(nextSession.at), why: nextSession.why },
    eventsWaiting: s.eventsWaiting.map((e) => ({ EventCode: e.EventCode, CommandKey: e.CommandKey })),
    retryCount: s.retryCount,
    connectionRequest: {
      url: s.connectionRequest.url,
      port: s.connectionRequest.port,
      interface: s.connectionRequest.interface,
    },
    nat: {
      address: s.nat.address,
      natDetected: s.nat.natDetected,
      stun: s.nat.stun && {
        server: s.nat.stun.server,
        keepAliveSeconds: s.nat.stun.keepAliveSeconds,
        why: s.nat.stun.why,
      },
    },
    transfers: {
      waiting: s.transfers.waiting,
      underWay: s.transfers.underWay,
      unconfirmed: s.transfers.unconfirmed,
    },
    trial: s.trial && { packages: s.trial.packages, until: moment(s.trial.until) },
    warnings: s.warnings,
  };
  return jsonText(told, 2);
}

/** Lines of a label and its text. */
export function statusText(s: Status): string {
  const rows: (readonly [label: string, text: string])[] = [
    ["Agent", `cwmpd ${s.version}, up ${during(s.uptimeSeconds * 1000)}`],
    ["Device", deviceText(s.device)],
    ["ACS", acsText(s)],
    ...(s.session ? ([["Session now", sessionText(s, s.session)]] as const) : []),
    ["Last session", lastText(s)],
    ["Next session", nextText(s)],
    ["Events waiting", eventsText(s.eventsWaiting)],
    [
      "Retries",
      s.retryCount === 0 ? "none" : `${counted(s.retryCount, "failed session")} since the last good one`,
    ],
    ["Connection Requests", connectionRequestText(s.connectionRequest)],
    ["UDP requests", natText(s.nat)],
    ["Transfers", transfersText(s.transfers)],
    ...(s.trial === null ? [] : ([["On trial", trialText(s, s.trial)]] as const)),
    ...(s.time.known ? [] : ([["Clock", "not synchronized; times are unreliable"]] as const)),
    ...s.warnings.map((warning) => ["Warning", warning] as const),
  ];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.map(([label, text]) => `${label.padEnd(width)}${escapeText(text)}\n`).join("");
}

function deviceText(d: DeviceIdStruct): string {
  const name = [d.Manufacturer, d.ProductClass].filter((part) => part !== "").join(" ");
  return `${name || "(unnamed)"}, OUI ${d.OUI}, serial number ${d.SerialNumber}`;
}

const found = {
  "command line": "given by --acs-url",
  DHCP: "found by DHCP",
  configuration: "from /etc/config/cwmp",
  none: "of unknown origin",
} as const satisfies Record<UrlSource, string>;

function acsText({ acs, time }: Status): string {
  if (acs.url === "") {
    return "none known: set option url of section acs in /etc/config/cwmp, or start with --acs-url";
  }
  const how = acs.found === null ? found[acs.source] : foundText(acs.found, time.now);
  return `${acs.url}, ${how}${acs.address === null ? "" : `, at ${acs.address}`}`;
}

/** "found by DHCP option 43 on wan, 2 h ago; the offer before named …" */
function foundText(how: NonNullable<Status["acs"]["found"]>, now: number): string {
  const option = how.option === 17 ? "DHCPv6 option 17" : `DHCP option ${how.option}`;
  const when = how.at === null ? "" : `, ${ago(now, how.at)}`;
  const before = how.before === null ? "" : `; the offer before named ${how.before}`;
  const over = how.over === "" ? "" : `; in place of ${how.over}, which could not be reached`;
  return `found by ${option} on ${how.interface}${when}${before}${over}`;
}

function connectionRequestText(c: Status["connectionRequest"]): string {
  if (c.url !== null) return c.url;
  if (c.port === null) return "not listening; see the log";
  return `taken on port ${c.port}; the ACS learns the URL once interface ${c.interface} has an address`;
}

function natText({ address, natDetected, stun }: Status["nat"]): string {
  const where = `${address ?? "no address"}${natDetected ? ", behind a NAT" : ""}`;
  if (stun === null) return `${where}; STUN is off`;
  const server = stun.server === null ? "" : ` with ${stun.server}`;
  return `${where}; STUN${server} every ${stun.keepAliveSeconds} s: ${stun.why}`;
}

function transfersText({ waiting, underWay, unconfirmed }: Status["transfers"]): string {
  const parts = [
    ...(underWay > 0 ? [`${underWay} under way`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(unconfirmed > 0 ? [`${unconfirmed} over and not yet reported to the ACS`] : []),
  ];
  return parts.length === 0 ? "none" : `${parts.join(", ")}; see cwmpd transfers`;
}

function trialText(s: Status, { packages, until: end }: NonNullable<Status["trial"]>): string {
  const named = packages.join(", ");
  if (end === null) return `changes to ${named}, by the session in progress`;
  return `changes to ${named}, undone ${until(s.time.now, end)} unless a session ends well before`;
}

function sessionText(s: Status, session: NonNullable<Status["session"]>): string {
  return `began ${ago(s.time.now, session.began)}, reports ${session.events.join(", ") || "no event"}`;
}

function lastText(s: Status): string {
  const last = s.lastSession;
  if (last === null) return "none yet";
  const when =
    last.ended === null ? "at an unknown time" : `${ago(s.time.now, last.ended)} (${stamp(last.ended)})`;
  const took =
    last.began === null || last.ended === null
      ? ""
      : `, took ${during(Math.max(0, last.ended - last.began))}`;
  const reported = `reported ${last.events.join(", ") || "no event"}, answered ${counted(last.calls, "request")}`;
  return last.failure === null
    ? `${when}${took}, ended well; ${reported}`
    : `${when}${took}, FAILED: ${last.failure}; ${reported}`;
}

function nextText(s: Status): string {
  if (s.session !== null) return "after the one in progress";
  if (s.nextSession === null) {
    if (!s.enabled) return "none: the agent is switched off";
    if (s.acs.url === "") return "none: no ACS is known";
    return "none planned: at the next event or Connection Request";
  }
  const { at, why } = s.nextSession;
  return `${until(s.time.now, at)}${s.time.known ? ` (${stamp(at)})` : ""}: ${why}`;
}

function eventsText(events: readonly EventStruct[]): string {
  if (events.length === 0) return "none";
  return events
    .map((e) => (e.CommandKey === "" ? e.EventCode : `${e.EventCode} "${e.CommandKey}"`))
    .join(", ");
}
