/** Handler: `cwmpd stun decode`, `answer`, `request`. TR-069 G.2.1, RFC 3489. */

import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { type Judged, judgeAnswer } from "../nat/answer.ts";
import { type Reason, type StunCredentials, writeAsk } from "../nat/ask.ts";
import { messageName, showAttribute } from "../nat/attributes.ts";
import { sameEndpoint, writeEndpoint } from "../nat/endpoint.ts";
import { checkIntegrity } from "../nat/integrity.ts";
import { decode } from "../nat/stun.ts";
import type { Endpoint, Source } from "../ports/udp.ts";
import { escapeText } from "../terminal.ts";
import type { Outcome } from "./command.ts";
import {
  type DatagramWorld,
  endpointOption,
  idOption,
  jsonLine,
  newId,
  passwordOf,
  readDatagrams,
} from "./datagram.ts";
import type { Arguments } from "./table.ts";

interface Decoded {
  readonly type: string | null;
  readonly id: string | null;
  readonly attributes: readonly { readonly type: string; readonly value: string }[];
  readonly integrity: "good" | "bad" | "none" | "unchecked";
  /** Only where the message does not parse. */
  readonly error?: string;
}

export async function stunDecode(
  operands: readonly string[],
  options: Arguments<"stun decode">,
  world: DatagramWorld,
): Promise<Outcome> {
  const password = await passwordOf(options["password-file"], world);
  const messages = await readDatagrams(operands, world.input);
  const decoded = messages.map((bytes) => decoding(bytes, password));
  const wrong = decoded.flatMap(({ error }, at) =>
    error === undefined
      ? []
      : [`cwmpd stun decode: ${messages.length > 1 ? `message ${at + 1}: ` : ""}${error}\n`],
  );
  const out = decoded.map(options.json ? jsonLine : decodedText).join("");
  return { exit: wrong.length > 0 ? 1 : 0, out, err: wrong.join("") };
}

function decoding(bytes: Uint8Array, password: Uint8Array): Decoded {
  try {
    const message = decode(bytes);
    const integrity = checkIntegrity(bytes, message, password);
    return {
      type: messageName(message.type),
      id: message.id,
      attributes: message.attributes.map((attribute) => showAttribute(attribute, message.id)),
      integrity: integrity !== "none" && password.length === 0 ? "unchecked" : integrity,
    };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { type: null, id: null, attributes: [], integrity: "none", error: error.message };
  }
}

function attributeLines(attributes: Decoded["attributes"]): string {
  return attributes
    .map(({ type, value }) => `  ${type} ${escapeText(value)}`.trimEnd().concat("\n"))
    .join("");
}

function decodedText({ type, id, attributes, integrity }: Decoded): string {
  if (type === null) return "";
  const told = integrity === "none" ? "" : `MESSAGE-INTEGRITY is ${integrity}\n`;
  return `${type}, transaction ${id}\n${attributeLines(attributes)}${told}`;
}

async function credentialsOf(
  options: { readonly username: string | undefined; readonly "password-file": string | undefined },
  world: DatagramWorld,
): Promise<StunCredentials> {
  return { username: options.username ?? "", password: await passwordOf(options["password-file"], world) };
}

export async function stunAnswer(
  operands: readonly string[],
  options: Arguments<"stun answer">,
  world: DatagramWorld,
): Promise<Outcome> {
  const asked = {
    id: idOption(options.id),
    signed: options.integrity,
    credentials: await credentialsOf(options, world),
    source: endpointOption("source", options.source),
    server: endpointOption("server", options.server),
  };
  const from = endpointOption("from", options.from);
  const binding = options.binding === undefined ? undefined : endpointOption("binding", options.binding);
  const datagrams = await readDatagrams(operands, world.input);
  const told = datagrams.map((bytes) => tellJudged(judgeAnswer(bytes, from, asked), asked.source, binding));
  return { exit: 0, out: told.map(options.json ? jsonLine : judgedText).join("") };
}

interface ToldJudged {
  readonly action: Judged["action"];
  readonly mapped: string | null;
  readonly natDetected: boolean | null;
  readonly changed: boolean;
  readonly why: string;
}

function tellJudged(judged: Judged, source: Endpoint, binding: Endpoint | undefined): ToldJudged {
  if (judged.action !== "accept") {
    return { action: judged.action, mapped: null, natDetected: null, changed: false, why: judged.why };
  }
  const natDetected = !sameEndpoint(judged.mapped, source);
  const changed = binding === undefined || !sameEndpoint(judged.mapped, binding);
  const first = binding === undefined ? "the binding is known for the first time" : "the binding has changed";
  const why = `${natDetected ? "an address or port is translated" : "nothing is translated"}; ${changed ? first : "the binding is as it was"}`;
  return { action: "accept", mapped: writeEndpoint(judged.mapped), natDetected, changed, why };
}

const judgedText = ({ action, mapped, why }: ToldJudged): string =>
  `${action}${mapped === null ? "" : ` ${mapped}`}: ${escapeText(why)}\n`;

export async function stunRequest(
  options: Arguments<"stun request">,
  world: DatagramWorld,
): Promise<Outcome> {
  const { source, reason } = options as { readonly source?: Source; readonly reason?: Reason };
  if (source === undefined) throw new Malformed("Option --source is needed: primary or secondary.");
  if (reason === undefined)
    throw new Malformed("Option --reason is needed: discovery, keepalive, changed or probe.");
  if (source === "secondary" && reason === "changed") {
    throw new Malformed("BINDING-CHANGE is sent from the primary port only (G.2.1.3): --source primary.");
  }
  if (source === "primary" && reason === "probe") {
    throw new Malformed("A probe is sent from the secondary port only (G.2.1.2): --source secondary.");
  }
  const mapped =
    reason === "probe" || options.mapped !== undefined ? endpointOption("mapped", options.mapped) : undefined;
  const id = options.id === undefined ? newId(world.chance) : idOption(options.id);
  const credentials = await credentialsOf(options, world);
  const bytes = writeAsk({ source, reason, id, credentials, afterChallenge: options["after-401"], mapped });
  if (bytes === undefined) {
    const err =
      "cwmpd stun request: There is no request to send: after 401 STUNUsername and STUNPassword have to be set. Give --username and --password-file.\n";
    return { exit: 1, out: options.json ? jsonLine({ hex: null, attributes: [] }) : "", err };
  }
  const { attributes } = decoding(bytes, credentials.password);
  const hex = bytesToHex(bytes);
  return {
    exit: 0,
    out: options.json ? jsonLine({ hex, attributes }) : `${hex}\n${attributeLines(attributes)}`,
  };
}
