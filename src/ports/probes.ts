/** Port: the tools of the diagnostics: programs of the system, transfers over FTP, UDP echo. TR-098, TR-143. */
import type { Endpoint } from "./udp.ts";

/** Calls `end` when nobody waits for the result any more. */
export type Stopped = (end: () => void) => void;

export type Ran =
  /** The program ended by itself, well or not. */
  | { readonly is: "ended"; readonly out: string; readonly err: string }
  | { readonly is: "failed"; readonly why: "missing" | "timeout" | "output" | "killed" };

export interface FtpTest {
  readonly direction: "download" | "upload";
  readonly url: string;
  /** Of an upload; of a download the most that is taken. */
  readonly bytes: number;
  readonly msMax: number;
  /** Address of ours that its connections begin at; undefined: as the routes say. */
  readonly from: string | undefined;
}

/** The step at which a test over FTP failed; undefined: it is whole. */
export type FtpFailure =
  | "connect"
  | "response"
  | "password"
  | "login"
  | "mode"
  | "passive"
  | "directory"
  | "store"
  | "transfer"
  | "complete"
  | "size"
  | "timeout";

/** Times are milliseconds of the monotonic clock; undefined: that step was not reached. */
export interface FtpResult {
  readonly failure: FtpFailure | undefined;
  readonly opening: number | undefined;
  readonly opened: number | undefined;
  readonly requested: number | undefined;
  readonly began: number | undefined;
  readonly ended: number | undefined;
  readonly bytes: number;
}

export interface Probes {
  /** Runs ping or traceroute with these arguments, without a shell. Never rejects. */
  run(program: "ping" | "traceroute", args: readonly string[], msMax: number, stopped: Stopped): Promise<Ran>;
  /** Never rejects. @param mono the monotonic clock */
  ftp(test: FtpTest, mono: () => number, stopped: Stopped): Promise<FtpResult>;
  /** Opens the port at that address. @throws Refused it cannot be had */
  listen(at: Endpoint, heard: (bytes: Uint8Array, from: Endpoint) => void): Promise<EchoPort>;
}

export interface EchoPort {
  send(bytes: Uint8Array, to: Endpoint): void;
  close(): void;
}
