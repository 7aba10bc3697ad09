/** Table: the name servers that the gateway itself asks: those of each WAN interface. */
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import { fact } from "./bind.ts";
import { dns, peerDnsUsed } from "./connection.ts";
import { sidePackages, wanInterfaces } from "./network.ts";

const packages = sidePackages;

const serversOf = (name: string, env: Env): readonly string[] =>
  dns.DNSServers.read({ interface: name }, env)
    .split(",")
    .filter((word) => word !== "");

export const servers: Rows = {
  of: "dnsServer",
  packages,
  fresh: true,
  rows: (_at, env) =>
    wanInterfaces(env).flatMap(({ name }) =>
      [...new Set(serversOf(name, env))].map((server) => ({
        key: `${name} ${server}`,
        at: { interface: name, dnsServer: server },
      })),
    ),
};

export const server: Binding = { packages: [], read: (at: At) => at.dnsServer ?? "" };
export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", { interface: at.interface }));
export const type: Binding = fact(
  (_sheet, at, env) => (peerDnsUsed(at, env) ? "DHCPv4" : "Static"),
  ["network"],
);
