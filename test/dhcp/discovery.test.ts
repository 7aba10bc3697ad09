/** The machine of discovery, and the whole agent that hangs on it. TR-069 3.1. */
import { beforeEach, describe, expect, test } from "vitest";
import { type DiscoveryEvent, discoveryMachine } from "../../src/dhcp/discovery.ts";
import type { AcsOffer } from "../../src/dhcp/offer.ts";
import type { Settings } from "../../src/settings.ts";
import { settings as plain } from "../session/rig.ts";

const named = (url: string | null, more: Partial<AcsOffer> = {}): AcsOffer => ({
  url,
  provisioningCode: null,
  retryWaitSeconds: null,
  retryMultiplier: null,
  option: url === null ? null : 43,
  ...more,
});

type State = ReturnType<typeof discoveryMachine.start>["state"];
type Deed = ReturnType<typeof discoveryMachine.step>["deeds"][number];

/** The machine with a clock that jumps to its next wake. */
class Desk {
  now = { mono: 1000, wall: 1_700_000_000_000, known: true };
  state: State;
  readonly deeds: Deed[] = [];
  roll = 0.5;

  constructor(
    public settings: Settings,
    kept: Parameters<typeof discoveryMachine.start>[0] = { found: undefined, first: undefined },
  ) {
    this.state = discoveryMachine.start(kept, { settings, boot: "1", now: this.now }).state;
  }

  feed(event: DiscoveryEvent | { on: "woke" }): readonly Deed[] {
    return this.take(discoveryMachine.step(this.state, this.now, this.roll, event));
  }

  hear(notice: Parameters<typeof discoveryMachine.hear>[2]): readonly Deed[] {
    return this.take(discoveryMachine.hear(this.state, this.now, notice));
  }

  private take(step: ReturnType<typeof discoveryMachine.step>): readonly Deed[] {
    this.state = step.state;
    this.deeds.push(...step.deeds);
    return step.deeds;
  }

  /** Settings as the engine reads them: what was found holds over the configured URL. */
  configured(url: string): void {
    const found = this.state.kept.found?.over === url ? this.state.kept.found.url : undefined;
    const source = found !== undefined ? "DHCP" : url === "" ? "none" : "configuration";
    this.settings = { ...this.settings, configuredUrl: url, url: found ?? url, urlSource: source };
    this.hear({ tell: "settings", settings: this.settings });
  }

  /** Wakes the machine as often as it wants until then. @returns when something was sent, in ms from the start */
  until(mono: number): number[] {
    const sent: number[] = [];
    for (;;) {
      const next = discoveryMachine.nextWake(this.state);
      if (next === undefined || next > mono) break;
      this.pass(Math.max(0, next - this.now.mono));
      if (this.feed({ on: "woke" }).some((deed) => deed.do === "send")) sent.push(this.now.mono);
    }
    this.pass(mono - this.now.mono);
    return sent;
  }

  pass(ms: number): void {
    this.now = { ...this.now, mono: this.now.mono + ms, wall: this.now.wall + ms };
  }

  lease(offer: AcsOffer, on = "wan"): readonly Deed[] {
    const deeds = this.feed({ on: "lease", interface: on, offer });
    if (deeds.some((deed) => deed.do === "adopt")) this.configured(this.settings.configuredUrl);
    return deeds;
  }

  get url(): string {
    return this.settings.url;
  }
}

const unknown: Settings = {
  ...plain,
  url: "",
  urlSource: "none",
  configuredUrl: "",
  connectionRequest: { ...plain.connectionRequest, interface: "wan" },
};
const own = (url: string): Settings => ({ ...unknown, url, configuredUrl: url, urlSource: "configuration" });

let desk: Desk;
beforeEach(() => {
  desk = new Desk(unknown);
});

