/** Port: the use of received files on the device, and the source of files to send.
 * TR-069 A.3.2.8, A.4.1.5. */
import type { Receiving, Sending } from "./files.ts";

/** The identity of an image. Texts of the platform; equal identities mean the same image. */
export interface ImageIdentity {
  /** The revision that the running system gives (DISTRIB_REVISION). */
  readonly revision: string;
  /** The slot that it was started from; empty where there is one only. */
  readonly slot: string;
}

/** The running image as the platform sees it. */
export interface RunningImage {
  readonly identity: ImageIdentity;
  /** The mark that `Flash.mark` left is missing: the file system was replaced. Distinguishes the same version written
   * again from one that was not written. */
  readonly replaced: boolean;
}

/** A received file: its place, and the FileType under which it was received. */
export interface Received {
  readonly id: number;
  readonly fileType: string;
  /** As the request has it, the path of the URL where it has none. */
  readonly name: string;
}

/** Puts files into effect. Everything may be repeated after a crash. All @throw TransferFailure. */
export interface Installer {
  /** @returns milliseconds in which a session has to prove it, else it is undone; 0: it stays */
  apply(file: Received): Promise<number>;
  /** Keeps the file that was applied. */
  keep(id: number): Promise<void>;
  /** Removes the file that was applied and restores the one before it. */
  takeBack(id: number): Promise<void>;
  /** Makes the file of an upload. */
  make(fileType: string): Promise<Sending>;
  /** Whether files of that type are taken, or can be made. */
  serves(direction: "download" | "upload", fileType: string): boolean;
}

/** The flash that images are written to. */
export interface Flash {
  /** undefined: this device takes no images. */
  readonly trialMs: number | undefined;
  running(): Promise<RunningImage>;
  /** Checks a received image without writing anything.
   * @returns the revision that it says it will be; empty where it does not say. @throws TransferFailure */
  check(id: number): Promise<string>;
  /** Leaves the mark that an upgrade takes away. Durable when it returns. */
  mark(): Promise<void>;
  /** Writes it; the device shuts down. @throws TransferFailure it was refused, and the device runs on */
  write(id: number): Promise<void>;
  /** The running image stays for good. */
  commit(): Promise<void>;
  /** Chooses the previous image; the device shuts down. @throws TransferFailure it cannot */
  fallBack(): Promise<void>;
}

/** File servers that are not HTTP. */
export interface FileServers {
  /** Schemes of URLs, without their colon. */
  readonly schemes: readonly string[];
  receive(place: Place, file: Receiving, told: Told): Promise<void>;
  send(place: Place, file: Sending, told: Told): Promise<void>;
}

export interface Place {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The progress of a transfer. */
export interface Progress {
  readonly bytes: number;
  readonly total: number | undefined;
}

export type Told = (progress: Progress) => void;
