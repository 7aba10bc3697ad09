/** Machine: one session, Inform to last empty POST. TR-069 3.7.1, Table 6.
 *
 * A session always awaits the answer to exactly one POST. `awaiting` names the content of that POST:
 *
 *   inform   our Inform: the session is not open before its response (3.7.1.1)
 *   request  a request of ours, as TransferComplete: its response is outstanding
 *   reply    our response or fault to a request of the ACS
 *   empty    nothing
 *   handler  no POST is under way: a request of the ACS is being carried out
 *   over     the session has ended; nothing further is ever sent
 *
 * Never: a second POST before the answer to the first; an own request while the ACS holds requests
 * or after an empty POST sent without hold (3.7.1.3); a POST sent again because its answer was lost (3.7.1.4). */
import type { Message } from "../rpc/decode.ts";
import { encodeCall, encodeFault, encodeSoapFault } from "../rpc/encode.ts";
import type { Args, MethodName, Reply } from "../rpc/table.ts";
import type { CwmpVersion } from "../soap/names.ts";
import { sessionLimits } from "./limits.ts";
import { saysNow } from "./said.ts";

/** A request of ours that waits to be sent. */
export type OwnRequest = {
  [M in MethodName]: { readonly method: M; readonly args: Args<M>; readonly reference: number };
}[MethodName];

type Awaiting = "inform" | "request" | "reply" | "empty" | "handler" | "over";

export interface SessionState {
  readonly awaiting: Awaiting;
  readonly version: CwmpVersion;
  /** As the most recent answer left it (3.7.1.3). */
  readonly hold: boolean;
  /** An empty POST was sent while hold was false: no request of ours may follow (3.7.1.3). */
  readonly silent: boolean;
  readonly pending: readonly OwnRequest[];
  /** The request under way, kept to be sent again on 8005 (3.7.1.6). */
  readonly sent: { readonly request: OwnRequest; readonly body: Uint8Array } | undefined;
  readonly resends: number;
  readonly calls: number;
  /** Our next ID header. */
  readonly nextId: number;
}

/** The answer to a POST, or the failure instead of an answer. */
export type SessionEvent =
  | { on: "message"; message: Message }
  | { on: "empty" }
  /** The handler has ended: this body is sent next. */
  | { on: "handled"; body: Uint8Array }
  | { on: "failed"; reason: string; suspect: Suspect };

/** Whether a failure suggests that the ACS supports only CWMP v1.0 (3.7.2.1). */
export type Suspect = "version" | "none";

export type SessionDeed =
  | { do: "post"; kind: "call" | "reply" | "empty"; body: Uint8Array | undefined }
  | { do: "handle"; call: Extract<Message, { is: "call" }>; version: CwmpVersion }
  /** The ACS has confirmed a request of ours; with Inform the session is open. */
  | { do: "confirm"; request: OwnRequest; reply: Reply<MethodName> }
  /** The ACS refused a request of ours: not tried again in this session (3.7.1.6). */
  | { do: "refused"; request: OwnRequest; code: number; text: string }
  | { do: "end"; reason: string | undefined; suspect: Suspect };

export interface SessionStep {
  readonly state: SessionState;
  readonly deeds: readonly SessionDeed[];
}

/** @param pending own requests in the order in which they are to be sent */
export function openSession(
  inform: Args<"Inform">,
  version: CwmpVersion,
  pending: readonly OwnRequest[],
): SessionStep {
  const state: SessionState = {
    awaiting: "empty",
    version,
    hold: false,
    silent: false,
    pending,
    sent: undefined,
    resends: 0,
    calls: 0,
    nextId: 1,
  };
  return send(state, { method: "Inform", args: inform, reference: 0 }, "inform");
}

type Is<K extends Message["is"]> = Extract<Message, { is: K }>;
interface Answers {
  readonly empty: (s: SessionState) => SessionStep;
  readonly call: (s: SessionState, m: Is<"call"> | Is<"badCall">) => SessionStep;
  readonly reply: (s: SessionState, m: Is<"reply">) => SessionStep;
  readonly fault: (s: SessionState, m: Is<"fault">) => SessionStep;
  readonly soapFault: (s: SessionState, m: Is<"soapFault">) => SessionStep;
}

