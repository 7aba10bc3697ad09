/** Table: `cwmpd stun …`: STUN by hand, with the agent's own encoder, decoder and judgement. TR-069 G.2.1. */
import type { Command, Options } from "./command.ts";

const jsonOption = { json: { is: "flag", summary: "print one JSON object a line, for scripts" } } as const;

const secretOptions = {
  username: {
    is: "value",
    placeholder: "NAME",
    summary: "STUNUsername; empty: not set",
    mayBeEmpty: true,
  },
  "password-file": {
    is: "value",
    placeholder: "FILE",
    summary: "STUNPassword: the bytes of FILE without one line end; an empty file: not set",
  },
} as const satisfies Options;

const batch =
  "With - in the place of HEX each line of standard input is a message, an empty line an empty one; the answers come in the same order, with --json one object a line.";

export const stunFamily = {
  summary: "STUN by hand: probe a server, read and make messages",
  group: "tools",
} as const;

export const stunProbeCommand = {
  summary: "Ask a STUN server which address it sees",
  operands: "SERVER[:PORT]",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Sends Binding Requests as the agent does and prints which address the server sees, whether an address or port is translated on the way, and whether the server honours RESPONSE-ADDRESS (G.2.1.2: without that the lifetime of a binding cannot be measured). A request is sent up to nine times within 9.5 s (RFC 3489 9.3).",
    "With --timeout-search it then measures how long the binding lives, which takes several times that long: every trial waits its whole time anew. The port is 3478 where none is given.",
    'With --json the answer is {"server", "source", "mapped", "natDetected", "responseAddress", "lifetimeSeconds", "why"}: addresses as A:P; responseAddress is true, false or null where it was not found out; lifetimeSeconds is the longest time that the binding was seen to live, and null without --timeout-search.',
  ],
  examples: [
    { run: "cwmpd stun probe stun.example.com", tells: "the address that a server sees" },
    {
      run: "cwmpd stun probe 203.0.113.10:3478 --timeout-search --json",
      tells: "and how long a binding lives",
    },
  ],
  options: {
    "timeout-search": { is: "flag", summary: "measure how long the binding lives" },
    ...jsonOption,
  },
  exits: "0 answered, 1 refused or no answer to nine sends, 2 wrong usage",
} as const satisfies Command;

export const stunDecodeCommand = {
  summary: "Decode a STUN message",
  operands: "HEX|-",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    'Reads a STUN message, request or response, given in hexadecimal digits. With --json it prints {"type","id","attributes":[{"type","value"}],"integrity"}: names as in RFC 3489 and Annex G, a type without a name as 0xNNNN; addresses as A:P, texts as they are, an error as "401 Unauthorized", all other values in hexadecimal digits.',
    "integrity is good or bad where MESSAGE-INTEGRITY is there and --password-file is given, unchecked where it is there and the file is not given, none where it is not there.",
    'A message that does not parse gives exit code 1; with --json also an object of the same shape, with nulls and "error".',
    batch,
  ],
  examples: [
    { run: "cwmpd stun decode 000100002112a442000102030405060708090a0b", tells: "a bare Binding Request" },
    { run: "cwmpd stun decode - --json --password-file /tmp/password <messages", tells: "a message a line" },
  ],
  options: { "password-file": secretOptions["password-file"], ...jsonOption },
  exits: "0 done, 1 a message does not parse, 2 wrong usage",
} as const satisfies Command;

export const stunAnswerCommand = {
  summary: "Judge a datagram as the answer to a Binding Request",
  operands: "HEX|-",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    'Judges a datagram exactly as the agent does (G.2.1.1) and prints, with --json, {"action","mapped","natDetected","changed","why"}.',
    "action is accept; discard (it is not the answer or cannot be believed, the request still waits); retry-integrity (401: the request is sent once more with USERNAME and MESSAGE-INTEGRITY); fail (the server refuses); or not-stun. mapped is the public address as A:P and natDetected whether it differs from --source; both are null unless the action is accept. changed says that it differs from --binding, or that there was none.",
    batch,
  ],
  examples: [
    {
      run: "cwmpd stun answer HEX --id ID --source A:P --server A:P --from A:P --json",
      tells: "the answer to a request without MESSAGE-INTEGRITY",
    },
  ],
  options: {
    id: { is: "value", placeholder: "ID", summary: "transaction id of the request: 32 hexadecimal digits" },
    integrity: { is: "flag", summary: "the request carried MESSAGE-INTEGRITY" },
    ...secretOptions,
    source: {
      is: "value",
      placeholder: "A:P",
      summary: "our address and port from which the request was sent",
    },
    server: { is: "value", placeholder: "A:P", summary: "where the request was sent" },
    from: { is: "value", placeholder: "A:P", summary: "where the datagram came from" },
    binding: { is: "value", placeholder: "A:P", summary: "the public address that was known before" },
    ...jsonOption,
  },
  exits: "0 judged, with any action; 2 wrong usage",
} as const satisfies Command;

export const stunRequestCommand = {
  summary: "Print a Binding Request as the agent sends it",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "tools",
  help: [
    "Prints the Binding Request that the agent would send from its primary port (the one that takes UDP Connection Requests) or from its secondary one, and why: to find the binding, to keep it, to report a change (primary only), or to probe whether the binding is still alive (secondary only, with --mapped).",
    'With --json it prints {"hex","attributes":[{"type","value"}]}, attributes as `cwmpd stun decode` shows them. With --after-401 the request carries USERNAME and MESSAGE-INTEGRITY; where user name or password is not set there is none to send: hex is null and the exit code 1.',
  ],
  examples: [
    {
      run: "cwmpd stun request --source primary --reason changed --username cpe1",
      tells: "with BINDING-CHANGE",
    },
    {
      run: "cwmpd stun request --source secondary --reason probe --mapped 192.0.2.1:4000",
      tells: "with RESPONSE-ADDRESS",
    },
  ],
  options: {
    source: {
      is: "value",
      placeholder: "PORT",
      summary: "primary or secondary",
      oneOf: ["primary", "secondary"],
    },
    reason: {
      is: "value",
      placeholder: "WHY",
      summary: "discovery, keepalive, changed or probe",
      oneOf: ["discovery", "keepalive", "changed", "probe"],
    },
    "after-401": { is: "flag", summary: "the server has answered 401" },
    id: {
      is: "value",
      placeholder: "ID",
      summary: "transaction id, 32 hexadecimal digits; by chance where absent",
    },
    ...secretOptions,
    mapped: {
      is: "value",
      placeholder: "A:P",
      summary: "the public address of the primary port, for a probe",
    },
    ...jsonOption,
  },
  exits: "0 done, 1 there is no such request to send, 2 wrong usage",
} as const satisfies Command;
