/** Handler: `cwmpd event dhcp`, by which the hooks of the device hand over events of DHCP. TR-069 3.1, Annex F. */
import { type HookKind, isHookKind, record } from "../dhcp/events.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";

export const eventDhcpCommand = {
  summary: "Hand over an event of DHCP to the agent (for hooks)",
  operands: "client|client6|lease [ACTION]",
  operandsMin: 1,
  operandsMax: 2,
  group: "tools",
  help: [
    "The hooks of the device call this command; people need it only for tests. The values of the event are taken from the environment, as udhcpc, odhcp6c and dnsmasq set it, so that none of them is ever part of a command line. The command returns at once: the event is on disk before the agent is notified, and waits there while no agent runs.",
    "client is a lease of the device itself, with the action of udhcpc's script: INTERFACE, ip, serverid, lease, opt43 and opt125. client6 is the same of odhcp6c: INTERFACE and OPTION_17. lease is a lease that dnsmasq has given: ACTION, MACADDR, IPADDR and its variables DNSMASQ_….",
  ],
  examples: [
    { run: 'cwmpd event dhcp client "$1"', tells: "in /etc/udhcpc.user.d/60-cwmpd" },
    { run: "cwmpd event dhcp lease", tells: "in /etc/hotplug.d/dhcp/60-cwmpd" },
  ],
  options: { ...rootOption },
} as const satisfies Command;

/** The work of the composition root for this command. */
export interface Handover {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Puts the event on disk, then notifies the agent, if one runs. */
  event(root: string, recorded: unknown): Promise<void>;
}

export async function eventDhcp(
  root: string,
  operands: readonly string[],
  { environment, event }: Handover,
): Promise<Outcome> {
  const [kind = "", action = ""] = operands;
  if (!isHookKind(kind))
    return {
      exit: 2,
      err: `cwmpd event dhcp: Unknown kind "${kind}": expected client, client6 or lease.\nTry: cwmpd event dhcp --help\n`,
    };
  await event(root, record(kind satisfies HookKind, action, environment));
  return { exit: 0 };
}
