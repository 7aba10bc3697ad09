/** Rule: the gateway's identity in dnsmasq's options: the lines that are there, and the lines that should be.
 * TR-069 F.2.1, F.2.5. */
import { identityLines } from "../../src/dhcp/lines.ts";
import { Malformed } from "../../src/errors.ts";
import type { ConfigView, Edit } from "../../src/ports/config.ts";

const packageName = "dhcp";
const option = "dhcp_option";

/** Our own lines begin so, and no others do: sub-options 4 to 6 of enterprise 3561 for devices that
 * named themselves. */
const ours = /^tag:cpewan-id,vi-encap:3561,[456],/;

type Identity = Parameters<typeof identityLines>[1];

/** @param identity undefined: no line of ours stays
 * @returns the edits, and the reason if the identity cannot be sent */
export function gatewayOptions(
  view: ConfigView,
  identity: Identity | undefined,
): { readonly edits: readonly Edit[]; readonly problem?: string } {
  const section = view.package(packageName)?.ofType("dnsmasq")[0];
  if (section === undefined) return { edits: [] };
  const listed = [section.options.get(option) ?? []].flat();
  const { lines, problem } = wanted(identity);
  const list = [...listed.filter((line) => !ours.test(line)), ...lines];
  const told = problem === undefined ? {} : { problem };
  if (JSON.stringify(list) === JSON.stringify(listed)) return { edits: [], ...told };
  const at = { package: packageName, section: section.name, option };
  const edit: Edit = list.length === 0 ? { edit: "unset", ...at } : { edit: "set", ...at, value: list };
  return { edits: [edit], ...told };
}

function wanted(identity: Identity | undefined): {
  readonly lines: readonly string[];
  readonly problem?: string;
} {
  if (identity === undefined || identity.oui === "" || identity.serial === "") return { lines: [] };
  try {
    const { dnsmasq } = identityLines("gateway", identity);
    if (dnsmasq !== null)
      return { lines: dnsmasq.split("\n").map((line) => line.slice("dhcp-option=".length)) };
    return {
      lines: [],
      problem:
        "The identity of this gateway is longer than dnsmasq can send (250 octets): devices are not told it.",
    };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { lines: [], problem: `Devices are not told who this gateway is: ${error.message}` };
  }
}

/** Our own item of `sendopts`: option 125 that begins with enterprise 3561. */
const sent = /^(?:125|0x7d):00000de9/i;

/** The device's identity in udhcpc's DISCOVER and REQUEST on the management interface (R-F.2.2-02).
 * @param identity undefined: no item of ours stays
 * @returns the edits */
export function deviceOptions(
  view: ConfigView,
  interfaceName: string,
  identity: Identity | undefined,
): readonly Edit[] {
  const section = view.package("network")?.section(interfaceName);
  if (section?.options.get("proto") !== "dhcp") return [];
  const listed = [section.options.get("sendopts") ?? []].flat();
  const list = [...listed.filter((item) => !sent.test(item)), ...sentItems(identity)];
  if (JSON.stringify(list) === JSON.stringify(listed)) return [];
  const at = { package: "network", section: section.name, option: "sendopts" };
  return [list.length === 0 ? { edit: "unset", ...at } : { edit: "set", ...at, value: list }];
}

function sentItems(identity: Identity | undefined): readonly string[] {
  if (identity === undefined || identity.oui === "" || identity.serial === "") return [];
  try {
    // An identity whose strings are parameters of 64 characters fits one instance.
    return identityLines("device", identity).hex.map((body) => `125:${body}`);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

/** odhcpd serves DHCPv4 in place of dnsmasq, and has nothing for Annex F. */
export function odhcpdServes(view: ConfigView): boolean {
  const main = view.package(packageName)?.ofType("odhcpd")[0]?.options.get("maindhcp");
  return main === "1" || main === "true" || main === "on" || main === "yes" || main === "enabled";
}
