/** `cwmpd doctor` on boards that lack one thing each. */
import { describe, expect, test } from "vitest";
import { doctor } from "../../src/cli/doctor.ts";
import { examine } from "../../src/doctor/examine.ts";
import type { Observed } from "../../src/doctor/observed.ts";

const now = Date.UTC(2026, 5, 1);
const day = 86_400_000;

const machine: NonNullable<Observed["machine"]> = {
  port: "agent",
  memory: { total: 256 << 20, available: 120 << 20 },
  tmp: { size: 128 << 20, free: 100 << 20, noexec: true },
  receiveBufferMax: 212_992,
  musl: true,
  libstdcxx: true,
};

const good: Observed = {
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
  portWanted: 7547,
  hooks: [{ path: "etc/init.d/cwmpd", there: true, without: "no service" }],
  enabledAtBoot: true,
  dnsmasqCallsHooks: true,
  stun: { enabled: false, server: "" },
  stateFree: 50 << 20,
  trust: [{ path: "/etc/cwmp/ca.pem", certificates: 1 }],
  builtInRoots: 140,
  leftovers: [],
  uncommitted: [],
  machine,
};

const wrong = (more: Partial<Observed>) =>
  examine({ ...good, ...more }).filter(({ verdict }) => verdict !== "ok");

/** One thing that is wrong: what is found of it, and what to do. */
type Row = readonly [
  title: string,
  change: Partial<Observed>,
  check: string,
  verdict: "warn" | "fail",
  what: RegExp,
  fix: RegExp,
];

const acs = (more: Partial<Observed["acs"]>) => ({ acs: { ...good.acs, ...more } });
const on = (more: Partial<Observed["interface"]>) => ({ interface: { ...good.interface, ...more } });
const system = (more: Partial<typeof machine>) => ({ machine: { ...machine, ...more } });
const trial = (more: object) => acs({ trial: { ...good.acs.trial!, ...more } });
const config = (more: Partial<Observed["config"]>) => ({ config: { ...good.config, ...more } });

const rows: readonly Row[] = [
  [
    "no configuration",
    config({ damaged: undefined }),
    "configuration",
    "fail",
    /no \/etc\/config\/cwmp/,
    /uci-defaults/,
  ],
  [
    "a configuration that does not parse",
    config({ damaged: "line 3" }),
    "configuration",
    "fail",
    /line 3/,
    /mend/,
  ],
  [
    "a bad value",
    config({ problems: ["cwmp.cpe.port is not"] }),
    "configuration",
    "warn",
    /cpe\.port/,
    /configuration\.md/,
  ],
  [
    "passwords for all",
    config({ exposed: ["It is: chmod 600 /x"] }),
    "configuration",
    "warn",
    /^It is$/,
    /^chmod 600 \/x$/,
  ],
  ["an agent that is off", config({ enabled: false }), "configuration", "fail", /switched off/, /enabled=1/],
  [
    "no serial number",
    { identity: good.identity.map((one) => (one.name === "SerialNumber" ? { ...one, value: "" } : one)) },
    "identity",
    "fail",
    /SerialNumber not known/,
    /cwmp\.cpe\.serial_number/,
  ],
  ["a clock of 1970", { clockKnown: false }, "clock", "warn", /not set/, /sysntpd/],
  [
    "no address",
    on({ up: false, address: "" }),
    "management interface",
    "fail",
    /wan has no address/,
    /ifstatus wan/,
  ],
  ["no route", { defaultRoute: false }, "route", "warn", /no default route/, /ip route/],
  ["no name server", { nameServers: [] }, "DNS", "fail", /no name server/, /network\.wan\.dns/],
  [
    "no name server and an address for the ACS",
    { nameServers: [], ...acs({ url: "http://192.0.2.1:7547/" }) },
    "DNS",
    "warn",
    /no name server/,
    /dns/,
  ],
  ["no ACS", acs({ url: "", trial: undefined }), "ACS", "fail", /DHCP has named none/, /acs\.url/],
  [
    "an ACS that is not there",
    trial({ failure: "connect ECONNREFUSED" }),
    "ACS",
    "fail",
    /ECONNREFUSED/,
    /nc -vz/,
  ],
  [
    "a name that does not resolve",
    trial({ addresses: [], failure: "cannot be resolved" }),
    "ACS",
    "fail",
    /resolved/,
    /nslookup/,
  ],
  [
    "a certificate that is not trusted",
    trial({ failure: "the certificate is not accepted: expired" }),
    "ACS",
    "fail",
    /expired/,
    /ca_file/,
  ],
  [
    "a certificate that ends in a week",
    trial({ certificate: { ...good.acs.trial!.certificate!, ends: now + 7 * day } }),
    "certificate of the ACS",
    "warn",
    /ends soon/,
    /renew/,
  ],
  [
    "a port that is taken",
    system({ port: "other" }),
    "Connection Request port",
    "fail",
    /another program has port 7547/,
    /cpe\.port/,
  ],
  [
    "a hook that is missing",
    { hooks: [{ path: "etc/x", there: false, without: "nothing works" }] },
    "hooks",
    "warn",
    /etc\/x is not there: nothing works/,
    /package/,
  ],
  ["a service that does not start at boot", { enabledAtBoot: false }, "hooks", "fail", /at boot/, /enable/],
  ["a dnsmasq from before", { dnsmasqCallsHooks: false }, "hooks", "warn", /dnsmasq/, /restart/],
  [
    "option 43 not asked for",
    on({ dhcp: { vendor: "dslforum.org", asked: ["125"] } }),
    "DHCP discovery",
    "warn",
    /option 43$/,
    /dhcp-options add/,
  ],
  [
    "no vendor class",
    on({ dhcp: { vendor: "udhcp", asked: ["43", "125"] } }),
    "DHCP discovery",
    "warn",
    /dslforum/,
    /dhcp-options add/,
  ],
  [
    "a private address without STUN",
    on({ address: "100.64.1.2" }),
    "NAT",
    "warn",
    /100\.64\.1\.2/,
    /cwmp\.stun\.enable=1/,
  ],
  ["a full flash", { stateFree: 1000 }, "flash", "fail", /0\.0 MiB free/, /df -h/],
  ["little flash", { stateFree: 500_000 }, "flash", "warn", /0\.5 MiB free/, /df -h/],
  ["no flash", { stateFree: { unknown: "there is no /etc" } }, "flash", "fail", /no \/etc/, /overlay/],
  [
    "little memory",
    system({ memory: { total: 64 << 20, available: 30 << 20 } }),
    "memory",
    "warn",
    /30\.0 MiB of 64\.0/,
    /free/,
  ],
  [
    "no memory",
    system({ memory: { total: 64 << 20, available: 10 << 20 } }),
    "memory",
    "fail",
    /10\.0 MiB/,
    /256 MB/,
  ],
  [
    "an empty trust store",
    { trust: [{ path: "/ca", certificates: 0 }] },
    "trust stores",
    "fail",
    /no certificate in \/ca/,
    /PEM/,
  ],
  [
    "a trust store that is not there",
    { trust: [{ path: "/ca", certificates: { unknown: "ENOENT" } }] },
    "trust stores",
    "fail",
    /\/ca: ENOENT/,
    /PEM/,
  ],
  [
    "a leftover",
    { leftovers: ["/etc/config/.x.uci-1"] },
    "locks",
    "warn",
    /left behind/,
    /rm -r \/etc\/config/,
  ],
  ["uncommitted changes", { uncommitted: ["network"] }, "locks", "warn", /network/, /uci changes/],
  [
    "a small /tmp",
    system({ tmp: { size: 9 << 20, free: 8 << 20, noexec: false } }),
    "/tmp",
    "warn",
    /8\.0 MiB of 9\.0/,
    /remount/,
  ],
  [
    "a small receive buffer",
    system({ receiveBufferMax: 4096 }),
    "receive buffer",
    "warn",
    /4096/,
    /rmem_max/,
  ],
  ["no libstdc++", system({ libstdcxx: false }), "libstdc++", "fail", /missing/, /libstdcpp6/],
  ["an agent that is not there", { agent: undefined }, "agent", "warn", /does not run/, /start/],
  [
    "a session that failed",
    { agent: { lastFailure: "refused", sessions: true, warnings: [] } },
    "agent",
    "fail",
    /refused/,
    /cwmpd status/,
  ],
];

