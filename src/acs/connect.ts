/** Rule: a Connection Request as the client: a GET, and its answer to a digest challenge. TR-069 3.2.2, RFC 2617. */
import { Malformed } from "../errors.ts";
import { digestResponse, parseParameters } from "../http/digest.ts";
import type { Credentials } from "./state.ts";

export interface Challenged {
  /** Path and query of the URL. */
  readonly path: string;
  /** Value of WWW-Authenticate. */
  readonly challenge: string;
}

/** The Authorization header that answers the challenge.
 * @param cnonce chance, hexadecimal digits
 * @throws Malformed it is no digest challenge that can be answered */
export function authorization({ path, challenge }: Challenged, who: Credentials, cnonce: string): string {
  const rest = /^digest +(.*)$/is.exec(challenge)?.[1];
  if (rest === undefined) throw new Malformed("Cannot answer the challenge: expected Digest (3.2.2)");
  const fields = parseParameters(rest);
  const realm = fields.get("realm");
  const nonce = fields.get("nonce");
  const algorithm = fields.get("algorithm") ?? "MD5";
  if (realm === undefined || nonce === undefined)
    throw new Malformed("Cannot answer the challenge: no realm or nonce");
  if (algorithm !== "MD5") throw new Malformed(`Cannot answer the challenge: algorithm ${algorithm}`);
  const offered = fields
    .get("qop")
    ?.split(",")
    .map((word) => word.trim());
  const qop = offered?.includes("auth") ? ({ qop: "auth", nc: "00000001", cnonce } as const) : {};
  const base = { algorithm, realm, nonce, uri: path, method: "GET" } as const;
  const response = digestResponse({ ...base, ...who, ...qop });
  const quoted = { username: who.username, realm, nonce, uri: path, response };
  const parts = Object.entries(quoted).map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`);
  if (fields.has("opaque")) parts.push(`opaque="${fields.get("opaque")}"`);
  if (fields.has("algorithm")) parts.push(`algorithm=${algorithm}`);
  if ("qop" in qop) parts.push("qop=auth", "nc=00000001", `cnonce="${cnonce}"`);
  return `Digest ${parts.join(", ")}`;
}
