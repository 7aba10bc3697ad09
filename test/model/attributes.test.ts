import { describe, expect, test } from "vitest";
import { device, read, text, top } from "./sample.ts";

const info = `${top}DeviceInfo.`;
const mappings = `${top}NAT.PortMapping.`;

const notification = (Name: string, Notification: number) => ({
  Name,
  NotificationChange: true,
  Notification,
  AccessListChange: false,
  AccessList: [],
});
const access = (Name: string, ...AccessList: string[]) => ({
  Name,
  NotificationChange: false,
  Notification: 0,
  AccessListChange: true,
  AccessList,
});

const of = async (model: ReturnType<ReturnType<typeof device>["boot"]>["model"], name: string) =>
  (await model.attributes([name]))[0];

describe("A.3.2.5 GetParameterAttributes", () => {
  test("A.3.2.5 [R-A.3.2.5-01] [R-A.3.2.4-17] [R-A.3.2.4-25] [R-A.3.2.5-09] returns the attributes of each parameter, by default 0 and Subscriber", async () => {
    const { model } = device().boot();
    expect(await model.attributes([`${info}ModelName`, `${mappings}1.Enabled`])).toEqual([
      { Name: `${info}ModelName`, Notification: 0, AccessList: ["Subscriber"] },
      { Name: `${mappings}1.Enabled`, Notification: 0, AccessList: ["Subscriber"] },
    ]);
  });

  test("A.3.2.5 [R-A.3.2.5-02] [R-A.3.2.5-03] [R-A.3.2.5-05] partial paths and the root return every parameter below, by its full name", async () => {
    const { model } = device().boot();
    const under = async (path: string) => (await model.attributes([path])).map((a) => a.Name);
    const values = async (path: string) => (await model.values([path])).map((v) => v.Name);
    expect(await under(info)).toEqual(await values(info));
    expect(await under("")).toEqual(await values(""));
    expect((await under("")).some((name) => name.endsWith("."))).toBe(false);
  });

  test("A.3.2.5 [R-A.3.2.5-04] an object without parameters returns an empty list", async () => {
    const { model } = device().boot();
    expect(await model.attributes([`${info}VendorConfigFile.`])).toEqual([]);
  });

  test("A.3.2.5 [R-A.3.2.5-06] [R-A.3.2.5-07] returns the attributes that were set", async () => {
    const { model } = device().boot();
    for (const value of [2, 1, 0]) {
      await model.setAttributes([notification(`${info}ModelName`, value)]);
      expect(await of(model, `${info}ModelName`)).toMatchObject({ Notification: value });
    }
    await model.setAttributes([access(`${info}ModelName`)]);
    expect(await of(model, `${info}ModelName`)).toMatchObject({ AccessList: [] });
    await model.setAttributes([access(`${info}ModelName`, "Subscriber")]);
    expect(await of(model, `${info}ModelName`)).toMatchObject({ AccessList: ["Subscriber"] });
  });

  test("A.3.2.5 [R-A.3.2.5-11] 9005 for an unknown name", async () => {
    const { model } = device().boot();
    await expect(model.attributes([`${info}Nothing`])).rejects.toMatchObject({ code: 9005 });
  });
});

