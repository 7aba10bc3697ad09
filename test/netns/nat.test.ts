/** The agent behind a real NAT: nftables and conntrack between network namespaces, Debian's RFC 3489 server and coturn, UDP
 * Connection Requests from the server's own address and port. TR-069 Annex G.
 *
 * The NAT forgets a flow after NAT_LAB_SECONDS, 6 where that is not set: 20 of them in a row are waited for. The machine
 * alone has the same before a NAT of 20 s, on a virtual clock, in test/nat/binding.test.ts. The tests wait for clocks, so
 * that they run side by side, each in namespaces of its own. */
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";
import type { Child } from "../demo/child.ts";
import { NetLab, type Space, whyNot } from "./lab.ts";

const binary = fileURLToPath(new URL("../../dist/cwmpd", import.meta.url));
const timeout = Number(process.env.NAT_LAB_SECONDS ?? 6);
const server = "203.0.113.10";
const programs = {
  nft: "nft",
  conntrack: "conntrack",
  stund: "stund",
  turnserver: "turnserver",
  python3: "python3",
};
const missing = Object.keys(programs).filter(
  (name) => !["/usr/sbin", "/usr/bin", "/sbin"].some((place) => existsSync(`${place}/${name}`)),
);
const why = whyNot ?? (missing.length > 0 ? `no ${missing.join(", ")}` : undefined);
if (why !== undefined) console.log(`skipped: ${why}`);

/** Masquerades what leaves; lets in only what belongs to a flow. Late datagrams must not make flows of the NAT's own. */
const rules = (how: string) => `table ip labnat {
  counter asked {
  }
  chain forward { type filter hook forward priority 0; policy drop;
    iifname "lan0" oifname "wan0" udp dport 3478 counter name "asked" accept
    iifname "lan0" oifname "wan0" accept
    ct state established,related accept
  }
  chain input { type filter hook input priority 0; policy accept;
    iifname "wan0" ct state established,related accept
    iifname "wan0" drop
  }
  chain postrouting { type nat hook postrouting priority srcnat;
    oifname "wan0" ${how}
  }
}`;

/** Sends one datagram with any source address and port. argv: source, port, target, port, hexadecimal digits */
const raw = `import socket, struct, sys
s, sp, d, dp, data = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), bytes.fromhex(sys.argv[5])
udp = struct.pack("!HHHH", sp, dp, 8 + len(data), 0) + data
head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, 17, 0, socket.inet_aton(s), socket.inet_aton(d))
socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW).sendto(head + udp, (d, 0))
`;

class NatNet {
  readonly lab = new NetLab();
  readonly cpe = this.lab.space("cpe");
  readonly nat = this.lab.space("nat");
  readonly acs = this.lab.space("acs");
  readonly root = join(this.lab.directory, "gw");
  private stamp = Math.floor(Date.now() / 1000);

  constructor({ onTestFinished }: TestContext) {
    onTestFinished(() => this.lab.close());
    this.lab.cable(this.cpe, "eth0", this.nat, "lan0");
    this.lab.cable(this.acs, "eth0", this.nat, "wan0");
    this.cpe.address("eth0", "192.168.77.2/24");
    this.nat.address("lan0", "192.168.77.1/24");
    this.nat.address("wan0", "203.0.113.1/24");
    for (const last of [10, 11]) this.acs.address("eth0", `203.0.113.${last}/24`);
    this.cpe.ip("route", "add", "default", "via", "192.168.77.1");
    this.nat.here("sysctl", "-qw", "net.ipv4.ip_forward=1");
    this.forgets(timeout);
    this.translates("masquerade");
    writeFileSync(join(this.lab.directory, "raw.py"), raw);
  }

  /** Linux's two timeouts, made one. */
  forgets(seconds: number): void {
    const key = "net.netfilter.nf_conntrack_udp_timeout";
    this.nat.here("sysctl", "-qw", `${key}=${seconds}`, `${key}_stream=${seconds}`);
  }

