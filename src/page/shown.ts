/** Table: the facts that the pages show. None of them is secret. */

export interface DownloadShown {
  readonly kind: "firmware" | "content" | "other";
  readonly stage: "queued" | "running" | "fetched" | "applying";
  /** undefined: its length is not known. */
  readonly percent: number | undefined;
}

/** Settings that a subscriber may change, if AccessList lets him (A.3.2.4). */
export type Changeable = { readonly is: "url" } | { readonly is: "interval"; readonly minutes: number };

export interface StatusShown {
  readonly state: "well" | "trouble" | "never" | "unmanaged" | "off";
  /** Host of the ACS, without the rest of its URL; empty: no ACS is known. */
  readonly host: string;
  /** UTC milliseconds, and the offset of local time in minutes east. */
  readonly now: number;
  readonly zone: number;
  /** A session is under way. */
  readonly session: boolean;
  readonly last: { readonly ended: number | undefined; readonly well: boolean } | undefined;
  /** Sessions that have failed since the last good one. */
  readonly failures: number;
  readonly next: number | undefined;
  readonly firmware: string;
  readonly options: readonly string[];
  readonly downloads: readonly DownloadShown[];
  readonly changeable: readonly Changeable[];
  /** The ACS can be asked for a file. */
  readonly mayAsk: boolean;
}
