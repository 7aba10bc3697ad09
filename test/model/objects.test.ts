import { describe, expect, test } from "vitest";
import { object, type Root, table } from "../../src/model/define.ts";
import type { Model } from "../../src/model/session.ts";
import { device, read, sampleRoot, text, top } from "./sample.ts";

const table_ = `${top}NAT.PortMapping.`;
const key = `${top}ManagementServer.ParameterKey`;
const wlan = `${top}LANDevice.1.WLANConfiguration.`;

const below = async (model: Model, path: string) =>
  (await model.names(path, false)).map((n) => n.Name.slice(path.length));
const rows = async (model: Model, path: string) =>
  (await model.names(path, true)).map((n) => Number(n.Name.slice(path.length, -1)));

describe("A.3.2.6 AddObject", () => {
  test("A.3.2.6 [R-A.3.2.6-01] [R-A.3.2.6-03] [R-A.3.2.6-29] gives a new instance a new number", async () => {
    const { model } = device().boot();
    expect(await rows(model, table_)).toEqual([1, 2]);
    const { instance } = await model.add(table_, "acs", "k");
    expect(instance).toBeGreaterThanOrEqual(1);
    expect(await rows(model, table_)).toEqual([1, 2, instance]);
  });

  test("A.3.2.6 [R-A.3.2.6-05] [R-A.3.2.6-11] a new instance has every child that the others have", async () => {
    const { model } = device().boot();
    const { instance } = await model.add(table_, "acs", "k");
    expect(await below(model, `${table_}${instance}.`)).toEqual(await below(model, `${table_}1.`));
    expect(await model.values([`${table_}${instance}.`])).toHaveLength(5);
  });

  test("A.3.2.6 [R-A.3.2.6-06] parameters of a new instance have the defaults of the data model", async () => {
    const { model } = device().boot();
    const { instance } = await model.add(table_, "acs", "");
    const values = Object.fromEntries(
      (await model.values([`${table_}${instance}.`])).map((v) => [v.Name.split(".").at(-1), v.Value]),
    );
    // The device's own default of Enabled is 1.
    expect(values).toMatchObject({ Enabled: "0", ExternalPort: "0", Protocol: "TCP", Description: "" });
  });

  test("A.3.2.6 [R-A.3.2.6-07] [R-A.3.2.6-08] attributes of a new instance are Notification 0 and Subscriber", async () => {
    const { model } = device().boot();
    await model.setAttributes([
      { Name: "", NotificationChange: true, Notification: 1, AccessListChange: true, AccessList: [] },
    ]);
    const { instance } = await model.add(table_, "acs", "");
    const attributes = await model.attributes([`${table_}${instance}.`]);
    expect(attributes).toHaveLength(5);
    for (const a of attributes) expect(a).toMatchObject({ Notification: 0, AccessList: ["Subscriber"] });
  });

  test("A.3.2.6 [R-A.3.2.6-09] [R-A.3.2.6-10] [R-A.3.2.6-27] an object that cannot be added whole is not added", async () => {
    const there = device();
    const { model, config, store } = there.boot();
    await model.values([""]);
    const before = there.disk.dump();
    for (const refuse of [() => config.refuseStages++, () => store.refuse++]) {
      refuse();
      await expect(model.add(table_, "acs", "bad")).rejects.toMatchObject({ code: 9002 });
      expect(await rows(model, table_)).toEqual([1, 2]);
      expect(there.disk.dump()).toBe(before);
      expect(await read(model, key)).toBe("");
    }
    expect(await rows(there.boot().model, table_)).toEqual([1, 2]);
    expect([...store.all("instance").keys()].filter((k) => k.startsWith(table_))).toEqual([
      table_,
      `${table_}1`,
      `${table_}2`,
    ]);
  });

  test("A.3.2.6 an instance whose defaults the device refuses is not added", async () => {
    const nat = sampleRoot.object.objects.NAT;
    const mapping = nat?.is === "object" ? nat.objects.PortMapping : undefined;
    if (nat?.is !== "object" || mapping?.is !== "table") throw new Error("the sample has changed");
    const params = { ...mapping.instance.params };
    params.Enabled = {
      ...params.Enabled!,
      write: () => {
        throw new TypeError("a mistake in a binding");
      },
    };
    const instance = object(params, mapping.instance.objects);
    const NAT = object(nat.params, { PortMapping: table({ ...mapping, instance }) });
    const root: Root = { ...sampleRoot, object: object({}, { NAT }) };
    const { model } = device().boot(undefined, root);
    await expect(model.add(table_, "acs", "")).rejects.toThrow("a mistake");
    expect(await rows(model, table_)).toEqual([1, 2]);
  });

  test("A.3.2.6 [R-A.3.2.6-15] [R-A.3.2.6-17] a creation that services must reload is Status 1, and visible at once", async () => {
    const { model } = device().boot();
    model.begin();
    const { instance, status } = await model.add(table_, "acs", "k9");
    expect(status).toBe(1);
    expect(await read(model, key)).toBe("k9");
    expect(await rows(model, table_)).toContain(instance);
  });

  test("A.3.2.6 [R-A.3.2.6-18] the four parameter methods work on a new instance before it takes effect", async () => {
    const { model } = device().boot();
    model.begin();
    const { instance } = await model.add(table_, "acs", "");
    const name = `${table_}${instance}.Description`;
    await model.set([text(name, "mine")], "acs", "");
    expect(await read(model, name)).toBe("mine");
    await model.setAttributes([
      { Name: name, NotificationChange: true, Notification: 2, AccessListChange: false, AccessList: [] },
    ]);
    expect(await model.attributes([name])).toEqual([
      { Name: name, Notification: 2, AccessList: ["Subscriber"] },
    ]);
  });

  test("A.3.2.6 [R-A.3.2.6-19] [R-A.3.2.6-20] sub-objects can be added to an instance; both can be deleted", async () => {
    const { model } = device().boot();
    model.begin();
    const { instance } = await model.add(table_, "acs", "");
    const rules = `${table_}${instance}.Rule.`;
    const first = await model.add(rules, "acs", "");
    const second = await model.add(rules, "acs", "");
    expect(await read(model, `${rules}${first.instance}.Source`)).toBe("10.0.0.1");
    await model.remove(`${rules}${first.instance}.`, "acs", "");
    expect(await rows(model, rules)).toEqual([second.instance]);
    await model.remove(`${table_}${instance}.`, "acs", "");
    expect(await rows(model, table_)).toEqual([1, 2]);
  });

  test("A.3.2.6 [R-A.3.2.6-23] [R-A.3.2.7-13] Status is determined anew for each call", async () => {
    const { model } = device().boot();
    model.begin();
    const added = await model.add(table_, "acs", "");
    const set = await model.set([text(`${top}ManagementServer.URL`, "http://a/")], "acs", "");
    const removed = await model.remove(`${table_}${added.instance}.`, "acs", "");
    expect([added.status, set.status, removed.status]).toEqual([1, 0, 1]);
  });

  test("A.3.2.6 [R-A.3.2.6-14] [R-A.3.2.7-05] Status 0 if no service has to reload", async () => {
    const { model, store } = device().boot();
    const files = `${top}DeviceInfo.VendorConfigFile.`;
    const { instance, status } = await model.add(files, "acs", "");
    expect(status).toBe(0);
    expect(await rows(model, files)).toEqual([instance]);
    expect((await model.remove(`${files}${instance}.`, "acs", "")).status).toBe(0);
    expect(await rows(model, files)).toEqual([]);
    expect(store.get("change", "unapplied")).toBeUndefined();
  });

  test("A.3.2.6 [R-A.3.2.6-16] [R-A.3.2.6-24] a new instance outlasts the process", async () => {
    const there = device();
    const { instance } = await there.boot().model.add(table_, "acs", "k1");
    const { model, store } = there.boot();
    expect(await rows(model, table_)).toEqual([1, 2, instance]);
    expect(await read(model, key)).toBe("k1");
    expect(store.get("change", "unapplied")).toEqual(["firewall"]);
  });

  test("A.3.2.6 [R-A.3.2.6-26] [R-A.3.2.6-28] the ParameterKey is set, the empty one too", async () => {
    const { model } = device().boot();
    await model.add(table_, "acs", "k1");
    expect(await read(model, key)).toBe("k1");
    await model.add(table_, "acs", "");
    expect(await read(model, key)).toBe("");
    await expect(model.add(table_, "acs", "x".repeat(33))).rejects.toMatchObject({ code: 9003 });
    expect(await rows(model, table_)).toHaveLength(4);
  });

  test.each([
    `${top}NAT.PortMapping`,
    `${top}NAT.`,
    `${table_}1.`,
    `${top}Nothing.`,
    `${table_}1.Enabled`,
    "",
  ])("A.3.2.6 [R-A.3.2.6-02] [R-A.3.2.6-34] 9005 for %j, which names no table", async (path) => {
    const { model } = device().boot();
    await expect(model.add(path, "acs", "k")).rejects.toMatchObject({ code: 9005 });
    expect(await rows(model, table_)).toEqual([1, 2]);
    expect(await read(model, key)).toBe("");
  });

  test("A.3.2.6 [R-A.3.2.6-35] a full table is 9004, and accepts an instance again after a delete", async () => {
    const { model } = device().boot();
    for (let i = 0; i < 4; i++) await model.add(table_, "acs", "");
    await expect(model.add(table_, "acs", "k")).rejects.toMatchObject({ code: 9004 });
    await model.remove(`${table_}1.`, "acs", "");
    await model.add(table_, "acs", "");
  });
});

