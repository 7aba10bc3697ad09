/** Rule: which requests the LAN page accepts, by their Host, their origin, and whether a person made them.
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
  /** Our address that received the request. */
  readonly local: string;
  /** Called when the client has disconnected. */
  readonly onGone: (gone: () => void) => void;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array;
}

/** Refuses DNS rebinding: a foreign name that resolves to the gateway is still a foreign name. */
export function isForUs({ headers, local }: PageRequest, place: Place): boolean {
  const host = hostOf(headers.get("host") ?? "");
  if (host === undefined) return false;
  if (host.port !== undefined && host.port !== place.port) return false;
  return host.name === local.toLowerCase() || place.names.includes(host.name);
}

/** Whether the browser navigates to the page: by a link, a redirect or a form. Pictures, scripts, frames and prefetches
 * do not count. A browser without Fetch Metadata (W3C) is taken to navigate. */
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

/** Whether one of our own pages has sent the form. A browser that does not name the origin is refused. */
export function isFromHere({ headers }: PageRequest): boolean {
  const site = headers.get("sec-fetch-site")?.toLowerCase();
  if (site !== undefined && site !== "same-origin") return false;
  return headers.get("origin")?.toLowerCase() === `http://${(headers.get("host") ?? "").toLowerCase()}`;
}

/** A.4.2.1: the canonical name of the gateway, never the Host of the request. */
export const canonicalOrigin = (local: string, { lanName, port }: Place): string =>
  `http://${withPort(lanName === "" ? local : lanName, port)}`;
