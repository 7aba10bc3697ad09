/** Codec: the cookies of one session, Netscape's and RFC 2965's kind. TR-069 3.4.2.
 *
 * Nothing of it outlives the session, so that Discard needs no care. Own parser: libraries know RFC 6265, which has
 * dropped Set-Cookie2, `$Version` and the comma between cookies. */
import { cookieLimits } from "../limits.ts";

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** The server wrote Path itself: RFC 2965 returns it then. */
  readonly pathGiven: boolean;
  readonly secure: boolean;
  /** Of RFC 2965, from Set-Cookie2. */
  readonly versioned: boolean;
  /** Redirects that had been followed when it was set. */
  readonly hop: number;
}

/** Oldest first. */
export type Jar = readonly Cookie[];

export const emptyJar: Jar = [];

export interface Place {
  /** The URL that the request went to. */
  readonly url: URL;
  /** Redirects followed so far in this session. */
  readonly hop: number;
}

/** Takes in what a response sets. RFC 2965 9.1: of a cookie in both headers only the Set-Cookie2 counts.
 * @param nowMs UTC, or undefined where the clock cannot be believed: no cookie has expired then */
export function withCookies(
  jar: Jar,
  headers: readonly (readonly [name: string, value: string])[],
  place: Place,
  nowMs: number | undefined,
): Jar {
  const of = (wanted: string) => headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const modern = of("set-cookie2").flatMap((header) => splitUnquoted(header, ","));
  const found = [
    ...of("set-cookie").flatMap((text) => parse(text, place, false, nowMs) ?? []),
    ...modern.flatMap((text) => parse(text, place, true, nowMs) ?? []),
  ];
  return found.reduce(put, jar);
}

/** The headers that carry the session's cookies to that place. */
export function cookieHeaders(jar: Jar, place: Place): readonly (readonly [name: string, value: string])[] {
  const sent = jar.filter((cookie) => goesTo(cookie, place)).toSorted((a, b) => b.path.length - a.path.length);
  if (sent.length === 0) return [];
  const versioned = sent.filter((cookie) => cookie.versioned);
  const plain = sent.filter((cookie) => !cookie.versioned);
  const modern = versioned.map(
    (c) => `${c.name}="${c.value.replace(/["\\]/g, "\\$&")}"${c.pathGiven ? `; $Path="${c.path}"` : ""}`,
  );
  const parts = [...(modern.length > 0 ? ['$Version="1"', ...modern] : []), ...plain.map((c) => `${c.name}=${c.value}`)];
  // 9.1: tells a server that set a cookie in the old way that the new one is understood.
  const offer = modern.length === 0 ? [["Cookie2", '$Version="1"'] as const] : [];
  return [["Cookie", parts.join("; ")], ...offer];
}

/** Path decides where the session began; what was set before a redirect goes on to its target whatever domain and
 * path that has, as a verifiable transaction (3.4.2). */
function goesTo(cookie: Cookie, { url, hop }: Place): boolean {
  if (cookie.secure && url.protocol !== "https:") return false;
  return cookie.hop < hop || pathMatches(url.pathname, cookie.path);
}

function pathMatches(path: string, of: string): boolean {
  return path === of || (path.startsWith(of) && (of.endsWith("/") || path[of.length] === "/"));
}

/** A new cookie takes the place of one with its name and path, and after a redirect of one with its name. */
function put(jar: Jar, found: Found): Jar {
  const { cookie, gone } = found;
  const others = jar.filter(
    (c) => c.name !== cookie.name || (c.path !== cookie.path && c.hop === cookie.hop),
  );
  return gone ? others : bounded([...others, cookie]);
}

/** The oldest go when there are too many. */
function bounded(jar: Jar): Jar {
  const bytes = jar.reduce((sum, c) => sum + c.name.length + c.value.length, 0);
  const fits = jar.length <= cookieLimits.cookiesMax && bytes <= cookieLimits.bytesMax;
  return fits || jar.length === 0 ? jar : bounded(jar.slice(1));
}

interface Found {
  readonly cookie: Cookie;
  /** It has expired: the server takes it back. */
  readonly gone: boolean;
}

const token = /^[^\s=,;"\u0000-\u001f\u007f]+$/;

/** One cookie; undefined for what is none. */
function parse(text: string, place: Place, versioned: boolean, nowMs: number | undefined): Found | undefined {
  const [first = "", ...rest] = splitUnquoted(text, ";");
  const [name, raw] = pair(first);
  if (raw === undefined || !token.test(name) || name.startsWith("$")) return undefined;
  const attributes = new Map(rest.map(pair).map(([key, value]) => [key.toLowerCase(), value ?? ""]));
  const given = unquoted(attributes.get("path") ?? "");
  const pathGiven = given.startsWith("/");
  const cookie: Cookie = {
    name,
    // Netscape's kind has no quoting: the quotes are part of the value.
    value: versioned ? unquoted(raw) : raw,
    path: pathGiven ? given : defaultPath(place.url.pathname),
    pathGiven,
    secure: attributes.has("secure"),
    versioned,
    hop: place.hop,
  };
  return { cookie, gone: expired(attributes, nowMs) };
}

function pair(text: string): [name: string, value: string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

const unquoted = (text: string): string =>
  /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;

/** RFC 2965 3.3.1: up to the right-most slash. */
function defaultPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

function expired(attributes: ReadonlyMap<string, string>, nowMs: number | undefined): boolean {
  const age = attributes.get("max-age");
  if (age !== undefined) return /^"?(0+|-\d+)"?$/.test(age);
  const at = Date.parse((attributes.get("expires") ?? "").replace(/(\d)-([A-Za-z]{3})-(\d)/, "$1 $2 $3"));
  return nowMs !== undefined && !Number.isNaN(at) && at <= nowMs;
}

/** Splits outside quotes. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === "\\" && quoted) i++;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