describe("A.3.2.7 DeleteObject", () => {
  test("A.3.2.7 [R-A.3.2.7-01] [R-A.3.2.7-03] removes the instance; the others keep their numbers", async () => {
    const { model } = device().boot();
    const { instance } = await model.add(table_, "acs", "");
    await model.remove(`${table_}1.`, "acs", "k");
    expect(await rows(model, table_)).toEqual([2, instance]);
    expect(await read(model, `${table_}2.Description`)).toBe("ssh");
  });

  test("A.3.2.7 [R-A.3.2.7-02] [R-A.3.2.7-09] [R-A.3.2.7-10] no part of a deleted instance can be read", async () => {
    const { model, store } = device().boot();
    await model.setAttributes([
      {
        Name: `${table_}1.`,
        NotificationChange: true,
        Notification: 1,
        AccessListChange: false,
        AccessList: [],
      },
    ]);
    model.begin();
    expect((await model.remove(`${table_}1.`, "acs", "")).status).toBe(1);
    const name = `${table_}1.Description`;
    for (const path of [name, `${table_}1.`, `${table_}1.Rule.`]) {
      await expect(model.values([path])).rejects.toMatchObject({ code: 9005 });
      await expect(model.names(path, false)).rejects.toMatchObject({ code: 9005 });
    }
    await expect(model.set([text(name, "x")], "acs", "")).rejects.toMatchObject({
      parameters: [{ code: 9005 }],
    });
    await expect(model.add(`${table_}1.Rule.`, "acs", "")).rejects.toMatchObject({ code: 9005 });
    expect((await model.names("", false)).some((n) => n.Name.startsWith(`${table_}1.`))).toBe(false);
    expect(await rows(model, table_)).toEqual([2]);
    expect([...store.all("attribute").keys()]).toEqual([]);
    expect([...store.all("instance").keys()].filter((k) => k.startsWith(`${table_}1`))).toEqual([]);
  });

  test("A.3.2.7 [R-A.3.2.7-14] sub-objects are deleted with their instance, in one change", async () => {
    const { model, config } = device().boot();
    const { instance } = await model.add(table_, "acs", "");
    await model.add(`${table_}${instance}.Rule.`, "acs", "");
    const before = config.staged;
    await model.remove(`${table_}${instance}.`, "acs", "");
    expect(config.staged).toBe(before + 1);
    expect(
      config
        .view()
        .package("firewall")
        ?.sections.map((s) => s.type),
    ).toEqual(["redirect", "redirect"]);
  });

  test("A.3.2.7 [R-A.3.2.7-15] [R-A.3.2.7-16] [R-A.3.2.7-20] an object that cannot be deleted stays whole", async () => {
    const there = device();
    const { model, store } = there.boot();
    const before = await model.values([table_]);
    store.refuse = 1;
    await expect(model.remove(`${table_}1.`, "acs", "bad")).rejects.toMatchObject({ code: 9002 });
    await expect(model.remove(`${table_}2.`, "acs", "bad")).rejects.toMatchObject({ code: 9001 });
    expect(await model.values([table_])).toEqual(before);
    expect(await read(model, key)).toBe("");
  });

  test("A.3.2.7 [R-A.3.2.7-06] [R-A.3.2.7-07] [R-A.3.2.7-18] a deletion is Status 1 and outlasts the process", async () => {
    const there = device();
    const { model } = there.boot();
    await model.values([""]);
    expect((await model.remove(`${table_}1.`, "acs", "k")).status).toBe(1);
    const again = there.boot();
    expect(await rows(again.model, table_)).toEqual([2]);
    expect(again.store.get("change", "unapplied")).toEqual(["firewall"]);
  });

  test("A.3.2.7 [R-A.3.2.7-08] [R-A.3.2.7-19] [R-A.3.2.7-21] the ParameterKey is set, the empty one too", async () => {
    const { model } = device().boot();
    await model.add(table_, "acs", "");
    await model.remove(`${table_}1.`, "acs", "k");
    expect(await read(model, key)).toBe("k");
    await model.remove(`${table_}3.`, "acs", "");
    expect(await read(model, key)).toBe("");
  });

  test.each([table_, `${table_}9.`, `${top}NAT.`, `${table_}1`, `${table_}1.Enabled`, ""])(
    "A.3.2.7 [R-A.3.2.7-23] [R-A.3.2.7-24] 9005 for %j, which names no instance",
    async (path) => {
      const { model } = device().boot();
      await expect(model.remove(path, "acs", "k")).rejects.toMatchObject({ code: 9005 });
    },
  );
});

