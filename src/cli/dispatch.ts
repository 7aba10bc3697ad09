/** Handler: argv to outcome. Work beyond the running agent is handed in by the composition root. */
import type { Control } from "../control/control.ts";
import type { Observed } from "../doctor/observed.ts";
import { Fault, Malformed, Refused } from "../errors.ts";
import type { Outcome } from "./command.ts";

import { type Decoded, dhcpDecode } from "./dhcp-decode.ts";
import { dhcpDiscover } from "./dhcp-discover.ts";
import { dhcpEncode } from "./dhcp-encode.ts";
import { doctor } from "./doctor.ts";

import { eventDhcp, type Handover } from "./event.ts";
import { get } from "./get.ts";
import { helpText, overview } from "./help.ts";
import { inform } from "./inform.ts";
import { names, profiles } from "./names.ts";
import { options } from "./options.ts";
import {
  type PackageWorld,
  packageBuild,
  packageInspect,
  packageInstall,
  packageVerify,
} from "./package-call.ts";
import { type Parsed, parse } from "./parse.ts";
import { type SandboxForm, sandboxForm } from "./sandbox.ts";
import { readPairs, set } from "./set.ts";
import { status } from "./status.ts";
import type { Arguments, CommandName } from "./table.ts";
import { requestDownload, type TransferWorld, transfer } from "./transfer.ts";
import { transfers } from "./transfers.ts";

/** The work of the composition root for the command line. Each method may throw Refused, whose message is printed. */
export interface World extends Handover, TransferWorld {
  readonly version: string;
  /** The agent that runs at that root. @throws Refused none does, and what to do */
  client(root: string): Control;
  /** All of standard input. */
  input(): Promise<string>;
  /** These print as they go; the outcome comes when they end. */
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

type Called<N extends CommandName> = Extract<Parsed, { is: "call"; name: N }>;

const handlers: { readonly [N in CommandName]: (call: Called<N>, world: World) => Promise<Outcome> } = {
  run: (call, world) => world.run(call.options),
  get: (call, world) => get(world.client(call.options.root), call.operands, call.options.json),
  set: setFrom,
  names: (call, world) =>
    call.options.profiles
      ? profiles(world.client(call.options.root))
      : names(world.client(call.options.root), call.operands[0] ?? "", call.options["next-level"]),
  status: (call, world) => status(world.client(call.options.root), call.options.json),
  options: (call, world) => options(world.client(call.options.root), call.options.json),
  inform: (call, world) => inform(world.client(call.options.root)),
  transfers: (call, world) => transfers(world.client(call.options.root), call.options.json, world.now()),
  download: (call, world) =>
    transfer(world.client(call.options.root), "download", call.operands[0]!, call.options, world),
  upload: (call, world) =>
    transfer(world.client(call.options.root), "upload", call.operands[0]!, call.options, world),
  "request-download": (call, world) =>
    usable(call, () => requestDownload(world.client(call.options.root), call.operands)),
  acs: (call, world) => world.acs(call.options),
  "stun probe": (call, world) => usable(call, () => world.stunProbe(call.operands[0]!, call.options)),
  "stun decode": (call, world) =>
    usable(call, async () => (await stunTools()).stunDecode(call.operands, call.options, world)),
  "stun answer": (call, world) =>
    usable(call, async () => (await stunTools()).stunAnswer(call.operands, call.options, world)),
  "stun request": (call, world) =>
    usable(call, async () => (await stunTools()).stunRequest(call.options, world)),
  "udp-request check": (call, world) =>
    usable(call, async () => {
      const { udpRequestCheck } = await import("./udp-request-tools.ts");
      return udpRequestCheck(call.operands, call.options, world);
    }),
  "udp-request send": (call, world) =>
    usable(call, () => world.sendUdpRequest(call.operands[0]!, call.options)),
  doctor: (call, world) => doctor(call.options, world.observe),
  uci: uciOf,
  "dhcp decode": async (call) => dhcpDecode(call.options, call.operands),
  "event dhcp": (call, world) => eventDhcp(call.options.root, call.operands, world),
  "dhcp discover": (call, world) => dhcpDiscover(call.options, world.discover),
  "dhcp encode": async (call) => dhcpEncode(call.options),
  "voucher verify": (call, world) => world.voucherVerify(call.operands[0]!, call.options),
  "voucher try": (call, world) => world.voucherTry(call.operands, call.options),
  "voucher sign": (call, world) => world.voucherSign(call.operands[0]!, call.options),
  "package inspect": (call, world) => packageInspect(call.operands[0]!, call.options, world.packages),
  "package verify": (call, world) => packageVerify(call.operands[0]!, call.options, world.packages),
  "package install": (call, world) => packageInstall(call.operands[0]!, call.options, world.packages),
  "package build": (call, world) => packageBuild(call.operands[0]!, call.options, world.packages),
  sandbox: (call, world) => world.sandbox(call.operands[0]!, sandboxForm(call.options)),
  version: async (_, world) => ({ exit: 0, out: `cwmpd ${world.version}\n` }),
};

/** Loaded when one of them is called: the other commands start without. */
const stunTools = () => import("./stun-tools.ts");

/** Turns input of the command that does not parse into wrong usage. */
async function usable(call: { readonly name: string }, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { exit: 2, err: complaint(call.name, `${error.message}\nTry: cwmpd ${call.name} --help`) };
  }
}

