/** Handler: each command, from its arguments to its outcome. Apart from dispatch.ts, so that the agent
 * starts without them. */
import { Malformed } from "../errors.ts";
import type { Outcome } from "./command.ts";
import { dhcpDecode } from "./dhcp-decode.ts";
import { dhcpDiscover } from "./dhcp-discover.ts";
import { dhcpEncode } from "./dhcp-encode.ts";
import { doctor } from "./doctor.ts";
import { eventDhcp } from "./event.ts";
import { get } from "./get.ts";
import { inform } from "./inform.ts";
import { names, profiles } from "./names.ts";
import { options } from "./options.ts";
import { packageBuild, packageInspect, packageInstall, packageVerify } from "./package-call.ts";
import type { Parsed } from "./parse.ts";
import { sandboxForm } from "./sandbox.ts";
import { readPairs, set } from "./set.ts";
import { status } from "./status.ts";
import type { CommandName } from "./table.ts";
import { requestDownload, transfer } from "./transfer.ts";
import { transfers } from "./transfers.ts";
import { complaint } from "./words.ts";
import type { World } from "./world.ts";

type Called<N extends CommandName> = Extract<Parsed, { is: "call"; name: N }>;

export const handlers: {
  readonly [N in Exclude<CommandName, "run">]: (call: Called<N>, world: World) => Promise<Outcome>;
} = {
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
