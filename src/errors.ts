/** Table: the errors, by the party at fault: the peer's bytes, the request, the line, a path that the tree lacks. */

/** The peer's bytes do not parse. Never an answer by itself; the reader of the bytes decides on the answer. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** An entry of a SetParameterValues fault. TR-069 3.5. */
export interface ParameterFault {
  readonly name: string;
  readonly code: FaultCode;
  readonly text: string;
}

/** CPE fault codes with the SOAP faultcode each carries. TR-069 A.5.1 Table 65. */
export const faultCodes = {
  9000: { source: "Server", text: "Method not supported" },
  9001: { source: "Server", text: "Request denied" },
  9002: { source: "Server", text: "Internal error" },
  9003: { source: "Client", text: "Invalid arguments" },
  9004: { source: "Server", text: "Resources exceeded" },
  9005: { source: "Client", text: "Invalid parameter name" },
  9006: { source: "Client", text: "Invalid parameter type" },
  9007: { source: "Client", text: "Invalid parameter value" },
  9008: { source: "Client", text: "Attempt to set a non-writable parameter" },
  9009: { source: "Server", text: "Notification request rejected" },
  9010: { source: "Server", text: "Download failure" },
  9011: { source: "Server", text: "Upload failure" },
  9012: { source: "Server", text: "File transfer server authentication failure" },
  9013: { source: "Server", text: "Unsupported protocol for file transfer" },
  9014: { source: "Server", text: "Download failure: unable to join multicast group" },
  9015: { source: "Server", text: "Download failure: unable to contact file server" },
  9016: { source: "Server", text: "Download failure: unable to access file" },
  9017: { source: "Server", text: "Download failure: unable to complete download" },
  9018: { source: "Server", text: "Download failure: file corrupted" },
  9019: { source: "Server", text: "Download failure: file authentication failure" },
} as const;

export type FaultCode = keyof typeof faultCodes;

/** An answer that we owe the ACS: one CPE fault. TR-069 3.5, A.5.1. */
export class Fault extends Error {
  override readonly name = "Fault";
  /**
   * @param code Table 65
   * @param text the fault and its subject, for people; the table's own words where absent
   * @param parameters SetParameterValues only: one entry for each parameter in error */
  constructor(
    readonly code: FaultCode,
    text: string = faultCodes[code].text,
    readonly parameters: readonly ParameterFault[] = [],
  ) {
    super(text);
  }
}

/** The line to the ACS broke, or said nothing for too long. TR-069 3.4.2. */
export class Lost extends Error {
  override readonly name = "Lost";
  /** @param status the HTTP status of an answer that ends the exchange; absent: there was no answer
   * @param unreached nothing was sent: no connection was established, or it had been closed before
   * @param untrusted the peer's certificate was not accepted */
  constructor(
    message: string,
    readonly status?: number,
    readonly unreached = false,
    readonly untrusted = false,
  ) {
    super(message);
  }
}

/** The system refused a request of ours: a file cannot be written, a lock not taken, a command failed.
 * The message names the next step; nothing has been half done. */
export class Refused extends Error {
  override readonly name = "Refused";
}