describe("A.3.2.6 instance numbers", () => {
  const ssids = async (model: Model) =>
    Object.fromEntries(
      (await model.values([wlan]))
        .filter((v) => v.Name.endsWith(".SSID"))
        .map((v) => [v.Name.slice(wlan.length, -5), v.Value]),
    );

  test("A.3.2.6 [R-A.3.2.6-04] an object keeps its number while others are added and deleted", async () => {
    const { model } = device().boot();
    const { instance } = await model.add(table_, "acs", "");
    await model.set([text(`${table_}${instance}.Description`, "mine")], "acs", "");
    await model.add(table_, "acs", "");
    await model.remove(`${table_}1.`, "acs", "");
    expect(await read(model, `${table_}${instance}.Description`)).toBe("mine");
  });

  test("A.3.2.6 [R-A.3.2.6-30] the number of a deleted instance is not assigned again, nor after a restart", async () => {
    const there = device();
    const { model } = there.boot();
    const first = (await model.add(table_, "acs", "")).instance;
    await model.remove(`${table_}${first}.`, "acs", "");
    const second = (await model.add(table_, "acs", "")).instance;
    await model.remove(`${table_}${second}.`, "acs", "");
    const third = (await there.boot().model.add(table_, "acs", "")).instance;
    expect(new Set([1, 2, first, second, third]).size).toBe(5);
  });

  test("A.3.2.6 [R-A.3.2.6-31] the whole range of numbers is used before a number is assigned again", async () => {
    const there = device();
    await there.boot().model.values([""]);
    there.boot().store.write([{ shelf: "instance", key: table_, value: { next: 4_294_967_295 } }]);
    const { model } = there.boot();
    expect((await model.add(table_, "acs", "")).instance).toBe(4_294_967_295);
    expect((await model.add(table_, "acs", "")).instance).toBe(3);
    expect(await rows(model, table_)).toEqual([1, 2, 3, 4_294_967_295]);
    // Nor does one that has become free return at once on the second round.
    await model.remove(`${table_}3.`, "acs", "");
    expect((await model.add(table_, "acs", "")).instance).toBe(4);
    // From the end of the range the way leads round it, past all that are in use.
    there.boot().store.write([{ shelf: "instance", key: table_, value: { next: 4_294_967_295 } }]);
    expect((await there.boot().model.add(table_, "acs", "")).instance).toBe(3);
  });

  test("A.3.2.7 [R-A.3.2.7-02] [R-A.3.2.6-30] an instance that others make under the name of a deleted one is a new instance that inherits nothing", async () => {
    const there = device();
    const { model } = there.boot();
    const { instance } = await model.add(table_, "acs", "");
    const attributes = { NotificationChange: true, Notification: 2, AccessListChange: true, AccessList: [] };
    await model.setAttributes([{ Name: `${table_}${instance}.`, ...attributes }]);
    await model.remove(`${table_}${instance}.`, "acs", "");
    there.disk.edit([{ edit: "add", package: "firewall", section: `pm_${instance}`, type: "redirect" }]);
    expect(await rows(model, table_)).toEqual([1, 2, instance + 1]);
    for (const one of await model.attributes([`${table_}${instance + 1}.`]))
      expect(one).toMatchObject({ Notification: 0, AccessList: ["Subscriber"] });
    expect((await model.changes()).active).toEqual([]);
  });

  test("A.3.2.6 [R-A.3.2.6-32] others may move, edit, add and remove sections: each keeps its number", async () => {
    const there = device();
    const { model } = there.boot();
    expect(await ssids(model)).toEqual({ 1: "first", 2: "second", 3: "third" });
    there.disk.reorder("wireless", (all) => [...all].reverse());
    expect(await ssids(model)).toEqual({ 1: "first", 2: "second", 3: "third" });
    // One in front shifts every anonymous name by one.
    there.disk.reorder("wireless", (all) =>
      [{ type: "wifi-iface", options: { device: "radio1", ssid: "new" } }, ...all].map((s, i) => ({
        id: 1000 + i,
        ...s,
      })),
    );
    expect(await ssids(model)).toEqual({ 1: "first", 2: "second", 3: "third", 4: "new" });
    there.disk.reorder("wireless", (all) => all.filter((s) => s.options.ssid !== "first"));
    expect(await ssids(model)).toEqual({ 2: "second", 3: "third", 4: "new" });
    // Edited and moved at once, and while nobody looked.
    there.disk.reorder("wireless", (all) =>
      [...all]
        .reverse()
        .map((s) => (s.options.ssid === "second" ? { ...s, options: { ...s.options, ssid: "2nd" } } : s)),
    );
    expect(await ssids(there.boot().model)).toEqual({ 2: "2nd", 3: "third", 4: "new" });
    // Two edited and all moved at once: what they still share with what they were tells them apart.
    there.disk.reorder("wireless", (all) =>
      [...all].reverse().map((s) => {
        if (s.options.ssid === "2nd") return { ...s, options: { ...s.options, ssid: "zwei" } };
        return s.options.ssid === "third" ? { ...s, options: { ...s.options, ssid: "drei" } } : s;
      }),
    );
    expect(await ssids(model)).toEqual({ 2: "zwei", 3: "drei", 4: "new" });
  });

  test.each(["within a session", "outside one"])(
    "A.3.2.6 own edits that turn anonymous sections into one another do not swap them, %s",
    async (where) => {
      const there = device();
      const { model } = there.boot();
      expect(await ssids(model)).toEqual({ 1: "first", 2: "second", 3: "third" });
      if (where === "within a session") model.begin();
      const swap = [
        text(`${wlan}1.SSID`, "second"),
        text(`${wlan}1.Passphrase`, "secondkey"),
        text(`${wlan}2.SSID`, "first"),
        text(`${wlan}2.Passphrase`, "firstkey"),
      ];
      await model.set(swap, "acs", "");
      const swapped = { 1: "second", 2: "first", 3: "third" };
      expect(await ssids(there.boot().model)).toEqual(swapped);
      expect(await ssids(model)).toEqual(swapped);
      model.end();
      expect(await ssids(model)).toEqual(swapped);
    },
  );

  test("A.3.2.6 a section keeps its number when others edit its only option", async () => {
    const there = device({
      ...{
        firewall: [
          { type: "redirect", options: { src_dport: "1" } },
          { type: "redirect", options: { src_dport: "2" } },
        ],
      },
    });
    const { model } = there.boot();
    await model.values([table_]);
    there.disk.reorder("firewall", ([a, b]) => [a!, { ...b!, options: { src_dport: "9" } }]);
    expect(await read(model, `${table_}2.ExternalPort`)).toBe("9");
  });

  test("A.3.2.6 a row deleted by others is gone at the next look, even if the table was not read meanwhile", async () => {
    const rule = (port: string) => ({
      type: "redirect",
      options: { src: "wan", dest: "lan", target: "DNAT", proto: "tcp", src_dport: port },
    });
    const there = device({ firewall: [rule("1"), rule("2")] });
    const { model } = there.boot();
    await model.values([table_]);
    there.disk.reorder("firewall", ([a]) => [a!]);
    await model.changes();
    there.disk.reorder("firewall", ([a]) => [a!, { ...a!, name: "cfg99", options: rule("3").options }]);
    const names = await model.names(table_, true);
    expect(
      names.map(({ Name }) => Name).filter((name) => name.startsWith(table_) && name !== table_),
    ).toEqual([`${table_}1.`, `${table_}3.`]);
  });

  test("A.3.2.6 a file that is damaged for a while costs no numbers", async () => {
    const there = device();
    const { model } = there.boot();
    const before = await ssids(model);
    const file = there.disk.files.get("wireless")!;
    there.disk.files.delete("wireless");
    expect(await ssids(model)).toEqual({});
    there.disk.write("wireless", file.sections);
    expect(await ssids(there.boot().model)).toEqual(before);
  });

  test("A.3.2.6 a host that returns has its former number", async () => {
    const there = device();
    const { model } = there.boot();
    const hosts = `${top}LANDevice.1.Hosts.Host.`;
    const lease = (n: number) => ({
      expires: 0,
      mac: `02:00:00:00:00:0${n}`,
      address: "",
      hostname: `h${n}`,
      clientId: "",
    });
    there.facts.state.leases = [lease(1), lease(2)];
    expect(await rows(model, hosts)).toEqual([1, 2]);
    there.facts.state.leases = [lease(3)];
    expect(await rows(model, hosts)).toEqual([3]);
    there.facts.state.leases = [lease(2), lease(3)];
    expect(await read(there.boot().model, `${hosts}2.HostName`)).toBe("h2");
  });
});
