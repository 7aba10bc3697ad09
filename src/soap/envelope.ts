/** Codec: the envelope about a message: headers, version, the one element of its body. TR-069 3.5, Table 4; SOAP 1.1
 * 4. */
import { Malformed } from "../errors.ts";
import { trimmed } from "../space.ts";
import type { Lenience } from "./lenience.ts";
import { namespaces, parseVersion } from "./names.ts";
import { decodeText } from "./text.ts";
import { type Element, isBlank, parseTree, quote } from "./tree.ts";

export type SoapFaultCode = "MustUnderstand" | "VersionMismatch";

export interface Envelope {
  /** Text of the ID header, "" included; undefined: there is none. */
  readonly id: string | undefined;
  readonly holdRequests: boolean;
  /** `cwmp-1-1` and so on; "" where the envelope has no CWMP namespace. */
  readonly version: string;
  /** The request, the response or the fault. */
  readonly body: Element;
  /** SOAP itself forbids to process it; the answer owed is a plain SOAP fault. */
  readonly refused: { readonly code: SoapFaultCode; readonly text: string } | undefined;
  /** Only its head was read. */
  readonly cut: boolean;
  readonly leniences: Set<Lenience>;
}

export interface ReadOptions {
  /** Of the Content-Type, if it has one. */
  readonly charset?: string | undefined;
  /** The bytes are only the head of a longer envelope. */
  readonly truncated?: boolean | undefined;
}

/** An envelope around nothing. No message can be read from it; some servers end a session with one. */
export class EmptyBody extends Malformed {
  constructor(readonly leniences: Set<Lenience>) {
    super("Cannot parse Body: it is empty");
    leniences.add("emptyBody");
  }
}

interface Headers {
  id: string | undefined;
  holdRequests: boolean;
  unknown: string | undefined;
}

/** White space between elements is passed over; anything else there is not ours to guess. */
export function isMixed(element: Element, leniences: Set<Lenience>): boolean {
  if (element.text === "") return false;
  if (!isBlank(element.text)) return true;
  if (element.children.length > 0) leniences.add("indentation");
  return false;
}

function checkMixed(element: Element, leniences: Set<Lenience>): void {
  if (isMixed(element, leniences))
    throw new Malformed(`Cannot parse ${element.local}: text between its elements`);
}

/** Names are distinguished by the part after the last colon; a fault before it is noted. */
export function localName(element: Element, leniences: Set<Lenience>): string {
  if (!element.name.includes(":")) return element.name;
  if (element.uri === undefined) leniences.add("undeclaredPrefix");
  if (element.name.indexOf(":") !== element.name.lastIndexOf(":")) leniences.add("doubleColon");
  return element.local;
}

/** The children of that name; more than one of them is no envelope. */
function only(parent: Element, name: string, leniences: Set<Lenience>): Element | undefined {
  const found = parent.children.filter((child) => localName(child, leniences) === name);
  if (found.length > 1) throw new Malformed(`Cannot parse ${parent.local}: more than one ${name}`);
  return found[0];
}

/** Table 4: booleans as digits; words are taken as well. */
export function parseBoolean(text: string): boolean | undefined {
  const word = trimmed(text);
  if (word === "1" || word === "true") return true;
  return word === "0" || word === "false" ? false : undefined;
}

/** SOAP 1.1 4.2.2, 4.2.3: bound to be understood, and by us. */
function mustUnderstand(entry: Element): boolean {
  const actor = entry.attribute("actor")?.value ?? "";
  if (actor !== "" && actor !== "http://schemas.xmlsoap.org/soap/actor/next") return false;
  return parseBoolean(entry.attribute("mustUnderstand")?.value ?? "0") === true;
}

/** Ours are those of CWMP, of no namespace, or of a prefix that nobody declares. */
function isCwmp(entry: Element): boolean {
  return entry.uri === undefined || entry.uri === "" || entry.uri.startsWith(namespaces.cwmp);
}

/** 3.5: later versions stay compatible with ours, so that their requests keep their meaning. */
const laterHeaders: ReadonlySet<string> = new Set([
  "SessionTimeout",
  "SupportedCWMPVersions",
  "UseCWMPVersion",
]);

function parseHeader(header: Element | undefined, leniences: Set<Lenience>): Headers {
  const headers: Headers = { id: undefined, holdRequests: false, unknown: undefined };
  if (!header) return headers;
  checkMixed(header, leniences);
  for (const entry of header.children) {
    const name = localName(entry, leniences);
    if (!entry.closed) continue;
    if (isCwmp(entry) && name === "ID") headers.id ??= entry.text;
    else if (isCwmp(entry) && name === "HoldRequests") {
      const hold = parseBoolean(entry.text);
      if (hold === undefined) leniences.add("headerValue");
      headers.holdRequests = hold ?? false;
    } else if (isCwmp(entry) && name === "NoMoreRequests") leniences.add("oldHeader");
    else if (isCwmp(entry) && laterHeaders.has(name)) leniences.add("laterHeader");
    else if (mustUnderstand(entry)) headers.unknown ??= name;
    else leniences.add("unknownElement");
  }
  return headers;
}

/** 3.5: both sides extract the version from the namespace. The message's own counts; where it has none, as a plain
 * SOAP fault does not, the CWMP fault in it, then any that is declared around it. */
function versionOf(body: Element, leniences: Set<Lenience>): string {
  const detail = body.children.find((child) => child.local === "detail")?.children[0];
  const own = [detail?.uri, body.uri];
  for (const uri of [...own, ...(detail ?? body).declared()]) {
    const found = uri === undefined ? undefined : parseVersion(uri);
    if (!found) continue;
    if (found.colon) leniences.add("colonNamespace");
    return found.version;
  }
  return "";
}

function parseBody(root: Element, cut: boolean, leniences: Set<Lenience>): Element {
  const body = only(root, "Body", leniences);
  if (!body) throw new Malformed("Cannot parse Envelope: expected Body");
  checkMixed(body, leniences);
  const [first, second] = body.children;
  // The rest of a truncated document is unknown.
  if (!first && cut) throw new Malformed("Cannot parse Body: it is empty");
  if (!first) throw new EmptyBody(leniences);
  if (second && !cut) throw new Malformed(`Cannot parse Body: a second element, ${quote(second.local)}`);
  return first;
}

function refusal(root: Element, headers: Headers): Envelope["refused"] {
  const uri = root.uri;
  if (uri !== undefined && uri !== namespaces.envelope) {
    return { code: "VersionMismatch", text: "Envelope is not SOAP 1.1" };
  }
  const { unknown } = headers;
  return unknown === undefined
    ? undefined
    : { code: "MustUnderstand", text: `Header ${quote(unknown)} is not understood` };
}

/** @throws Malformed */
export function readEnvelope(bytes: Uint8Array, options: ReadOptions): Envelope {
  const leniences = new Set<Lenience>();
  const truncated = options.truncated ?? false;
  const { root, cut } = parseTree(decodeText(bytes, options.charset, truncated), truncated, leniences);
  if (localName(root, leniences) !== "Envelope") {
    throw new Malformed(`Cannot parse Envelope: got ${quote(root.name)}`);
  }
  checkMixed(root, leniences);
  const headers = parseHeader(only(root, "Header", leniences), leniences);
  const body = parseBody(root, cut, leniences);
  const { id, holdRequests } = headers;
  return {
    id,
    holdRequests,
    version: versionOf(body, leniences),
    body,
    refused: refusal(root, headers),
    cut,
    leniences,
  };
}
