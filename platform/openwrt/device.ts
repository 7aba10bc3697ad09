/** Composition: the machine that is the device, or a directory that plays one (sim/device.ts): its programs,
 * its services, and its number of the boot. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hosts } from "../../src/own.ts";
import type { Dhcp } from "../../src/ports/dhcp.ts";
import type { Facts } from "../../src/ports/facts.ts";
import type { Presence } from "../../src/ports/presence.ts";
import type { Services } from "../../src/ports/services.ts";
import { systemChance } from "../bun/chance.ts";
import { systemDhcp } from "../bun/dhcp.ts";
import { systemPresence } from "../bun/presence.ts";
import { type Exec, systemExec } from "./exec.ts";
import { openServices } from "./services.ts";

export interface Device {
  readonly exec: Exec;
  readonly services: Services;
  /** Names this boot of the device. */
  readonly boot: string;
  /** The hosts at which the ACS reaches the device, if the configured addresses are not those of this machine. */
  readonly host: Hosts | undefined;
  /** Whether the ports and the links of this machine are the device's. On another machine a second agent may have the
   * port, and there is no LAN to listen on. */
  readonly ownsMachine: boolean;
  readonly presence: Presence;
  dhcp(facts: Facts): Dhcp;
}

export const openwrtDevice = (root: string): Device => ({
  exec: systemExec,
  services: openServices(root, systemExec),
  boot: bootId(root),
  host: undefined,
  ownsMachine: true,
  presence: systemPresence,
  dhcp: systemDhcp,
});

/** Another one every time where the system has none. */
function bootId(root: string): string {
  try {
    return readFileSync(join(root, "proc/sys/kernel/random/boot_id"), "utf8").trim();
  } catch {
    return Buffer.from(systemChance.bytes(16)).toString("hex");
  }
}
