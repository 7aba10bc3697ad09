/** Port: the files of transfers on their way: received ones before they are applied, made ones before they are sent.
 * They lie in a directory of the agent's own, readable by nobody else. */

/** A file that is being received. Bytes are appended; after a crash it may be there, in part, or not. */
export interface Receiving {
  /** Bytes that it has now. */
  readonly bytes: number;
  /** Appends. A returned promise settles before the next piece may be appended.
   * @throws TransferFailure "space" when the file system is full */
  take(piece: Uint8Array): void | Promise<void>;
  /** Begins anew with an empty file. */
  restart(): Promise<void>;
  /** Makes it durable, under the name of a whole file. @throws TransferFailure */
  finish(): Promise<void>;
  /** Gives it up; nothing of it stays. */
  drop(): Promise<void>;
  /** Rejects when the file itself wants to be given up: a package has timeouts of its own (E.4.7). Absent: it never
   * does. */
  readonly failed?: Promise<never>;
}

/** A file that is to be sent. */
export interface Sending {
  readonly length: number;
  /** From the beginning, as often as it is called. */
  pieces(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface Files {
  /** Bytes that a received file may have now. */
  room(): number | undefined;
  /** Begins a file; one that a crash has left under that number is replaced.
   * @param fileType the type under which it is received: a package is judged by it while it arrives */
  receive(id: number, fileType: string): Promise<Receiving>;
  /** Whether the whole file of that number is there. */
  has(id: number): boolean;
  /** Removes the file of that number. */
  remove(id: number): void;
  /** Removes files that no transfer of these numbers owns: a file that could not be removed when its transfer ended. */
  sweep(held: readonly number[]): void;
}