/** After a POST that asked nothing the ACS may say nothing, or ask. 3.7.1.2, 3.7.1.4. */
const nothingDue: Answers = {
  empty: (s) => (s.silent ? ended(s) : next(s)),
  call: (s, m) => handle(s, m),
  reply: (s, m) => failed(s, `the ACS sent ${m.method}Response, to no request`),
  fault: (s, m) => failed(s, `the ACS sent fault ${m.code}, to no request`),
  soapFault: (s, m) => reply(s, encodeSoapFault(m.code, { version: s.version, id: m.id })),
};

/** The meaning of each kind of answer to each kind of POST. 3.7.1.1 to 3.7.1.6. */
const answers = {
  inform: {
    empty: (s) => failed(s, "the ACS answered the Inform with nothing", "version"),
    call: (s) => failed(s, "the ACS answered the Inform with a request", "none"),
    reply: (s, m) =>
      m.method === "Inform"
        ? opened(s, m)
        : failed(s, `the ACS answered the Inform with ${m.method}Response`),
    fault: (s, m) =>
      m.code === 8005
        ? resend(s)
        : failed(s, `the ACS refused the Inform: ${m.code} ${m.text}`, suspectOf(s, m)),
    soapFault: (s) => failed(s, "the ACS did not answer the Inform in SOAP 1.1", "version"),
  },
  request: {
    empty: (s) => failed(s, `the ACS did not answer ${s.sent?.request.method}`),
    call: (s) => failed(s, `the ACS sent a request where the answer to ${s.sent?.request.method} was due`),
    reply: (s, m) =>
      m.method === s.sent?.request.method
        ? next({ ...s, sent: undefined, resends: 0 }, [
            { do: "confirm", request: s.sent.request, reply: m.args },
          ])
        : failed(s, `the ACS answered ${s.sent?.request.method} with ${m.method}Response`),
    fault: (s, m) => (m.code === 8005 ? resend(s) : refused(s, m.code, m.text)),
    soapFault: (s) => failed(s, `the ACS answered ${s.sent?.request.method} with a broken envelope`),
  },
  reply: nothingDue,
  empty: nothingDue,
} as const satisfies Record<Exclude<Awaiting, "handler" | "over">, Answers>;

/** A step of the machine. An event that cannot occur in this state is our own mistake, and ends the session. */
export function step(state: SessionState, event: SessionEvent): SessionStep {
  if (state.awaiting === "over") return { state, deeds: [] };
  if (event.on === "failed") return failed(state, event.reason, event.suspect);
  if (event.on === "handled") return reply(state, event.body);
  if (state.awaiting === "handler") return failed(state, "an answer came while no POST was under way");
  const row: Answers = answers[state.awaiting];
  if (event.on === "empty") return row.empty({ ...state, hold: false });
  const { message } = event;
  const held: SessionState = { ...state, hold: "holdRequests" in message && message.holdRequests };
  switch (message.is) {
    case "call":
    case "badCall":
      return row.call(held, message);
    case "reply":
      return row.reply(held, message);
    case "fault":
      return row.fault(held, message);
    case "soapFault":
      return row.soapFault(held, message);
  }
}

/** Table 6, no request of the ACS outstanding: a request of ours if one may be sent, else an empty POST. */
function next(state: SessionState, deeds: readonly SessionDeed[] = []): SessionStep {
  const [request, ...pending] = state.pending;
  if (request !== undefined && !state.hold && !state.silent) {
    return send({ ...state, pending }, request, "request", deeds);
  }
  const silent = state.silent || !state.hold;
  const post: SessionDeed = { do: "post", kind: "empty", body: undefined };
  return { state: { ...state, awaiting: "empty", silent }, deeds: [...deeds, post] };
}

