import { describe, expect, test } from "vitest";
import { Unread } from "../../src/ports/facts.ts";
import { device, sampleRoot, text, top } from "./sample.ts";

const info = `${top}DeviceInfo.`;
const pool = `${top}LANDevice.1.LANHostConfigManagement.`;
const code = `${info}ProvisioningCode`;
const domain = `${pool}DomainName`;

const notification = (Name: string, Notification: number) => ({
  Name,
  NotificationChange: true,
  Notification,
  AccessListChange: false,
  AccessList: [],
});

const edit = (pkg: string, section: string, option: string, value: string) =>
  ({ edit: "set", package: pkg, section, option, value }) as const;

/** A device whose values have been looked at once, as at the start of the agent. */
async function looked() {
  const there = device();
  const process = there.boot();
  expect(await process.model.changes()).toMatchObject({ active: [], passive: [] });
  return { there, ...process };
}

describe("A.3.3.1 the parameters of every Inform", () => {
  test("A.3.3.1 [R-A.2.1-01] the forced parameters, only the default connection's address, in the declared order", async () => {
    const there = device();
    there.facts.state.board.softwareVersion = "v".repeat(70);
    const { model } = there.boot();
    const list = await model.informParameters();
    expect(list.map((v) => v.Name.slice(top.length))).toEqual([
      "DeviceSummary",
      "DeviceInfo.SoftwareVersion",
      "DeviceInfo.ProvisioningCode",
      "ManagementServer.ParameterKey",
      "ManagementServer.ConnectionRequestURL",
      "WANDevice.1.ExternalIPAddress",
    ]);
    expect(list[1]?.Value).toBe("v".repeat(64));
  });
});

