/** Codec: bytes of an XML document to text, in the encodings that CWMP peers use. TR-069 3.4.1, XML 1.0 2.2, 2.11,
 * 4.3.3. */
import { Malformed } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "iso-8859-1" | "us-ascii";

const encodings: Readonly<Record<string, Encoding>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "iso-8859-1": "iso-8859-1",
  latin1: "iso-8859-1",
  "us-ascii": "us-ascii",
  ascii: "us-ascii",
};

/** Characters that XML 1.0 has no place for, however they are written. */
const illegal = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** The encoding that the byte order mark names, which overrides every other hint (RFC 7303 3). UTF-16 without a mark is
 * recognized by its `<`: in every other encoding no byte of XML is zero (XML 1.0 F.1). */
function marked(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0x3c && bytes[1] === 0) return "utf-16le";
  if (bytes[0] === 0 && bytes[1] === 0x3c) return "utf-16be";
  return undefined;
}

/** The encoding that the XML declaration names. The declaration is ASCII in every encoding. */
function declared(bytes: Uint8Array): string | undefined {
  const head = fromLatin1(bytes.subarray(0, 200));
  return /^\s*<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1];
}

function named(name: string): Encoding {
  const key = name
    .trim()
    .replace(/^["']|["']$/g, "")
    .toLowerCase();
  const encoding = Object.hasOwn(encodings, key) ? encodings[key] : undefined;
  if (!encoding)
    throw new Malformed(`Cannot parse XML: encoding ${JSON.stringify(key.slice(0, 40))} is not known`);
  return encoding;
}

function ascii(bytes: Uint8Array): string {
  const at = bytes.findIndex((byte) => byte > 0x7f);
  if (at >= 0) throw new Malformed(`Cannot parse XML: byte ${at} is not US-ASCII`);
  return fromLatin1(bytes);
}

/** Of nearly every message; a decoder for each would cost more than the decoding. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

function unicode(bytes: Uint8Array, encoding: Encoding, truncated: boolean): string {
  try {
    if (encoding === "utf-8" && !truncated) return utf8.decode(bytes);
    // `stream` keeps a character that the cut has halved from being an error.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: truncated });
  } catch {
    throw new Malformed(`Cannot parse XML: the bytes are not ${encoding}`);
  }
}

/** @param charset of the Content-Type; the XML declaration counts only where there is none (RFC 7303 3)
 * @param truncated the end of the document is missing
 * @returns text with line ends made `\n` and without a byte order mark
 * @throws Malformed */
export function decodeText(bytes: Uint8Array, charset: string | undefined, truncated: boolean): string {
  const encoding = marked(bytes) ?? named(charset ?? declared(bytes) ?? "utf-8");
  const text =
    encoding === "iso-8859-1"
      ? fromLatin1(bytes)
      : encoding === "us-ascii"
        ? ascii(bytes)
        : unicode(bytes, encoding, truncated);
  const bad = illegal.exec(text);
  if (bad) throw new Malformed(`Cannot parse XML: illegal character at ${bad.index}`);
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
