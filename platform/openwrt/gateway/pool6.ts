/** Table: the DHCPv6 server of each LAN, odhcpd: the prefixes of the LAN that it serves. */
import { type Binding, type Rows, sectionRow } from "../../../src/model/define.ts";
import { bit, fact, flag } from "./bind.ts";
import { pool } from "./dhcp.ts";
import { assignedPrefixes } from "./ip6.ts";
import { lanInterfaces, sidePackages } from "./network.ts";
import { isServed, switchService } from "./odhcpd.ts";

export { order } from "./pool.ts";

export const pools: Rows = {
  of: "pool6",
  packages: sidePackages,
  rows: (_at, env) =>
    lanInterfaces(env).map((section) =>
      sectionRow(section, { interface: section.name, pool6: section.name }),
    ),
};

/** Whether the service starts at boot. */
export const serverEnable = fact((sheet) => bit(sheet.startsAtBoot("odhcpd")));

export const enable: Binding = {
  packages: ["dhcp"],
  read: (at, env) => bit(isServed("dhcpv6", at, env)),
  write: (at, value, env) => switchService("dhcpv6", at, value === "1", env),
};

export const status = fact(
  (sheet, at, env) => (isServed("dhcpv6", at, env) && sheet.startsAtBoot("odhcpd") ? "Enabled" : "Disabled"),
  ["dhcp"],
);

export const givesAddresses = flag(pool, "dhcpv6_na", true);
export const givesPrefixes = flag(pool, "dhcpv6_pd", true);

/** Addresses are taken from every prefix of the LAN. */
export const addressPrefixes = fact(
  (_sheet, at, env) =>
    givesAddresses.read(at, env) === "0"
      ? ""
      : assignedPrefixes(at, env)
          .map((prefix6) => env.refer("prefix6", { interface: at.interface, prefix6 }))
          .filter((path) => path !== "")
          .slice(0, 8)
          .join(","),
  ["dhcp", "network"],
);
