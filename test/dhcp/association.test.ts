/** The machine of association: the ManageableDevice table and the gateway of this device. TR-069 Annex F. */
import { beforeEach, describe, expect, test } from "vitest";
import { type AssociationEvent, associationMachine } from "../../src/dhcp/association.ts";
import { nobody, ownAssociation } from "../../src/dhcp/devices.ts";
import { type ClientEvent, type LeaseEvent, readEvent, record } from "../../src/dhcp/events.ts";
import { associationLimits } from "../../src/dhcp/limits.ts";
import { readRequest } from "../../src/dhcp/request.ts";
import { Malformed } from "../../src/errors.ts";
import { settings as plain } from "../session/rig.ts";
import { message, option, sub, vendor } from "./octets.ts";

type State = ReturnType<typeof associationMachine.start>["state"];
type Deed = ReturnType<typeof associationMachine.step>["deeds"][number];

const setTop = { oui: "0017A4", serial: "CPE-9", productClass: "SetTop" };
const mac = "02:00:5e:00:00:01";
const boot = 1_700_000_000_000;

class Desk {
  now = { mono: 1000, wall: boot, known: true };
  state: State;
  readonly deeds: Deed[] = [];
  readonly told: string[] = [];

  constructor(association: typeof plain.association = "gateway") {
    const settings = {
      ...plain,
      association,
      connectionRequest: { ...plain.connectionRequest, interface: "wan" },
    };
    const kept = { devices: new Map(), gateway: nobody, lease: undefined };
    this.state = associationMachine.start(kept, { settings, boot: "1", now: this.now }).state;
  }

  feed(event: AssociationEvent | { on: "woke" }): readonly Deed[] {
    const step = associationMachine.step(this.state, this.now, 0.5, event);
    this.state = step.state;
    this.deeds.push(...step.deeds);
    this.told.push(...(step.notices ?? []).map((notice) => notice.tell));
    return step.deeds;
  }

  lease(more: Partial<LeaseEvent> = {}): readonly Deed[] {
    const lease: LeaseEvent = {
      is: "lease",
      action: "add",
      mac,
      address: "192.168.77.100",
      expires: boot / 1000 + 3600,
      interface: "br-lan",
      identity: setTop,
      dataMissing: false,
      ...more,
    };
    return this.feed({ on: "lease", lease });
  }

  inform(more: Partial<Extract<AssociationEvent, { on: "heard" }>> = {}): readonly Deed[] {
    return this.feed({ on: "heard", mac, address: "192.168.77.20", identity: setTop, inform: true, ...more });
  }

  client(more: Partial<ClientEvent>, gateway: Parameters<typeof ownAssociation>[0]["gateway"] | null) {
    const client: ClientEvent = {
      is: "client",
      action: "bound",
      interface: "wan",
      address: "192.168.77.100",
      server: "192.168.77.1",
      leaseSeconds: 120,
      option43: undefined,
      option125: undefined,
      option17: undefined,
      ...more,
    };
    return this.feed({ on: "client", client, gateway });
  }

  /** Passes the time, with looks that these hardware addresses answer. */
  pass(ms: number, present: readonly string[]): void {
    const end = this.now.mono + ms;
    for (;;) {
      const next = associationMachine.nextWake(this.state);
      if (next === undefined || next > end) break;
      this.jump(next - this.now.mono);
      for (const deed of this.feed({ on: "woke" }))
        if (deed.do === "look") this.feed({ on: "looked", present, asked: deed.targets.map((t) => t.mac) });
    }
    this.jump(end - this.now.mono);
  }

  private jump(ms: number): void {
    this.now = { ...this.now, mono: this.now.mono + ms, wall: this.now.wall + ms };
  }

  get rows() {
    return ownAssociation(this.state.kept).devices;
  }

