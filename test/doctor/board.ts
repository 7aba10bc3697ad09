/** Helper: what a look at a board finds that is in order. */
import type { Observed } from "../../src/doctor/observed.ts";

export const now = Date.UTC(2026, 5, 1);
export const day = 86_400_000;

export const machine: NonNullable<Observed["machine"]> = {
  ports: [
    { use: "requests", port: 7547, owner: "agent" },
    { use: "udp requests", port: 7547, owner: "agent" },
  ],
  memory: { total: 256 << 20, available: 120 << 20 },
  tmp: { size: 128 << 20, free: 100 << 20, noexec: true },
  receiveBufferMax: 212_992,
  musl: true,
  libstdcxx: true,
};

export const good: Observed = {
  now,
  clockKnown: true,
  agent: { lastFailure: null, sessions: true, warnings: [] },
  config: { damaged: null, enabled: true, problems: [], exposed: [] },
  identity: [
    { name: "Manufacturer", option: "manufacturer", value: "Maker", from: "board" },
    { name: "OUI", option: "oui", value: "00256D", from: "configuration" },
    { name: "ProductClass", option: "product_class", value: "", from: "board" },
    { name: "SerialNumber", option: "serial_number", value: "S1", from: "agent" },
  ],
  interface: {
    name: "wan",
    up: true,
    address: "203.0.113.7",
    dhcp: { vendor: "dslforum.org", asked: ["43", "125"] },
  },
  defaultRoute: true,
  nameServers: ["203.0.113.1"],
  acs: {
    url: "https://acs.example/",
    source: "configuration",
    discovery: true,
    trial: {
      addresses: ["203.0.113.10"],
      failure: undefined,
      certificate: { names: "DNS:acs.example", issuer: "CA", begins: now - day, ends: now + 300 * day },
    },
  },
  hooks: [{ path: "etc/init.d/cwmpd", fault: undefined, without: "no service" }],
  enabledAtBoot: true,
  dnsmasqCallsHooks: true,
  stun: { enabled: false, server: "", binding: undefined },
  stateFree: 50 << 20,
  stateVolatile: false,
  trust: [{ path: "/etc/cwmp/ca.pem", certificates: 1 }],
  builtInRoots: 140,
  leftovers: [],
  uncommitted: [],
  machine,
};
