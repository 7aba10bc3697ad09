import { describe, expect, it } from "vitest";
import { ago, during, until } from "../../src/cli/elapsed.ts";
import { statusJson, statusText } from "../../src/cli/status.ts";
import type { Status } from "../../src/control/status.ts";

const now = Date.UTC(2026, 0, 31, 12, 0, 0);

const good: Status = {
  version: "0.1.0",
  uptimeSeconds: 183_600,
  time: { now, known: true },
  device: { Manufacturer: "Acme", OUI: "0011AA", ProductClass: "Gateway", SerialNumber: "S1" },
  enabled: true,
  acs: { url: "http://acs.example/", source: "configuration", address: "192.0.2.1", found: null },
  session: null,
  lastSession: {
    began: now - 181_250,
    ended: now - 180_000,
    events: ["2 PERIODIC"],
    calls: 5,
    failure: null,
  },
  nextSession: { at: now + 3_420_000, why: "periodic Inform" },
  eventsWaiting: [],
  retryCount: 0,
  connectionRequest: { url: "http://192.0.2.7:7547/abc", port: 7547, interface: "wan" },
  nat: {
    address: "203.0.113.1:40000",
    natDetected: true,
    stun: { server: "stun.example.com:3478", keepAliveSeconds: 118.5, bound: true, why: "measured" },
  },
  transfers: { waiting: 0, underWay: 0, unconfirmed: 0 },
  trial: null,
  warnings: [],
};

describe("3.2.1.1 status", () => {
  it("reports a healthy agent", () => {
    expect(statusText(good)).toBe(`Agent                cwmpd 0.1.0, up 2 days 3 h
Device               Acme Gateway, OUI 0011AA, serial number S1
ACS                  http://acs.example/, from /etc/config/cwmp, at 192.0.2.1
Last session         3 min ago (2026-01-31 11:57:00 UTC), took 1.2 s, ended well; reported 2 PERIODIC, answered 5 requests
Next session         in 57 min (2026-01-31 12:57:00 UTC): periodic Inform
Events waiting       none
Retries              none
Connection Requests  http://192.0.2.7:7547/abc
UDP requests         203.0.113.1:40000, behind a NAT; STUN with stun.example.com:3478 every 118.5 s: measured
Transfers            none
`);
  });

  it("reports a fault, with control characters in its text escaped", () => {
    const text = statusText({
      ...good,
      time: { now, known: false },
      acs: { url: "", source: "none", address: null, found: null },
      lastSession: {
        began: null,
        ended: null,
        events: [],
        calls: 1,
        failure: "the ACS did not\u001b[31m answer",
      },
      nextSession: { at: now + 12_000, why: "retry 3" },
      eventsWaiting: [
        { EventCode: "1 BOOT", CommandKey: "" },
        { EventCode: "M Reboot", CommandKey: "k" },
      ],
      retryCount: 3,
      connectionRequest: { url: null, port: null, interface: "wan" },
      transfers: { waiting: 2, underWay: 1, unconfirmed: 1 },
      warnings: ["The database was damaged and set aside."],
    });
    expect(text).toContain(
      "Transfers            1 under way, 2 waiting, 1 over and not yet reported to the ACS; see cwmpd transfers\n",
    );
    expect(text).toContain("none known: set option url of section acs in /etc/config/cwmp");
    expect(text).toContain(
      "at an unknown time, FAILED: the ACS did not\\x1b[31m answer; reported no event, answered 1 request",
    );
    expect(text).toContain("Next session         in 12 s: retry 3\n");
    expect(text).toContain('Events waiting       1 BOOT, M Reboot "k"\n');
    expect(text).toContain("Retries              3 failed sessions since the last good one\n");
    expect(text).toContain("Connection Requests  not listening; see the log\n");
    expect(text).toContain("Clock                not synchronized; times are unreliable\n");
    expect(text).toContain("Warning              The database was damaged and set aside.\n");
  });

  it("reports a session in progress, and an agent without any session so far", () => {
    const text = statusText({
      ...good,
      session: { began: now - 2100, events: ["1 BOOT"] },
      lastSession: null,
    });
    expect(text).toContain("Session now          began 2.1 s ago, reports 1 BOOT\n");
    expect(text).toContain("Last session         none yet\n");
    expect(text).toContain("Next session         after the one in progress\n");
  });

  it("reports no next session without an ACS, or while the agent is disabled", () => {
    const without = { ...good, nextSession: null };
    expect(statusText(without)).toContain("Next session         none planned: at the next event");
    expect(statusText({ ...without, enabled: false })).toContain(
      "Next session         none: the agent is switched off\n",
    );
    const acs = { url: "", source: "none", address: null, found: null } as const;
    expect(statusText({ ...without, acs })).toContain("Next session         none: no ACS is known\n");
  });

  it("reports each trial with its deadline, or that the session that changes it is in progress", () => {
    const trial = { packages: ["firewall", "network"], until: good.time.now + 540_000 };
    expect(statusText({ ...good, trial })).toContain(
      "On trial             changes to firewall, network, undone in 9 min unless a session ends well before\n",
    );
    expect(statusText({ ...good, trial: { ...trial, until: null } })).toContain(
      "firewall, network, by the session in progress\n",
    );
    expect(JSON.parse(statusJson({ ...good, trial })).trial).toEqual({
      packages: ["firewall", "network"],
      until: "2026-01-31T12:09:00.000Z",
    });
  });

  it("prints every key with --json, null for a missing value", () => {
    const told = JSON.parse(statusJson({ ...good, lastSession: null, nextSession: null }));
    expect(Object.keys(told)).toEqual(
      "version uptimeSeconds time device enabled acs session lastSession nextSession eventsWaiting retryCount connectionRequest nat transfers trial warnings".split(
        " ",
      ),
    );
    expect(told).toMatchObject({ session: null, lastSession: null, nextSession: null });
    expect(JSON.parse(statusJson(good))).toMatchObject({
      time: { now: "2026-01-31T12:00:00.000Z", known: true },
      lastSession: { ended: "2026-01-31T11:57:00.000Z", failure: null, calls: 5 },
      nextSession: { at: "2026-01-31T12:57:00.000Z" },
    });
  });
});

