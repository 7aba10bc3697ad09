/** Codec: XML text to a small tree of elements. TR-069 3.5, XML 1.0, Namespaces in XML.
 *
 * A short text of plain tags is split by expressions; every other text, and every text with an error, is read by `sax`.
 * Both give the same tree. sax is strict here; this file refuses besides: DOCTYPE and every other declaration, a second
 * root, too deep, too many, too long. Prefixes are resolved here and only where someone asks: sax would do it for every
 * element, and slower the more attributes there are. Comments and processing instructions are passed over. */
import sax from "sax";
import { Malformed } from "../errors.ts";
import type { Lenience } from "./lenience.ts";
import { soapLimits } from "./limits.ts";

/** The namespace declarations of one element, and through `outer` of all around it. */
interface Scope {
  readonly outer: Scope | undefined;
  readonly uris: ReadonlyMap<string, string>;
}

/** Of most elements: an array for each would be half of their memory. */
const none: readonly Element[] = [];

export class Element {
  children: readonly Element[] = none;
  /** Its own text, CDATA included, without that of its children. */
  text = "";
  /** False: the envelope was cut within it, so text and children may lack their ends. */
  closed = false;

  constructor(
    /** As written, with its prefix. */
    readonly name: string,
    readonly attributes: Readonly<Record<string, string>>,
    readonly scope: Scope | undefined,
    /** The position of its tag, in characters from the start of the document. */
    readonly at: number,
  ) {}

  /** The name after its last colon. */
  get local(): string {
    return this.name.slice(this.name.lastIndexOf(":") + 1);
  }

  get prefix(): string {
    const colon = this.name.indexOf(":");
    return colon < 0 ? "" : this.name.slice(0, colon);
  }

  /** @returns "" for no namespace, undefined for a prefix that nobody declares */
  get uri(): string | undefined {
    return this.resolve(this.prefix) ?? (this.prefix === "" ? "" : undefined);
  }

  resolve(prefix: string): string | undefined {
    for (let scope = this.scope; scope; scope = scope.outer) {
      const uri = scope.uris.get(prefix);
      if (uri !== undefined) return uri;
    }
    return undefined;
  }

  /** Every namespace that is declared here or around, inner ones first. */
  *declared(): Generator<string> {
    for (let scope = this.scope; scope; scope = scope.outer) yield* scope.uris.values();
  }

  /** The first attribute with that local name and any prefix; declarations are none. */
  attribute(local: string): { prefix: string; value: string } | undefined {
    for (const name in this.attributes) {
      if (!name.endsWith(local)) continue;
      const colon = name.indexOf(":");
      const prefix = colon < 0 ? "" : name.slice(0, colon);
      if (name.length !== colon + 1 + local.length || prefix === "xmlns") continue;
      return { prefix, value: this.attributes[name] ?? "" };
    }
    return undefined;
  }
}

export interface Tree {
  readonly root: Element;
  /** Only the head was read: it was truncated, or larger than this room takes. */
  readonly cut: boolean;
}

/** Unwinds sax when enough has been seen; never leaves this file. */
class Enough extends Error {}

/** The peer's words in an error text. */
export function quote(words: string): string {
  return JSON.stringify(words.slice(0, soapLimits.quotedCharsMax));
}

/** The part of a declaration that sax keeps until the declaration ends; the types of sax leave it out. */
type Unfinished = { sgmlDecl: string; doctype: string | boolean };

/** @returns whether the text is only XML white space */
export function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text);
}

function scopeOf(attributes: Readonly<Record<string, string>>, outer: Scope | undefined): Scope | undefined {
  let uris: Map<string, string> | undefined;
  for (const name in attributes) {
    if (!name.startsWith("xmlns") || (name.length > 5 && name[5] !== ":")) continue;
    uris ??= new Map();
    uris.set(name.slice(6), attributes[name] ?? "");
  }
  return uris ? { outer, uris } : outer;
}

const noAttributes: Readonly<Record<string, string>> = {};

function hasAny(attributes: Readonly<Record<string, string>>): boolean {
  for (const _ in attributes) return true;
  return false;
}

function adopt(parent: Element, child: Element): void {
  if (parent.children === none) parent.children = [child];
  else (parent.children as Element[]).push(child);
}

