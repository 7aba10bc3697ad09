/** Table: `cwmpd sandbox`. The composition root performs it. */
import { Refused } from "../errors.ts";
import type { RootName } from "../model/roots.ts";
import type { Command, OptionsOf } from "./command.ts";

export const sandboxCommand = {
  summary: "Lay out a sample gateway in a directory",
  operands: "DIR",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Makes DIR and fills it with a home gateway: a real /etc/config (network, wireless, dhcp, firewall, system, cwmp) and the files of /sys, /proc and /tmp that the agent reads. Then `cwmpd run --root DIR` runs against it without root rights and without touching the machine.",
  ],
  examples: [
    { run: "cwmpd sandbox /tmp/gw", tells: "make it" },
    {
      run: "cwmpd sandbox /tmp/gw --wan pppoe --vlan 7 --root-model device",
      tells: "one with PPPoE in a VLAN",
    },
    { run: "cwmpd run --root /tmp/gw --acs-url http://127.0.0.1:7547/", tells: "run the agent on it" },
  ],
  options: {
    wan: {
      is: "value",
      placeholder: "KIND",
      summary: "how the Internet comes to it",
      default: "dhcp",
      oneOf: ["dhcp", "pppoe", "static", "qmi", "sta"],
    },
    vlan: { is: "value", placeholder: "N", summary: "the provider's VLAN on the WAN port, 1 to 4094" },
    "root-model": {
      is: "value",
      placeholder: "ROOT",
      summary: "the data model that the agent shows",
      default: "igd",
      oneOf: ["igd", "device"],
    },
  },
} as const satisfies Command;

/** The last number of a VLAN. IEEE 802.1Q 9.6. */
const vlanMax = 4094;

/** The choices of a sandbox. */
export interface SandboxForm {
  readonly wan: "dhcp" | "pppoe" | "static" | "qmi" | "sta";
  readonly vlan?: number;
  readonly dataModel: RootName;
}

/** @throws Refused for options that exclude each other */
export function sandboxForm(options: OptionsOf<typeof sandboxCommand>): SandboxForm {
  const { vlan } = options;
  const wan = options.wan as SandboxForm["wan"];
  const dataModel = options["root-model"] === "device" ? "Device" : "InternetGatewayDevice";
  if (vlan === undefined) return { wan, dataModel };
  if (!/^[1-9]\d{0,3}$/.test(vlan) || Number(vlan) > vlanMax)
    throw new Refused(`There is no VLAN "${vlan}". Give a number from 1 to ${vlanMax}.`);
  if (wan === "qmi" || wan === "sta")
    throw new Refused(`--vlan is for a WAN on a port: leave it out with --wan ${wan}.`);
  return { wan, vlan: Number(vlan), dataModel };
}