  translates(how: string): void {
    spawnSync("ip", ["netns", "exec", this.nat.name, "nft", "delete", "table", "ip", "labnat"]);
    const { status, stderr } = spawnSync("ip", ["netns", "exec", this.nat.name, "nft", "-f", "-"], {
      input: rules(how),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
  }

  /** It has begun anew: no flow is known. */
  restart(): void {
    this.nat.here("conntrack", "-F");
  }

  /** Datagrams to port 3478 since the rules were made. */
  get asked(): number {
    return Number(/packets (\d+)/.exec(this.nat.here("nft", "list", "counter", "ip", "labnat", "asked"))![1]);
  }

  run(space: Space, name: string, ...argv: readonly string[]): Child {
    return this.lab.child(name, ["ip", "netns", "exec", space.name, ...argv]);
  }

  vovida(): Child {
    return this.run(
      this.acs,
      "stund",
      "stund",
      "-v",
      "-h",
      server,
      "-a",
      "203.0.113.11",
      "-p",
      "3478",
      "-o",
      "3479",
    );
  }

  coturn(): Child {
    const flags =
      "-n -S -v --no-cli --no-tls --no-dtls --no-tcp --no-tcp-relay -p 3478 --log-file stdout --realm lab -m 1";
    const files = [
      "--pidfile",
      join(this.lab.directory, "turn.pid"),
      "--db",
      join(this.lab.directory, "turn.db"),
    ];
    return this.run(this.acs, "coturn", "turnserver", ...flags.split(" "), ...files, "-L", server);
  }

  cwmpd(space: Space, ...argv: readonly string[]) {
    const told = spawnSync("ip", ["netns", "exec", space.name, binary, ...argv], {
      encoding: "utf8",
      timeout: 60_000,
    });
    return { exit: told.status, out: told.stdout, err: told.stderr };
  }

  /** The ACS, and the agent behind the NAT. */
  async begin(
    stun: Readonly<Record<string, string | number>>,
  ): Promise<{ acs: Child; agent: Child; who: [string, string] }> {
    const acs = this.run(this.acs, "acs", binary, "acs", "--listen", `${server}:7547`);
    await acs.seen(/^ACS listens at/, "the ACS listens");
    this.cwmpd(this.cpe, "sandbox", this.root);
    const file = join(this.root, "etc/config/cwmp");
    const options = Object.entries({ enable: 1, ...stun }).map(
      ([name, value]) => `\toption ${name} '${value}'\n`,
    );
    const text = readFileSync(file, "utf8").replace(/\nconfig stun [\s\S]*?(?=\nconfig |$)/, "");
    writeFileSync(file, `${text}\nconfig stun 'stun'\n${options.join("")}`);
    const agent = this.run(
      this.cpe,
      "agent",
      binary,
      "run",
      "--root",
      this.root,
      "--acs-url",
      `http://${server}:7547/`,
    );
    const [, name, word] = await acs.seen(/: curl --digest -u ([^:]+):(\S+) /, "the ACS sets credentials");
    await acs.seen(/the session is over/, "the first session ends");
    return { acs, agent, who: [name!, word!] };
  }

  status(): { address: string; natDetected: boolean; stun: { keepAliveSeconds: number; why: string } } {
    return JSON.parse(this.cwmpd(this.cpe, "status", "--root", this.root, "--json").out).nat;
  }

  send(to: string, bytes: Buffer, from = server, port = 3478): void {
    const [host = "", at = ""] = to.split(":");
    this.acs.here(
      "python3",
      join(this.lab.directory, "raw.py"),
      from,
      String(port),
      host,
      at,
      bytes.toString("hex"),
    );
  }

  request([un, key]: readonly [string, string], ts = ++this.stamp, id = ts % 1000): Buffer {
    const text = `${ts}${id}${un}cnonce`;
    const sig = createHmac("sha1", key).update(text).digest("hex");
    return Buffer.from(
      `GET http://x?ts=${ts}&id=${id}&un=${un}&cn=cnonce&sig=${sig} HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
  }

  /** Sessions that the ACS has seen begin because of a Connection Request. */
  get sessions(): number {
    return this.lab.said.filter((line) => /^acs\|.*6 CONNECTION REQUEST/.test(line)).length;
  }

  /** The ACS calls the device: three copies from the server's port. */
  async calls(acs: Child, who: readonly [string, string]): Promise<void> {
    const bytes = this.request(who);
    for (let copy = 0; copy < 3; copy += 1) this.send(this.status().address, bytes);
    await acs.seen(/6 CONNECTION REQUEST/, "a session follows the UDP Connection Request", 10_000);
    await acs.seen(/the session is over/, "it ends");
  }
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const minutes = 60_000;

test.skipIf(why !== undefined).concurrent(
  "a binding is found, its lifetime measured, and the binding kept open for 20 lifetimes [R-G.2.2.3-01] [R-G.2.2.3-02]",
  async (context) => {
    const net = new NatNet(context);
    net.vovida();
    const { acs, agent, who } = await net.begin({ server, min_keepalive: 1, max_keepalive: 2 * timeout });
    await agent.seen(
      /The lifetime of the NAT binding is known/,
      "the lifetime is measured",
      20 * timeout * 1000,
    );
    const { address, natDetected, stun } = net.status();
    expect(natDetected).toBe(true);
    expect(address).toMatch(/^203\.0\.113\.1:\d+$/);
    expect(stun.keepAliveSeconds).toBeLessThan(timeout);
    expect(stun.keepAliveSeconds).toBeGreaterThanOrEqual(timeout - 3);
    await net.calls(acs, who);

    const before = net.asked;
    const total = 20 * timeout;
    const port = address.split(":")[1]!;
    let shut = 0;
    for (let at = 0; at < total; at += 1) {
      await pause(1);
      const flows = net.nat.here("conntrack", "-L", "-p", "udp");
      if (!new RegExp(`dport=${port} `).test(flows)) shut += 1;
    }
    expect(shut).toBe(0);
    // One request a period, and a probe in ten of them.
    const sent = net.asked - before;
    const allowed = 1.3 * Math.ceil(total / stun.keepAliveSeconds);
    console.log(
      `NAT timeout ${timeout} s: period ${stun.keepAliveSeconds} s, ${sent} requests in ${total} s of at most ${allowed.toFixed(1)}`,
    );
    expect(sent).toBeLessThanOrEqual(allowed);
    await net.calls(acs, who);
  },
  30 * minutes,
);

test.skipIf(why !== undefined).concurrent(
  "forged, replayed, reordered and oversized datagrams have no effect, and the ACS can send a request within a period after the NAT has restarted with another timeout and mapping [R-G.2.1.4-01]",
  async (context) => {
    const net = new NatNet(context);
    net.vovida();
    // A period that is given needs no search.
    const { acs, agent, who } = await net.begin({ server, min_keepalive: 4, max_keepalive: 4 });
    await expect.poll(() => net.status().natDetected).toBe(true);
    const { address, stun } = net.status();
    expect(stun.keepAliveSeconds).toBe(4);
    const early = net.request(who);
    await net.calls(acs, who);

    const sessions = net.sessions;
    const good = net.request(who);
    net.send(address, early);
    net.send(address, net.request([who[0], "forged"]));
    net.send(address, Buffer.concat([good.subarray(0, -2), Buffer.from(`X: ${"y".repeat(1200)}`)]));
    net.send(address, net.request(who, 1, 1));
    net.send(address, Buffer.from(`0101000c${"00".repeat(16)}0001000800010007c0000242`, "hex"));
    net.send(address, good, server, 3479);
    net.send(address, good, "203.0.113.11");
    await pause(2);
    expect(net.sessions).toBe(sessions);
    expect(net.status().address).toBe(address);

    net.forgets(timeout - 1);
    net.translates("masquerade fully-random");
    net.restart();
    await agent.seen(
      /The NAT binding has changed/,
      "the change is noticed within a period",
      (stun.keepAliveSeconds + 12) * 1000,
    );
    await net.calls(acs, who);
    expect(net.status().address).not.toBe(address);
  },
  10 * minutes,
);

test.skipIf(why !== undefined).concurrent(
  "coturn, which responds to the sending port, is recognised by that: the safe period is used",
  async (context) => {
    const net = new NatNet(context);
    net.coturn();
    await pause(2);
    const probe = net.cwmpd(net.cpe, "stun", "probe", server, "--json");
    expect(JSON.parse(probe.out)).toMatchObject({
      server: `${server}:3478`,
      mapped: expect.stringMatching(/^203\.0\.113\.1:\d+$/),
      natDetected: true,
      responseAddress: false,
    });
    const { agent } = await net.begin({ server, min_keepalive: 2, max_keepalive: 60 });
    await agent.seen(/the STUN server ignores RESPONSE-ADDRESS/, "that is said");
    const { address, stun } = net.status();
    expect(address).toMatch(/^203\.0\.113\.1:\d+$/);
    expect(stun).toMatchObject({ keepAliveSeconds: 20, why: expect.stringMatching(/RESPONSE-ADDRESS/) });
  },
  5 * minutes,
);

test.skipIf(why !== undefined).concurrent(
  "`cwmpd stun probe --timeout-search` measures the NAT with a server of RFC 3489, and fails without a response",
  async (context) => {
    const net = new NatNet(context);
    net.forgets(3);
    net.vovida();
    await pause(1);
    const probe = async (...argv: readonly string[]) => {
      const child = net.run(net.cpe, "probe", binary, "stun", "probe", "--json", ...argv);
      const [line] = await child.seen(/^\{.*\}$/, "what the probe has found", 4 * minutes);
      return JSON.parse(line) as unknown;
    };
    expect(await probe(server, "--timeout-search")).toMatchObject({
      natDetected: true,
      responseAddress: true,
      lifetimeSeconds: 2,
    });
    expect(await probe(`${server}:9999`)).toMatchObject({ mapped: null, natDetected: null });
  },
  5 * minutes,
);