  get gateway() {
    return this.state.kept.gateway;
  }
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe("F.2.1 the gateway's table", () => {
  test("a lease with a Device Identity adds an entry, and a second lease of the same device adds none", () => {
    expect(desk.lease()).toEqual([{ do: "changed" }]);
    expect(desk.lease({ action: "update", expires: boot / 1000 + 7200 })).toEqual([{ do: "changed" }]);
    expect(desk.rows).toEqual([{ ...setTop, macs: [mac.toUpperCase()] }]);
  });

  test("an identity with two hardware addresses has a single entry", () => {
    desk.lease();
    desk.lease({ mac: "02:00:5e:00:00:02" });
    expect(desk.rows).toEqual([{ ...setTop, macs: [mac.toUpperCase(), "02:00:5E:00:00:02"] }]);
  });

  test("[R-F.2.5-16] an identity without ProductClass adds an entry with an empty ProductClass", () => {
    desk.lease({ identity: { ...setTop, productClass: "" } });
    expect(desk.rows[0]?.productClass).toBe("");
  });

  test("a lease without an identity, or with an identity that no parameter can hold, adds no entry", () => {
    desk.lease({ identity: undefined });
    for (const bad of [
      { ...setTop, oui: "00" },
      { ...setTop, serial: "" },
      { ...setTop, serial: "a\x07b" },
      { ...setTop, serial: "x".repeat(65) },
      { ...setTop, productClass: "x".repeat(65) },
    ])
      desk.lease({ identity: bad });
    expect(desk.rows).toEqual([]);
    expect(desk.deeds.filter((d) => d.do === "tell").length).toBe(1);
    expect(desk.state.refusedInAll).toBe(5);
  });

  test("[R-F.2.1-08] a release removes the entry", () => {
    desk.lease();
    expect(desk.lease({ action: "remove", identity: undefined, dataMissing: true })).toEqual([
      { do: "changed" },
    ]);
    expect(desk.rows).toEqual([]);
  });

  test("[R-F.2.1-06] an entry survives a restart of dnsmasq, which no longer knows the request", () => {
    desk.lease();
    desk.lease({ action: "update", identity: undefined, dataMissing: true, expires: boot / 1000 + 90_000 });
    desk.pass(80_000_000, [mac]);
    expect(desk.rows.length).toBe(1);
  });

  test("a device that renews its lease without its identity is removed", () => {
    desk.lease();
    desk.lease({ action: "update", identity: undefined });
    expect(desk.rows).toEqual([]);
  });

  test("[R-F.2.1-06] [R-F.2.1-07] an entry stays while its lease is renewed, and is removed when the lease expires", () => {
    desk.lease({ expires: boot / 1000 + 600 });
    desk.pass(500_000, [mac]);
    desk.lease({ action: "update", identity: undefined, dataMissing: true, expires: boot / 1000 + 1200 });
    desk.pass(600_000, [mac]);
    expect(desk.rows.length).toBe(1);
    desk.pass(200_000, [mac]);
    expect(desk.rows).toEqual([]);
    expect(associationMachine.nextWake(desk.state)).toBeUndefined();
  });

  test("[R-F.2.1-09] an entry is removed after three probes without an answer, not after two", () => {
    desk.inform();
    desk.pass(2 * associationLimits.probeMs, []);
    expect(desk.rows.length).toBe(1);
    desk.pass(associationLimits.probeMs, [mac]);
    desk.pass(2 * associationLimits.probeMs, []);
    expect(desk.rows.length).toBe(1);
    desk.pass(associationLimits.probeMs, []);
    expect(desk.rows).toEqual([]);
  });

  test("a probe that could not be sent counts against no device", () => {
    desk.inform();
    for (let n = 0; n < 5; n++) desk.feed({ on: "looked", present: [], asked: [] });
    expect(desk.rows.length).toBe(1);
  });

  test.each([
    ["before", ["heard", "lease"]],
    ["after", ["lease", "heard"]],
  ])(
    "values that dnsmasq cuts at = are complete if the datagram was captured %s the event of dnsmasq",
    (_, order) => {
      const whole = { ...setTop, serial: "SN=1=2", productClass: "=C" };
      for (const what of order) {
        if (what === "heard") desk.inform({ identity: whole, inform: false, address: "0.0.0.0" });
        else desk.lease({ identity: { ...setTop, serial: "SN", productClass: "" } });
      }
      expect(desk.rows).toMatchObject([whole]);
      expect(desk.state.kept.devices.get(mac)?.address).toBe("192.168.77.100");
    },
  );

  test("a broadcast other than DHCPINFORM adds no entry by itself: no DHCPACK has followed", () => {
    desk.inform({ inform: false });
    expect(desk.rows).toEqual([]);
  });

  test("10,000 forged devices stay within the bound, replace the entries seen longest ago, and are logged once a minute", () => {
    for (let n = 0; n < 10_000; n++)
      desk.lease({
        mac: `02:00:00:00:${(n >> 8).toString(16).padStart(2, "0")}:${(n & 255).toString(16).padStart(2, "0")}`,
        identity: { ...setTop, serial: `${n}` },
      });
    expect(desk.rows.length).toBe(associationLimits.devicesMax);
    expect(desk.rows.at(-1)?.serial).toBe("9999");
    expect(desk.deeds.filter((d) => d.do === "tell").length).toBe(1);
    expect(desk.state.refusedInAll).toBe(10_000 - associationLimits.devicesMax);
  });

  test("in the role of a device no devices are listed, and a gateway that changes to this role discards its entries", () => {
    const other = new Desk("device");
    other.lease();
    expect(other.rows).toEqual([]);
    desk.lease();
    const settings = { ...desk.state.settings, association: "device" as const };
    const { state } = associationMachine.hear(desk.state, desk.now, { tell: "settings", settings });
    expect(state.kept.devices.size).toBe(0);
  });
});

describe("F.2.2 the gateway of this device", () => {
  const home = { oui: "00256d", serial: "GW-1", productClass: "Home" };
  beforeEach(() => {
    desk = new Desk("device");
  });

  test("a lease sets the gateway, a later lease replaces it, and each missing element is empty", () => {
    expect(desk.client({}, home)).toEqual([{ do: "changed" }]);
    expect(desk.gateway).toEqual({ oui: "00256D", serial: "GW-1", productClass: "Home" });
    expect(desk.client({ action: "renew" }, home)).toEqual([]);
    desk.client({ action: "renew" }, { oui: "00256E", serial: "GW-2", productClass: "" });
    expect(desk.gateway).toEqual({ oui: "00256E", serial: "GW-2", productClass: "" });
    desk.client({ action: "renew" }, null);
    expect(desk.gateway).toEqual(nobody);
  });

  test("[R-F.2.2-09] the gateway is cleared when the lease expires or is released", () => {
    desk.client({ leaseSeconds: 300 }, home);
    desk.pass(290_000, []);
    expect(desk.gateway.serial).toBe("GW-1");
    desk.pass(90_000, []);
    expect(desk.gateway).toEqual(nobody);
    desk.client({}, home);
    desk.client({ action: "deconfig" }, null);
    expect(desk.gateway).toEqual(nobody);
  });

  test("leases of other interfaces are ignored", () => {
    desk.client({ interface: "lan" }, home);
    expect(desk.gateway).toEqual(nobody);
  });

  test("[R-F.2.4-01] a device without a lease sends one DHCPINFORM, a device with a lease sends none", () => {
    desk.pass(100_000, []);
    expect(desk.told).toEqual(["introduce"]);
    const other = new Desk("device");
    other.client({}, home);
    other.pass(100_000, []);
    expect(other.told).toEqual([]);
    const gateway = new Desk("gateway");
    gateway.pass(100_000, []);
    expect(gateway.told).toEqual([]);
  });

  test("by default a device without a LAN takes the role of a device behind a gateway", () => {
    desk = new Desk("auto");
    desk.client({}, home);
    expect(desk.gateway).toEqual(nobody);
    desk.feed({ on: "side", lan: false });
    desk.client({}, home);
    expect(desk.gateway.serial).toBe("GW-1");
  });
});

test("the known devices are read back from disk, a row for each device", () => {
  desk.lease();
  desk.lease({ mac: "02:00:5e:00:00:02", identity: { ...setTop, serial: "2" } });
  const empty = { devices: new Map(), gateway: nobody, lease: undefined };
  const rows = associationMachine.differences(empty, desk.state.kept);
  expect(rows.map((row) => row.key)).toEqual([`device ${mac}`, "device 02:00:5e:00:00:02"]);
  const shelf = new Map(rows.map((row) => [row.key, JSON.parse(JSON.stringify(row.value))]));
  const kept = associationMachine.load({ all: () => shelf, marked: false } as never);
  expect([...kept.devices]).toEqual([...desk.state.kept.devices]);
  const before = desk.state.kept;
  desk.lease({ action: "remove" });
  expect(associationMachine.differences(before, desk.state.kept)).toEqual([
    { shelf: "association", key: `device ${mac}`, value: null },
  ]);
});

describe("events from the hooks", () => {
  test("dnsmasq's variables are read as a lease event, and control characters stay inside values", () => {
    const environment = {
      ACTION: "add",
      MACADDR: "02:00:5E:00:00:01",
      IPADDR: "192.168.77.100",
      DNSMASQ_LEASE_EXPIRES: "1700003600",
      DNSMASQ_CPEWAN_OUI: "0017A4",
      DNSMASQ_CPEWAN_SERIAL: "$(reboot)\n",
      PATH: "/sbin",
    };
    const made = JSON.parse(JSON.stringify(record("lease", "", environment)));
    expect(Object.keys(made.values)).not.toContain("PATH");
    expect(readEvent(made)).toMatchObject({
      is: "lease",
      action: "add",
      mac,
      expires: 1_700_003_600,
      identity: { oui: "0017A4", serial: "$(reboot)\n", productClass: "" },
      dataMissing: false,
    });
  });

  test("any text that is not an event is malformed", () => {
    for (const bad of [null, undefined, 7, [], {}, { kind: "lease", action: "", values: {} }, { kind: "x" }])
      expect(() => readEvent(bad)).toThrow(Malformed);
    const client = (opt43: string) => readEvent(record("client", "bound", { INTERFACE: "wan", opt43 }));
    expect(() => client("zz")).toThrow(Malformed);
    expect(client("0100")).toMatchObject({ interface: "wan", option43: Uint8Array.of(1, 0) });
    expect(client("00".repeat(10_000))).toMatchObject({ option43: undefined });
  });

  test.each([
    ["DISCOVER", 1, false],
    ["REQUEST", 3, false],
    ["INFORM", 8, true],
  ])("a captured DHCP%s yields the identity of its sender", (_, type, inform) => {
    const identity = [...sub(1, "0017A4"), ...sub(2, "SN=1")];
    const options = [...option(53, [type]), ...option(125, vendor([3561, identity])), 255];
    const bytes = message({ op: 1, options, ciaddr: [192, 168, 77, 20] });
    expect(readRequest(bytes)).toEqual({
      mac,
      address: "192.168.77.20",
      inform,
      identity: { oui: "0017A4", serial: "SN=1", productClass: "" },
    });
  });

  test("messages that no device sends to a server are ignored", () => {
    const identity = option(125, vendor([3561, [...sub(1, "0017A4"), ...sub(2, "S")]]));
    const of = (type: number, op = 1) => message({ op, options: [...option(53, [type]), ...identity, 255] });
    expect(readRequest(of(7))).toBeUndefined();
    expect(readRequest(of(1, 2))).toBeUndefined();
    expect(readRequest(of(1).subarray(0, 200))).toBeUndefined();
    expect(readRequest(message({ op: 1, options: [...option(53, [1]), 255] }))).toBeUndefined();
  });
});
