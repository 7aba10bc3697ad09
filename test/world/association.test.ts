/** What the ACS is told of devices and gateways, by a whole agent over a virtual clock. TR-069 3.1, F.2.1, F.2.2. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { record } from "../../src/dhcp/events.ts";
import type { WaitingEvent } from "../../src/ports/events.ts";
import { Household, management, notify } from "./household.ts";
import { packages } from "./packages.ts";

const minute = 60_000;

/** Events that hooks have handed over to this agent. */
class Hooks {
  readonly queue: WaitingEvent[] = [];
  private count = 0;
  readonly port = {
    waiting: () => [...this.queue],
    done: (id: string) => {
      this.queue.splice(
        this.queue.findIndex((one) => one.id === id),
        1,
      );
    },
  };

  put(kind: "client" | "lease", action: string, environment: Record<string, string>): void {
    this.count += 1;
    this.queue.push({ id: `${this.count}`, value: record(kind, action, environment) });
  }
}

async function household(options: Record<string, string> = {}) {
  const hooks = new Hooks();
  const cwmp = packages();
  const home = new Household({
    packages: cwmp,
    events: hooks.port,
    addresses: (host) => (host === "nowhere.example" ? [] : ["192.0.2.1"]),
  });
  for (const [option, value] of Object.entries(options))
    home.disk.edit([{ edit: "set", package: "cwmp", section: "cpe", option, value }]);
  const happens = async (kind: "client" | "lease", action: string, environment: Record<string, string>) => {
    hooks.put(kind, action, environment);
    await home.engine.control.events();
    await home.rest();
  };
  const lease = (serial: string, action = "add") =>
    happens("lease", "", {
      ACTION: action,
      MACADDR: `02:00:00:00:00:${serial.padStart(2, "0")}`,
      IPADDR: "192.168.1.9",
      DNSMASQ_CPEWAN_OUI: action === "add" ? "0017A4" : "",
      DNSMASQ_CPEWAN_SERIAL: action === "add" ? serial : "",
    });
  return { home, happens, lease };
}

const number = `${management}ManageableDeviceNumberOfEntries`;

describe("F.2.1 the number of devices", () => {
  test("[R-F.2.1-10] [R-F.2.1-11] with active notification each device that appears or disappears is reported to the ACS", async () => {
    const { home, lease } = await household();
    await home.settle();
    expect((await home.asks("SetParameterAttributes", notify(number, 2)))?.is).toBe("reply");
    for (const [serial, action, count] of [
      ["1", "add", "1"],
      ["2", "add", "2"],
      ["1", "remove", "1"],
    ] as const) {
      home.forget();
      await lease(serial, action);
      expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
      expect(home.told[0]?.inform.ParameterList.find((p) => p.Name === number)?.Value).toBe(count);
    }
  });

  test("[R-F.2.1-12] with a notification limit the next change is reported when the limit has passed, with the number at that time", async () => {
    const { home, lease } = await household();
    await home.settle();
    await home.asks("SetParameterAttributes", notify(number, 2));
    await home.sets({ [`${management}ManageableDeviceNotificationLimit`]: ["600", "xsd:unsignedInt"] });
    home.forget();
    // They answer when they are looked for.
    const there = ["1", "2", "3"].map((n) => `02:00:00:00:00:0${n}`);
    home.facts.state.neighbours = there.map((mac) => ({
      mac,
      address: "192.168.1.9",
      device: "br-lan",
      reachable: true,
    }));
    await lease("1");
    expect(home.told.length).toBe(1);
    await lease("2");
    await lease("3");
    await home.clock.pass(9 * minute);
    expect(home.told.length).toBe(1);
    await home.clock.pass(2 * minute);
    expect(home.told.length).toBe(2);
    expect(home.told[1]?.inform.ParameterList.find((p) => p.Name === number)?.Value).toBe("3");
  });
});

describe("F.2.2 the gateway of this device", () => {
  const info = "Device.GatewayInfo.";
  const gateway = (serial: string) =>
    `00000de9${(10 + serial.length).toString(16).padStart(2, "0")}0406303032353644${"05"}${serial.length
      .toString(16)
      .padStart(2, "0")}${Buffer.from(serial).toString("hex")}`;
  const bound = (opt125: string) => ({
    INTERFACE: "wan",
    ip: "192.0.2.7",
    serverid: "192.0.2.1",
    lease: "3600",
    opt125,
  });

  async function device() {
    const all = await household({ association: "device", data_model: "Device" });
    all.home.served = deviceRoot;
    await all.home.start();
    await all.home.rest();
    all.home.forget();
    return all;
  }

  test("[R-F.2.2-05] [R-F.2.2-06] [R-F.2.2-08] a changed gateway is reported at once, with every element, without a request by the ACS", async () => {
    const { home, happens } = await device();
    await happens("client", "bound", bound(gateway("GW-1")));
    expect(home.told.at(-1)?.codes).toContain("4 VALUE CHANGE");
    expect(home.told.at(-1)?.inform.ParameterList.filter((p) => p.Name.startsWith(info))).toMatchObject([
      { Name: `${info}ManufacturerOUI`, Value: "00256D" },
      { Name: `${info}SerialNumber`, Value: "GW-1" },
    ]);
    home.forget();
    await happens("client", "renew", bound(gateway("GW-1")));
    expect(home.told).toEqual([]);
    await happens("client", "renew", bound(""));
    expect(
      home.told
        .at(-1)
        ?.inform.ParameterList.filter((p) => p.Name.startsWith(info))
        .map((p) => p.Value),
    ).toEqual(["", ""]);
    const read = await home.asks("GetParameterAttributes", { ParameterNames: [info] });
    expect(JSON.stringify(read).match(/"Notification":2/g)?.length).toBe(3);
  });

  test("[R-F.2.2-07] another ACS URL resets the notification to active", async () => {
    const { home } = await device();
    await home.asks("SetParameterAttributes", notify(info, 0));
    const notifications = async () =>
      JSON.stringify(await home.asks("GetParameterAttributes", { ParameterNames: [info] })).match(
        /"Notification":\d/g,
      );
    expect(await notifications()).toEqual(Array(3).fill('"Notification":0'));
    home.edits("cwmp", "acs", "url", "http://acs.example/other");
    await home.rest();
    expect(await notifications()).toEqual(Array(3).fill('"Notification":2'));
  });
});

describe("3.1 the ACS by DHCP, for a whole agent", () => {
  const url = (text: string) =>
    `01${text.length.toString(16).padStart(2, "0")}${Buffer.from(text).toString("hex")}`;

  test("[R-3.1-08] [R-3.1-12] DHCP is asked again after the ACS has set an unreachable URL, over a reboot too", async () => {
    const { home, happens } = await household();
    home.disk.edit([{ edit: "unset", package: "cwmp", section: "acs", option: "url" }]);
    await home.start();
    await happens("client", "bound", { INTERFACE: "wan", opt43: url("http://acs.example/cwmp") });
    expect(home.told[0]?.codes).toContain("0 BOOTSTRAP");
    await home.sets({ [`${management}URL`]: "http://nowhere.example/" });
    expect(home.option("cwmp", "acs", "url")).toBe("http://nowhere.example/");
    await home.restart(minute);
    await home.clock.pass(10 * minute);
    home.forget();
    await happens("client", "renew", { INTERFACE: "wan", opt43: url("http://acs.example/cwmp") });
    expect(home.told.map((post) => [post.url, post.codes])).toEqual([
      ["http://acs.example:80/cwmp", expect.arrayContaining(["0 BOOTSTRAP"])],
    ]);
  });
});
