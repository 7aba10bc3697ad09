/** Table: the LANs of the gateway: every logical interface with IPv4 that is no WAN (lan, guest). */
import { type Rows, sectionRow } from "../../../src/model/define.ts";
import { lanInterfaces, sidePackages } from "./network.ts";

export const lans: Rows = {
  packages: sidePackages,
  rows: (_at, env) => lanInterfaces(env).map((section) => sectionRow(section, { interface: section.name })),
};
