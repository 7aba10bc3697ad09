/** Rule: the Authorization header that answers a challenge. RFC 2617 2, 3.2.2; TR-069 3.4.4, 3.4.5. */
import { type Challenge, parameterMap } from "./challenge.ts";
import { digestResponse, headerText } from "./digest.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A challenge that is being answered, and how often it has been. */
export interface Answering {
  readonly challenge: Challenge;
  /** Requests that have carried an answer to it. */
  readonly count: number;
  readonly cnonce: string;
}

/** 3.4.5: a new cnonce for a new connection. But one that MD5-sess has hashed into its key stays with the nonce
 * (RFC 2617 3.2.2.2). */
export function onNewConnection(answering: Answering, cnonce: string): Answering {
  const { challenge, count } = answering;
  const bound = challenge.scheme === "digest" && challenge.algorithm === "MD5-sess" && count > 0;
  return bound ? answering : { ...answering, cnonce };
}

/** RFC 2617 3.2.3: the nonce that the server wants next. MD5-sess has hashed the first one into its key, and waits for
 * a new challenge instead.
 * @param info values of Authentication-Info */
export function onAnswer(answering: Answering, info: readonly string[]): Answering {
  const { challenge } = answering;
  if (challenge.scheme !== "digest" || challenge.algorithm !== "MD5" || info[0] === undefined)
    return answering;
  const nonce = parameterMap(info[0])?.get("nextnonce") || challenge.nonce;
  return nonce === challenge.nonce
    ? answering
    : { ...answering, challenge: { ...challenge, nonce }, count: 0 };
}

/** @param uri as in the request line
 * @returns the header, and the state in which the next one is made */
export function authorization(
  answering: Answering,
  who: Credentials,
  method: string,
  uri: string,
): { readonly header: string; readonly next: Answering } {
  const { challenge, cnonce } = answering;
  const next = { ...answering, count: answering.count + 1 };
  if (challenge.scheme === "basic") {
    return { header: `Basic ${btoa(headerText(`${who.username}:${who.password}`))}`, next };
  }
  const { algorithm, realm, nonce, qop, opaque, named } = challenge;
  const nc = next.count.toString(16).padStart(8, "0");
  const parts = { algorithm, realm, nonce, method, uri, ...who };
  // Without qop the cnonce is part of the MD5-sess key all the same, so it has to be sent.
  const response = digestResponse(qop === undefined ? { ...parts, cnonce } : { ...parts, qop, nc, cnonce });
  const fields = [
    `username=${quoted(headerText(who.username))}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(named ? [`algorithm=${algorithm}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${nc}`]),
    ...(qop === undefined && algorithm === "MD5" ? [] : [`cnonce="${cnonce}"`]),
  ];
  return { header: `Digest ${fields.join(", ")}`, next };
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
