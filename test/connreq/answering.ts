/** A digest client of its own: knows RFC 2617 and nothing of src. */
import { createHash } from "node:crypto";

export const credentials = { username: "acs-user", password: "kept secret" };
export const path = "/0123456789abcdef";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** The fields of a WWW-Authenticate header in an answer. */
export function challengeIn(answer: string): Map<string, string> {
  const header = /^WWW-Authenticate: Digest (.*)\r$/m.exec(answer)?.[1] ?? "";
  return new Map([...header.matchAll(/(\w+)="?([^",]*)"?/g)].map((match) => [match[1]!, match[2]!]));
}

export interface Signing {
  username?: string;
  password?: string;
  method?: string;
  uri?: string;
  algorithm?: string;
  nc?: string;
  cnonce?: string;
  qop?: "auth" | undefined;
  opaque?: boolean;
}

/** An Authorization header that answers that challenge. */
export function sign(challenge: ReadonlyMap<string, string>, changes: Signing = {}): string {
  const { username, password, method, uri, algorithm, nc, cnonce, qop, opaque } = {
    ...credentials,
    method: "GET",
    uri: path,
    algorithm: "MD5",
    nc: "00000001",
    cnonce: "0a4f113b",
    qop: "auth",
    opaque: true,
    ...changes,
  };
  const realm = challenge.get("realm")!;
  const nonce = challenge.get("nonce")!;
  const plain = md5(`${username}:${realm}:${password}`);
  const a1 = algorithm.toLowerCase() === "md5-sess" ? md5(`${plain}:${nonce}:${cnonce}`) : plain;
  const a2 = md5(`${method}:${uri}`);
  const response = md5(qop ? `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}` : `${a1}:${nonce}:${a2}`);
  const fields = [`username="${username}"`, `realm="${realm}"`, `nonce="${nonce}"`, `uri="${uri}"`];
  fields.push(`response="${response}"`, `algorithm=${algorithm}`);
  if (opaque) fields.push(`opaque="${challenge.get("opaque")}"`);
  if (qop) fields.push(`qop=${qop}`, `nc=${nc}`);
  if (qop || algorithm.toLowerCase() === "md5-sess") fields.push(`cnonce="${cnonce}"`);
  return `Authorization: Digest ${fields.join(", ")}`;
}

export function get(target = path, ...headers: string[]): string {
  return `${[`GET ${target} HTTP/1.1`, "Host: cpe", ...headers].join("\r\n")}\r\n\r\n`;
}
