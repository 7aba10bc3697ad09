/** Rule: reads and checks section `lan` of /etc/config/cwmp. TR-069 Annex D. */
import type { Package } from "../ports/config.ts";
import { pageLimits as limits } from "./limits.ts";

export interface LanSettings {
  /** False: no page is served. */
  readonly enabled: boolean;
  /** False: only the status page is served. */
  readonly kick: boolean;
  /** The logical interface whose addresses the page is served on, and whose networks it is served to. */
  readonly interface: string;
  readonly port: number;
  /** The gateway's own name on the LAN; empty: its address is used instead. */
  readonly lanName: string;
  readonly kicksPerHour: number;
  readonly kicksPerClient: number;
  readonly held: number;
  readonly heldPerClient: number;
  readonly holdSeconds: number;
}

const hostName = /^(?=.{1,200}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
const truths: Readonly<Record<string, boolean>> = {
  ...{ "1": true, on: true, true: true, yes: true, enabled: true },
  ...{ "0": false, off: false, false: false, no: false, disabled: false },
};

/** @param problems gets a line for each value that is wrong and has its default instead */
export function readLanSettings(file: Package | undefined, problems: string[]): LanSettings {
  const section = file?.section("lan");
  const parsed = <T>(
    option: string,
    otherwise: T,
    expected: string,
    parse: (text: string) => T | undefined,
  ) => {
    const value = section?.options.get(option);
    const text = typeof value === "string" ? value : (value?.[0] ?? "");
    if (text === "") return otherwise;
    const found = parse(text);
    if (found === undefined) problems.push(`cwmp.lan.${option} is not ${expected}; its default is taken.`);
    return found ?? otherwise;
  };
  const lan = {
    flag: (option: string, otherwise: boolean) =>
      parsed(option, otherwise, "0 or 1", (text) =>
        Object.hasOwn(truths, text.toLowerCase()) ? truths[text.toLowerCase()] : undefined,
      ),
    number: (option: string, otherwise: number, max: number) =>
      parsed(option, otherwise, `a whole number from 1 to ${max}`, (text) => {
        const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
        return value >= 1 && value <= max ? value : undefined;
      }),
    text: (option: string, otherwise: string, expected: string, shape: RegExp) =>
      parsed(option, otherwise, expected, (text) => (shape.test(text) ? text : undefined)),
  };
  return {
    enabled: lan.flag("enabled", false),
    kick: lan.flag("kick", true),
    interface: lan.text("interface", "lan", "the name of an interface", /^[\w.-]{1,32}$/),
    port: lan.number("port", limits.portInitial, 65_535),
    lanName: lan.text("lan_name", "", "a host name", hostName).toLowerCase(),
    kicksPerHour: lan.number("kicks_per_hour", limits.kicksPerHour, limits.kicksPerHourSettable),
    kicksPerClient: lan.number("kicks_per_client", limits.kicksPerClient, limits.kicksPerHourSettable),
    held: lan.number("held", limits.held, limits.heldSettable),
    heldPerClient: lan.number("held_per_client", limits.heldPerClient, limits.heldSettable),
    holdSeconds: lan.number("hold_seconds", limits.holdSeconds, limits.holdSecondsSettable),
  };
}