describe("doctor: a board with one fault gets one finding, with its remedy", () => {
  test.each(rows)("%s", (_, change, check, verdict, what, fix) => {
    const found = wrong(change);
    expect(found.map((one) => [one.check, one.verdict])).toEqual([[check, verdict]]);
    expect(found[0]!.what).toMatch(what);
    expect(found[0]!.fix).toMatch(fix);
  });
});

describe("doctor: as a command", () => {
  const call = (seen: Observed, json: boolean) =>
    doctor({ json, offline: false, root: "/" }, async () => seen);

  test("on a good board every check passes", async () => {
    const { exit, out } = await call(good, true);
    const told = JSON.parse(String(out)) as { verdict: string; fix: string | null }[];
    expect(exit).toBe(0);
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter(({ verdict, fix }) => verdict !== "ok" || fix !== null)).toEqual([]);
  });

  test("a warning exits with 0; a failure exits with 1", async () => {
    expect((await call({ ...good, clockKnown: false }, false)).exit).toBe(0);
    const { exit, out } = await call({ ...good, enabledAtBoot: false }, false);
    expect(exit).toBe(1);
    expect(out).toMatch(
      /^fail {2}hooks {2,}the service is not started at boot\n {6,}-> \/etc\/init\.d\/cwmpd enable$/m,
    );
    expect(out).toMatch(/^1 failure, 0 warnings, \d+ in order\n$/m);
  });

  test("for a directory that plays a device, ports, memory and libraries are not checked", () => {
    const checks = examine({ ...good, machine: undefined }).map(({ check }) => check);
    for (const name of ["Connection Request port", "memory", "/tmp", "receive buffer", "libstdc++"])
      expect(checks).not.toContain(name);
  });

  test("findings are listed in the order of repair: configuration before address, address before ACS", () => {
    const checks = examine(good).map(({ check }) => check);
    const order = [
      "configuration",
      "identity",
      "clock",
      "management interface",
      "DNS",
      "ACS",
      "hooks",
      "agent",
    ];
    expect(checks.filter((check) => order.includes(check))).toEqual(order);
  });
});