/** Takes sax's events and builds the tree. */
class Builder {
  root: Element | undefined;
  declaration = false;
  private readonly open: Element[] = [];
  private readonly names = new Map<string, string>();
  private elements = 0;
  private attributes = 0;
  /** `strictEntities`, which the types leave out: the five entities of XML and not those of HTML. */
  private readonly parser = sax.parser(true, { position: true, strictEntities: true } as sax.SAXOptions);

  constructor() {
    const { parser } = this;
    parser.onerror = (error) => this.failed(error);
    parser.ondoctype = () => this.refuse("DOCTYPE is not allowed");
    parser.onsgmldeclaration = () => this.refuse("a declaration is not allowed");
    parser.onprocessinginstruction = (node) => {
      if (node.name === "xml") this.declaration = true;
    };
    parser.onattribute = () => {
      if (++this.attributes > soapLimits.attributesMax) this.refuse("too many attributes");
    };
    parser.onopentag = (tag) => this.opened(tag as sax.Tag);
    parser.onclosetag = () => this.closed();
    parser.ontext = (text) => this.add(text);
    parser.oncdata = (text) => this.add(text);
  }

  /** @param complete the document ends with this text */
  read(text: string, complete: boolean): void {
    const unfinished = this.parser as unknown as Unfinished;
    for (let at = 0; at < text.length; at += soapLimits.chunkChars) {
      this.parser.write(text.slice(at, at + soapLimits.chunkChars));
      // Text of many references is as many pieces to the parser, each with memory of its own, until it is handed over.
      this.parser.flush();
      // sax looks through the whole of an unfinished `<!…` at every further character of it.
      if (unfinished.doctype || unfinished.sgmlDecl.length > 16) this.refuse("a declaration is not allowed");
    }
    if (complete) this.parser.close();
  }

  private opened(tag: sax.Tag): void {
    this.attributes = 0;
    const parent = this.open.at(-1);
    if (!parent && this.root) this.refuse("a second root element");
    if (this.open.length >= soapLimits.depthMax) this.refuse("elements nest too deep");
    if (++this.elements > soapLimits.elementsMax) throw new Enough();
    const scope = scopeOf(tag.attributes, parent?.scope);
    const attributes = hasAny(tag.attributes) ? tag.attributes : noAttributes;
    const element = new Element(this.one(tag.name), attributes, scope, this.parser.startTagPosition - 1);
    if (parent) adopt(parent, element);
    else this.root = element;
    this.open.push(element);
  }

  /** The parser makes each name anew. */
  private one(name: string): string {
    const known = this.names.get(name);
    if (known === undefined) this.names.set(name, name);
    return known ?? name;
  }

  private closed(): void {
    const element = this.open.pop();
    if (element) element.closed = true;
  }

  private add(text: string): void {
    const element = this.open.at(-1);
    if (!element) return;
    if (element.text.length + text.length > soapLimits.textCharsMax) throw new Enough();
    // Asking for a character makes one string of the pieces.
    text.charCodeAt(0);
    element.text += text;
  }

  private failed(error: Error): never {
    const what = error.message.split("\n", 1)[0] ?? "";
    throw new Malformed(`Cannot parse XML: ${what.slice(0, 100)} at ${this.parser.position}`);
  }

  private refuse(what: string): never {
    throw new Malformed(`Cannot parse XML: ${what} at ${this.parser.position}`);
  }
}

/** A tag as nearly all are written: ASCII names, values in double quotes and without references. */
const plainTag =
  /<(\/?)([A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?)((?:[ \t\n]+[A-Za-z][\w.:-]*="[^"<&]*")*)[ \t\n]*(\/?)>/y;
const plainAttribute = /([\w.:-]+)="([^"]*)"/g;
const plainDeclaration = /^<\?xml(?: [a-z]+="[\w.-]*")* ?\?>/;

interface Built {
  readonly root: Element | undefined;
  readonly declaration: boolean;
  readonly cut: boolean;
}

/** The parser takes a step and an event for each part of a tag, which cost an envelope of few words more than all else.
 * @returns undefined: the text needs the parser */
