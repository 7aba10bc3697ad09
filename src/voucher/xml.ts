/** Codec: XML as a voucher may have it: strict, bounded before anything is computed. XML 1.0, Namespaces in XML.
 *
 * No document type, so no entities but XML's own five and no external ones; no processing instructions. */
import sax from "sax";
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
/** What is no character of XML 1.0 2.2, of those that UTF-8 can carry. */
const noCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Looks for what is refused wherever it stands, so that the parser never meets it. */
function precheck(text: string): void {
  if (noCharacter.test(text)) throw malformed("it holds a character that XML has not");
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw malformed("a DOCTYPE or another declaration is not allowed");
  const head = declaration.exec(text);
  if (head !== null && otherEncoding.test(head[1]!)) throw malformed("its encoding is not UTF-8");
  const rest = head === null ? 0 : head[0].length;
  if (text.indexOf("<?", rest) >= 0) throw malformed("a processing instruction is not allowed");
}

class Builder {
  root: Growing | undefined;
  private readonly open: { readonly element: Growing; readonly declared: number }[] = [];
  private elements = 0;
  private attributes = 0;
  private readonly parser = sax.parser(true, { xmlns: true, strictEntities: true } as sax.SAXOptions);

  constructor() {
    const { parser } = this;
    parser.onerror = (error) => {
      throw malformed(error.message.split("\n", 1)[0]!.slice(0, 100));
    };
    parser.onattribute = () => {
      if (++this.attributes > voucherLimits.attributesMax)
        throw oversize("an element with too many attributes");
    };
    parser.onopentag = (tag) => this.opened(tag as sax.QualifiedTag);
    parser.onclosetag = () => void this.open.pop();
    parser.ontext = (text) => this.add(text);
    parser.oncdata = (text) => this.add(text);
  }

  read(text: string): void {
    this.parser.write(text).close();
  }

  private opened(tag: sax.QualifiedTag): void {
    this.attributes = 0;
    const parent = this.open.at(-1);
    if (parent === undefined && this.root !== undefined) throw malformed("a second root element");
    if (this.open.length >= voucherLimits.depthMax) throw oversize("elements that nest too deep");
    if (++this.elements > voucherLimits.elementsMax) throw oversize("too many elements");
    const element: Growing = { uri: tag.uri, local: tag.local, attributes: [], children: [], text: "" };
    let declared = parent?.declared ?? 0;
    for (const { name, prefix, local, uri, value } of Object.values(tag.attributes)) {
      if (prefix === "xmlns" || name === "xmlns") declared++;
      else element.attributes.push({ uri, local, value });
    }
    if (declared > voucherLimits.namespacesMax) throw oversize("too many namespaces");
    if (parent === undefined) this.root = element;
    else parent.element.children.push(element);
    this.open.push({ element, declared });
  }

  private add(text: string): void {
    if (noCharacter.test(text)) throw malformed("it holds a character that XML has not");
    const top = this.open.at(-1);
    if (top !== undefined) top.element.text += text;
  }
}

/** @throws VoucherRefused malformed, oversize */
export function parseXml(text: string): XmlElement {
  precheck(text);
  const builder = new Builder();
  try {
    builder.read(text);
  } catch (error) {
    if (error instanceof VoucherRefused) throw error;
    // sax itself stumbles over an attribute that is called hasOwnProperty.
    throw malformed("the parser gave up");
  }
  if (builder.root === undefined) throw malformed("there is no element in it");
  return builder.root;
}

/** The value of the attribute without namespace. */
export const attributeOf = (element: XmlElement, local: string): string | undefined =>
  element.attributes.find((one) => one.uri === "" && one.local === local)?.value;

export const isBlank = (text: string): boolean => trimmed(text) === "";
