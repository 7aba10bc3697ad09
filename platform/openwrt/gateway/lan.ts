/** Table: the LANs of the gateway: every logical interface with IPv4 that is no WAN (lan, guest). */
import { type Rows, sectionRow } from "../../../src/model/define.ts";
import { lanInterfaces } from "./network.ts";

export const lans: Rows = {
  packages: ["network", "firewall"],
  rows: (_at, env) => lanInterfaces(env).map((section) => sectionRow(section, { interface: section.name })),
};
