/** Table: the status of file transfers, and the transfers that a person at the device can request. A.3.2.8, A.4.1.5,
 * A.4.2.2. */

/** A transfer, for people and scripts. */
export interface TransferTold {
  readonly id: number;
  readonly direction: "download" | "upload";
  readonly origin: "acs" | "device";
  readonly commandKey: string;
  readonly fileType: string;
  /** Without its query: that may be a secret. */
  readonly url: string;
  readonly stage:
    | "queued"
    | "running"
    | "fetched"
    | "applying"
    | "handed"
    | "trying"
    | "takingBack"
    | "ended";
  readonly bytes: number | null;
  readonly total: number | null;
  /** Bytes a second so far. */
  readonly speed: number | null;
  /** UTC ms: when it begins or is tried again, or until when it is on trial; null: nothing is due. */
  readonly due: number | null;
  /** FaultCode once it is over; 0 is success. */
  readonly code: number | null;
  readonly text: string | null;
}

/** How many file transfers are how far. */
export interface TransferCounts {
  /** Their time is not reached, or their server cannot be reached. */
  readonly waiting: number;
  readonly underWay: number;
  /** Over, and the ACS has not confirmed that it knows. */
  readonly unconfirmed: number;
}

/** A transfer that somebody at the device begins. */
export interface TransferWish {
  readonly direction: "download" | "upload";
  readonly fileType: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly targetFileName: string;
}

/** A file that somebody at the device wants the ACS to send. */
export interface DownloadWish {
  readonly fileType: string;
  readonly args: readonly { readonly name: string; readonly value: string }[];
}
