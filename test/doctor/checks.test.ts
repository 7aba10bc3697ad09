/** `cwmpd doctor` on boards that lack one thing each. */
import { describe, expect, test } from "vitest";
import { examine } from "../../src/doctor/examine.ts";
import type { Observed, Port } from "../../src/doctor/observed.ts";
import { day, good, machine, now } from "./board.ts";

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

const taken = (use: Port["use"], owner: Port["owner"]) => system({ ports: [{ use, port: 7547, owner }] });
const bound = { found: true, address: "203.0.113.9:7547", nat: true, why: "" };
const stun = (more: Partial<Observed["stun"]>) => ({
  stun: { enabled: true, server: "stun.example", binding: bound, ...more },
});

const rows: readonly Row[] = [
  [
    "no configuration",
    config({ damaged: undefined }),
    "configuration",
    "fail",
    /no \/etc\/config\/cwmp/,
    /\/rom\/etc\/config\/cwmp/,
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
    /^uci set cwmp\.cpe\.serial_number=…; uci commit cwmp$/,
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
    /nc 203\.0\.113\.10 443 </,
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
    trial({ failure: "the certificate is not accepted: it leads to a root that is not trusted" }),
    "ACS",
    "fail",
    /not trusted/,
    /ca_file/,
  ],
  [
    "a certificate that has expired",
    trial({ failure: "the certificate is not accepted: it, or one that it rests on, has expired" }),
    "ACS",
    "fail",
    /expired/,
    /date -u.*renew/,
  ],
  [
    "a certificate with another name",
    trial({ failure: "the certificate of the ACS is not for acs.example, but for CN other" }),
    "ACS",
    "fail",
    /but for CN other/,
    /cwmp\.acs\.url/,
  ],
  [
    "a port that speaks no TLS",
    trial({ failure: "it does not speak TLS on this port" }),
    "ACS",
    "fail",
    /TLS/,
    /port of the URL/,
  ],
  [
    "a client certificate that cannot be read",
    trial({ failure: "client_cert /c cannot be read (ENOENT)" }),
    "ACS",
    "fail",
    /client_cert \/c/,
    /uci show cwmp\.acs/,
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
    taken("requests", { other: "uhttpd (process 812)" }),
    "Connection Request port",
    "fail",
    /^uhttpd \(process 812\) has tcp port 7547$/,
    /netstat -ltnp.*cwmp\.cpe\.port/,
  ],
  [
    "a UDP port that is taken",
    taken("udp requests", { other: "dnsmasq (process 9)" }),
    "UDP request port",
    "fail",
    /^dnsmasq \(process 9\) has udp port 7547$/,
    /netstat -lunp.*cwmp\.cpe\.port/,
  ],
  [
    "a page whose port is taken",
    taken("page", { other: "another program" }),
    "LAN page port",
    "fail",
    /another program has tcp port 7547/,
    /cwmp\.lan\.port/,
  ],
  [
    "an agent that does not listen",
    taken("udp requests", "nobody"),
    "UDP request port",
    "warn",
    /runs and does not listen on 7547/,
    /logread/,
  ],
  [
    "ports that cannot be told",
    taken("requests", { unknown: "/proc/net/tcp cannot be read" }),
    "Connection Request port",
    "warn",
    /cannot be read/,
    /root/,
  ],
  [
    "a hook that is missing",
    { hooks: [{ path: "etc/x", fault: "is not there", without: "nothing works" }] },
    "hooks",
    "warn",
    /etc\/x is not there: nothing works/,
    /package/,
  ],
  [
    "a program that cannot be executed",
    { hooks: [{ path: "etc/x", fault: "cannot be executed", without: "nothing works" }] },
    "hooks",
    "warn",
    /etc\/x cannot be executed/,
    /^chmod 755 \/etc\/x$/,
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
    /100\.64\.1\.2.*STUN is off/,
    /cwmp\.stun\.enable=1/,
  ],
  [
    "STUN without an answer",
    stun({ binding: { ...bound, found: false, why: "the server cannot be asked: it does not answer" } }),
    "NAT",
    "warn",
    /no binding: .* does not answer/,
    /^cwmpd stun probe stun\.example$/,
  ],
  ["STUN without a server", stun({ server: "" }), "NAT", "fail", /no server is known/, /cwmp\.stun\.server/],
  [
    "a flash that is not there, so that all is kept in memory",
    { stateVolatile: true },
    "flash",
    "fail",
    /lost with the power/,
    /overlay/,
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

describe("doctor: findings that look like a fault and are none", () => {
  const judged = (check: string, change: Partial<Observed>) =>
    examine({ ...good, ...change }).filter((one) => one.check === check);
  const behind = on({ address: "192.168.1.2" });

  test.each<readonly [string, Partial<Observed>, RegExp]>([
    [
      "a private address and an ACS in the same network",
      { ...behind, ...trial({ addresses: ["10.0.0.1"] }) },
      /so is the ACS at 10\.0\.0\.1/,
    ],
    [
      "a private address and an ACS with IPv6 alone",
      { ...behind, ...trial({ addresses: ["2001:db8::1"] }) },
      /IPv6/,
    ],
    ["a binding behind a NAT", { ...behind, ...stun({}) }, /found 203\.0\.113\.9:7547, behind a NAT/],
    ["a binding with a public address", stun({ binding: { ...bound, nat: false } }), /and no NAT/],
    ["STUN before the agent runs", { ...behind, ...stun({ binding: undefined }) }, /once the agent runs/],
  ])("%s", (_, change, what) => {
    const [nat] = judged("NAT", change);
    expect([nat!.verdict, nat!.fix]).toEqual(["ok", null]);
    expect(nat!.what).toMatch(what);
  });

  test("an ACS with a public address beside a private one is not reached without a NAT", () => {
    const both = trial({ addresses: ["10.0.0.1", "203.0.113.10"] });
    expect(judged("NAT", { ...behind, ...both })[0]!.verdict).toBe("warn");
  });

  test("ports are free until the agent starts, and any will do where none is named", () => {
    const free = { ...taken("requests", "nobody"), agent: undefined };
    expect(judged("Connection Request port", free)).toMatchObject([{ verdict: "ok", what: "7547 is free" }]);
    const any = system({ ports: [{ use: "requests", port: 0, owner: "nobody" }] });
    expect(judged("Connection Request port", any)).toMatchObject([
      { verdict: "ok", what: "a free one is taken" },
    ]);
  });
});
