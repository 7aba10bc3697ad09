/** Rule: the part of `cwmpd status` about ACS discovery by DHCP. TR-069 3.1. */
import { type DiscoveryState, holding } from "./discovery.ts";

export function foundStatus(state: DiscoveryState | undefined) {
  const found = state && holding(state);
  if (found === undefined) return null;
  const { option, interface: on, at, over, before } = found;
  return { option, interface: on, at, over, before: before?.url ?? null };
}

export function discoveryWarnings(state: DiscoveryState | undefined): string[] {
  if (state === undefined) return [];
  const warnings: string[] = [];
  if (state.exchange !== undefined)
    warnings.push(`The ACS is looked for by DHCP: DHCPINFORM was sent ${state.exchange.sends} times so far.`);
  else if (state.last !== undefined) warnings.push(`The ACS was looked for by DHCP: ${state.last}.`);
  if (state.held !== undefined)
    warnings.push(
      `DHCP changes the ACS too often: ${state.held.offer.url} is waiting until the changes of the last hour are over.`,
    );
  return warnings;
}