function send(
  state: SessionState,
  request: OwnRequest,
  awaiting: "inform" | "request",
  before: readonly SessionDeed[] = [],
): SessionStep {
  const body = encodeCall(request.method, request.args, { version: state.version, id: `${state.nextId}` });
  const after: SessionState = { ...state, awaiting, nextId: state.nextId + 1, sent: { request, body } };
  return { state: after, deeds: [...before, { do: "post", kind: "call", body }] };
}

/** 3.7.1.6: the identical request once more, in the next POST. */
function resend(state: SessionState): SessionStep {
  if (state.resends >= sessionLimits.resendsMax || state.sent === undefined) {
    return failed(state, `the ACS asked ${state.resends} times for the same request again (8005)`);
  }
  const post: SessionDeed = { do: "post", kind: "call", body: state.sent.body };
  return { state: { ...state, resends: state.resends + 1 }, deeds: [post] };
}

/** 3.7.1.1: with a v1.0 InformResponse the rest of the session is v1.0; any later version leaves it at v1.1. */
function opened(state: SessionState, message: Is<"reply">): SessionStep {
  const version = message.version === "cwmp-1-0" ? "cwmp-1-0" : state.version;
  const confirm: SessionDeed[] = state.sent
    ? [{ do: "confirm", request: state.sent.request, reply: message.args }]
    : [];
  // A request that v1.0 does not know waits for a session in v1.1.
  const known = (request: OwnRequest) => version !== "cwmp-1-0" || !since11.includes(request.method);
  const pending = state.pending.filter(known);
  return next({ ...state, version, pending, sent: undefined, resends: 0 }, confirm);
}

/** Requests of ours that Amendment 1 does not have. */
const since11: readonly MethodName[] = ["AutonomousTransferComplete"];

/** 3.7.1.4: a fault to anything but Inform does not end the session; 3.7.1.6: the method is not tried again. */
function refused(state: SessionState, code: number, text: string): SessionStep {
  const deeds: SessionDeed[] = state.sent ? [{ do: "refused", request: state.sent.request, code, text }] : [];
  return next({ ...state, sent: undefined, resends: 0 }, deeds);
}

/** 3.7.1.2: the answer to a request of the ACS is sent in the very next POST. */
function handle(state: SessionState, message: Is<"call"> | Is<"badCall">): SessionStep {
  if (state.calls >= sessionLimits.callsMax) {
    return failed(state, `the ACS sent more than ${sessionLimits.callsMax} requests in one session`);
  }
  const counted = { ...state, calls: state.calls + 1 };
  if (message.is === "call") {
    const deed: SessionDeed = { do: "handle", call: message, version: state.version };
    return { state: { ...counted, awaiting: "handler" }, deeds: [deed] };
  }
  return reply(counted, encodeFault(message.fault, { version: state.version, id: message.id }));
}

function reply(state: SessionState, body: Uint8Array): SessionStep {
  return { state: { ...state, awaiting: "reply" }, deeds: [{ do: "post", kind: "reply", body }] };
}

/** 3.7.1.4: the most recent answer was empty, and so was a POST of ours without hold. */
function ended(state: SessionState): SessionStep {
  return {
    state: { ...state, awaiting: "over" },
    deeds: [{ do: "end", reason: undefined, suspect: "none" }],
  };
}

/** 3.7.2.1: a refused Inform makes the version suspect. An 8003 does not suggest a version problem if the Inform had no
 * 0 BOOTSTRAP (A.3.3.1) and the fault had the Inform's own version. */
function suspectOf({ sent, version }: SessionState, fault: Is<"fault">): Suspect {
  if (saysNow(fault.text)) return "none";
  if (fault.code !== 8003 || fault.version !== version) return "version";
  const { request } = sent ?? {};
  const first = request?.method === "Inform" && request.args.Event.some((e) => e.EventCode === "0 BOOTSTRAP");
  return first ? "version" : "none";
}

function failed(state: SessionState, reason: string, suspect: Suspect = "none"): SessionStep {
  const known = state.awaiting === "inform" ? suspect : "none";
  return { state: { ...state, awaiting: "over" }, deeds: [{ do: "end", reason, suspect: known }] };
}
