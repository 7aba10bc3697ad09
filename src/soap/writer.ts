/** Codec: text to an envelope, as strict as its readers might be. TR-069 3.5.
 *
 * Prefixes are the ones of the specification's examples and declared on the Envelope, since parsers in the field
 * know them by heart; no white space, no CDATA. A message is a list of pieces, joined once. */
import { soapLimits } from "./limits.ts";
import type { CwmpVersion, XsdType } from "./names.ts";
import { namespaces } from "./names.ts";

/** Characters that text cannot hold unescaped. `>` is illegal only in `]]>`; it is rare, so it is always escaped. Lone
 * surrogates are left to TextEncoder, which replaces them by U+FFFD as this file does other illegal characters. */
const special = /[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const specials = new RegExp(special, "g");

function replacement(char: string): string {
  switch (char) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case "\r":
      // As it is, a reader would make a line feed of it (XML 1.0 2.11).
      return "&#13;";
    default:
      // XML 1.0 has no way to write the other control characters.
      return "\ufffd";
  }
}

/** Text of an element. */
export function escapeText(text: string): string {
  return special.test(text) ? text.replace(specials, replacement) : text;
}

/** 3.5: arrays and values name their types with a prefix. base64 is SOAP's own. */
export function qualifiedType(type: string): string {
  if (type === "base64") return "soap-enc:base64";
  return plainName.test(type) ? `xsd:${type}` : "xsd:string";
}

const plainName = /^[A-Za-z0-9]+$/;

/** A whole ParameterValueStruct in two parts: this one is the same for all parameters of an object.
 * @param path the object's, with its last dot */
export function valueHead(path: string): string {
  return `<ParameterValueStruct><Name>${escapeText(path)}`;
}

/** The other part. @param name of the parameter in its object */
export function valueRest(name: string, type: XsdType | (string & {}), value: string): string {
  return valueOpening(name, type) + escapeText(value) + valueTail;
}

/** The beginning of the other part, the same for all values of a parameter. */
export function valueOpening(name: string, type: XsdType | (string & {})): string {
  return `${escapeText(name)}</Name><Value xsi:type="${qualifiedType(type)}">`;
}

/** The end of every ParameterValueStruct. */
export const valueTail = "</Value></ParameterValueStruct>";

/** A ParameterInfoStruct. @param name full; of an object with its last dot */
export function nameText(name: string, writable: boolean): string {
  const flag = `</Name><Writable>${writable ? "1" : "0"}</Writable></ParameterInfoStruct>`;
  return `<ParameterInfoStruct><Name>${escapeText(name)}${flag}`;
}

/** Lists whose maker has written their entries, too: it knows which of them have been written before. */
const written = new WeakMap<readonly unknown[], readonly string[]>();

/** @param pieces all entries of the list, in its order */
export const keepWritten = (list: readonly unknown[], pieces: readonly string[]): void =>
  void written.set(list, pieces);

/** The entries of the list; undefined: nobody has written them yet. */
export const writtenBefore = (list: readonly unknown[]): readonly string[] | undefined => written.get(list);

export interface Heading {
  /** Text of the ID header; undefined: none. */
  readonly id: string | undefined;
  /** ACS only (Table 4): a CPE never sends it. */
  readonly holdRequests?: boolean | undefined;
}

function header({ id, holdRequests }: Heading): string {
  const entry = (name: string, text: string) =>
    `<cwmp:${name} soap-env:mustUnderstand="1">${escapeText(text)}</cwmp:${name}>`;
  const entries = [
    id === undefined ? "" : entry("ID", id),
    holdRequests === undefined ? "" : entry("HoldRequests", holdRequests ? "1" : "0"),
  ].join("");
  return entries === "" ? "" : `<soap-env:Header>${entries}</soap-env:Header>`;
}

/** All before the body's element. */
export function openEnvelope(version: CwmpVersion, heading: Heading): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<soap-env:Envelope xmlns:soap-env="${namespaces.envelope}" xmlns:soap-enc="${namespaces.encoding}"` +
    ` xmlns:xsd="${namespaces.schema}" xmlns:xsi="${namespaces.instance}"` +
    ` xmlns:cwmp="${namespaces.cwmp}${version}">${header(heading)}<soap-env:Body>`
  );
}

export const closeEnvelope = "</soap-env:Body></soap-env:Envelope>\n";

/** faultcode has no prefix, as in the examples of 3.5, SOAP's own codes with SOAP's prefix. */
export function writeFault(code: string, text: string, detail: string): string {
  return (
    `<soap-env:Fault><faultcode>${code}</faultcode><faultstring>${escapeText(text)}</faultstring>` +
    `${detail}</soap-env:Fault>`
  );
}

const encoder = new TextEncoder();

/** A large message is encoded piece by piece, and small pieces are joined first: as one string it would need its memory
 * twice, and the same again where one of its characters is not Latin. */
export function toBytes(pieces: readonly string[]): Uint8Array {
  let left = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let bytes = new Uint8Array(left);
  let at = 0;
  const put = (text: string): void => {
    left -= text.length;
    const { read, written } = encoder.encodeInto(text, bytes.subarray(at));
    at += written;
    if (read === text.length) return;
    // More bytes than characters: the rest has room enough from here on, since a character has three at most.
    const more = encoder.encode(text.slice(read));
    const larger = new Uint8Array(at + more.length + 3 * left);
    larger.set(bytes.subarray(0, at));
    larger.set(more, at);
    at += more.length;
    bytes = larger;
  };
  const { joinedPieces, joinedPieceChars } = soapLimits;
  let small: string[] = [];
  const putSmall = (): void => {
    if (small.length === 0) return;
    put(small.join(""));
    small = [];
  };
  for (const piece of pieces) {
    if (piece.length > joinedPieceChars) {
      putSmall();
      put(piece);
    } else if (small.push(piece) === joinedPieces) putSmall();
  }
  putSmall();
  return bytes.subarray(0, at);
}
