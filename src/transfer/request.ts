/** Rule: which Download and Upload calls are taken into the queue, and which fault the others get.
 * TR-069 A.3.2.8, A.4.1.5.
 *
 * TransferComplete has no code for arguments, a full queue or a protocol (Table 40): these are found here, before the
 * response. Everything else is reported by TransferComplete. */
import { Fault } from "../errors.ts";
import type { Now } from "../ports/clock.ts";
import type { Transfer } from "./entry.ts";
import { kindOf } from "./filetype.ts";
import { transferLimits } from "./limits.ts";

/** The request of Download, Upload or the command line, in Annex A's words. Upload leaves the last four empty. */
export interface Wanted {
  readonly direction: "download" | "upload";
  readonly origin: "acs" | "device";
  readonly commandKey: string;
  readonly fileType: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly delaySeconds: number;
  readonly fileSize: number;
  readonly targetFileName: string;
  readonly successUrl: string;
  readonly failureUrl: string;
}

/** The abilities of the device that a request is judged by. */
export interface Offer {
  /** Schemes without their colon. */
  readonly schemes: readonly string[];
  /** Whether files of this type have a destination, or a source. */
  readonly serves: (direction: "download" | "upload", fileType: string) => boolean;
  /** Bytes that a file may have; undefined: not known. */
  readonly space: number | undefined;
}

/** Schemes that lead to a group and not to a server (2.3.2: FLUTE, DSM-CC). They are not supported. */
const knownSchemes = ["http", "https", "ftp", "ftps", "sftp", "tftp", "flute", "dsmcc"];

/** @param held transfers in the queue now
 * @throws Fault 9003, 9004, 9010, 9013 */
export function admit(wanted: Wanted, held: number, offer: Offer): void {
  const { direction, fileType } = wanted;
  if (kindOf(direction, fileType) === undefined) {
    throw new Fault(9003, `FileType is none of ${direction === "download" ? "Download" : "Upload"}'s`);
  }
  if (!offer.serves(direction, fileType)) throw new Fault(9003, "This device has no use for that FileType");
  admitUrl(wanted.url, offer.schemes);
  const { fileSize } = wanted;
  if (direction === "download" && offer.space !== undefined && fileSize > offer.space) {
    throw new Fault(9010, `The file has ${fileSize} bytes, and there is room for ${offer.space}`);
  }
  if (held >= transferLimits.entriesMax) {
    throw new Fault(9004, `${held} transfers wait already; no more are queued`);
  }
}

function admitUrl(text: string, schemes: readonly string[]): void {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) throw new Fault(9003, "URL is not absolute");
  if (!schemes.includes(scheme)) {
    if (knownSchemes.includes(scheme)) throw new Fault(9013, `The protocol ${scheme} is not supported`);
    throw new Fault(9013);
  }
  // The parser would mend a text that is no URL of RFC 3986: slashes too many, backslashes, blanks.
  const written = /^[A-Za-z0-9+.-]+:\/\/[^/?#]/.test(text) && !/[^\x21-\x7e]|\\/.test(text);
  if (!written || !URL.canParse(text)) throw new Fault(9003, "URL cannot be parsed");
  const url = new URL(text);
  // Table 30: the URL MUST NOT include userinfo; also an empty one, which the parser drops.
  if (url.username !== "" || url.password !== "" || /^[^/]*:\/\/[^/?#]*@/.test(text)) {
    throw new Fault(9003, "URL must not contain a user name or a password");
  }
  if (url.hostname === "") throw new Fault(9003, "URL names no host");
}

/** The entry that an admitted request becomes. */
export function transferOf(wanted: Wanted, id: number, now: Now, boot: string, inSession: boolean): Transfer {
  const { delaySeconds, ...rest } = wanted;
  const delayMs = delaySeconds * 1000;
  const dueMono = now.mono + delayMs;
  return {
    ...rest,
    id,
    kind: kindOf(wanted.direction, wanted.fileType) ?? "vendor",
    delayMs,
    asked: { mono: now.mono, wall: now.known ? now.wall : undefined },
    dueMono,
    windowMono: dueMono + transferLimits.windowMs,
    boot,
    held: inSession && delayMs > 0,
    started: undefined,
    stage: { is: "queued", attempts: 0 },
  };
}