describe("spans of time in words", () => {
  it("prints the two greatest units", () => {
    const spans = [
      0, 999, 1000, 1250, 9999, 10_000, 60_000, 61_000, 3_600_000, 3_660_500, 86_400_000, 180_000_000,
    ];
    expect(spans.map(during)).toEqual([
      "0 ms",
      "999 ms",
      "1 s",
      "1.2 s",
      "9.9 s",
      "10 s",
      "1 min",
      "1 min 1 s",
      "1 h",
      "1 h 1 min",
      "1 day",
      "2 days 2 h",
    ]);
  });

  it('says "now" for a short span, and "in" for a moment after now that was expected before it', () => {
    expect([ago(5000, 4500), ago(5000, 3000), ago(5000, 8000)]).toEqual(["just now", "2 s ago", "in 3 s"]);
    expect([until(5000, 5500), until(5000, 1000), until(5000, 65_000)]).toEqual(["now", "now", "in 1 min"]);
  });
});

describe("command line: status of an ACS that DHCP has named", () => {
  it("reports the option, the interface, the time, and the URL named before", () => {
    const at = good.time.now - 2 * 3_600_000;
    const how = { option: 43, interface: "wan", at, over: "", before: "http://old/" };
    const text = statusText({ ...good, acs: { ...good.acs, source: "DHCP", found: how } });
    expect(text).toMatch(
      /^ACS +http:\/\/acs\.example\/, found by DHCP option 43 on wan, 2 h(?:ours)? ago; the offer before named http:\/\/old\//m,
    );
  });
});
