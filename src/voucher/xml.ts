/** Codec: XML as a voucher may have it: strict, bounded before anything is computed. XML 1.0, Namespaces in XML.
 *
 * No document type, so no entities but XML's own five and no external ones; no processing instructions. A general
 * parser takes more than half of the time that a check takes, and would accept more. The library that makes canonical
 * forms reads the document once more, and has to find it well-formed as well. */
import { trimmed } from "../space.ts";
import { voucherLimits } from "./limits.ts";
import { VoucherRefused } from "./verdict.ts";

export interface XmlAttribute {
  /** "" for none. */
  readonly uri: string;
  readonly local: string;
  readonly value: string;
}

export interface XmlElement {
  /** "" for none. */
  readonly uri: string;
  readonly local: string;
  /** Without declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All text directly in it. */
  readonly text: string;
}

interface Growing extends XmlElement {
  readonly attributes: XmlAttribute[];
  readonly children: Growing[];
  text: string;
}

const malformed = (what: string) => new VoucherRefused("malformed", `Cannot parse voucher: ${what}`);
const oversize = (what: string) => new VoucherRefused("oversize", `The voucher has ${what}`);

/** @throws VoucherRefused */
export function decodeUtf8(bytes: Uint8Array, bytesMax: number): string {
  if (bytes.length > bytesMax) throw oversize(`${bytes.length} bytes; ${bytesMax} are the most`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed("it is not UTF-8");
  }
}

