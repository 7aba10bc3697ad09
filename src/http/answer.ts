/** Rule: the meaning of an HTTP response for a session. TR-069 3.4.1, 3.4.6. */
import { Lost } from "../errors.ts";
import type { Header, HttpResponse } from "../ports/net.ts";
import { linkLimits } from "./limits.ts";

export type Answer =
  | { readonly empty: true }
  | {
      readonly empty: false;
      readonly bytes: Uint8Array;
      /** The charset that Content-Type names. */
      readonly charset: string | undefined;
      /** The body was longer than wanted; `bytes` is its beginning. */
      readonly truncated: boolean;
      /** A Content-Type that is not SOAP's, where the body is an envelope all the same. */
      readonly mislabelled: string | undefined;
    };

/** 3.4.1 asks for text/xml; servers send the others too. */
const soapType = /^\s*(?:text\/xml|application\/(?:soap\+)?xml)\s*(?:;|$)/i;

/** 3.4.6 has 204 for an empty answer; servers say it with an empty body of any 2xx, too.
 * @throws Lost for a body that is neither SOAP nor empty */
export function readAnswer(response: HttpResponse): Answer {
  const { status, headers, body, truncated } = response;
  if (status < 200 || status > 299) throw new Lost(refusal(response), status);
  const coding = headerValues(headers, "content-encoding")[0]?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity" && body.length > 0) {
    throw new Lost(`the ACS answered in the coding ${quote(coding)}, which was not asked for`);
  }
  const start = body.find((byte) => byte !== 0x20 && !(byte >= 0x09 && byte <= 0x0d));
  if (start === undefined && !truncated) return { empty: true };
  const type = headerValues(headers, "content-type")[0] ?? "";
  if (type === "" && !beginsXml.has(start)) {
    throw new Lost("the ACS answered with something that is no XML and has no Content-Type");
  }
  const mislabelled = type === "" || soapType.test(type) ? undefined : quote(type);
  if (mislabelled !== undefined && !isEnvelope(body)) {
    throw new Lost(`the ACS answered with ${mislabelled} where SOAP was due`);
  }
  const charset = /;\s*charset\s*=\s*"?([A-Za-z0-9_.:-]+)/i.exec(type)?.[1];
  return { empty: false, bytes: body, charset, truncated, mislabelled };
}

/** Servers that leave the Content-Type to their framework send envelopes as text/html or text/plain: their beginning
 * distinguishes them from a login page. */
const isEnvelope = (body: Uint8Array): boolean =>
  /^\s*(?:<\?xml\s[^>]*>\s*)?<(?:[\w.-]+:)?Envelope[\s/>]/.test(
    new TextDecoder().decode(body.subarray(0, linkLimits.envelopeHeadBytes)),
  );

/** `<`, or the first byte of a byte order mark. */
const beginsXml = new Set<number | undefined>([0x3c, 0xef, 0xfe, 0xff]);

function refusal({ status, headers, body }: HttpResponse): string {
  const later = headerValues(headers, "retry-after")[0];
  const hint = later === undefined ? "" : `, Retry-After ${quote(later)}`;
  const words = wordsOf(body);
  return `the ACS answered with HTTP status ${status}${hint}${words === "" ? "" : `: ${words}`}`;
}

/** The words of a refusal for people, which are often the only reason given. Tags of a page are left out. */
function wordsOf(body: Uint8Array): string {
  const head = new TextDecoder().decode(body.subarray(0, linkLimits.envelopeHeadBytes));
  const words = head.replace(/<(?:style|script|head)[^>]*>[^<]*|<[^>]*(?:>|$)/gi, " ");
  return quote(words.replace(/\s+/g, " ").trim());
}

/** The peer's own words in an error text. */
const quote = (text: string): string => text.slice(0, linkLimits.quotedCharsMax);

/** Every value of that name, in order.
 * @param wanted in lower case */
export function headerValues(headers: readonly Header[], wanted: string): readonly string[] {
  const found: string[] = [];
  for (const header of headers) {
    // Asked some ten times for each response: most names differ in their length.
    const name = header[0];
    if (name.length === wanted.length && name.toLowerCase() === wanted) found.push(header[1]);
  }
  return found;
}
