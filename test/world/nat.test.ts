/** The whole agent behind a NAT, on a virtual clock: what the ACS is told of the binding, and what a UDP Connection Request
 * brings about. TR-069 Annex G. */
import { describe, expect, test } from "vitest";
import { bindingResponse, mapped, message } from "../nat/messages.ts";
import { request } from "../nat/udp-requests.ts";
import { Household, management, notify } from "./household.ts";
import { packages } from "./packages.ts";

const second = 1000;
const minute = 60 * second;
const server = { address: "203.0.113.10", port: 3478 };
const address = `${management}UDPConnectionRequestAddress`;
const natDetected = `${management}NATDetected`;
const who = { un: "cr", key: "cr-secret" };

/** A device before a STUN server that sees it at the address which is told here. */
class Home extends Household {
  seen: readonly [ip: string, port: number] = ["203.0.113.1", 40_000];
  answers = true;

  constructor(stun: Readonly<Record<string, string>> = { enable: "1", server: "203.0.113.10" }) {
    super({
      packages: { ...packages(), cwmp: [...packages().cwmp!, { type: "stun", name: "stun", options: stun }] },
    });
  }

  async begin(): Promise<this> {
    await this.start();
    this.engine.listeningUdp(7547);
    await this.talk();
    this.forget();
    return this;
  }

  /** Lets the server answer until there is nothing to answer. */
  async talk(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      await this.rest();
      const asked = this.datagrams.splice(0);
      quiet = asked.length === 0 ? quiet + 1 : 0;
      if (!this.answers) continue;
      for (const { bytes } of asked) {
        const id = Buffer.from(bytes).toString("hex", 4, 20);
        this.engine.datagram("primary", server, message(bindingResponse, [mapped(...this.seen)], id));
      }
    }
  }

  async pass(ms: number): Promise<void> {
    const until = this.clock.time.mono + ms;
    while (this.clock.time.mono < until) {
      await this.clock.pass(Math.min(second, until - this.clock.time.mono));
      await this.talk();
    }
  }

  async asksOverUdp(said: Parameters<typeof request>[0] = {}): Promise<void> {
    this.engine.datagram("primary", server, Buffer.from(request({ ...who, ...said }), "latin1"));
    await this.rest();
  }

  override value(name: string): Promise<string> {
    return this.engine.control.get([name]).then(([found]) => found!.value);
  }

  get codes() {
    return this.told.map(({ codes }) => codes);
  }

  listed(name: string) {
    return this.told.at(-1)?.inform.ParameterList.find((p) => p.Name === name)?.Value;
  }
}

describe("reports of the binding to the ACS", () => {
  test("G.2.1.3 UDPConnectionRequestAddress and NATDetected follow the binding, and show the local address without a NAT", async () => {
    const home = await new Home().begin();
    expect(await home.value(address)).toBe("203.0.113.1:40000");
    expect(await home.value(natDetected)).toBe("1");
    home.seen = ["192.0.2.7", 7547];
    await home.pass(minute);
    expect(await home.value(address)).toBe("192.0.2.7:7547");
    expect(await home.value(natDetected)).toBe("0");
  });

  test("[R-G.2.1.3-23] an active notification opens a session with the address in its Inform, a passive one waits for the next", async () => {
    const home = await new Home().begin();
    await home.asks("SetParameterAttributes", notify(address, 2));
    home.forget();
    home.seen = ["203.0.113.2", 40_001];
    await home.pass(minute);
    expect(home.codes).toEqual([["4 VALUE CHANGE"]]);
    expect(home.listed(address)).toBe("203.0.113.2:40001");
    await home.asks("SetParameterAttributes", notify(address, 1));
    home.forget();
    home.seen = ["203.0.113.3", 40_002];
    await home.pass(minute);
    expect(home.codes).toEqual([]);
  });

  test("[R-G.2.1.3-24] a notification waits until UDPConnectionRequestAddressNotificationLimit seconds have passed since the last one", async () => {
    const home = await new Home({ enable: "1", server: "203.0.113.10", notification_limit: "300" }).begin();
    await home.asks("SetParameterAttributes", notify(address, 2));
    home.forget();
    home.seen = ["203.0.113.2", 40_001];
    await home.pass(minute);
    const first = home.told.at(-1)!.at;
    expect(home.codes).toHaveLength(1);
    home.seen = ["203.0.113.3", 40_002];
    await home.pass(3 * minute);
    expect(home.codes).toHaveLength(1);
    home.seen = ["203.0.113.4", 40_003];
    await home.pass(4 * minute);
    expect(home.codes).toHaveLength(2);
    expect(home.told.at(-1)!.at - first).toBeGreaterThanOrEqual(300 * second);
    expect(home.listed(address)).toBe("203.0.113.4:40003");
  });

  test("a restart of the agent is not a change: the address is not reported before the server has responded", async () => {
    const home = await new Home().begin();
    await home.asks("SetParameterAttributes", notify(address, 2));
    home.forget();
    await home.restart(undefined);
    home.engine.listeningUdp(7547);
    await home.talk();
    await home.pass(2 * minute);
    expect(home.codes.flat()).not.toContain("4 VALUE CHANGE");
  });

  test("an interface without an address has an empty parameter, and with a new address the server is asked at once", async () => {
    const home = await new Home().begin();
    const wan = home.facts.state.interfaces[0]!;
    home.facts.state.interfaces[0] = { ...wan, addresses: [] };
    home.engine.touched();
    await home.talk();
    expect(await home.value(address)).toBe("");
    home.facts.state.interfaces[0] = { ...wan, addresses: [{ address: "192.0.2.8", mask: 24 }] };
    home.seen = ["203.0.113.5", 40_005];
    home.engine.touched();
    await home.talk();
    expect(await home.value(address)).toBe("203.0.113.5:40005");
  });

  test("STUN is switched on and off by the ACS while the agent runs", async () => {
    const home = await new Home({ enable: "0" }).begin();
    expect(await home.value(address)).toBe("192.0.2.7:7547");
    await home.sets({
      [`${management}STUNServerAddress`]: "203.0.113.10",
      [`${management}STUNEnable`]: ["1", "boolean"],
    });
    await home.talk();
    expect(await home.value(address)).toBe("203.0.113.1:40000");
    await home.sets({ [`${management}STUNEnable`]: ["0", "boolean"] });
    await home.talk();
    expect(await home.value(address)).toBe("192.0.2.7:7547");
    home.datagrams.splice(0);
    await home.clock.pass(60 * minute);
    expect(home.datagrams).toEqual([]);
  });

  test("[R-G.2.1.1-02] without STUNServerAddress the host of the ACS is the STUN server", async () => {
    const home = new Home({ enable: "1" });
    await home.start();
    home.engine.listeningUdp(7547);
    await home.rest();
    expect(home.datagrams[0]?.to).toEqual({ address: "acs.example", port: 3478 });
  });
});

