/** Port: the work of the composition root for the command line. */
import type { Control } from "../control/control.ts";
import type { Observed } from "../doctor/observed.ts";
import type { Outcome } from "./command.ts";
import type { Decoded } from "./dhcp-decode.ts";
import type { Handover } from "./event.ts";
import type { PackageWorld } from "./package-call.ts";
import type { SandboxForm } from "./sandbox.ts";
import type { Arguments } from "./table.ts";
import type { TransferWorld } from "./transfer.ts";

/** The work of the composition root for the command line. Each method may throw Refused, whose message is printed. */
export interface World extends Handover, TransferWorld {
  readonly version: string;
  /** The agent that runs at that root. @throws Refused with the next step: no agent runs there */
  client(root: string): Control;
  /** All of standard input. */
  input(): Promise<string>;
  /** These print while they run; they return the outcome when they end. */
  run(options: Arguments<"run">): Promise<Outcome>;
  acs(options: Arguments<"acs">): Promise<Outcome>;
  uci(verb: "show" | "export", name: string | undefined, options: Arguments<"uci">): Promise<Outcome>;
  sandbox(directory: string, form: SandboxForm): Promise<Outcome>;
  /** Asks DHCP now. @throws Refused nobody answers */
  discover(root: string, on: string | undefined): Promise<Decoded>;
  /** A look at the device under that root, for `cwmpd doctor`. */
  observe(root: string, offline: boolean): Promise<Observed>;
  chance(count: number): Uint8Array;
  stunProbe(server: string, options: Arguments<"stun probe">): Promise<Outcome>;
  sendUdpRequest(to: string, options: Arguments<"udp-request send">): Promise<Outcome>;
  voucherVerify(file: string, options: Arguments<"voucher verify">): Promise<Outcome>;
  voucherTry(files: readonly string[], options: Arguments<"voucher try">): Promise<Outcome>;
  voucherSign(file: string, options: Arguments<"voucher sign">): Promise<Outcome>;
  readonly packages: PackageWorld;
}
