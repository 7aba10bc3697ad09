/** Codec: bytes of an envelope to the message in it, judged by the table of methods. TR-069 3.5, A.2.2, A.5. */
import { Fault, Malformed } from "../errors.ts";
import {
  type Envelope,
  localName,
  type ReadOptions,
  readEnvelope,
  type SoapFaultCode,
} from "../soap/envelope.ts";
import { namespaces } from "../soap/names.ts";
import { type Element, quote } from "../soap/tree.ts";
import { readArguments } from "./read.ts";
import { type Args, faultFor, isMethod, type MethodName, methods, type Reply } from "./table.ts";

/** The facts about a message that every kind of message has. */
interface About {
  /** Text of the ID header; undefined: there is none, and so none in the answer. */
  readonly id: string | undefined;
  readonly holdRequests: boolean;
  /** `cwmp-1-1` and so on, also versions that we do not speak; "" where it has no CWMP namespace. */
  readonly version: string;
  /** Names of soap/lenience.ts that the message was read with. */
  readonly leniences: readonly string[];
}

export type CallMessage = {
  [M in MethodName]: About & { readonly is: "call"; readonly method: M; readonly args: Args<M> };
}[MethodName];

export type ReplyMessage = {
  [M in MethodName]: About & { readonly is: "reply"; readonly method: M; readonly args: Reply<M> };
}[MethodName];

/** A call that we owe this fault; `method` is the name that the peer wrote. An ACS answers 8003 for 9003 and so on. */
export interface BadCallMessage extends About {
  readonly is: "badCall";
  readonly method: string;
  readonly fault: Fault;
}

/** A call that SOAP itself forbids to process; we owe a plain SOAP fault. SOAP 1.1 4.4.1. */
export interface SoapFaultMessage extends About {
  readonly is: "soapFault";
  readonly code: SoapFaultCode;
  readonly text: string;
}

export interface FaultMessage extends About {
  readonly is: "fault";
  readonly code: number;
  readonly text: string;
  /** The SetParameterValuesFault entries. */
  readonly parameters: readonly { readonly name: string; readonly code: number; readonly text: string }[];
}

export type Message = CallMessage | ReplyMessage | BadCallMessage | SoapFaultMessage | FaultMessage;

export interface DecodeOptions extends ReadOptions {
  /** Whether this side answers that method; one that it does not is 9000. */
  readonly serves: (method: MethodName) => boolean;
}

function about(envelope: Envelope): About {
  const { id, holdRequests, version, leniences } = envelope;
  return { id, holdRequests, version, leniences: [...leniences] };
}

/** Whether the body's element can be CWMP's: in its namespace, or in none that means anything. */
function isOurs(element: Element, envelope: Envelope): boolean {
  const uri = element.uri;
  if (uri === undefined || uri.startsWith(namespaces.cwmp)) return true;
  // A default namespace on the Envelope is all that an unprefixed method has.
  if (uri !== "" && uri !== namespaces.envelope) return false;
  envelope.leniences.add("unprefixedMethod");
  return true;
}

function badCall(envelope: Envelope, method: string, fault: Fault): BadCallMessage {
  return { is: "badCall", method, fault, ...about(envelope) };
}

function decodeCall(envelope: Envelope, name: string, options: DecodeOptions): Message {
  const { body, leniences } = envelope;
  if (!isOurs(body, envelope) || !isMethod(name) || !options.serves(name)) {
    return badCall(envelope, name, new Fault(9000, `Method ${quote(name)} is not supported`));
  }
  // 3.5: an envelope of any method may be too long for us.
  if (envelope.cut) return badCall(envelope, name, new Fault(9004, "The envelope is too large"));
  try {
    const args = readArguments(methods[name].args, body, { strict: true, leniences });
    return { is: "call", method: name, args, ...about(envelope) } as unknown as CallMessage;
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 9003 && error.code !== 9004)) throw error;
    return badCall(envelope, name, new Fault(faultFor(name, error.code), `${name}: ${error.message}`));
  }
}

function decodeReply(envelope: Envelope, name: string): Message {
  const { body, leniences } = envelope;
  if (envelope.cut) throw new Malformed(`Cannot parse ${quote(body.local)}: the envelope is too large`);
  if (!isMethod(name)) throw new Malformed(`Cannot parse ${quote(body.local)}: no such method`);
  try {
    const args = readArguments(methods[name].reply, body, { strict: false, leniences });
    return { is: "reply", method: name, args, ...about(envelope) } as unknown as ReplyMessage;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Malformed(`Cannot parse ${body.local}: ${error.message}`);
  }
}

function childText(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.local === name)?.text.trim();
}

function faultCode(element: Element): number {
  const text = childText(element, "FaultCode") ?? "";
  if (!/^\d{1,10}$/.test(text))
    throw new Malformed(`Cannot parse Fault: expected FaultCode, got ${quote(text)}`);
  return Number(text);
}

function faultEntry(element: Element): FaultMessage["parameters"][number] {
  const name = childText(element, "ParameterName");
  if (name === undefined) throw new Malformed("Cannot parse SetParameterValuesFault: expected ParameterName");
  return { name, code: faultCode(element), text: childText(element, "FaultString") ?? "" };
}

/** 3.5: the literal text; other letters of it are taken, other words are not. */
function checkFaultString(envelope: Envelope): void {
  const text = childText(envelope.body, "faultstring") ?? "";
  if (text.includes("CWMP fault")) return;
  if (!/cwmp\s+fault/i.test(text)) throw new Malformed(`Cannot parse Fault: faultstring is ${quote(text)}`);
  envelope.leniences.add("faultString");
}

/** 3.5: a fault that breaks its rules is an invalid message. faultcode may be ignored, and is; FaultString may be
 * absent by the schema. */
function decodeFault(envelope: Envelope): FaultMessage {
  if (envelope.cut) throw new Malformed("Cannot parse Fault: the envelope is too large");
  const detail = envelope.body.children.find((child) => child.local === "detail");
  const fault = detail?.children.find((child) => localName(child, envelope.leniences) === "Fault");
  if (!fault) throw new Malformed("Cannot parse Fault: expected a CWMP Fault in its detail");
  checkFaultString(envelope);
  const code = faultCode(fault);
  const entries = fault.children.filter((child) => child.local === "SetParameterValuesFault");
  const text = childText(fault, "FaultString") ?? "";
  return { is: "fault", code, text, parameters: entries.map(faultEntry), ...about(envelope) };
}

/** 3.5: a response or a fault is never answered with a fault, not even by SOAP. */
function decodeRefused(envelope: Envelope, isAnswer: boolean): SoapFaultMessage {
  const { code = "VersionMismatch", text = "" } = envelope.refused ?? {};
  if (isAnswer) throw new Malformed(`Cannot parse ${quote(envelope.body.local)}: ${text}`);
  return { is: "soapFault", code, text, ...about(envelope) };
}

/** @param options.truncated the bytes are only the head of an envelope longer than we take: a call that can be
 * recognized
 *   from it is a badCall with 9004
 * @throws Malformed: nothing that could be answered */
export function decode(bytes: Uint8Array, options: DecodeOptions): Message {
  const envelope = readEnvelope(bytes, options);
  const name = localName(envelope.body, envelope.leniences);
  const isFault = name === "Fault";
  const answered = name.endsWith("Response") ? name.slice(0, -"Response".length) : undefined;
  if (envelope.refused) return decodeRefused(envelope, isFault || answered !== undefined);
  if (isFault) return decodeFault(envelope);
  return answered === undefined ? decodeCall(envelope, name, options) : decodeReply(envelope, answered);
}