describe("3.1 the ACS that DHCP names", () => {
  test("[R-3.1-03] a lease with option 43 names the ACS where none is configured", () => {
    expect(desk.lease(named("http://a/")).map((d) => d.do)).toContain("adopt");
    expect(desk.state.kept.found).toMatchObject({
      url: "http://a/",
      option: 43,
      interface: "wan",
      over: "",
      before: null,
    });
  });

  test("a configured URL wins over the URL of a lease", () => {
    desk = new Desk(own("http://own/"));
    expect(desk.lease(named("http://a/"))).toEqual([]);
    expect(desk.state.kept.found).toBeUndefined();
  });

  test("the URL of a lease is accepted on the management interface only", () => {
    desk.lease(named("http://a/"), "lan");
    expect(desk.state.kept.found).toBeUndefined();
    expect(desk.deeds).toMatchObject([{ do: "tell", fields: { interface: "lan" } }]);
  });

  test("with DHCP disabled no URL is taken from leases and no DHCPINFORM is sent", () => {
    desk = new Desk({ ...unknown, dhcp: { discovery: false, retry: false } });
    expect(desk.lease(named("http://a/"))).toEqual([]);
    expect(desk.until(10_000_000)).toEqual([]);
  });

  test("a lease without an ACS keeps the URL found before", () => {
    desk.lease(named("http://a/"));
    desk.lease(named(null));
    expect(desk.url).toBe("http://a/");
  });

  test("a URL set by the ACS or by a person replaces the URL found by DHCP at once", () => {
    desk.lease(named("http://a/"));
    desk.configured("http://own/");
    expect(desk.url).toBe("http://own/");
    expect(desk.state.kept.found).toBeUndefined();
  });

  test("the same URL in every renewal changes nothing", () => {
    desk.lease(named("http://a/"));
    expect(desk.lease(named("http://a/"))).toEqual([]);
  });

  test("a URL that changes at each renewal is followed three times an hour; after the hour the last URL is followed", () => {
    desk.lease(named("http://0/"));
    for (let n = 1; n <= 20; n++) {
      desk.pass(10_000);
      desk.lease(named(`http://${n}/`));
    }
    expect(desk.url).toBe("http://3/");
    expect(desk.deeds.filter((d) => d.do === "adopt").length).toBe(4);
    expect(desk.deeds.filter((d) => d.do === "tell" && d.level === "warn").length).toBe(1);
    desk.until(desk.now.mono + 3_600_000);
    desk.configured("");
    expect(desk.url).toBe("http://20/");
  });
});

describe("3.1 asking by DHCPINFORM", () => {
  test("[R-3.1-11] without a URL a DHCPINFORM is sent at once", () => {
    expect(desk.until(1000)).toEqual([1000]);
  });

  test("[R-3.1-10] an unanswered DHCPINFORM is repeated after 4, 8, 16, 32 and 64 s, each a second longer or shorter at most", () => {
    const expected = [1000, 5000, 13_000, 29_000, 61_000, 125_000];
    expect(desk.until(250_000)).toEqual(expected);
    const spread = (roll: number) => {
      const other = new Desk(unknown);
      other.roll = roll;
      const sent = other.until(250_000);
      return sent.slice(1).map((at, i) => at - sent[i]!);
    };
    expect(spread(0)).toEqual([3000, 7000, 15_000, 31_000, 63_000]);
    expect(spread(0.999_999).map(Math.round)).toEqual([5000, 9000, 17_000, 33_000, 65_000]);
  });

  test("[R-3.1-10] retransmissions carry the transaction id of the first DHCPINFORM; some time after the last one a new exchange begins", () => {
    desk.until(250_000);
    const sent = desk.deeds.filter((d) => d.do === "send");
    expect(new Set(sent.map((d) => d.xid)).size).toBe(1);
    expect(sent.map((d) => d.seconds)).toEqual([0, 4, 12, 28, 60, 124]);
    desk.roll = 0.25;
    expect(desk.until(1_000_000).length).toBeGreaterThan(1);
  });

  test("an answer of another exchange is ignored; the right answer names the ACS and ends the exchange", () => {
    desk.until(1000);
    const xid = desk.state.exchange!.xid;
    desk.feed({ on: "answer", xid: xid + 1, offer: named("http://evil/") });
    expect(desk.state.kept.found).toBeUndefined();
    const deeds = desk.feed({ on: "answer", xid, offer: named("http://a/") }).map((d) => d.do);
    expect(deeds).toEqual(["hangUp", "adopt", "tell"]);
    desk.feed({ on: "answer", xid, offer: named("http://evil/") });
    expect(desk.state.kept.found?.url).toBe("http://a/");
  });

  test("if a DHCPINFORM cannot be sent it is retried every 30 s, and logged once", () => {
    desk.until(1000);
    for (let n = 0; n < 5; n++) {
      desk.feed({ on: "unsent", why: "no address" });
      expect(desk.until(desk.now.mono + 30_000).length).toBe(1);
    }
    expect(
      desk.deeds.filter((d) => d.do === "tell" && /cannot/.test(d.what) && d.level === "info").length,
    ).toBe(1);
  });
});

