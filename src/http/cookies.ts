/** Codec: the cookies of one session, Netscape's and RFC 2965's kind. TR-069 3.4.2.
 *
 * No cookie outlives the session, so Discard needs no care. Domain is never judged: 3.4.2 forbids it for
 * redirects, and apart from them a session has one host. Own parser: libraries know RFC 6265, which has dropped
 * Set-Cookie2, `$Version` and the comma between cookies. */
import type { Now } from "../ports/clock.ts";
import type { Header } from "../ports/net.ts";
import { sendable } from "./head.ts";
import { cookieLimits } from "./limits.ts";

interface Cookie {
  readonly name: string;
  /** As it was received, with its quotes: old servers expect them back. */
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  /** Of RFC 2965: the attributes that are sent back beside it, `; $Path="/acs"` or nothing. Undefined for
   * Netscape's kind. */
  readonly echo: string | undefined;
  /** Redirects that had been followed when it was set. */
  readonly hop: number;
  /** Monotonic milliseconds; undefined lasts as long as the session. */
  readonly until: number | undefined;
}

/** Oldest first. */
export type Jar = readonly Cookie[];

export const emptyJar: Jar = [];

/** The URL and the time of a request or of its answer. */
export interface Place {
  /** The URL of the request. */
  readonly url: URL;
  /** Redirects followed so far in this session. */
  readonly hop: number;
  readonly now: Now;
}

type Kind = "netscape" | "rfc2965";

/** Takes in the cookies that a response sets. RFC 2965 9.1: of a cookie in both headers only the Set-Cookie2 counts. */
export function withCookies(jar: Jar, headers: readonly Header[], place: Place): Jar {
  const found: Cookie[] = [];
  const modern: Cookie[] = [];
  for (const [name, value] of headers) {
    const header = name.toLowerCase();
    if (header === "set-cookie") found.push(...parse(value, place, "netscape"));
    if (header !== "set-cookie2") continue;
    modern.push(...splitUnquoted(value, ",").flatMap((text) => parse(text, place, "rfc2965")));
  }
  return [...found, ...modern].reduce((all, cookie) => put(all, cookie, place.now.mono), jar);
}

/** The headers that carry the session's cookies to that place. RFC 2965 3.3.4, 9.1. */
export function cookieHeaders(jar: Jar, place: Place): readonly Header[] {
  if (jar.length === 0) return [];
  const sent = jar
    .filter((cookie) => goesTo(cookie, place))
    .toSorted((a, b) => b.path.length - a.path.length);
  if (sent.length === 0) return [];
  const modern = sent
    .filter((cookie) => cookie.echo !== undefined)
    .map((c) => `${c.name}=${c.value}${c.echo}`);
  const plain = sent.filter((cookie) => cookie.echo === undefined).map((c) => `${c.name}=${c.value}`);
  const version = modern.length > 0 ? ['$Version="1"'] : [];
  const cookie: Header = ["Cookie", [...version, ...modern, ...plain].join("; ")];
  // 9.1: informs a server that set a cookie in the old way that the new one is understood.
  return plain.length > 0 ? [cookie, ["Cookie2", '$Version="1"']] : [cookie];
}

/** Path decides where the session began; a cookie set before a redirect is sent to its target too, with any domain and
 * path, as a verifiable transaction (3.4.2). */
function goesTo(cookie: Cookie, { url, hop, now }: Place): boolean {
  if (cookie.secure && url.protocol !== "https:") return false;
  if (cookie.until !== undefined && cookie.until <= now.mono) return false;
  return cookie.hop < hop || pathMatches(url.pathname, cookie.path);
}

function pathMatches(path: string, of: string): boolean {
  return path === of || (path.startsWith(of) && (of.endsWith("/") || path[of.length] === "/"));
}

/** A new cookie replaces the one with its name and path, and after a redirect the one with its name. A server removes a
 * cookie by sending one that has already expired. */
function put(jar: Jar, cookie: Cookie, mono: number): Jar {
  const others = jar.filter(
    (c) => c.name !== cookie.name || (c.path !== cookie.path && c.hop === cookie.hop),
  );
  return cookie.until !== undefined && cookie.until <= mono ? others : bounded([...others, cookie]);
}

/** The oldest are discarded when there are too many. */
function bounded(jar: Jar): Jar {
  let bytes = jar.reduce((sum, cookie) => sum + size(cookie), 0);
  let first = Math.max(0, jar.length - cookieLimits.cookiesMax);
  for (const cookie of jar.slice(0, first)) bytes -= size(cookie);
  while (bytes > cookieLimits.bytesMax) bytes -= size(jar[first++]!);
  return first === 0 ? jar : jar.slice(first);
}

const size = (c: Cookie): number => c.name.length + c.value.length + c.path.length + (c.echo?.length ?? 0);

const token = /^[^\s=,;"\u0000-\u001f\u007f-\uffff]+$/;

/** Parses a cookie. The list is empty if the text is no cookie, or if RFC 2965 3.3.2 rejects it. */
function parse(text: string, place: Place, kind: Kind): readonly Cookie[] {
  const [first = "", ...rest] = splitUnquoted(text, ";");
  const [name, value] = pair(first);
  if (value === undefined || !token.test(name) || name.startsWith("$") || !sendable.test(text)) return [];
  const attributes = new Map(rest.map(pair).map(([key, given]) => [key.toLowerCase(), given ?? ""]));
  const given = unquoted(attributes.get("path") ?? "");
  const path = given.startsWith("/") ? given : defaultPath(place.url.pathname);
  const modern = kind === "rfc2965";
  if (modern && (!attributes.has("version") || !place.url.pathname.startsWith(path))) return [];
  return [
    {
      name,
      value,
      path,
      secure: attributes.has("secure"),
      echo: modern ? echo(attributes) : undefined,
      hop: place.hop,
      until: until(attributes, place.now),
    },
  ];
}

/** RFC 2965 3.3.4: the attributes that a server gave are sent back with the cookie. */
function echo(attributes: ReadonlyMap<string, string>): string {
  const one = (name: string) => {
    const value = attributes.get(name);
    if (value === undefined) return "";
    const label = `; $${name[0]!.toUpperCase()}${name.slice(1)}`;
    return value === "" ? label : `${label}="${unquoted(value).replace(/["\\]/g, "\\$&")}"`;
  };
  return one("path") + one("domain") + one("port");
}

function pair(text: string): [name: string, value: string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, "$1")
    : text;

/** RFC 2965 3.3.1: up to the right-most slash. */
function defaultPath(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Max-Age needs no clock on the wall; Expires says nothing where that one cannot be believed. */
function until(attributes: ReadonlyMap<string, string>, now: Now): number | undefined {
  const age = unquoted(attributes.get("max-age") ?? "");
  if (/^-?\d{1,15}$/.test(age)) return now.mono + Number(age) * 1000;
  // Netscape's form has hyphens: Wed, 09-Nov-1999 23:12:40 GMT.
  const at = Date.parse((attributes.get("expires") ?? "").replace(/(\d)-([A-Za-z]{3})-(\d)/, "$1 $2 $3"));
  return now.known && !Number.isNaN(at) ? now.mono + at - now.wall : undefined;
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
  parts.push(text.slice(start));
  return parts;
}
