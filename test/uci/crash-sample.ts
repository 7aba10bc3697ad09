/** Three packages before and after one change: options, an anonymous section, a package that is new. */
import type { Edit } from "../../src/ports/config.ts";

export const before: Readonly<Record<string, string>> = {
  firewall: "config rule\n\toption name ssh # mine\nconfig rule\n\toption name ping\n",
  network: "\nconfig interface 'lan'\n\toption ipaddr '192.168.1.1'\n\n",
};

export const edits: readonly Edit[] = [
  { edit: "set", package: "network", section: "lan", option: "ipaddr", value: "10.0.0.1" },
  { edit: "add", package: "cwmp", section: "acs", type: "acs" },
  { edit: "set", package: "cwmp", section: "acs", option: "url", value: "http://acs/" },
  { edit: "set", package: "firewall", section: "cfg0292bd", option: "name", value: "echo" },
  { edit: "remove", package: "firewall", section: "cfg0192bd" },
];

export const after: Readonly<Record<string, string>> = {
  cwmp: "\nconfig acs 'acs'\n\toption url 'http://acs/'\n\n",
  firewall: "config rule\n\toption name 'echo'\n",
  network: "\nconfig interface 'lan'\n\toption ipaddr '10.0.0.1'\n\n",
};
