import { describe, expect, test } from "vitest";
import { Fault } from "../../src/errors.ts";
import { device, read, sampleRoot, text, top } from "./sample.ts";

const acs = `${top}ManagementServer.`;
const pool = `${top}LANDevice.1.LANHostConfigManagement.`;
const wlan = `${top}LANDevice.1.WLANConfiguration.`;
const key = `${acs}ParameterKey`;

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (e) => e,
  );
  expect(error).toBeInstanceOf(Fault);
  return error;
}

const codes = (fault: Fault) =>
  Object.fromEntries(fault.parameters.map((p) => [p.name.slice(top.length), p.code]));

describe("A.3.2.1 SetParameterValues", () => {
  test("A.3.2.1 [R-A.3.2.1-01] sets each parameter to its value, in its own file", async () => {
    const { model, config } = device().boot();
    await model.set([text(`${acs}URL`, "http://new/"), text(`${wlan}2.SSID`, "it's new")], "acs", "k");
    expect(await read(model, `${acs}URL`)).toBe("http://new/");
    expect(await read(model, `${wlan}2.SSID`)).toBe("it's new");
    const ssids = config
      .view()
      .package("wireless")
      ?.ofType("wifi-iface")
      .map((s) => s.options.get("ssid"));
    expect(ssids).toEqual(["first", "it's new", "third"]);
  });

  test("A.3.2.1 [R-A.3.2.1-02] a name given twice is 9003 and nothing changes", async () => {
    const there = device();
    const { model } = there.boot();
    const before = there.disk.dump();
    const fault = await faultOf(
      model.set([text(`${acs}URL`, "http://a/"), text(`${acs}URL`, "http://a/")], "acs", "k"),
    );
    expect(fault.code).toBe(9003);
    expect(there.disk.dump()).toBe(before);
    expect(await read(model, key)).toBe("");
  });

  test("A.3.2.1 [R-A.3.2.1-03] [R-A.3.2.1-04] an empty list sets the ParameterKey and nothing else", async () => {
    const there = device();
    const { model } = there.boot();
    const before = there.disk.dump();
    const values = await model.values([""]);
    expect((await model.set([], "acs", "k7")).status).toBe(0);
    expect(await read(model, key)).toBe("k7");
    const after = await model.values([""]);
    expect(after.filter((v) => v.Name !== key)).toEqual(values.filter((v) => v.Name !== key));
    expect(there.disk.dump()).toBe(before);
  });

  test("A.3.2.1 [R-A.3.2.1-05] the ParameterKey is set on success only", async () => {
    const { model } = device().boot();
    await model.set([text(`${acs}URL`, "http://a/")], "acs", "good");
    expect(await read(model, key)).toBe("good");
    await faultOf(model.set([text(`${acs}Nothing`, "")], "acs", "bad"));
    await faultOf(model.set([text(`${acs}PeriodicInformInterval`, "0")], "acs", "bad"));
    expect(await read(model, key)).toBe("good");
  });

  test("A.3.2.1 [R-A.3.2.1-06] a ParameterKey has 0 to 32 characters", async () => {
    const { model } = device().boot();
    await model.set([], "acs", "é".repeat(32));
    expect(await read(model, key)).toBe("é".repeat(32));
    expect((await faultOf(model.set([], "acs", "x".repeat(33)))).code).toBe(9003);
    await model.set([], "acs", "");
    expect(await read(model, key)).toBe("");
  });

  test("A.3.2.1 [R-A.3.2.1-08] [R-A.3.2.1-09] a single bad entry voids the whole list, and the fault names it", async () => {
    const there = device();
    const { model } = there.boot();
    const before = there.disk.dump();
    const fault = await faultOf(
      model.set(
        [
          text(`${acs}URL`, "http://a/"),
          text(`${wlan}1.SSID`, "x".repeat(33)),
          text(`${pool}DomainName`, "a"),
        ],
        "acs",
        "k",
      ),
    );
    expect(fault.code).toBe(9003);
    expect(fault.parameters.map((p) => p.name)).toEqual([`${wlan}1.SSID`]);
    expect(fault.parameters[0]?.text).toContain("too long");
    expect(there.disk.dump()).toBe(before);
  });

  test("3.5 [R-3.5-25] [R-A.5.1-08] [R-A.5.1-11] [R-A.5.1-07] each parameter in error has its own code of 9005 to 9008", async () => {
    const { model } = device().boot();
    const fault = await faultOf(
      model.set(
        [
          text(`${top}DeviceInfo.Nothing`, "1"),
          text(`${acs}`, "1"),
          text(`${acs}PeriodicInformEnable`, "2024-01-01T00:00:00Z", "dateTime"),
          text(`${acs}PeriodicInformInterval`, "0", "unsignedInt"),
          text(`${top}DeviceInfo.UpTime`, "1", "unsignedInt"),
          text(`${acs}URL`, "http://fine/"),
        ],
        "acs",
        "k",
      ),
    );
    expect(fault.code).toBe(9003);
    expect(codes(fault)).toEqual({
      "DeviceInfo.Nothing": 9005,
      "ManagementServer.": 9005,
      "ManagementServer.PeriodicInformEnable": 9006,
      "ManagementServer.PeriodicInformInterval": 9007,
      "DeviceInfo.UpTime": 9008,
    });
  });

  // What a device or its files cannot take showed only once nothing was wrong by the data model.
  test("A.3.2.1 [R-A.3.2.1-24] the fault has one entry for each parameter in error, whether the data model, the device, its files or a combination refuses it", async () => {
    const there = device();
    const { model } = there.boot();
    const before = there.disk.dump();
    const wrong = [
      text(`${top}NAT.PortMapping.1.ExternalPort`, "25"),
      text(`${pool}DomainName`, "a\u0007b"),
      text(`${pool}MinAddress`, "192.168.1.250"),
      text(`${acs}PeriodicInformInterval`, "0"),
      text(`${top}DeviceInfo.UpTime`, "1"),
      text(`${acs}Nothing`, "1"),
    ];
    for (const list of [wrong, wrong.toReversed()]) {
      const fault = await faultOf(model.set([...list, text(`${acs}URL`, "http://fine/")], "acs", "k"));
      expect(fault.parameters).toHaveLength(6);
      expect(codes(fault)).toEqual({
        "NAT.PortMapping.1.ExternalPort": 9007,
        "LANDevice.1.LANHostConfigManagement.DomainName": 9007,
        "LANDevice.1.LANHostConfigManagement.MinAddress": 9007,
        "ManagementServer.PeriodicInformInterval": 9007,
        "DeviceInfo.UpTime": 9008,
        "ManagementServer.Nothing": 9005,
      });
    }
    expect(there.disk.dump()).toBe(before);
  });

  test("A.3.2.1 a value that is wrong only because of a refused value has no entry in the fault", async () => {
    const { model } = device().boot();
    const list = [text(`${pool}MinAddress`, "192.168.1.150"), text(`${pool}MaxAddress`, "nowhere")];
    expect(codes(await faultOf(model.set(list, "acs", "")))).toEqual({
      "LANDevice.1.LANHostConfigManagement.MaxAddress": 9007,
    });
  });

  test.each([9001, 9002, 9004] as const)(
    "A.5.1 [R-A.5.1-07] a parameter that its binding refuses with %i has 9007 in its entry",
    async (code) => {
      const { DeviceInfo, ...others } = sampleRoot.object.objects;
      if (DeviceInfo?.is !== "object") throw new Error("the sample has changed");
      const write = () => {
        throw new Fault(code, "no room");
      };
      const params = {
        ...DeviceInfo.params,
        ProvisioningCode: { ...DeviceInfo.params.ProvisioningCode!, write },
      };
      const objects = { DeviceInfo: { ...DeviceInfo, params }, ...others };
      const root = { ...sampleRoot, object: { ...sampleRoot.object, objects } };
      const { model } = device().boot(undefined, root);
      const fault = await faultOf(model.set([text(`${top}DeviceInfo.ProvisioningCode`, "x")], "acs", "k"));
      expect([fault.code, codes(fault)]).toEqual([9003, { "DeviceInfo.ProvisioningCode": 9007 }]);
    },
  );

  test("A.3.2.1 [R-A.3.2.1-26] [R-A.3.2.1-28] values and combinations that the data model prohibits are 9007", async () => {
    const { model } = device().boot();
    expect(codes(await faultOf(model.set([text(`${wlan}1.BeaconType`, "Fancy")], "acs", "")))).toEqual({
      "LANDevice.1.WLANConfiguration.1.BeaconType": 9007,
    });
    const fault = await faultOf(
      model.set(
        [text(`${pool}MinAddress`, "192.168.1.200"), text(`${pool}MaxAddress`, "192.168.1.150")],
        "acs",
        "",
      ),
    );
    expect(codes(fault)).toEqual({ "LANDevice.1.LANHostConfigManagement.MinAddress": 9007 });
  });

  test("A.3.2.1 [R-A.3.2.1-27] a value that this device does not support is 9007", async () => {
    const { model } = device().boot();
    const fault = await faultOf(model.set([text(`${top}NAT.PortMapping.1.ExternalPort`, "25")], "acs", ""));
    expect(codes(fault)).toEqual({ "NAT.PortMapping.1.ExternalPort": 9007 });
  });

  test("A.3.2.1 a value that the configuration cannot hold is 9007", async () => {
    const { model } = device().boot();
    const fault = await faultOf(model.set([text(`${pool}DomainName`, "a\u0007b")], "acs", ""));
    expect(codes(fault)).toEqual({ "LANDevice.1.LANHostConfigManagement.DomainName": 9007 });
  });

  test("A.3.2.1 [R-A.3.2.1-29] every value that the data model requires is accepted, even beside a value that was wrong before", async () => {
    const there = device();
    const { model } = there.boot();
    for (const value of ["None", "Basic", "WPA", "11i"])
      await model.set([text(`${wlan}1.BeaconType`, value)], "acs", "");
    // By hand somebody has left a pool that ends before it begins.
    there.disk.edit([{ edit: "set", package: "dhcp", section: "lan", option: "max", value: "192.168.1.5" }]);
    await model.set([text(`${pool}DomainName`, "lan")], "acs", "");
    expect(await read(model, `${pool}DomainName`)).toBe("lan");
  });

  test("A.3.2.1 [R-A.3.2.1-11] the order of the list does not affect the result", async () => {
    const list = [
      text(`${pool}MinAddress`, "192.168.1.150"),
      text(`${pool}MaxAddress`, "192.168.1.200"),
      // The one clears what the other sets.
      text(`${wlan}1.Passphrase`, "kept"),
      text(`${wlan}1.BeaconType`, "None"),
    ];
    const results = new Set<string>();
    for (const order of permutations(list)) {
      const there = device();
      await there.boot().model.set(order, "acs", "k");
      results.add(there.disk.dump());
    }
    expect(results.size).toBe(1);
    expect([...results][0]).toContain("192.168.1.150");
    expect([...results][0]).toContain("kept");
  });

  test("A.3.2.1 [R-A.3.2.1-20] settings may be split over calls or put into one", async () => {
    const list = [text(`${acs}URL`, "http://a/"), text(`${wlan}1.SSID`, "one"), text(`${wlan}2.SSID`, "two")];
    const [one, many] = [device(), device()];
    await one.boot().model.set(list, "acs", "k");
    const { model } = many.boot();
    for (const setting of list.reverse()) await model.set([setting], "acs", "k");
    expect(many.disk.dump()).toBe(one.disk.dump());
  });

  test("A.3.2.1 [R-A.3.2.1-13] [R-A.3.2.1-07] Status is 0 for a change that takes effect at once, 1 for a change that services must reload", async () => {
    const { model, store } = device().boot();
    expect(await model.set([text(`${acs}URL`, "http://a/")], "acs", "")).toMatchObject({
      status: 0,
      packages: ["cwmp"],
    });
    expect(store.get("change", "unapplied")).toBeUndefined();
    expect(await model.set([text(`${wlan}1.SSID`, "a")], "acs", "")).toMatchObject({
      status: 1,
      packages: ["wireless"],
    });
    expect(store.get("change", "unapplied")).toEqual(["wireless"]);
  });

  test("A.3.2.1 [R-A.3.2.1-19] Status is determined anew for each call", async () => {
    const { model, store } = device().boot();
    model.begin();
    const statuses = [
      (await model.set([text(`${wlan}1.SSID`, "a")], "acs", "")).status,
      (await model.set([text(`${acs}URL`, "http://a/")], "acs", "")).status,
      (await model.set([text(`${pool}DomainName`, "b")], "acs", "")).status,
    ];
    expect(statuses).toEqual([1, 0, 1]);
    expect(store.get("change", "unapplied")).toEqual(["wireless", "dhcp"]);
  });

  test("A.3.2.1 [R-A.3.2.1-15] [R-A.3.2.1-16] later calls see the new values and ParameterKey before they take effect", async () => {
    const { model } = device().boot();
    model.begin();
    expect((await model.set([text(`${wlan}1.SSID`, "new")], "acs", "k2")).status).toBe(1);
    expect(await read(model, `${wlan}1.SSID`)).toBe("new");
    expect(await read(model, key)).toBe("k2");
  });

  test("A.3.2.1 [R-A.3.2.1-14] [R-A.3.2.1-21] values and ParameterKey outlast the process", async () => {
    const there = device();
    await there
      .boot()
      .model.set([text(`${wlan}1.SSID`, "kept"), text(`${acs}URL`, "http://kept/")], "acs", "k3");
    const { model, store } = there.boot();
    expect(await read(model, `${wlan}1.SSID`)).toBe("kept");
    expect(await read(model, `${acs}URL`)).toBe("http://kept/");
    expect(await read(model, key)).toBe("k3");
    expect(store.get("change", "unapplied")).toEqual(["wireless"]);
  });

  test("A.3.2.1 a value set already is not written again, nor is a password that reads empty", async () => {
    const there = device();
    const { model, config } = there.boot();
    const before = there.disk.dump();
    const done = await model.set(
      [text(`${acs}Password`, "secret"), text(`${wlan}1.SSID`, "first")],
      "acs",
      "k",
    );
    expect(done).toMatchObject({ status: 0, packages: [] });
    expect(config.staged).toBe(0);
    expect(there.disk.dump()).toBe(before);
    expect(await read(model, key)).toBe("k");
  });

  test("A.3.2.1 lists and booleans are stored in the form of UCI", async () => {
    const { model, config } = device().boot();
    await model.set(
      [text(`${pool}DNSServers`, "1.1.1.1, 8.8.8.8"), text(`${acs}PeriodicInformEnable`, "true")],
      "acs",
      "",
    );
    expect(config.view().package("dhcp")?.section("lan")?.options.get("dns")).toEqual(["1.1.1.1", "8.8.8.8"]);
    expect(await read(model, `${acs}PeriodicInformEnable`)).toBe("1");
  });

  test("A.3.2.1 [R-A.5.1-04] a disk that refuses writes is 9002, and nothing has changed", async () => {
    const there = device();
    const { model, config, store } = there.boot();
    await model.values([""]);
    const before = there.disk.dump();
    config.refuseStages = 1;
    expect((await faultOf(model.set([text(`${acs}URL`, "http://a/")], "acs", "k"))).code).toBe(9002);
    store.refuse = 1;
    expect((await faultOf(model.set([text(`${acs}URL`, "http://a/")], "acs", "k"))).code).toBe(9002);
    expect(there.disk.dump()).toBe(before);
    expect(await read(model, key)).toBe("");
    expect(await read(model, `${acs}URL`)).toBe("http://acs.example/");
    await model.set([text(`${acs}URL`, "http://a/")], "acs", "k");
    expect(await read(model, `${acs}URL`)).toBe("http://a/");
  });

  test("A.3.2.1 a write refused past the commit point is completed by the next call, in order", async () => {
    const there = device();
    const { model, config, store, log } = there.boot();
    config.refuseCommits = 2;
    await model.set([text(`${acs}URL`, "http://a/")], "acs", "k");
    expect(store.get("intent", "change")).toBeDefined();
    expect(log.lines.map((l) => l.level)).toEqual(["error"]);
    await model.set([text(`${acs}PeriodicInformInterval`, "60")], "acs", "k2");
    expect(store.get("intent", "change")).toBeUndefined();
    expect(await read(model, `${acs}URL`)).toBe("http://a/");
    expect(await read(model, `${acs}PeriodicInformInterval`)).toBe("60");
  });

  test("A.3.2.1 simultaneous changes are made one after the other", async () => {
    const { model } = device().boot();
    await Promise.all([
      model.set([text(`${acs}URL`, "http://a/")], "acs", "k1"),
      model.set([text(`${acs}PeriodicInformInterval`, "60")], "local"),
      model.add(`${top}NAT.PortMapping.`, "acs", "k2"),
    ]);
    expect(await read(model, `${acs}URL`)).toBe("http://a/");
    expect(await read(model, `${acs}PeriodicInformInterval`)).toBe("60");
    expect(await read(model, `${top}NAT.PortMapping.3.Protocol`)).toBe("TCP");
  });
});

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((one, i) =>
    permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [one, ...rest]),
  );
}