async function setFrom(call: Called<"set">, world: World): Promise<Outcome> {
  const input = call.operands[0] === "-" ? await world.input() : "";
  let pairs: ReturnType<typeof readPairs>;
  try {
    pairs = readPairs(call.operands, input);
  } catch (error) {
    if (error instanceof Malformed) return { exit: 2, err: complaint("set", error.message) };
    throw error;
  }
  return set(world.client(call.options.root), pairs, call.options["dry-run"]);
}

async function uciOf(call: Called<"uci">, world: World): Promise<Outcome> {
  const [verb, name] = call.operands;
  if (verb === "show" || verb === "export") return world.uci(verb, name, call.options);
  return {
    exit: 2,
    err: complaint("uci", `Unknown action "${verb}": expected show or export.\nTry: cwmpd uci --help`),
  };
}

/** @param argv what follows the program's name */
export async function dispatch(argv: readonly string[], world: World): Promise<Outcome> {
  const parsed = parse(argv);
  if (parsed.is === "usage") {
    return { exit: 2, err: argv.length === 0 ? overview() : complaint(undefined, parsed.text) };
  }
  if (parsed.is === "help")
    return { exit: 0, out: parsed.of === undefined ? overview() : helpText(parsed.of) };
  try {
    // The table pairs every name with its handler; the compiler cannot follow that through the union.
    const handler = handlers[parsed.name] as (call: Parsed, world: World) => Promise<Outcome>;
    return await handler(parsed, world);
  } catch (error) {
    if (error instanceof Refused) return { exit: 1, err: complaint(parsed.name, error.message) };
    if (error instanceof Fault) return { exit: 1, err: complaint(parsed.name, faultText(error)) };
    const refusal = systemRefusal(error);
    if (refusal !== undefined) return { exit: 1, err: complaint(parsed.name, refusal) };
    throw error;
  }
}

/** The message of the operating system for an operation that it refused: a file that may not be read is no defect of
 * this program. */
function systemRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return `${error.message}. Check the path and its permissions.`;
}

function complaint(name: string | undefined, text: string): string {
  return `cwmpd${name === undefined ? "" : ` ${name}`}: ${text}\n`;
}

const advice: Readonly<Partial<Record<number, string>>> = {
  9005: "See what there is: cwmpd names [PATH]. An object's name ends with a dot.",
  9006: "See the present value: cwmpd get PATH.",
  9008: "See what can be changed: cwmpd names PATH marks it rw.",
};

/** The fault that the ACS would get, for people: its code, and each parameter with its own code. */
function faultText(fault: Fault): string {
  const parts = fault.parameters.map((p) => `\n  ${p.name}: ${p.text} (${p.code})`);
  const next = advice[fault.parameters[0]?.code ?? fault.code];
  return `${fault.message} (fault ${fault.code})${parts.join("")}${next === undefined ? "" : `\n${next}`}`;
}