describe("3.2.1 changes by others", () => {
  test("A.3.2.4 [R-A.3.2.4-11] a change is reported by Notification: 0 not at all, 1 passively, 2 actively", async () => {
    const { there, model } = await looked();
    const change = async (value: string) => {
      there.disk.edit([edit("dhcp", "lan", "domain", value)]);
      const { active, passive } = await model.changes();
      return { active, passive };
    };
    expect(await change("a")).toEqual({ active: [], passive: [] });
    await model.setAttributes([notification(domain, 1)]);
    expect(await change("b")).toEqual({ active: [], passive: [domain] });
    await model.setAttributes([notification(domain, 2)]);
    expect(await change("c")).toEqual({ active: [domain], passive: [] });
    expect(await change("c")).toEqual({ active: [], passive: [] });
    await model.setAttributes([notification(domain, 0)]);
    expect(await change("d")).toEqual({ active: [], passive: [] });
  });

  test("3.2.1 forced active notification works without an attribute", async () => {
    const { there, model } = await looked();
    there.disk.edit([edit("cwmp", "cpe", "provisioning_code", "other")]);
    expect(await model.changes()).toMatchObject({ active: [code], passive: [] });
    there.facts.state.board.softwareVersion = "2.0";
    expect(await model.changes()).toMatchObject({ active: [`${info}SoftwareVersion`] });
  });

  test("3.2.1 a look reads only the facts that the watched parameters need, and reports a change once", async () => {
    const { there, model } = await looked();
    const extents: unknown[] = [];
    const whole = there.facts.sheet;
    const unread = () => {
      throw new Unread("brief");
    };
    there.facts.sheet = async (extent) => {
      extents.push(extent);
      return { ...(await whole()), ...(extent === "wired" ? { wifiDevice: unread, uptime: unread } : {}) };
    };
    expect(await model.changes()).toMatchObject({ active: [], passive: [] });
    expect(extents).toEqual(["wired"]);
    const uptime = `${info}UpTime`;
    await model.setAttributes([notification(uptime, 1)]);
    await model.changes();
    there.facts.state.uptime++;
    there.disk.edit([edit("cwmp", "cpe", "provisioning_code", "other")]);
    extents.length = 0;
    expect(await model.changes()).toMatchObject({ active: [code], passive: [uptime] });
    expect(extents).toEqual(["wired", "brief"]);
    expect(await model.changes()).toMatchObject({ active: [], passive: [] });
  });

  test("A.3.3.1 a parameter of every Inform that is not notified counts as passive", async () => {
    const { there, model } = await looked();
    const url = `${top}ManagementServer.ConnectionRequestURL`;
    await model.setAttributes([notification(url, 0)]);
    there.own.connectionRequestURL = "http://192.0.2.9:7547/y";
    expect(await model.changes()).toMatchObject({ active: [], passive: [url] });
  });

  test("3.2.1 [R-3.2.1-10] a change by the ACS is not reported, a change by others at the same place is", async () => {
    const { there, model } = await looked();
    await model.setAttributes([notification(domain, 2)]);
    model.begin();
    await model.set([text(domain, "acs"), text(code, "acs")], "acs", "key");
    await model.add(`${top}NAT.PortMapping.`, "acs", "key2");
    model.end();
    expect(await model.changes()).toMatchObject({ active: [], passive: [] });
    there.disk.edit([edit("dhcp", "lan", "domain", "other")]);
    expect(await model.changes()).toMatchObject({ active: [domain] });
    await model.set([text(domain, "local")], "local");
    expect(await model.changes()).toMatchObject({ active: [domain] });
  });

  test("3.2.1 changes by the ACS are not reported after a crash either", async () => {
    const { there, model } = await looked();
    await model.setAttributes([notification(domain, 2)]);
    await model.set([text(domain, "acs"), text(code, "acs")], "acs", "key");
    expect(await there.boot().model.changes()).toMatchObject({ active: [], passive: [] });
  });

  test("A.3.2.6 a number of entries raised by an AddObject of the ACS is not reported", async () => {
    const { model } = await looked();
    await model.setAttributes([notification(`${top}NAT.PortMappingNumberOfEntries`, 2)]);
    await model.add(`${top}NAT.PortMapping.`, "acs", "");
    expect(await model.changes()).toMatchObject({ active: [] });
    await model.add(`${top}NAT.PortMapping.`, "local");
    expect(await model.changes()).toMatchObject({ active: [`${top}NAT.PortMappingNumberOfEntries`] });
  });

  test("3.2.1 a change by others is reported even if the ACS then overwrites it", async () => {
    const { there, model } = await looked();
    await model.setAttributes([notification(domain, 2)]);
    there.disk.edit([edit("dhcp", "lan", "domain", "other")]);
    await model.set([text(domain, "acs")], "acs", "");
    expect(await model.changes()).toMatchObject({ active: [domain] });
  });

  test("3.2.1 several changes between two looks are reported as one", async () => {
    const { there, model } = await looked();
    await model.setAttributes([notification(domain, 2)]);
    for (const value of ["a", "b", "c"]) there.disk.edit([edit("dhcp", "lan", "domain", value)]);
    expect(await model.changes()).toMatchObject({ active: [domain] });
    expect(await model.changes()).toMatchObject({ active: [] });
  });

  test("3.2.1 a change during a session is reported after it", async () => {
    const { there, model } = await looked();
    await model.setAttributes([notification(domain, 2)]);
    model.begin();
    there.disk.edit([edit("dhcp", "lan", "domain", "other")]);
    expect(await model.changes()).toMatchObject({ active: [] });
    model.end();
    expect(await model.changes()).toMatchObject({ active: [domain] });
  });

  test("A.3.2.4 [R-A.3.2.4-16] the deletion of an object with notified parameters is no change", async () => {
    const { there, model } = await looked();
    await model.setAttributes([notification(`${top}LANDevice.1.WLANConfiguration.`, 2)]);
    await model.setAttributes([notification(`${top}NAT.PortMapping.1.`, 2)]);
    there.disk.reorder("wireless", (all) => all.filter((s) => s.options.ssid !== "second"));
    expect(await model.changes()).toMatchObject({ active: [], passive: [] });
    await model.remove(`${top}NAT.PortMapping.1.`, "acs", "");
    expect(await model.changes()).toMatchObject({ active: [], passive: [] });
  });

  test("A.3.3.1 a change is reported again after a crash until its record is written, and never lost", async () => {
    const { there, model } = await looked();
    there.disk.edit([edit("cwmp", "cpe", "provisioning_code", "other")]);
    const { active, writes } = await model.changes();
    expect(active).toEqual([code]);
    const again = there.boot();
    expect(await again.model.changes()).toMatchObject({ active: [code] });
    again.store.write(writes);
    expect(await there.boot().model.changes()).toMatchObject({ active: [] });
    // With the next write of the model the record goes to disk by itself.
    await again.model.changes();
    expect(await there.boot().model.changes()).toMatchObject({ active: [] });
  });

  test("A.3.2.4 a change of a hidden value is reported, and the value is not in the store", async () => {
    const { there, model, store } = await looked();
    const secret = `${top}ManagementServer.Password`;
    await model.setAttributes([notification(secret, 1)]);
    there.disk.edit([edit("cwmp", "acs", "password", "hunter2")]);
    expect(await model.changes()).toMatchObject({ passive: [secret] });
    await model.changes();
    expect(JSON.stringify([...store.all("known")])).not.toContain("hunter2");
  });

  test("3.2.1 at rest only parameters with notification are read, and nothing is written", async () => {
    let reads = 0;
    const { DeviceInfo, ...others } = sampleRoot.object.objects;
    if (DeviceInfo?.is !== "object") throw new Error("the sample has changed");
    const params = { ...DeviceInfo.params, UpTime: { packages: [], read: () => String(++reads) } };
    const objects = { DeviceInfo: { ...DeviceInfo, params }, ...others };
    const root = { ...sampleRoot, object: { ...sampleRoot.object, objects } };
    const { model, store } = device().boot(undefined, root);
    await model.changes();
    const before = store.writes;
    await model.changes();
    await model.changes();
    expect(reads).toBe(0);
    expect(store.writes).toBe(before);
  });
});
