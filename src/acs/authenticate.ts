/** Rule: authentication of a CPE, by digest or basic, in the role of the server. TR-069 3.4.4, 3.4.5, RFC 2617. */
import { Malformed } from "../errors.ts";
import { digestResponse, headerText, parseParameters } from "../http/digest.ts";
import { acsLimits } from "./limits.ts";
import type { Login, WebRequest } from "./state.ts";

const realm = "cwmpd built-in ACS";

export function header(request: WebRequest, name: string): string | undefined {
  return request.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The value of WWW-Authenticate. */
export function challenge(login: Login, nonce: string, stale: boolean): string {
  if (login.scheme === "basic") return `Basic realm="${realm}"`;
  return `Digest realm="${realm}", qop="auth", algorithm=MD5, nonce="${nonce}"${stale ? ", stale=true" : ""}`;
}

export interface Judgement {
  readonly is: "right" | "stale" | "wrong" | "none";
  readonly nonces: ReadonlyMap<string, number>;
}

/** @param nonces that were given out, with the count up to which each has served */
export function judge(request: WebRequest, login: Login, nonces: ReadonlyMap<string, number>): Judgement {
  const given = header(request, "authorization");
  if (given === undefined) return { is: "none", nonces };
  const [, scheme, rest] = /^(\S+) +(.*)$/s.exec(given) ?? [];
  if (scheme?.toLowerCase() !== login.scheme) return { is: "wrong", nonces };
  if (login.scheme === "basic") return { is: isBasic(rest!, login) ? "right" : "wrong", nonces };
  try {
    return judgeDigest(parseParameters(rest!), request, login, nonces);
  } catch (error) {
    if (error instanceof Malformed) return { is: "wrong", nonces };
    throw error;
  }
}

const isBasic = (text: string, login: Login): boolean =>
  text.trim() === btoa(headerText(`${login.username}:${login.password}`));

function judgeDigest(
  fields: ReadonlyMap<string, string>,
  request: WebRequest,
  login: Login,
  nonces: ReadonlyMap<string, number>,
): Judgement {
  const field = (name: string) => fields.get(name) ?? "";
  const right = digestResponse({
    algorithm: "MD5",
    username: login.username,
    realm,
    password: login.password,
    method: request.method,
    uri: field("uri"),
    nonce: field("nonce"),
    qop: "auth",
    nc: field("nc"),
    cnonce: field("cnonce"),
  });
  const proven =
    field("response").toLowerCase() === right &&
    field("username") === login.username &&
    field("uri") === request.path &&
    field("qop") === "auth";
  if (!proven) return { is: "wrong", nonces };
  const served = nonces.get(field("nonce"));
  const count = /^[0-9a-f]{8}$/i.test(field("nc")) ? Number.parseInt(field("nc"), 16) : 0;
  if (served === undefined || count <= served) return { is: "stale", nonces };
  return { is: "right", nonces: new Map(nonces).set(field("nonce"), count) };
}

/** Remembers a nonce that is being given out. */
export function remember(nonces: ReadonlyMap<string, number>, nonce: string): ReadonlyMap<string, number> {
  const kept = [...nonces].slice(-(acsLimits.noncesMax - 1));
  return new Map([...kept, [nonce, 0]]);
}
