/** Codec: bytes as libuci keeps them, and text as the rest of the agent sees it.
 *
 * Inside this room a value is a byte string: one UTF-16 unit a byte, U+0000 to U+00FF, so nothing is ever lost.
 * Outside it is text. Values are UTF-8 nearly always; a byte that is not part of well-formed UTF-8 becomes the lone
 * surrogate U+DC00 + byte, which no decoder of an ACS's bytes can produce, and becomes that byte again
 * on the way back. */

const loneBase = 0xdc00;

/** Bytes to byte string. */
export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Byte string to bytes. */
export function toBytes(raw: string): Uint8Array {
  return Buffer.from(raw, "latin1");
}

/** Byte string to text. */
export function toText(raw: string): string {
  if (!/[\x80-\xff]/.test(raw)) return raw;
  const text = Buffer.from(raw, "latin1").toString("utf8");
  return text.includes("\ufffd") ? escapeBytes(raw) : text;
}

/** Text to byte string. */
export function toRaw(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  let raw = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      i += isTrail(text.charCodeAt(i + 1)) ? 1 : 0;
    } else if (unit >= loneBase + 0x80 && unit <= loneBase + 0xff) {
      raw += utf8(text.slice(from, i)) + String.fromCharCode(unit - loneBase);
      from = i + 1;
    }
  }
  return raw + utf8(text.slice(from));
}

function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Well-formed sequences (RFC 3629, section 4) decode; every other high byte is a character of its own. */
const sequence =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

function escapeBytes(raw: string): string {
  return raw.replace(sequence, (bytes) =>
    bytes.length === 1
      ? String.fromCharCode(loneBase + bytes.charCodeAt(0))
      : Buffer.from(bytes, "latin1").toString("utf8"),
  );
}
