import { describe, expect, test } from "vitest";
import { openInstances } from "../../src/model/instances.ts";
import { growTree } from "../../src/model/tree.ts";
import { encodeReply } from "../../src/rpc/encode.ts";
import { device, read, sampleRoot, top } from "./sample.ts";
import { memoryLog } from "./world.ts";

const names = (list: readonly { Name: string }[]): string[] => list.map((one) => one.Name);

describe("A.3.2.2 GetParameterValues", () => {
  test("A.3.2.2 [R-A.3.2.2-01] returns name, value and type of every requested parameter", async () => {
    const { model } = device().boot();
    const list = await model.values([
      `${top}DeviceInfo.UpTime`,
      `${top}LANDevice.1.LANHostConfigManagement.MinAddress`,
    ]);
    expect(list.map(({ Name, Value, type }) => [Name, Value, type])).toEqual([
      [`${top}DeviceInfo.UpTime`, "10", "unsignedInt"],
      [`${top}LANDevice.1.LANHostConfigManagement.MinAddress`, "192.168.1.10", "string"],
    ]);
  });

  test("A.3.2.2 [R-A.3.2.2-02] a partial path returns all parameters below it", async () => {
    const { model } = device().boot();
    expect(names(await model.values([`${top}LANDevice.1.Hosts.`]))).toEqual([
      `${top}LANDevice.1.Hosts.HostNumberOfEntries`,
      `${top}LANDevice.1.Hosts.Host.1.MACAddress`,
      `${top}LANDevice.1.Hosts.Host.1.HostName`,
    ]);
  });

  test("A.3.2.2 [R-A.3.2.2-03] the empty string returns the whole data model", async () => {
    const { model } = device().boot();
    const all = names(await model.values([""]));
    expect(all).toEqual(names(await model.values([top])));
    expect(all[0]).toBe(`${top}DeviceSummary`);
    expect(all).toContain(`${top}NAT.PortMapping.2.Description`);
    expect(all.length).toBe(names(await model.names("", false)).filter((n) => !n.endsWith(".")).length);
  });

  test.each([
    ["[R-A.3.2.2-04] an object without its dot", `${top}DeviceInfo`],
    ["[R-A.3.2.2-06] an unknown name", `${top}DeviceInfo.Nothing`],
    ["[R-A.3.2.2-07] a missing instance", `${top}NAT.PortMapping.9.Enabled`],
    ["[R-A.3.2.1-22] the wrong case", `${top}deviceInfo.UpTime`],
    ["[R-A.3.2.2-08] a partial path cut inside a name", `${top}Device.`],
    ["[R-A.3.2.2-08] a partial path of a missing instance", `${top}NAT.PortMapping.9.`],
    ["[R-A.3.2.2-07] a parameter with a dot", `${top}DeviceInfo.UpTime.`],
    ["an instance number written otherwise", `${top}NAT.PortMapping.01.`],
    ["an object that is not present", `${top}X_Absent.`],
    ["another root", "Device.DeviceInfo."],
    ["an empty node", `${top}DeviceInfo..UpTime`],
    ["a name of 257 characters", `${top}${"x".repeat(257 - top.length)}`],
    ["a name that objects have in JavaScript", `${top}__proto__.`],
    ["the root without its dot", "InternetGatewayDevice"],
  ])("A.3.2.2 9005 for %s", async (_what, path) => {
    const { model } = device().boot();
    await expect(model.values([path])).rejects.toMatchObject({ code: 9005 });
    await expect(model.values([`${top}DeviceInfo.UpTime`, path])).rejects.toMatchObject({ code: 9005 });
    await expect(model.attributes([path])).rejects.toMatchObject({ code: 9005 });
  });

  test("A.3.2.2 a parameter that several paths name is returned once", async () => {
    const { model } = device().boot();
    const list = await model.values([`${top}DeviceInfo.UpTime`, `${top}DeviceInfo.`, `${top}DeviceInfo.`]);
    expect(names(list).filter((n) => n.endsWith("UpTime")).length).toBe(1);
    expect(new Set(names(list)).size).toBe(list.length);
  });

  test("A.3.2.2 the whole data model is written as it is read, also when another call has read a change first", async () => {
    const there = device();
    const { model } = there.boot();
    const written = (ParameterList: Awaited<ReturnType<typeof model.values>>) =>
      new TextDecoder().decode(
        encodeReply("GetParameterValues", { ParameterList }, { version: "cwmp-1-1", id: "1" }),
      );
    for (const uptime of [10, 11, 12, 12]) {
      there.facts.state.uptime = uptime;
      if (uptime === 12) expect(await read(model, `${top}DeviceInfo.UpTime`)).toBe("12");
      const all = await model.values([""]);
      expect(written(all)).toBe(written([...all]));
      expect(written(all)).toContain(`UpTime</Name><Value xsi:type="xsd:unsignedInt">${uptime}</Value>`);
    }
  });

  test("A.3.2.2 hidden parameters read as empty", async () => {
    const { model } = device().boot();
    expect(await read(model, `${top}ManagementServer.Password`)).toBe("");
  });

  test("A.3.2.2 one parameter that cannot be read does not hide the others", async () => {
    const broken = structuredBreak();
    const { model, log } = device().boot(undefined, broken);
    expect(await read(model, `${top}DeviceInfo.UpTime`)).toBe("0");
    expect(await read(model, `${top}DeviceInfo.SerialNumber`)).toBe("S1");
    expect(log.lines.map((l) => l.level)).toEqual(["error"]);
  });

  test("A.2.1 a value in a file that violates its type is not shown to the ACS", async () => {
    const there = device();
    there.disk.edit([
      { edit: "set", package: "cwmp", section: "acs", option: "periodic_inform_interval", value: "soon" },
      { edit: "set", package: "cwmp", section: "acs", option: "periodic_inform_enable", value: "maybe" },
    ]);
    const { model } = there.boot();
    expect(await read(model, `${top}ManagementServer.PeriodicInformInterval`)).toBe("0");
    expect(await read(model, `${top}ManagementServer.PeriodicInformEnable`)).toBe("0");
  });
});