describe("3.1 an ACS that cannot be reached", () => {
  const found = (over: string) => ({
    url: "http://a/",
    provisioningCode: null,
    retryWaitSeconds: null,
    retryMultiplier: null,
    option: 43 as const,
    interface: "wan",
    at: null,
    over,
    before: null,
  });

  test("[R-3.1-09] the agent sends a DHCPINFORM 300 s after the first failure, not before, and not once a connection has succeeded", () => {
    desk = new Desk({ ...unknown, url: "http://a/", urlSource: "DHCP" }, { found: found(""), first: "DHCP" });
    const fail = () => desk.feed({ on: "tried", reached: false });
    fail();
    const began = desk.now.mono;
    expect(desk.until(began + 200_000)).toEqual([]);
    fail();
    expect(desk.until(began + 299_999)).toEqual([]);
    expect(desk.until(began + 300_000)).toEqual([began + 300_000]);
    const other = new Desk(
      { ...unknown, url: "http://a/", urlSource: "DHCP" },
      { found: found(""), first: "DHCP" },
    );
    other.feed({ on: "tried", reached: false });
    other.until(other.now.mono + 250_000);
    other.feed({ on: "tried", reached: true });
    other.feed({ on: "tried", reached: false });
    expect(other.until(other.now.mono + 299_000)).toEqual([]);
  });

  test("[R-3.1-08] a URL set by the ACS is discarded too, if the first contact was by DHCP; the URL from DHCP then overrides it", () => {
    desk = new Desk(own("http://bad/"), { found: undefined, first: "DHCP" });
    expect(desk.lease(named("http://a/"))).toEqual([]);
    desk.feed({ on: "tried", reached: false });
    expect(desk.until(desk.now.mono + 300_000).length).toBe(1);
    desk.feed({ on: "answer", xid: desk.state.exchange!.xid, offer: named("http://a/") });
    desk.configured("http://bad/");
    expect(desk.url).toBe("http://a/");
    expect(desk.state.kept.found?.over).toBe("http://bad/");
    desk.configured("http://new/");
    expect(desk.url).toBe("http://new/");
  });

  test("[R-3.1-13] no URL is discarded if the first contact was not by DHCP, or if there was none yet", () => {
    for (const first of ["configuration", "command line", undefined] as const) {
      desk = new Desk(own("http://own/"), { found: undefined, first });
      desk.feed({ on: "tried", reached: false });
      expect(desk.until(desk.now.mono + 10_000_000)).toEqual([]);
      expect(desk.lease(named("http://a/"))).toEqual([]);
    }
  });

  test("[R-3.1-12] the way in which the ACS of the first good session was found is kept, whatever names the ACS later", () => {
    desk.lease(named("http://a/"));
    desk.hear({ tell: "sessionEnded", failure: "no" });
    expect(desk.state.kept.first).toBeUndefined();
    desk.hear({ tell: "sessionEnded", failure: undefined });
    desk.configured("http://own/");
    desk.hear({ tell: "sessionEnded", failure: undefined });
    expect(desk.state.kept.first).toBe("DHCP");
  });
});

test("the found URL and the way it was found are read back from disk as they were written", () => {
  desk.lease(named("http://a/", { provisioningCode: "P", option: 125 }));
  desk.hear({ tell: "sessionEnded", failure: undefined });
  const empty = { found: undefined, first: undefined };
  const rows = discoveryMachine.differences(empty, discoveryMachine.kept(desk.state));
  const shelf = new Map(rows.map((row) => [row.key, JSON.parse(JSON.stringify(row.value))]));
  const kept = discoveryMachine.load({ all: () => shelf, marked: false } as never);
  expect(kept).toEqual(desk.state.kept);
  expect(kept.found).toMatchObject({ url: "http://a/", option: 125, provisioningCode: "P" });
});