describe("3.7.1.1 one session sees one state", () => {
  const ssid = `${wlan}1.SSID`;
  const set = (section: string, option: string, value: string) =>
    ({ edit: "set", package: "dhcp", section, option, value }) as const;

  test("3.7.1.1 [R-3.7.1.1-04] [R-3.7.1.1-05] changes by others are visible only after the session", async () => {
    const there = device();
    const { model } = there.boot();
    model.begin();
    // Nothing of the package has been read in this session yet.
    there.disk.edit([set("lan", "domain", "other")]);
    expect(await read(model, `${pool}DomainName`)).toBe("home");
    await model.set([text(ssid, "acs")], "acs", "");
    expect(await read(model, `${pool}DomainName`)).toBe("home");
    expect(await read(model, ssid)).toBe("acs");
    model.end();
    expect(await read(model, `${pool}DomainName`)).toBe("other");
    expect(await read(model, ssid)).toBe("acs");
  });

  test("3.7.1.1 [R-3.7.1.1-06] objects that others add or remove stay hidden until the session ends", async () => {
    const there = device();
    const { model } = there.boot();
    const rows = async () => (await model.names(`${wlan}`, true)).map((one) => one.Name.slice(wlan.length));
    model.begin();
    there.disk.reorder("wireless", (all) => all.filter((s) => s.options.ssid !== "second"));
    there.disk.edit([{ edit: "add", package: "wireless", section: "guest", type: "wifi-iface" }]);
    expect(await rows()).toEqual(["1.", "2.", "3."]);
    model.end();
    expect(await rows()).toEqual(["1.", "3.", "4."]);
  });

  test("3.7.1.1 a change at the device applies to the present configuration, during a session that does not see it", async () => {
    const { model, config } = device().boot();
    model.begin();
    await model.set([text(`${pool}DomainName`, "acs")], "acs", "k");
    await model.set([text(ssid, "mine")], "local");
    expect(await read(model, ssid)).toBe("first");
    await model.set([text(`${pool}DNSServers`, "1.1.1.1")], "acs", "k");
    model.end();
    expect(await read(model, ssid)).toBe("mine");
    expect(await read(model, `${pool}DomainName`)).toBe("acs");
    expect(config.view().package("dhcp")?.section("lan")?.options.get("dns")).toEqual(["1.1.1.1"]);
  });
});