describe("UDP Connection Requests", () => {
  test("[R-G.2.1.4-19] [R-3.2.2-12] an authentic request causes a session with 6 CONNECTION REQUEST, its copies cause none", async () => {
    const home = await new Home().begin();
    for (let copy = 0; copy < 3; copy += 1) await home.asksOverUdp();
    expect(home.codes).toEqual([["6 CONNECTION REQUEST"]]);
    await home.asksOverUdp({ ts: "1120673701", id: "1235" });
    expect(home.codes).toHaveLength(2);
  });

  test("[R-G.2.1.4-02] [R-G.2.1.4-03] requests are accepted with STUN off and without a NAT, too", async () => {
    const home = await new Home({ enable: "0" }).begin();
    await home.asksOverUdp();
    expect(home.codes).toEqual([["6 CONNECTION REQUEST"]]);
  });

  test("[R-G.2.1.4-20] a request that is not authentic is ignored and starts no session", async () => {
    const home = await new Home().begin();
    await home.asksOverUdp({ key: "wrong" });
    await home.asksOverUdp({ un: "other" });
    for (const text of ["", "GET", "\0", "rubbish", "x".repeat(9000)]) {
      home.engine.datagram("primary", server, Buffer.from(text));
    }
    await home.rest();
    expect(home.codes).toEqual([]);
    expect(home.datagrams).toEqual([]);
    expect(home.logged.filter((line) => /UDP Connection Request ignored/.test(line))).toHaveLength(2);
  });

  test("[R-G.2.1.4-10] [R-G.2.1.4-12] the record of accepted requests is kept over a session, a restart of the agent and a reboot", async () => {
    const home = await new Home().begin();
    await home.asksOverUdp();
    home.forget();
    for (const off of [undefined, minute]) {
      await home.restart(off);
      home.engine.listeningUdp(7547);
      await home.talk();
      home.forget();
      await home.asksOverUdp();
      expect(home.codes).toEqual([]);
    }
    await home.asksOverUdp({ ts: "1120673701", id: "1235" });
    expect(home.codes).toEqual([["6 CONNECTION REQUEST"]]);
  });

  test("[R-G.2.1.4-14] [R-G.2.1.4-15] the time of a request is compared only with that of the last one, not with the clock of the device", async () => {
    const home = await new Home().begin();
    await home.asksOverUdp({ ts: "1", id: "1" });
    await home.asksOverUdp({ ts: "9007199254740992", id: "2" });
    expect(home.codes).toHaveLength(2);
  });

  test("[R-G.2.1.4-22] [R-G.2.1.4-23] responses of the server and requests share one port and are distinguished by their first byte", async () => {
    const home = await new Home().begin();
    home.seen = ["203.0.113.9", 40_009];
    await home.pass(minute);
    await home.asksOverUdp();
    expect(await home.value(address)).toBe("203.0.113.9:40009");
    expect(home.codes).toEqual([["6 CONNECTION REQUEST"]]);
  });

  test("requests past the limit of a minute cause no session, and the record still advances", async () => {
    const home = await new Home().begin();
    for (let at = 1; at <= 200; at += 1) await home.asksOverUdp({ ts: String(at), id: String(at) });
    const { length } = home.codes;
    expect(length).toBe(120);
    await home.pass(2 * minute);
    home.forget();
    await home.asksOverUdp({ ts: "200", id: "1" });
    expect(home.codes).toEqual([]);
    await home.asksOverUdp({ ts: "201", id: "1" });
    expect(home.codes).toHaveLength(1);
  });

  test("the record of an accepted request is on disk before its session begins", async () => {
    const home = await new Home().begin();
    await home.asksOverUdp({ ts: "5", id: "5" });
    expect(JSON.parse(home.disk.rows.get("nat")!.get("request")!)).toEqual({ ts: 5, id: "5" });
  });
});
