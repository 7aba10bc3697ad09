/** Handler: `cwmpd dhcp encode`, an option as octets and as lines for the programs that send it. TR-069 3.1, F.2.5. */

import { acsLines, identityLines, type OptionLines, parseIdentity } from "../dhcp/lines.ts";
import { Malformed } from "../errors.ts";
import { jsonText } from "../terminal.ts";
import type { Command, OptionsOf, Outcome } from "./command.ts";

export const dhcpEncodeCommand = {
  summary: "Make option 43 or 125 for udhcpc, dnsmasq and kea",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "tools",
  help: [
    "Option 125 carries an identity of Annex F: a device sends its own with --device, a gateway answers with --gateway. Option 43 gives a CPE the URL of its ACS and a provisioning code. The bytes are printed in hexadecimal, one line for each instance of the option, and as the line with which each program sends it.",
    "A client has to ask for these options: udhcpc with -O 43 -O 125, and -V dslforum.org for dnsmasq's line of option 43. dnsmasq's tag cpewan-id marks devices that sent their own identity: dnsmasq sets that tag by itself.",
    "With --json one object with the keys hex (a list of bodies, one for each instance), udhcpc, dnsmasq and kea; null where a program cannot send it, and why on standard error.",
  ],
  examples: [
    { run: "cwmpd dhcp encode --option 125 --device 00256D,SN-1,SetTop", tells: "what a device sends" },
    { run: "cwmpd dhcp encode --option 125 --gateway 00256D,GW-1", tells: "what a gateway answers" },
    { run: "cwmpd dhcp encode --option 43 --url http://acs.test:7547/", tells: "what names the ACS" },
  ],
  options: {
    option: { is: "value", placeholder: "CODE", summary: "the option to make", oneOf: ["43", "125"] },
    device: {
      is: "value",
      placeholder: "OUI,SERIAL[,CLASS]",
      summary: "option 125: the identity of a device",
    },
    gateway: {
      is: "value",
      placeholder: "OUI,SERIAL[,CLASS]",
      summary: "option 125: the identity of a gateway",
    },
    url: { is: "value", placeholder: "URL", summary: "option 43: the URL of the ACS" },
    "provisioning-code": {
      is: "value",
      placeholder: "CODE",
      summary: "option 43: the provisioning code",
      mayBeEmpty: true,
    },
    json: { is: "flag", summary: "print one JSON object" },
  },
} as const satisfies Command;

type Options = OptionsOf<typeof dhcpEncodeCommand>;

export function dhcpEncode(options: Options): Outcome {
  try {
    const made = make(options);
    const err = made.notes.map((text) => `cwmpd dhcp encode: ${text}\n`).join("");
    const out = options.json ? json(made) : text(made);
    return err === "" ? { exit: 0, out } : { exit: 0, out, err };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { exit: 2, err: `cwmpd dhcp encode: ${error.message}\nTry: cwmpd dhcp encode --help\n` };
  }
}

/** @throws Malformed */
function make(o: Options): OptionLines {
  const code = o["provisioning-code"];
  if (o.option === "125") {
    if (o.url !== undefined || code !== undefined)
      throw new Malformed("--url and --provisioning-code go with --option 43.");
    if ((o.device === undefined) === (o.gateway === undefined))
      throw new Malformed("--option 125 takes one of --device and --gateway.");
    return o.device === undefined
      ? identityLines("gateway", parseIdentity(o.gateway ?? ""))
      : identityLines("device", parseIdentity(o.device));
  }
  if (o.option === undefined) throw new Malformed("Give --option 43 or --option 125.");
  if (o.device !== undefined || o.gateway !== undefined)
    throw new Malformed("--device and --gateway go with --option 125.");
  if (o.url === undefined) throw new Malformed("--option 43 needs --url.");
  return acsLines(o.url, code);
}

const json = ({ hex, udhcpc, dnsmasq, kea }: OptionLines): string => jsonText({ hex, udhcpc, dnsmasq, kea });

function text({ hex, udhcpc, dnsmasq, kea }: OptionLines): string {
  const rows = [
    ...hex.map((body) => ["hex", body] as const),
    ["udhcpc", udhcpc],
    ...(dnsmasq ?? "").split("\n").map((line) => ["dnsmasq", dnsmasq === null ? null : line] as const),
    ["kea", kea],
  ] as const;
  return rows.map(([label, line]) => `${label.padEnd(9)}${line ?? "cannot send it"}\n`).join("");
}
