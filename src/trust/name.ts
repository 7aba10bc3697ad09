/** Codec: a distinguished name for people, as RFC 4514 writes it: the last part first. RFC 5280 4.1.2.4. */
import { fromLatin1 } from "../latin1.ts";
import { type Der, derOid, derParts } from "./der.ts";

/** RFC 4514 3 and the few others that real names have. */
const known: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};

/** @throws Malformed */
export function nameText(name: Der): string {
  const parts = derParts(name.body).map((set) =>
    derParts(set.body)
      .map((pair) => {
        const [type, value] = derParts(pair.body);
        const id = derOid(type, "a part of a name");
        return `${known[id] ?? id}=${escaped(valueText(value))}`;
      })
      .join("+"),
  );
  return parts.reverse().join(",");
}

function valueText(value: Der | undefined): string {
  if (value === undefined) return "";
  const utf8 = value.tag === 0x0c;
  if (value.tag === 0x1e) return wide(value.body);
  return utf8 ? new TextDecoder().decode(value.body) : fromLatin1(value.body);
}

/** BMPString: two octets a character. */
function wide(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode(bytes[at]! * 256 + bytes[at + 1]!);
  return text;
}

/** RFC 4514 2.4, and control characters, which could steer a terminal. */
const escaped = (text: string): string =>
  text
    .replace(/[\\",+;<>=]|^[# ]| $/g, "\\$&")
    .replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
