/** Table: `cwmpd udp-request …`: UDP Connection Requests by hand. TR-069 G.2.1.4, G.2.2.3. */
import type { Command } from "./command.ts";

export const udpRequestFamily = {
  summary: "UDP Connection Requests by hand: check and send",
  group: "tools",
} as const;

const credentials = {
  username: {
    is: "value",
    placeholder: "NAME",
    summary: "ConnectionRequestUsername; empty: not set",
    mayBeEmpty: true,
  },
  "password-file": {
    is: "value",
    placeholder: "FILE",
    summary: "ConnectionRequestPassword: the bytes of FILE without one line end; an empty file: not set",
  },
} as const;

export const udpRequestCheckCommand = {
  summary: "Judge datagrams as UDP Connection Requests",
  operands: "HEX...|-",
  operandsMin: 1,
  operandsMax: 10_000,
  group: "tools",
  help: [
    "Judges datagrams, given in hexadecimal digits, in their order and on one record, exactly as the agent does: each one that is accepted moves the record of the last ts and id, and no other does (G.2.1.4). The record begins with --last-ts and --last-id, or as that of a device that has had none.",
    'With --json it prints {"verdict","why","ts","id"} for each datagram, one object a line: verdict is accept or reject, why is empty for one that is accepted, ts is a number and id a text of digits, both null where the datagram does not parse.',
    "With - in the place of HEX each line of standard input is a datagram, an empty line an empty one.",
  ],
  examples: [
    {
      run: "cwmpd udp-request check - --username acs --password-file FILE --json",
      tells: "a datagram a line",
    },
    {
      run: "cwmpd udp-request check HEX --username acs --password-file FILE --last-ts 1790",
      tells: "after another one",
    },
  ],
  options: {
    ...credentials,
    "last-ts": {
      is: "value",
      placeholder: "N",
      summary: "ts of the last request that was accepted",
      default: "0",
    },
    "last-id": { is: "value", placeholder: "ID", summary: "id of the last request that was accepted" },
    json: { is: "flag", summary: "print one JSON object a line, for scripts" },
  },
  exits: "0 judged, with any verdicts; 2 wrong usage",
} as const satisfies Command;

export const udpRequestSendCommand = {
  summary: "Send a UDP Connection Request",
  operands: "HOST:PORT",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Signs a UDP Connection Request and sends it, by default in three identical copies (G.2.2.3). HOST:PORT is the device's ManagementServer.UDPConnectionRequestAddress. The device sends no answer: a session with its ACS shows that the request was good.",
    "A device behind a NAT can only be reached from the address and port of its STUN server: run this there, with --from.",
  ],
  examples: [
    {
      run: "cwmpd udp-request send 192.0.2.7:7547 --username acs --password-file FILE",
      tells: "a device without a NAT before it",
    },
    {
      run: "cwmpd udp-request send A:P --from A:P --username acs --password-file FILE",
      tells: "from the STUN server's port",
    },
  ],
  options: {
    ...credentials,
    ts: { is: "value", placeholder: "N", summary: "seconds since 1970; now where absent" },
    id: {
      is: "value",
      placeholder: "ID",
      summary: "an unsigned number, another one for each request; by chance where absent",
    },
    cn: { is: "value", placeholder: "TEXT", summary: "the cnonce; by chance where absent" },
    copies: { is: "value", placeholder: "N", summary: "how many identical copies, 1 to 100", default: "3" },
    from: { is: "value", placeholder: "A:P", summary: "our address and port; any free one where absent" },
    json: { is: "flag", summary: 'print {"to","from","copies","ts","id","hex"} as one JSON object' },
  },
  exits: "0 sent, 1 it could not be sent, 2 wrong usage",
} as const satisfies Command;