/** The sample with an UpTime that throws. */
function structuredBreak(): typeof sampleRoot {
  const info = sampleRoot.object.objects.DeviceInfo;
  if (info?.is !== "object") throw new Error("the sample has changed");
  const UpTime = {
    packages: [],
    read: () => {
      throw new TypeError("no such file");
    },
  };
  const DeviceInfo = { ...info, params: { ...info.params, UpTime } };
  return {
    ...sampleRoot,
    object: { ...sampleRoot.object, objects: { ...sampleRoot.object.objects, DeviceInfo } },
  };
}

describe("A.3.2.3 GetParameterNames", () => {
  test("A.3.2.3 [R-A.3.2.3-01] [R-A.3.2.3-02] NextLevel false lists the object and all below it", async () => {
    const { model } = device().boot();
    expect(names(await model.names(`${top}LANDevice.1.Hosts.`, false))).toEqual([
      `${top}LANDevice.1.Hosts.`,
      `${top}LANDevice.1.Hosts.HostNumberOfEntries`,
      `${top}LANDevice.1.Hosts.Host.`,
      `${top}LANDevice.1.Hosts.Host.1.`,
      `${top}LANDevice.1.Hosts.Host.1.MACAddress`,
      `${top}LANDevice.1.Hosts.Host.1.HostName`,
    ]);
    expect(names(await model.names(`${top}DeviceInfo.UpTime`, false))).toEqual([`${top}DeviceInfo.UpTime`]);
    expect(names(await model.names("", false))[0]).toBe(top);
  });

  test("A.3.2.3 [R-A.3.2.3-03] the empty path lists every object and parameter", async () => {
    const { model } = device().boot();
    const all = names(await model.names("", false));
    const parameters = names(await model.values([""]));
    expect(all.filter((n) => !n.endsWith("."))).toEqual(parameters);
    const objects = parameters.flatMap((n) =>
      n
        .split(".")
        .slice(0, -1)
        .map((_, i, parts) => `${parts.slice(0, i + 1).join(".")}.`),
    );
    for (const name of objects) expect(all).toContain(name);
  });

  test("A.3.2.3 the sent list equals the list in memory, entry by entry, however often it has been asked for", async () => {
    const { model } = device().boot();
    const sent = (ParameterList: Awaited<ReturnType<typeof model.names>>) =>
      new TextDecoder().decode(
        encodeReply("GetParameterNames", { ParameterList }, { version: "cwmp-1-0", id: "1" }),
      );
    for (const [path, nextLevel] of [
      ["", false],
      ["", true],
      [top, true],
      [`${top}LANDevice.1.`, false],
      ["", false],
    ] as const) {
      const list = await model.names(path, nextLevel);
      // A copy has no text of its own yet.
      expect(sent(list)).toBe(sent([...list]));
    }
  });

  test("A.3.2.3 [R-A.3.2.3-04] NextLevel true lists the children only", async () => {
    const { model } = device().boot();
    expect(names(await model.names(`${top}LANDevice.1.Hosts.`, true))).toEqual([
      `${top}LANDevice.1.Hosts.HostNumberOfEntries`,
      `${top}LANDevice.1.Hosts.Host.`,
    ]);
    expect(names(await model.names(`${top}NAT.PortMapping.`, true))).toEqual([
      `${top}NAT.PortMapping.1.`,
      `${top}NAT.PortMapping.2.`,
    ]);
  });

  test("A.3.2.3 [R-A.3.2.3-05] the next level of the empty path is the root object", async () => {
    const { model } = device().boot();
    expect(await model.names("", true)).toEqual([{ Name: top, Writable: false }]);
  });

  test("A.3.2.3 [R-A.3.2.3-06] names of objects end in a dot, and no other names", async () => {
    const { model } = device().boot();
    const parameters = new Set(names(await model.values([""])));
    for (const name of names(await model.names("", false)))
      expect(name.endsWith(".")).toBe(!parameters.has(name));
  });

  test("A.3.2.3 [R-A.3.2.3-07] [R-A.3.2.3-08] an empty table is listed and has no next level", async () => {
    const { model } = device().boot();
    const table = `${top}DeviceInfo.VendorConfigFile.`;
    expect(names(await model.names(`${top}DeviceInfo.`, true))).toContain(table);
    expect(await model.names(table, true)).toEqual([]);
    expect(names(await model.names(table, false))).toEqual([table]);
  });

  test("A.3.2.3 [R-A.3.2.3-09] every listed parameter can be read, and no absent parameter is listed", async () => {
    const { model } = device().boot();
    const listed = names(await model.names("", false));
    for (const name of listed.filter((n) => !n.endsWith(".")))
      expect(await model.values([name])).toHaveLength(1);
    expect(listed.some((n) => n.includes("X_Absent"))).toBe(false);
  });

  test("A.3.2.3 [R-A.3.2.3-09] an object that exists at times is listed, and can be read, only while it exists", async () => {
    const there = device();
    const { DeviceInfo, ...others } = sampleRoot.object.objects;
    if (DeviceInfo?.is !== "object") throw new Error("the sample has changed");
    const present: typeof DeviceInfo.present = (_at, { sheet }) => sheet.uptime() < 100;
    const objects = { DeviceInfo: { ...DeviceInfo, present }, ...others };
    const { model } = there.boot(undefined, { ...sampleRoot, object: { ...sampleRoot.object, objects } });
    const info = `${top}DeviceInfo.`;
    for (const [uptime, shown] of [
      [10, true],
      [200, false],
      [20, true],
    ] as const) {
      there.facts.state.uptime = uptime;
      const listed = names(await model.names("", false));
      expect(listed.some((name) => name.startsWith(info))).toBe(shown);
      expect(names(await model.values([""]))).toEqual(listed.filter((name) => !name.endsWith(".")));
      if (!shown) await expect(model.values([`${info}UpTime`])).rejects.toMatchObject({ code: 9005 });
    }
  });

  test("A.3.2.3 [R-A.3.2.3-10] [R-A.3.2.3-13] Writable is true only for a parameter that both the data model and this device allow to be set", async () => {
    const { DeviceInfo, ...others } = sampleRoot.object.objects;
    if (DeviceInfo?.is !== "object") throw new Error("the sample has changed");
    const { ProvisioningCode, ModelName } = DeviceInfo.params;
    const fixed = { packages: ProvisioningCode!.packages, read: ProvisioningCode!.read };
    const open = { ...ModelName!, write: ProvisioningCode!.write! };
    const params = { ...DeviceInfo.params, ProvisioningCode: fixed, ModelName: open };
    const objects = { DeviceInfo: { ...DeviceInfo, params }, ...others };
    const { model } = device().boot(undefined, { ...sampleRoot, object: { ...sampleRoot.object, objects } });
    for (const Name of [`${top}DeviceInfo.ProvisioningCode`, `${top}DeviceInfo.ModelName`]) {
      expect(await model.names(Name, false)).toEqual([{ Name, Writable: false }]);
      await expect(model.set([{ Name, Value: "x", type: "string" }], "acs", "")).rejects.toMatchObject({
        parameters: [{ code: 9008 }],
      });
    }
  });

  test("A.3.2.3 [R-A.3.2.3-10] Writable of a parameter predicts whether it can be set", async () => {
    const { model } = device().boot();
    for (const { Name, Writable } of await model.names("", false)) {
      if (Name.endsWith(".")) continue;
      const [{ Value, type } = { Value: "", type: "" }] = await model.values([Name]);
      const fault = await model.set([{ Name, Value, type }], "acs", "").then(
        () => undefined,
        (error) => error.parameters[0]?.code,
      );
      if (Writable) expect(fault, Name).not.toBe(9008);
      else expect(fault, Name).toBe(9008);
    }
  });

  test("A.3.2.3 [R-A.3.2.3-11] [R-A.3.2.3-12] [R-A.3.2.3-13] Writable of tables and instances predicts whether instances can be added and deleted", async () => {
    const { model } = device().boot();
    const writable = new Map((await model.names("", false)).map((one) => [one.Name, one.Writable]));
    expect(writable.get(`${top}NAT.`)).toBe(false);
    expect(writable.get(`${top}NAT.PortMapping.`)).toBe(true);
    expect(writable.get(`${top}NAT.PortMapping.1.`)).toBe(true);
    // The data model lets it go, this device does not.
    expect(writable.get(`${top}NAT.PortMapping.2.`)).toBe(false);
    expect(writable.get(`${top}LANDevice.`)).toBe(false);
    expect(writable.get(`${top}LANDevice.1.`)).toBe(false);
    // The data model lets LastUsed be nothing but read; nothing else of the binding is asked.
    expect(writable.get(`${top}NAT.PortMapping.1.LastUsed`)).toBe(false);
    await expect(model.remove(`${top}NAT.PortMapping.2.`, "acs", "")).rejects.toMatchObject({ code: 9001 });
    await expect(model.add(`${top}LANDevice.`, "acs", "")).rejects.toMatchObject({ code: 9001 });
    await expect(model.remove(`${top}LANDevice.1.`, "acs", "")).rejects.toMatchObject({ code: 9001 });
    await model.remove(`${top}NAT.PortMapping.1.`, "acs", "");
    await model.add(`${top}NAT.PortMapping.`, "acs", "");
  });

  test.each([`${top}Nothing.`, `${top}NAT.PortMapping.9.`, `${top}DeviceInfo`, `${top}deviceinfo.`])(
    "A.3.2.3 [R-A.3.2.3-15] [R-A.3.2.3-16] 9005 for %s",
    async (path) => {
      const { model } = device().boot();
      await expect(model.names(path, false)).rejects.toMatchObject({ code: 9005 });
      await expect(model.names(path, true)).rejects.toMatchObject({ code: 9005 });
    },
  );

  test("A.3.2.3 [R-A.3.2.3-17] 9003 for NextLevel true on a parameter", async () => {
    const { model } = device().boot();
    await expect(model.names(`${top}DeviceInfo.UpTime`, true)).rejects.toMatchObject({ code: 9003 });
  });
});