describe("A.3.2.4 SetParameterAttributes", () => {
  test("A.3.2.4 [R-A.3.2.4-01] [R-A.3.2.4-02] [R-A.3.2.4-32] a single bad name is 9005 and no attribute is changed", async () => {
    const { model } = device().boot();
    const before = await model.attributes([""]);
    const list = [notification(`${info}ModelName`, 1), notification(`${info}Nothing`, 1)];
    await expect(model.setAttributes(list)).rejects.toMatchObject({
      code: 9005,
      message: `There is no ${info}Nothing`,
    });
    expect(await model.attributes([""])).toEqual(before);
    await model.setAttributes(list.slice(0, 1));
    expect(await of(model, `${info}ModelName`)).toMatchObject({ Notification: 1 });
  });

  test("A.3.2.4 a store that refuses is 9002 and nothing is changed", async () => {
    const { model, store } = device().boot();
    await model.values([""]);
    store.refuse = 1;
    await expect(model.setAttributes([notification(`${info}ModelName`, 1)])).rejects.toMatchObject({
      code: 9002,
    });
    expect(await of(model, `${info}ModelName`)).toMatchObject({ Notification: 0 });
  });

  test("A.3.2.4 [R-A.3.2.4-04] a later entry overrides an earlier one", async () => {
    const { model } = device().boot();
    const name = `${mappings}1.Enabled`;
    await model.setAttributes([notification(mappings, 1), notification(name, 2)]);
    expect(await of(model, name)).toMatchObject({ Notification: 2 });
    expect(await of(model, `${mappings}2.Enabled`)).toMatchObject({ Notification: 1 });
    await model.setAttributes([notification(name, 2), notification(mappings, 1)]);
    expect(await of(model, name)).toMatchObject({ Notification: 1 });
  });

  test("A.3.2.4 [R-A.3.2.4-05] attributes outlast the process", async () => {
    const there = device();
    await there.boot().model.setAttributes([notification(`${info}ModelName`, 2), access(`${info}ModelName`)]);
    expect(await of(there.boot().model, `${info}ModelName`)).toMatchObject({
      Notification: 2,
      AccessList: [],
    });
  });

  test("A.3.2.4 [R-A.3.2.4-08] a partial path and the empty path cover all parameters below", async () => {
    const { model } = device().boot();
    await model.setAttributes([access(info)]);
    for (const a of await model.attributes([info])) expect(a.AccessList).toEqual([]);
    expect(await of(model, `${mappings}1.Enabled`)).toMatchObject({ AccessList: ["Subscriber"] });
    await model.setAttributes([access("")]);
    for (const a of await model.attributes([""])) expect(a.AccessList).toEqual([]);
  });

  test("A.3.2.4 [R-A.3.2.4-09] a partial path covers the instances that exist at the call", async () => {
    const there = device();
    const { model } = there.boot();
    await model.setAttributes([notification(mappings, 1)]);
    const { instance } = await model.add(mappings, "acs", "");
    expect(await of(model, `${mappings}1.Enabled`)).toMatchObject({ Notification: 1 });
    expect(await of(model, `${mappings}${instance}.Enabled`)).toMatchObject({ Notification: 0 });
  });

  test("A.3.2.4 [R-A.3.2.4-10] [R-A.3.2.4-20] attributes without their Change flag stay, and are not checked", async () => {
    const { model } = device().boot();
    const name = `${info}ModelName`;
    await model.setAttributes([notification(name, 2), access(name)]);
    await model.setAttributes([
      {
        Name: name,
        NotificationChange: false,
        Notification: 7,
        AccessListChange: false,
        AccessList: ["Subscriber"],
      },
    ]);
    expect(await of(model, name)).toEqual({ Name: name, Notification: 2, AccessList: [] });
    await model.setAttributes([{ ...notification(`${info}UpTime`, 2), NotificationChange: false }]);
  });

  test("A.3.2.4 Notification 3 is 9003, an AccessList entry of 65 characters too", async () => {
    const { model } = device().boot();
    await expect(model.setAttributes([notification(info, 3)])).rejects.toMatchObject({ code: 9003 });
    await expect(model.setAttributes([access(info, "x".repeat(65))])).rejects.toMatchObject({ code: 9003 });
  });

  test("A.3.2.4 [R-A.3.2.4-14] forced active notification stays 2 without a fault", async () => {
    const { model } = device().boot();
    const name = `${info}ProvisioningCode`;
    expect(await of(model, name)).toMatchObject({ Notification: 2 });
    await model.setAttributes([notification(name, 0)]);
    expect(await of(model, name)).toMatchObject({ Notification: 2 });
    // Changed by others it is reported all the same.
    const there = device();
    const process = there.boot();
    await process.model.changes();
    await process.model.setAttributes([notification(name, 0)]);
    there.disk.edit([
      { edit: "set", package: "cwmp", section: "cpe", option: "provisioning_code", value: "x" },
    ]);
    expect(await process.model.changes()).toMatchObject({ active: [name] });
  });

  test("A.3.2.4 a parameter with active notification by default can be set to none", async () => {
    const { model } = device().boot();
    const name = `${top}ManagementServer.ConnectionRequestURL`;
    expect(await of(model, name)).toMatchObject({ Notification: 2 });
    await model.setAttributes([notification(name, 0)]);
    expect(await of(model, name)).toMatchObject({ Notification: 0 });
  });

  test("A.3.2.4 [R-A.3.2.4-18] [R-A.3.2.4-33] [R-A.5.1-12] active notification is refused with 9009 if the data model says so, and never otherwise", async () => {
    const { model } = device().boot();
    await expect(model.setAttributes([notification(`${info}UpTime`, 2)])).rejects.toMatchObject({
      code: 9009,
    });
    expect(await of(model, `${info}UpTime`)).toMatchObject({ Notification: 0 });
    const refused = [`${info}UpTime`, `${top}ManagementServer.ParameterKey`];
    for (const { Name } of await model.values([""])) {
      if (!refused.includes(Name)) await model.setAttributes([notification(Name, 2)]);
    }
  });

  test("A.3.2.4 [R-A.3.2.4-34] a partial path over a parameter that refuses active notification is 9009 and changes nothing", async () => {
    const { model } = device().boot();
    const before = await model.attributes([""]);
    await expect(model.setAttributes([notification(info, 2)])).rejects.toMatchObject({ code: 9009 });
    expect(await model.attributes([""])).toEqual(before);
  });

  test("A.3.2.4 [R-A.3.2.4-19] passive notification is accepted for every parameter", async () => {
    const { model } = device().boot();
    for (const { Name } of await model.values([""])) await model.setAttributes([notification(Name, 1)]);
  });

  test("A.3.2.4 [R-A.3.2.4-23] [R-A.3.2.4-24] unknown and vendor entities are accepted without a fault and ignored", async () => {
    const { model } = device().boot();
    const name = `${info}ProvisioningCode`;
    await model.setAttributes([access(name, "X_012345_Foo", "Subscriber", "Anybody")]);
    expect(await of(model, name)).toMatchObject({ AccessList: ["Subscriber"] });
    await model.set([text(name, "local")], "local");
    await model.setAttributes([access(name, "X_012345_Foo")]);
    await expect(model.set([text(name, "x")], "local")).rejects.toMatchObject({ code: 9001 });
  });

  test("A.3.2.4 [R-A.3.2.4-21] [R-A.3.2.4-22] [R-A.3.2.4-27] without Subscriber the LAN side cannot write the parameter", async () => {
    const { model } = device().boot();
    const name = `${top}LANDevice.1.LANHostConfigManagement.DomainName`;
    await model.set([text(name, "one")], "local");
    await model.setAttributes([access(name)]);
    await expect(model.set([text(name, "two")], "local")).rejects.toMatchObject({ code: 9001 });
    expect(await read(model, name)).toBe("one");
    await model.setAttributes([access(name, "Subscriber")]);
    await model.set([text(name, "three")], "local");
    expect(await read(model, name)).toBe("three");
  });

  test("A.3.2.4 [R-A.3.2.4-28] without Subscriber the LAN side cannot delete an object that holds the parameter; adding objects is not restricted", async () => {
    const { model } = device().boot();
    await model.setAttributes([access(`${mappings}1.Description`)]);
    await expect(model.remove(`${mappings}1.`, "local")).rejects.toMatchObject({ code: 9001 });
    const { instance } = await model.add(mappings, "local");
    await model.remove(`${mappings}${instance}.`, "local");
    await model.remove(`${mappings}1.`, "acs", "");
  });

  test("A.3.2.4 [R-A.3.2.4-26] the ACS can write a parameter whatever its AccessList", async () => {
    const { model } = device().boot();
    await model.setAttributes([access("")]);
    await model.set([text(`${info}ProvisioningCode`, "acs")], "acs", "");
    expect(await read(model, `${info}ProvisioningCode`)).toBe("acs");
  });

  test("A.3.2.4 [R-A.3.2.4-29] [R-A.3.2.4-30] the AccessList of a read-only parameter is stored and returned", async () => {
    const { model } = device().boot();
    await model.setAttributes([access(`${info}SerialNumber`)]);
    expect(await of(model, `${info}SerialNumber`)).toMatchObject({ AccessList: [] });
  });
});
