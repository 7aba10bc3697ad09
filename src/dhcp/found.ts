/** Table: the stored rows of ACS discovery by DHCP. TR-069 3.1. */
import type { Store, Write } from "../ports/store.ts";
import type { UrlSource } from "../settings.ts";

/** The URL of the ACS, as DHCP has named it. */
export interface Found {
  readonly url: string;
  readonly provisioningCode: string | null;
  readonly retryWaitSeconds: number | null;
  readonly retryMultiplier: number | null;
  readonly option: 43 | 125 | 17;
  /** The logical interface that received it. */
  readonly interface: string;
  /** UTC ms; null while the clock could not be believed. */
  readonly at: number | null;
  /** The configured URL that it holds over; empty: none was configured. */
  readonly over: string;
  /** The URL that DHCP had named before, and when it was first named. */
  readonly before: { readonly url: string; readonly at: number | null } | null;
}

export interface DiscoveryKept {
  readonly found: Found | undefined;
  /** R-3.1-12: how the ACS was found when it was first reached after factory default. */
  readonly first: UrlSource | undefined;
}

const foundKey = "found";
const firstKey = "first";

const row = (key: string, value: unknown): Write<"src/dhcp"> => ({
  shelf: "discovery",
  key,
  value: value ?? null,
});

export const loadFound = (store: Pick<Store<"src/dhcp">, "all">): DiscoveryKept => ({
  found: store.all("discovery").get(foundKey) as Found | undefined,
  first: store.all("discovery").get(firstKey) as UrlSource | undefined,
});

export const foundRows = (before: DiscoveryKept, after: DiscoveryKept): readonly Write<"src/dhcp">[] => [
  ...(before.found === after.found ? [] : [row(foundKey, after.found)]),
  ...(before.first === after.first ? [] : [row(firstKey, after.first)]),
];
