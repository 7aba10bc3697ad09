/** Table: the firewall as one level. The level is read only: it says less than the zones do, and setting it
 * would overwrite zones that a user has configured. */
import { unknownTime, writeDateTime } from "../../../src/datetime.ts";
import type { Binding, Env } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { sha256 } from "../../bun/sha256.ts";
import { bit, fact, single } from "./bind.ts";
import { interfaces, isWan, sidePackages, zoneOf } from "./network.ts";

/** The zones of the WAN interfaces. */
function outerZones(env: Env): readonly Section[] {
  const zones = interfaces(env)
    .filter((section) => isWan(section, env))
    .flatMap(({ name }) => zoneOf(name, env) ?? []);
  return [...new Set(zones)];
}

const accepts = (zone: Section, option: string): boolean =>
  (single(zone, option) ?? "").toUpperCase() === "ACCEPT";

/** Packets from outside. Off: all are accepted. High: only those that rules accept. Low: anything between. */
export const level: Binding = {
  packages: sidePackages,
  read: (_at, env) => {
    const zones = outerZones(env);
    if (zones.every((zone) => accepts(zone, "input") && accepts(zone, "forward"))) return "Off";
    return zones.some((zone) => accepts(zone, "input") || accepts(zone, "forward")) ? "Low" : "High";
  },
};

/** A mark of the settings, which changes with them. */
export const version: Binding = {
  packages: ["firewall"],
  read: (_at, env) => {
    const sections = env.config.package("firewall")?.sections ?? [];
    const text = sections.map(({ name, anonymous, type, options }) => [
      type,
      anonymous ? "" : name,
      ...options,
    ]);
    return sha256(Buffer.from(JSON.stringify(text))).slice(0, 16);
  },
};

/** Whether the service starts at boot. */
export const enabled = fact((sheet) => bit(sheet.startsAtBoot("firewall")));

/** When its package was last written. */
export const lastChange = fact((sheet) => {
  const ms = sheet.written("firewall");
  return ms === undefined ? unknownTime : writeDateTime({ is: "time", ms });
});
