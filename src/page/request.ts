/** Rule: which requests the LAN page takes at all: whom they are for, who made them, and whether a person did.
 * TR-069 D.3, D.4. */

import type { Place } from "./place.ts";
import { hostOf, withPort } from "./place.ts";

/** A request that has been read. */
export interface PageRequest {
  readonly method: string;
  /** Without query, as it was sent. */
  readonly path: string;
  /** The query behind "?", as it was sent; empty without one. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Address of the client. */
  readonly client: string;
  /** Address of ours that it came to. */
  readonly local: string;
  /** Called back when the client has gone. */
  readonly onGone: (gone: () => void) => void;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array;
}

/** DNS rebinding: a name of a stranger that leads here is a stranger's name. */
export function isForUs({ headers, local }: PageRequest, place: Place): boolean {
  const host = hostOf(headers.get("host") ?? "");
  if (host === undefined) return false;
  if (host.port !== undefined && host.port !== place.port) return false;
  return host.name === local.toLowerCase() || place.names.includes(host.name);
}

/** The browser goes to the page because somebody has followed a link, a redirect or a form: no picture, no script, no
 * frame and no guess of what may be wanted next. Browsers that do not tell are believed. Fetch Metadata (W3C). */
export function isNavigation({ headers }: PageRequest): boolean {
  const tells = (name: string) => headers.get(name)?.toLowerCase();
  const mode = tells("sec-fetch-mode");
  const dest = tells("sec-fetch-dest");
  if (mode !== undefined && mode !== "navigate") return false;
  if (dest !== undefined && dest !== "document") return false;
  return !["sec-purpose", "purpose", "x-purpose", "x-moz"].some((name) =>
    /prefetch|prerender|preview/.test(tells(name) ?? ""),
  );
}

/** A form that one of our own pages has sent. Who does not tell from where it comes is a stranger. */
export function isFromHere({ headers }: PageRequest): boolean {
  const site = headers.get("sec-fetch-site")?.toLowerCase();
  if (site !== undefined && site !== "same-origin") return false;
  return headers.get("origin")?.toLowerCase() === `http://${(headers.get("host") ?? "").toLowerCase()}`;
}

/** The gateway as it calls itself: A.4.2.1, canonical hostname. Never as the request calls it. */
export const canonicalOrigin = (local: string, { lanName, port }: Place): string =>
  `http://${withPort(lanName === "" ? local : lanName, port)}`;
