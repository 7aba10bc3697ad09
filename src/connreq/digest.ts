/** Rule: digest authentication as the server of Connection Requests. TR-069 3.2.2, 3.4.5, RFC 2617 3.2.
 *
 * Always offers qop="auth" and MD5; takes MD5 and MD5-sess, and the older answers without qop that some ACS give. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { digestResponse, parseParameters } from "../http/digest.ts";
import type { Chance } from "../ports/chance.ts";
import { mint, type Nonces, nonces, sameText, serve } from "./nonce.ts";
import { originForm, type RequestHead } from "./request.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Guard {
  readonly nonces: Nonces;
  /** Sent for clients that want one and judged in none: the nonce proves itself. */
  readonly opaque: string;
}

/** "none": no answer to a challenge. "stale": right credentials, but the nonce is old, was used, or is not ours. */
export type Judgement = "right" | "stale" | "wrong" | "none";

const realm = "cwmpd";

export function guard(chance: Chance): Guard {
  return { nonces: nonces(chance), opaque: bytesToHex(chance.bytes(16)) };
}

/** The value of WWW-Authenticate, with a nonce never used before. */
export function challenge(state: Guard, now: number, chance: Chance, stale: boolean): string {
  const nonce = mint(state.nonces, now, chance);
  const parts = [
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `opaque="${state.opaque}"`,
    "algorithm=MD5",
    'qop="auth"',
  ];
  if (stale) parts.push("stale=true");
  return `Digest ${parts.join(", ")}`;
}

/** Judges the Authorization header of a request. Without a password nobody can prove to be the ACS: never "right".
 * @param now monotonic milliseconds */
export function judge(state: Guard, now: number, head: RequestHead, credentials: Credentials): Judgement {
  const header = head.headers.get("authorization");
  if (header === undefined) return "none";
  const answer = readAnswer(header);
  if (answer === undefined || credentials.password === "") return "wrong";
  // The request that was signed is the one that was received: 3.2.2.5, with the forms of a target that proxies swap.
  const sameTarget = originForm(answer.uri) === originForm(head.target);
  const expected = digestResponse({ ...answer, ...credentials, realm, method: head.method });
  const proven = sameText(answer.response, expected);
  const named = sameText(answer.username, credentials.username);
  if (!proven || !named || !sameTarget) return "wrong";
  return serve(state.nonces, now, answer.nonce, answer.count) ? "right" : "stale";
}

/** @returns the client's answer, with the fields that digestResponse takes; undefined where it is no usable answer */
function readAnswer(header: string) {
  const credentials = /^digest +/i.exec(header)?.[0];
  if (credentials === undefined) return undefined;
  const fields = parametersOf(header.slice(credentials.length));
  const [username, nonce, uri, response] = ["username", "nonce", "uri", "response"].map((name) =>
    fields?.get(name),
  );
  const algorithm = algorithms.get((fields?.get("algorithm") ?? "md5").toLowerCase());
  if (username === undefined || nonce === undefined || uri === undefined || response === undefined)
    return undefined;
  if (algorithm === undefined) return undefined;
  const base = { username, nonce, uri, response: response.toLowerCase(), algorithm };
  const qop = fields?.get("qop")?.toLowerCase();
  const cnonce = fields?.get("cnonce");
  if (qop === undefined) {
    // RFC 2069. MD5-sess hashes a cnonce, which has no place there; take one where it is given.
    if (algorithm === "MD5-sess" && cnonce === undefined) return undefined;
    return { ...base, count: undefined, ...(cnonce === undefined ? {} : { cnonce }) };
  }
  const nc = fields?.get("nc") ?? "";
  if (qop !== "auth" || cnonce === undefined || !/^[0-9a-f]{1,8}$/i.test(nc)) return undefined;
  return { ...base, qop: "auth" as const, nc, cnonce, count: Number.parseInt(nc, 16) };
}

const algorithms: ReadonlyMap<string, "MD5" | "MD5-sess"> = new Map([
  ["md5", "MD5"],
  ["md5-sess", "MD5-sess"],
]);

function parametersOf(text: string): Map<string, string> | undefined {
  try {
    return parseParameters(text);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
