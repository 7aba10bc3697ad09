/** Adapter: a gateway of Annex F on the device: it hears broadcasts of DHCP clients, and puts its own identity into
 * dnsmasq's answers. It follows the settings. TR-069 F.2.1. */
import { Refused } from "../../src/errors.ts";
import type { Config } from "../../src/ports/config.ts";
import type { Facts } from "../../src/ports/facts.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Services } from "../../src/ports/services.ts";
import type { Settings } from "../../src/settings.ts";
import type { DhcpListener } from "../bun/dhcp-listener.ts";
import { deviceOptions, gatewayOptions, odhcpdServes } from "../openwrt/dhcpidentity.ts";

export interface AssociatingPorts {
  readonly config: Config;
  readonly facts: Facts;
  readonly services: Services;
  readonly log: Log;
  /** Whether there is a LAN to listen on: a directory that plays a device has none. */
  readonly listens: boolean;
}

export interface Associating {
  /** Never rejects: where something cannot be done, a warning reports it and the agent continues. */
  follow(settings: Settings, told: Told): Promise<void>;
  /** Faults, for `status`. */
  readonly warnings: readonly string[];
  close(): void;
}

/** The identity of the device, and the receiver of DHCP messages. */
export interface Told {
  readonly identity: { readonly oui: string; readonly serial: string; readonly productClass: string };
  heard(bytes: Uint8Array): void;
}

export function associating({ config, facts, services, log, listens }: AssociatingPorts): Associating {
  let listener: DhcpListener | undefined;
  let uplink: string | undefined;
  let warnings: readonly string[] = [];
  let turn: Promise<void> = Promise.resolve();

  async function listen(told: Told): Promise<string[]> {
    if (!listens || listener !== undefined) return [];
    try {
      const { listenForDhcp } = await import("../bun/dhcp-listener.ts");
      listener = await listenForDhcp(
        () => uplink,
        (bytes) => told.heard(bytes),
      );
      return [];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return [`Devices without a DHCP lease are not listed: ${error.message}`];
    }
  }

  async function move(settings: Settings, told: Told): Promise<void> {
    const sheet = await facts.sheet("wired");
    uplink = sheet.interface(settings.connectionRequest.interface)?.device;
    const role = settings.association;
    const lan = sheet.ports("lan").length > 0;
    const serves = settings.enabled && (role === "gateway" || role === "both" || (role === "auto" && lan));
    if (!serves) {
      listener?.close();
      listener = undefined;
    }
    const view = config.view();
    const found: string[] = serves ? await listen(told) : [];
    if (serves && odhcpdServes(view))
      found.push(
        "Devices on the LAN are not listed: odhcpd is the main DHCP server, and it does not tell who a device is (option maindhcp of odhcpd).",
      );
    const { edits, problem } = gatewayOptions(view, serves ? told.identity : undefined);
    if (problem !== undefined) found.push(problem);
    const names = settings.enabled && (role === "device" || role === "both" || (role === "auto" && !lan));
    const own = deviceOptions(view, settings.connectionRequest.interface, names ? told.identity : undefined);
    const all = [...edits, ...own];
    // If no socket listens, no device is served or asked either: the files stay as they were laid out.
    if (all.length > 0 && listens) {
      const staged = await config.stage(view, all);
      staged.commit();
      const packages = [...new Set(all.map((edit) => edit.package))];
      log("info", "The identities that DHCP carries have been changed", { packages: packages.join(" ") });
      await services.apply(packages);
    }
    for (const warning of found) if (!warnings.includes(warning)) log("warn", warning);
    warnings = found;
  }

  return {
    follow(settings, told) {
      turn = turn
        .then(() => move(settings, told))
        .catch((error: unknown) =>
          log("error", "Cannot exchange identities with devices on the LAN", { reason: String(error) }),
        );
      return turn;
    },
    get warnings() {
      return warnings;
    },
    close: () => listener?.close(),
  };
}