function readPlain(text: string): Built | undefined {
  // A text that is longer would stay in memory as long as one of its words.
  if (text.length > soapLimits.chunkChars || text.includes("&")) return undefined;
  let at = plainDeclaration.exec(text)?.[0].length ?? 0;
  const declaration = at > 0;
  const open: Element[] = [];
  let root: Element | undefined;
  for (;;) {
    const next = text.indexOf("<", at);
    const words = text.slice(at, next < 0 ? text.length : next);
    const around = open.at(-1);
    if (around !== undefined) around.text += words;
    else if (!isBlank(words)) return undefined;
    if (next < 0) return root?.closed ? { root, declaration, cut: false } : undefined;
    plainTag.lastIndex = next;
    const [, ending, name = "", rest = "", empty] = plainTag.exec(text) ?? [];
    at = plainTag.lastIndex;
    if (ending === "/" && around?.name === name && rest === "" && empty === "") {
      around.closed = true;
      open.pop();
      continue;
    }
    const attributes = plainAttributes(rest);
    const second = around === undefined && root !== undefined;
    if (ending !== "" || attributes === undefined || second || open.length >= soapLimits.depthMax)
      return undefined;
    const element = new Element(name, attributes, scopeOf(attributes, around?.scope), next);
    if (around !== undefined) adopt(around, element);
    root ??= element;
    if (empty === "/") element.closed = true;
    else open.push(element);
  }
}

/** @returns undefined: a name is there twice or means something to objects, or there are too many */
function plainAttributes(text: string): Readonly<Record<string, string>> | undefined {
  if (text === "") return noAttributes;
  const found: Record<string, string> = {};
  let count = 0;
  for (const [, name = "", value = ""] of text.matchAll(plainAttribute)) {
    if (name in found || ++count > soapLimits.attributesMax) return undefined;
    found[name] = value;
  }
  return found;
}

function build(text: string, truncated: boolean): Built {
  const builder = new Builder();
  const built = (cut: boolean) => ({ root: builder.root, declaration: builder.declaration, cut });
  try {
    builder.read(text, !truncated);
    return built(truncated);
  } catch (error) {
    if (error instanceof Enough) return built(true);
    if (error instanceof Malformed) throw error;
    // sax itself stumbles over an attribute that is called hasOwnProperty.
    throw new Malformed("Cannot parse XML: the parser gave up");
  }
}

/** Writes `&amp;` for every ampersand that begins nothing like a reference, CDATA and comments left alone. The repair
 * is done before the parser reads the text: a parser in the middle of a large envelope would have to begin again.
 * @throws Malformed for more of them than anybody has left by mistake: mending each costs memory */
function repair(text: string): string {
  // An entity name longer than any real one is a mistake of the sender: the parser rejects it.
  const next = /<!\[CDATA\[|<!--|&(?!(?:[A-Za-z_:][\w:.-]*|#[0-9]+|#x[0-9A-Fa-f]+);|#?[\w:.-]{256})/g;
  const pieces: string[] = [];
  let from = 0;
  for (let found = next.exec(text); found; found = next.exec(text)) {
    if (found[0] === "&") {
      pieces.push(text.slice(from, found.index));
      from = found.index + 1;
      if (pieces.length > soapLimits.rawAmpersandsMax)
        throw new Malformed("Cannot parse XML: too many ampersands that begin no reference");
      continue;
    }
    const end = text.indexOf(found[0] === "<!--" ? "-->" : "]]>", next.lastIndex);
    if (end < 0) break;
    next.lastIndex = end;
  }
  return from === 0 ? text : [...pieces, text.slice(from)].join("&amp;");
}

/** @param truncated the end of the document is missing: the present part is read
 * @throws Malformed */
export function parseTree(text: string, truncated: boolean, leniences: Set<Lenience>): Tree {
  const whole = text.includes("&") ? repair(text) : text;
  if (whole !== text) leniences.add("rawAmpersand");
  const { root, declaration, cut } = (truncated ? undefined : readPlain(whole)) ?? build(whole, truncated);
  if (!root) throw new Malformed("Cannot parse XML: no element in it");
  if (!declaration) leniences.add("noDeclaration");
  else if (!text.startsWith("<")) leniences.add("spaceBeforeDeclaration");
  return { root, cut };
}
