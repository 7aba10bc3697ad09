/** Codec: WWW-Authenticate to the challenge that is answered. RFC 2617 1.2, 3.2.1; TR-069 3.4.4, 3.4.5. */
import { Lost, Malformed } from "../errors.ts";
import { type Algorithm, parseParameters } from "./digest.ts";
import { sendable } from "./head.ts";
import { linkLimits } from "./limits.ts";

export type Challenge =
  | {
      readonly scheme: "digest";
      readonly realm: string;
      readonly nonce: string;
      readonly opaque: string | undefined;
      readonly algorithm: Algorithm;
      /** The server named the algorithm, so it is named back. */
      readonly named: boolean;
      readonly qop: "auth" | undefined;
      readonly stale: boolean;
    }
  | { readonly scheme: "basic"; readonly realm: string };

/** A scheme; its parameters end at the next scheme. */
const schemeStart = /(?:^|,)\s*([A-Za-z][A-Za-z0-9_-]*)(?:\s+(?=[A-Za-z0-9_-]+\s*=)|\s*(?=,|$))/g;

/** The strongest challenge that can be answered: digest before basic.
 * @param headers every WWW-Authenticate header, each with one challenge or several
 * @throws Lost when there is none, with the schemes that were offered */
export function chooseChallenge(headers: readonly string[]): Challenge {
  const found = headers.flatMap(split).map(([scheme, rest]) => read(scheme, rest));
  const usable = found.filter((one) => typeof one !== "string");
  const chosen = usable.find((one) => one.scheme === "digest") ?? usable[0];
  if (chosen !== undefined) return chosen;
  const offers = [...new Set(found)].join(", ").slice(0, linkLimits.quotedCharsMax);
  throw new Lost(`the ACS asks for a login that is not supported: ${offers || "it names no scheme"}`, 401);
}

function split(header: string): [scheme: string, rest: string][] {
  // Text between quotes is no scheme. Treat an unclosed quote as running to the end; otherwise the scan is quadratic.
  const blank = header.replace(/"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)/g, (text) => '"'.repeat(text.length));
  const starts = [...blank.matchAll(schemeStart)];
  return starts.map((start, i) => {
    const end = starts[i + 1]?.index ?? header.length;
    return [start[1]!.toLowerCase(), header.slice(start.index + start[0].length, end)];
  });
}

/** @returns the fault of a challenge that cannot be answered, in a few words */
function read(scheme: string, rest: string): Challenge | string {
  if (scheme !== "digest" && scheme !== "basic") return scheme;
  const parameters = parameterMap(rest);
  if (parameters === undefined) return `${scheme} that cannot be parsed`;
  const realm = parameters.get("realm") ?? "";
  if (scheme === "basic") return { scheme, realm };
  const nonce = parameters.get("nonce");
  if (nonce === undefined) return "digest without a nonce";
  const algorithm = algorithmOf(parameters.get("algorithm"));
  if (algorithm === undefined) return `digest with ${parameters.get("algorithm")}`;
  const qop = (parameters.get("qop") ?? "").toLowerCase();
  const offers = qop.split(/[\s,]+/).filter((offer) => offer !== "");
  // 3.4.5 asks for auth only.
  if (offers.length > 0 && !offers.includes("auth")) return `digest with qop ${qop}`;
  return {
    scheme,
    realm,
    nonce,
    algorithm,
    opaque: parameters.get("opaque"),
    named: parameters.has("algorithm"),
    qop: offers.length > 0 ? "auth" : undefined,
    stale: parameters.get("stale")?.toLowerCase() === "true",
  };
}

/** @returns undefined for a challenge that cannot be parsed, or not be given back */
export function parameterMap(text: string): Map<string, string> | undefined {
  try {
    const found = parseParameters(text);
    // A value that a header cannot hold cannot be sent back in one.
    return [...found.values()].every((value) => sendable.test(value)) ? found : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function algorithmOf(text: string | undefined): Algorithm | undefined {
  const name = (text ?? "MD5").toLowerCase();
  return name === "md5" ? "MD5" : name === "md5-sess" ? "MD5-sess" : undefined;
}
