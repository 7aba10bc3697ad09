/** Codec: WWW-Authenticate to the challenge that is answered. RFC 2617 1.2, 3.2.1; TR-069 3.4.4, 3.4.5. */
import { Malformed } from "../errors.ts";
import { type Algorithm, parseParameters } from "./digest.ts";

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

/** A scheme and what follows it up to the next scheme. */
const schemeStart = /(?:^|,)\s*([A-Za-z][A-Za-z0-9_-]*)(?:\s+(?=[A-Za-z0-9_-]+\s*=)|\s*(?=,|$))/g;

/** The strongest challenge that can be answered: digest before basic.
 * @param headers every WWW-Authenticate header, each with one challenge or several
 * @returns undefined when there is none */
export function chooseChallenge(headers: readonly string[]): Challenge | undefined {
  const found = headers.flatMap(split).flatMap(([scheme, rest]) => read(scheme, rest) ?? []);
  return found.find((c) => c.scheme === "digest") ?? found[0];
}

function split(header: string): [scheme: string, rest: string][] {
  // What stands between quotes is no scheme, whatever it looks like.
  const blank = header.replace(/"(?:[^"\\]|\\.)*"/g, (text) => '"'.padEnd(text.length - 1, "x").concat('"'));
  const starts = [...blank.matchAll(schemeStart)];
  return starts.map((start, i) => {
    const end = starts[i + 1]?.index ?? header.length;
    return [start[1]!.toLowerCase(), header.slice(start.index + start[0].length, end)];
  });
}

function read(scheme: string, rest: string): Challenge | undefined {
  if (scheme !== "digest" && scheme !== "basic") return undefined;
  const parameters = parameterMap(rest);
  if (parameters === undefined) return undefined;
  const realm = parameters.get("realm") ?? "";
  if (scheme === "basic") return { scheme, realm };
  const nonce = parameters.get("nonce");
  const algorithm = algorithmOf(parameters.get("algorithm"));
  const qop = parameters.get("qop");
  const offers = qop?.toLowerCase().split(/[\s,]+/);
  // Only auth-int is more than TR-069 asks of a CPE; an empty list is none.
  if (nonce === undefined || algorithm === undefined) return undefined;
  if (offers !== undefined && qop !== "" && !offers.includes("auth")) return undefined;
  return {
    scheme,
    realm,
    nonce,
    algorithm,
    opaque: parameters.get("opaque"),
    named: parameters.has("algorithm"),
    qop: offers?.includes("auth") ? "auth" : undefined,
    stale: parameters.get("stale")?.toLowerCase() === "true",
  };
}

function parameterMap(text: string): Map<string, string> | undefined {
  try {
    return parseParameters(text);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function algorithmOf(text: string | undefined): Algorithm | undefined {
  const name = (text ?? "MD5").toLowerCase();
  return name === "md5" ? "MD5" : name === "md5-sess" ? "MD5-sess" : undefined;
}