describe("the tree", () => {
  test("A.3.2.2 values and rows of files are read again only if their package has changed, facts at each reading", async () => {
    const there = device();
    let reads = 0;
    const info = sampleRoot.object.objects.DeviceInfo;
    if (info?.is !== "object") throw new Error("the sample has changed");
    const code = info.params.ProvisioningCode!;
    const counted = {
      ...code,
      read: (...args: Parameters<typeof code.read>) => {
        reads++;
        return code.read(...args);
      },
    };
    const DeviceInfo = { ...info, params: { ...info.params, ProvisioningCode: counted } };
    const root = {
      ...sampleRoot,
      object: { ...sampleRoot.object, objects: { ...sampleRoot.object.objects, DeviceInfo } },
    };
    const { model } = there.boot(undefined, root);
    const name = `${top}DeviceInfo.ProvisioningCode`;
    await read(model, name);
    await model.values([""]);
    expect(reads).toBe(1);
    there.disk.edit([{ edit: "set", package: "wireless", section: "radio0", option: "channel", value: "6" }]);
    await read(model, name);
    expect(reads).toBe(1);
    there.disk.edit([
      { edit: "set", package: "cwmp", section: "cpe", option: "provisioning_code", value: "p2" },
    ]);
    expect(await read(model, name)).toBe("p2");
    expect(reads).toBe(2);
    there.facts.state.uptime = 77;
    expect(await read(model, `${top}DeviceInfo.UpTime`)).toBe("77");
  });

  test("a declared parameter that the schema lacks is an error where it is met first", () => {
    const root = {
      ...sampleRoot,
      schema: { version: "1", asked: () => new Map(), parameter: () => undefined, marked: () => [] },
    };
    const tree = growTree(
      root,
      openInstances(new Map(), () => {}),
      memoryLog(),
    );
    expect(() => tree.leavesOf(tree.root)).toThrow("no parameter DeviceSummary");
  });
});
