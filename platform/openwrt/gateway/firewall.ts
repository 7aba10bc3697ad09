/** Table: the firewall as one level. It is told and not set: a level says less than the zones do, and setting one would
 * undo what somebody has made of them. */
import { createHash } from "node:crypto";
import { unknownTime, writeDateTime } from "../../../src/datetime.ts";
import type { Binding, Env } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { bit, fact, single } from "./bind.ts";
import { interfaces, isWan, sidePackages, zoneOf } from "./network.ts";

/** The zones by which the outside comes in. */
function outerZones(env: Env): readonly Section[] {
  const zones = interfaces(env)
    .filter((section) => isWan(section, env))
    .flatMap(({ name }) => zoneOf(name, env) ?? []);
  return [...new Set(zones)];
}

const accepts = (zone: Section, option: string): boolean =>
  (single(zone, option) ?? "").toUpperCase() === "ACCEPT";

/** Off: all that comes from outside is let in and through. High: none of it but what rules name. Low: anything between. */
export const level: Binding = {
  packages: sidePackages,
  read: (_at, env) => {
    const zones = outerZones(env);
    if (zones.every((zone) => accepts(zone, "input") && accepts(zone, "forward"))) return "Off";
    return zones.some((zone) => accepts(zone, "input") || accepts(zone, "forward")) ? "Low" : "High";
  },
};

/** A mark of the settings: another one stands for other settings. */
export const version: Binding = {
  packages: ["firewall"],
  read: (_at, env) => {
    const sections = env.config.package("firewall")?.sections ?? [];
    const text = sections.map(({ name, anonymous, type, options }) => [
      type,
      anonymous ? "" : name,
      ...options,
    ]);
    return createHash("sha256").update(JSON.stringify(text)).digest("hex").slice(0, 16);
  },
};

/** Whether the service starts at boot. */
export const enabled = fact((sheet) => bit(sheet.startsAtBoot("firewall")));

/** When its package was last written. */
export const lastChange = fact((sheet) => {
  const ms = sheet.written("firewall");
  return ms === undefined ? unknownTime : writeDateTime({ is: "time", ms });
});