const declaration = /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')([^<>?]{0,100})\?>/;
const otherEncoding = /encoding[ \t\r\n]*=[ \t\r\n]*["'](?!utf-8["'])/i;
/** Characters that UTF-8 can carry and XML 1.0 2.2 forbids. */
const noCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Looks for constructs that are refused in every place.
 * @returns the document without its declaration, line ends as XML 1.0 2.11 has them */
function precheck(text: string): string {
  if (noCharacter.test(text)) throw malformed("it holds a character that XML has not");
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw malformed("a DOCTYPE or another declaration is not allowed");
  const head = declaration.exec(text);
  if (head !== null && otherEncoding.test(head[1]!)) throw malformed("its encoding is not UTF-8");
  const rest = head === null ? text : text.slice(head[0].length);
  if (rest.includes("<?")) throw malformed("a processing instruction is not allowed");
  return rest.includes("\r") ? rest.replace(/\r\n?/g, "\n") : rest;
}

const name = "[A-Za-z_\\x80-\\uffff][\\w.\\-\\x80-\\uffff]*";
const qualified = `${name}(?::${name})?`;
const blank = "[ \\t\\n]";
const equals = `${blank}*=${blank}*`;
/** Begins at the given place: an end tag, or a tag with its attributes. */
const tag = new RegExp(
  `<(?:/(${qualified})${blank}*|(${qualified})((?:${blank}+${qualified}${equals}(?:"[^"<]*"|'[^'<]*'))*)${blank}*(/?))>`,
  "y",
);
const attributes = new RegExp(`(${qualified})${equals}(?:"([^"]*)"|'([^']*)')`, "g");

/** Prefixes in scope; "" is the default namespace. */
type Scope = ReadonlyMap<string, string>;

const outermost: Scope = new Map([
  ["", ""],
  ["xml", "http://www.w3.org/XML/1998/namespace"],
]);

interface Open {
  readonly name: string;
  readonly element: Growing;
  readonly scope: Scope;
  /** Namespaces declared here and around. */
  readonly declared: number;
}

class Reader {
  private root: Growing | undefined;
  private readonly open: Open[] = [];
  private elements = 0;
  private at = 0;

  constructor(private readonly text: string) {}

  read(): XmlElement {
    const { text } = this;
    while (this.at < text.length) {
      if (text.charCodeAt(this.at) !== 0x3c) this.characters();
      else if (text.startsWith("<!--", this.at)) this.comment();
      else if (text.startsWith("<![CDATA[", this.at)) this.add(this.upTo(9, "]]>"));
      else this.tag();
    }
    if (this.root === undefined) throw malformed("there is no element in it");
    if (this.open.length > 0) throw malformed(`${this.open.at(-1)!.name} is not closed`);
    return this.root;
  }

  /** The text up to the end mark. The position moves behind the mark. */
  private upTo(skip: number, mark: string): string {
    const end = this.text.indexOf(mark, this.at + skip);
    if (end < 0) throw malformed(`a ${mark} is missing`);
    const found = this.text.slice(this.at + skip, end);
    this.at = end + mark.length;
    return found;
  }

  private comment(): void {
    const found = this.upTo(4, "-->");
    if (found.includes("--") || found.endsWith("-")) throw malformed("a comment holds two dashes");
  }

  private characters(): void {
    const end = this.text.indexOf("<", this.at);
    const found = this.text.slice(this.at, end < 0 ? undefined : end);
    this.at += found.length;
    if (found.includes("]]>")) throw malformed("]]> stands in a text");
    this.add(resolved(found));
  }

  private add(text: string): void {
    const top = this.open.at(-1);
    if (top !== undefined) top.element.text += text;
    else if (!isBlank(text)) throw malformed("there is text outside of the root element");
  }

  private tag(): void {
    tag.lastIndex = this.at;
    const found = tag.exec(this.text);
    if (found === null) throw malformed(`a tag that cannot be at ${this.at}`);
    this.at = tag.lastIndex;
    const [, closes, opens, given = "", empty] = found;
    if (opens !== undefined) this.opened(opens, given);
    if (opens !== undefined && empty === "") return;
    const top = this.open.pop();
    if (top === undefined || (closes !== undefined && top.name !== closes))
      throw malformed(`</${closes}> closes nothing`);
  }

  private opened(tagName: string, given: string): void {
    const parent = this.open.at(-1);
    if (parent === undefined && this.root !== undefined) throw malformed("a second root element");
    if (this.open.length >= voucherLimits.depthMax) throw oversize("elements that nest too deep");
    if (++this.elements > voucherLimits.elementsMax) throw oversize("too many elements");
    const pairs = given === "" ? [] : attributesOf(given);
    const declarations = pairs.filter(([key]) => key === "xmlns" || key.startsWith("xmlns:"));
    const declared = (parent?.declared ?? 0) + declarations.length;
    if (declared > voucherLimits.namespacesMax) throw oversize("too many namespaces");
    const scope =
      declarations.length === 0 ? (parent?.scope ?? outermost) : within(parent?.scope, declarations);
    const own = pairs.filter((pair) => !declarations.includes(pair));
    const element: Growing = {
      ...expanded(tagName, scope, scope.get("")!),
      attributes: own.map(([key, value]) => ({ ...expanded(key, scope, ""), value })),
      children: [],
      text: "",
    };
    const names = new Set(element.attributes.map(({ uri, local }) => `${uri} ${local}`));
    if (names.size < own.length) throw malformed("an attribute stands in a tag twice");
    if (parent === undefined) this.root = element;
    else parent.element.children.push(element);
    this.open.push({ name: tagName, element, scope, declared });
  }
}

function attributesOf(text: string): [name: string, value: string][] {
  const found: [string, string][] = [];
  const seen = new Set<string>();
  for (const [, key, double, single] of text.matchAll(attributes)) {
    if (found.length >= voucherLimits.attributesMax) throw oversize("an element with too many attributes");
    if (seen.has(key!)) throw malformed(`the attribute ${key} occurs twice in a tag`);
    seen.add(key!);
    // XML 1.0 3.3.3: literal blanks become spaces, blanks that are written as references do not.
    found.push([key!, resolved((double ?? single)!.replace(/[\t\n]/g, " "))]);
  }
  return found;
}

function within(outer: Scope = outermost, declarations: readonly [string, string][]): Scope {
  const scope = new Map(outer);
  for (const [key, uri] of declarations) {
    const prefix = key.slice(6);
    if (prefix === "xmlns" || prefix === "xml" || (prefix !== "" && uri === ""))
      throw malformed(`the namespace ${prefix} cannot be declared so`);
    scope.set(prefix, uri);
  }
  return scope;
}

/** @param plain the namespace of names without prefix */
function expanded(
  name: string,
  scope: Scope,
  plain: string,
): { readonly uri: string; readonly local: string } {
  const colon = name.indexOf(":");
  if (colon < 0) return { uri: plain, local: name };
  const uri = scope.get(name.slice(0, colon));
  if (uri === undefined) throw malformed(`the prefix of ${name} is not declared`);
  return { uri, local: name.slice(colon + 1) };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text with its references resolved. XML 1.0 4.1. */
function resolved(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6});|#([0-9]{1,7});|([a-z]{1,4});)?/g,
    (_, hex, decimal, entity) => {
      const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
      if (entity !== undefined && Object.hasOwn(entities, entity)) return entities[entity]!;
      if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff))
        throw malformed("a reference to nothing");
      const char = String.fromCodePoint(code);
      if (noCharacter.test(char)) throw malformed("a reference to a character that XML has not");
      return char;
    },
  );
}

/** @throws VoucherRefused malformed, oversize */
export const parseXml = (text: string): XmlElement => new Reader(precheck(text)).read();

/** The value of the attribute without namespace. */
export const attributeOf = (element: XmlElement, local: string): string | undefined =>
  element.attributes.find((one) => one.uri === "" && one.local === local)?.value;

export const isBlank = (text: string): boolean => trimmed(text) === "";
