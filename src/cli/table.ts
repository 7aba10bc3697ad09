/** Table: every command, in the order of the help. */
import { acsCommand } from "./acs.ts";
import type { Command, OptionsOf } from "./command.ts";
import { dhcpDecodeCommand } from "./dhcp-decode.ts";
import { dhcpDiscoverCommand } from "./dhcp-discover.ts";
import { dhcpEncodeCommand } from "./dhcp-encode.ts";
import { doctorCommand } from "./doctor.ts";
import { eventDhcpCommand } from "./event.ts";
import { getCommand } from "./get.ts";
import { informCommand } from "./inform.ts";
import { namesCommand } from "./names.ts";
import { optionsCommand } from "./options.ts";
import {
  packageBuildCommand,
  packageInspectCommand,
  packageInstallCommand,
  packageVerifyCommand,
} from "./package.ts";
import { runCommand } from "./run.ts";
import { sandboxCommand } from "./sandbox.ts";
import { setCommand } from "./set.ts";
import { statusCommand } from "./status.ts";
import {
  stunAnswerCommand,
  stunDecodeCommand,
  stunFamily,
  stunProbeCommand,
  stunRequestCommand,
} from "./stun.ts";
import { downloadCommand, requestDownloadCommand, uploadCommand } from "./transfer.ts";
import { transfersCommand } from "./transfers.ts";
import { uciCommand } from "./uci.ts";
import { udpRequestCheckCommand, udpRequestFamily, udpRequestSendCommand } from "./udp-request.ts";
import { versionCommand } from "./version.ts";
import { voucherSignCommand, voucherTryCommand, voucherVerifyCommand } from "./voucher.ts";

export const commands = {
  run: runCommand,
  get: getCommand,
  set: setCommand,
  names: namesCommand,
  status: statusCommand,
  options: optionsCommand,
  inform: informCommand,
  transfers: transfersCommand,
  download: downloadCommand,
  upload: uploadCommand,
  "request-download": requestDownloadCommand,
  acs: acsCommand,
  "stun probe": stunProbeCommand,
  "stun decode": stunDecodeCommand,
  "stun answer": stunAnswerCommand,
  "stun request": stunRequestCommand,
  "udp-request check": udpRequestCheckCommand,
  "udp-request send": udpRequestSendCommand,
  doctor: doctorCommand,
  uci: uciCommand,
  "dhcp decode": dhcpDecodeCommand,
  "dhcp encode": dhcpEncodeCommand,
  "dhcp discover": dhcpDiscoverCommand,
  "voucher verify": voucherVerifyCommand,
  "voucher try": voucherTryCommand,
  "voucher sign": voucherSignCommand,
  "package inspect": packageInspectCommand,
  "package verify": packageVerifyCommand,
  "package install": packageInstallCommand,
  "package build": packageBuildCommand,
  "event dhcp": eventDhcpCommand,
  sandbox: sandboxCommand,
  version: versionCommand,
} as const satisfies Readonly<Record<string, Command>>;

/** Families of commands: the first word of those whose name has two. */
export const families: Readonly<
  Record<string, { readonly summary: string; readonly group: Command["group"] }>
> = {
  package: { summary: "Judge, install and build signed packages", group: "tools" },
  event: { summary: "Hand over an event of the device (for hooks)", group: "tools" },
  dhcp: { summary: "Read and make the DHCP options of TR-069", group: "tools" },
  stun: stunFamily,
  "udp-request": udpRequestFamily,
  voucher: { summary: "Check, try and sign vouchers", group: "tools" },
};

export type CommandName = keyof typeof commands;
export type Arguments<N extends CommandName> = OptionsOf<(typeof commands)[N]>;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
