/** Handler: `cwmpd dhcp discover`, which asks DHCP for the ACS now. TR-069 3.1. */
import { jsonText } from "../terminal.ts";
import type { Command, OptionsOf, Outcome } from "./command.ts";
import { type Decoded, decodedText } from "./dhcp-decode.ts";

export const dhcpDiscoverCommand = {
  summary: "Ask DHCP for the ACS now, and print the answer",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "tools",
  help: [
    "Sends a DHCPINFORM on an interface that has an address, waits for the answer, and prints the ACS and the gateway that the answer names. It repeats the question after 4 and after 8 s and gives up 16 s later. It needs root rights for port 68, and no agent; nothing is changed.",
    "Without --interface the management interface is taken: option interface of section cpe in /etc/config/cwmp. A name that is no logical interface is taken for a network device. With --json the object that `cwmpd dhcp decode --json` prints.",
  ],
  examples: [
    { run: "cwmpd dhcp discover", tells: "on the management interface" },
    { run: "cwmpd dhcp discover --interface eth0", tells: "on a network device" },
  ],
  options: {
    interface: { is: "value", placeholder: "IF", summary: "the interface to ask on" },
    root: { is: "value", placeholder: "DIR", summary: "the root of the device", default: "/" },
    json: { is: "flag", summary: "print one JSON object" },
  },
  exits: "0 a server answered, 1 none did or could be asked, 2 wrong usage",
} as const satisfies Command;

export async function dhcpDiscover(
  options: OptionsOf<typeof dhcpDiscoverCommand>,
  ask: (root: string, on: string | undefined) => Promise<Decoded>,
): Promise<Outcome> {
  const told = await ask(options.root, options.interface);
  return { exit: 0, out: options.json ? jsonText(told) : decodedText(told) };
}
