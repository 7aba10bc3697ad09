/** Handler: `cwmpd dhcp decode`, the content of a DHCP option or message, as the agent reads it. TR-069 3.1, F.2.5. */

import type { Identity } from "../dhcp/identity.ts";
import { announces, announces124, readOffer } from "../dhcp/offer.ts";
import {
  joined,
  type Note,
  noteTaker,
  type OptionBodies,
  readOptions,
  splitPacket,
} from "../dhcp/options.ts";
import { fromHex } from "../dhcp/text.ts";
import { Malformed } from "../errors.ts";
import { escapeText, jsonText } from "../terminal.ts";
import type { Command, OptionsOf, Outcome } from "./command.ts";

const jsonKeys = "url, provisioningCode, announces, device, gateway and notes";

export const dhcpDecodeCommand = {
  summary: "Decode a DHCP option or message",
  operands: "[HEX…]",
  operandsMin: 0,
  operandsMax: 64,
  group: "tools",
  help: [
    "Reads octets in hexadecimal as the agent reads them off the network, and prints the URL of the ACS and the provisioning code (options 43 and 125), whether a client announces dslforum.org (options 60 and 124), and the identities of Annex F (option 125). A note names each octet sequence that is passed over. The command needs neither the agent nor root rights.",
    "Give one of --option, --packet and --options. --option takes the body of that option, without its code and length; several HEX are instances of one option and are joined as RFC 3396 has it; no HEX, or an empty one, is an option without octets. --as names the reader of option 125: a gateway looks for the device's identity, a device for the gateway's identity and for the ACS; without it both are looked for. --packet is a whole message from its op octet on, --options its options alone, with --file and --sname for the fields that option 52 may lay open to options.",
    `With --json one object with the keys ${jsonKeys}; null where there is no value. device and gateway are objects with oui, serial and productClass; a product class that was not sent is empty, and so is each element of a gateway's identity that was not sent.`,
  ],
  examples: [
    {
      run: "cwmpd dhcp decode --option 43 010b687474703a2f2f612e622f",
      tells: "where the ACS is",
    },
    {
      run: "cwmpd dhcp decode --option 60 64736c666f72756d2e6f7267",
      tells: "whether a client announces CWMP",
    },
    { run: 'cwmpd dhcp decode --packet "$(xxd -p ack.bin)"', tells: "a whole message" },
  ],
  options: {
    option: {
      is: "value",
      placeholder: "CODE",
      summary: "the code of the option whose body follows",
      oneOf: ["43", "60", "124", "125"],
    },
    as: {
      is: "value",
      placeholder: "ROLE",
      summary: "the reader of option 125: gateway or device",
      oneOf: ["gateway", "device"],
    },
    packet: { is: "value", placeholder: "HEX", summary: "a whole DHCP message", mayBeEmpty: true },
    options: {
      is: "value",
      placeholder: "HEX",
      summary: "the options of a message, after the magic cookie",
      mayBeEmpty: true,
    },
    file: { is: "value", placeholder: "HEX", summary: "with --options: the field file", mayBeEmpty: true },
    sname: { is: "value", placeholder: "HEX", summary: "with --options: the field sname", mayBeEmpty: true },
    json: { is: "flag", summary: "print one JSON object" },
  },
  exits: "0 done, 1 no DHCP message, 2 wrong usage, bad hexadecimal included",
} as const satisfies Command;

type Options = OptionsOf<typeof dhcpDecodeCommand>;

export interface Decoded {
  readonly url: string | null;
  readonly provisioningCode: string | null;
  readonly announces: boolean | null;
  readonly device: Identity | null;
  readonly gateway: Identity | null;
  readonly notes: readonly string[];
}

export function dhcpDecode(options: Options, operands: readonly string[]): Outcome {
  const wrong = misuse(options, operands);
  if (wrong !== undefined) return usage(wrong);
  let read: (note: Note) => OptionBodies;
  try {
    read = reader(options, operands);
  } catch (error) {
    if (error instanceof Malformed) return usage(error.message);
    throw error;
  }
  const { notes, note } = noteTaker();
  try {
    const decoded = { ...decodeBodies(read(note), options, note), notes };
    return { exit: 0, out: options.json ? jsonText(decoded) : decodedText(decoded) };
  } catch (error) {
    if (error instanceof Malformed) return { exit: 1, err: `cwmpd dhcp decode: ${error.message}\n` };
    throw error;
  }
}

const usage = (text: string): Outcome => ({
  exit: 2,
  err: `cwmpd dhcp decode: ${text}\nTry: cwmpd dhcp decode --help\n`,
});

function misuse(o: Options, operands: readonly string[]): string | undefined {
  const given = [o.option, o.packet, o.options].filter((one) => one !== undefined).length;
  if (given !== 1) return "Give one of --option CODE HEX, --packet HEX and --options HEX.";
  if (o.option === undefined && operands.length > 0) return `Unexpected argument "${operands[0]}".`;
  if (o.options === undefined && (o.file !== undefined || o.sname !== undefined))
    return "--file and --sname go with --options.";
  if (o.option !== "125" && o.as !== undefined) return "--as needs --option 125.";
  return undefined;
}

/** Hexadecimal first: a mistyped digit is wrong usage, before the octets are decoded. @throws Malformed */
function reader(o: Options, operands: readonly string[]): (note: Note) => OptionBodies {
  if (o.option !== undefined) {
    const body = joined([new Uint8Array(0), ...operands.map(fromHex)]);
    const bodies = new Map([[Number(o.option), body]]);
    return () => bodies;
  }
  if (o.packet !== undefined) {
    const packet = fromHex(o.packet);
    return (note) => readOptions(splitPacket(packet), note);
  }
  const field = (hex: string | undefined) => (hex === undefined ? undefined : fromHex(hex));
  const fields = { options: fromHex(o.options ?? ""), file: field(o.file), sname: field(o.sname) };
  return (note) => readOptions(fields, note);
}

function decodeBodies(bodies: OptionBodies, { as }: Options, note: Note): Omit<Decoded, "notes"> {
  const in60 = bodies.get(60);
  const in124 = bodies.get(124);
  const { acs, device, gateway } = readOffer(bodies, note);
  const asGateway = as === "gateway";
  const announced = [
    ...(in60 === undefined ? [] : [announces(in60)]),
    ...(in124 === undefined ? [] : [announces124(in124, note)]),
  ];
  return {
    url: asGateway ? null : acs.url,
    provisioningCode: asGateway ? null : acs.provisioningCode,
    announces: announced.length === 0 ? null : announced.includes(true),
    device: as === "device" ? null : device,
    gateway: asGateway ? null : gateway,
  };
}

/** For people. */
export function decodedText(decoded: Decoded): string {
  const identity = (one: Identity | null) =>
    one === null
      ? "none"
      : `OUI ${one.oui || "(none)"}, serial number ${one.serial || "(none)"}, product class ${one.productClass || "(none)"}`;
  const announced = { true: "yes, dslforum.org", false: "no" };
  const rows = [
    ["ACS URL", decoded.url ?? "none"],
    ["Provisioning code", decoded.provisioningCode ?? "none"],
    ["Announces CWMP", decoded.announces === null ? "not said" : announced[`${decoded.announces}`]],
    ["Device", identity(decoded.device)],
    ["Gateway", identity(decoded.gateway)],
    ...decoded.notes.map((text) => ["Note", text] as const),
  ] as const;
  return rows.map(([label, text]) => `${label.padEnd(19)}${escapeText(text)}\n`).join("");
}
