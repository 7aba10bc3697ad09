/** Rule: the fault code of a failure, and its text. TR-069 A.5 Table 65, A.3.3.2 FaultStruct. */
import { transferLimits } from "./limits.ts";

/** Why a transfer failed, as handlers and adapters say it.
 *
 *   unreached      the file server cannot be reached: refused, no name, no route
 *   access         the server answers and does not give the file: 403, 404, 5xx
 *   login          the server refuses user name and password
 *   untrusted      the server's certificate is not accepted
 *   incomplete     the file ended before its time
 *   corrupted      the file is damaged: a hash, an archive, an image that does not parse
 *   unauthentic    a signature does not verify, or an image is for another board
 *   space          there is no room for it
 *   expired        it could not begin within its hour
 *   internal       the device could not do its part */
export type FailureKind =
  | "unreached"
  | "access"
  | "login"
  | "untrusted"
  | "incomplete"
  | "corrupted"
  | "unauthentic"
  | "space"
  | "expired"
  | "internal";

/** A failure with its reason in plain words. Handlers throw it, the queue keeps its kind and text. */
export class TransferFailure extends Error {
  /** @param begun the file server had answered: the attempt counts, and is not made again */
  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly begun = true,
  ) {
    super(message);
    this.name = "TransferFailure";
  }
}

/** 9010 is the general one of downloads, and 9014 to 9019 say which part failed; uploads have 9011 for all of them. */
const downloadCodes: Readonly<Record<FailureKind, FileFaultCode>> = {
  unreached: 9015,
  access: 9016,
  login: 9012,
  untrusted: 9012,
  incomplete: 9017,
  corrupted: 9018,
  unauthentic: 9019,
  space: 9010,
  expired: 9010,
  internal: 9010,
};

/** Codes that TransferComplete can carry for a transfer. Table 40. */
export type FileFaultCode = 9010 | 9011 | 9012 | 9015 | 9016 | 9017 | 9018 | 9019;

export function codeOf(kind: FailureKind, direction: "download" | "upload"): FileFaultCode {
  const code = downloadCodes[kind];
  return direction === "download" || code === 9012 ? code : 9011;
}

/** The FaultString: whole characters, as long as Table 40 allows. */
export function faultText(text: string): string {
  const characters = [...text];
  const { faultTextCharsMax: max } = transferLimits;
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
}

/** The beginning of the text for a file that was not received whole. */
export function sentText(bytes: number, total: number | undefined): string {
  const of = total === undefined ? "" : ` of ${counted(total)}`;
  return `The file server sent ${counted(bytes)}${of} bytes`;
}

/** A number as people read it: 8,388,608. */
export const counted = (n: number): string => n.toLocaleString("en");

/** The peer's own words, for a FaultString: short, and without characters that a terminal would obey. */
export const quoted = (text: string): string =>
  text
    .slice(0, transferLimits.quotedCharsMax)
    .replace(/[\x00-\x1f\x7f-\x9f]+/g, " ")
    .trim();
