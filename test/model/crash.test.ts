/** The process is killed before every step that touches the disk. TR-069 A.3.2.1: all of a change or none of it. */
import { describe, expect, test } from "vitest";
import { recoverIntents } from "../../src/model/commit.ts";
import type { Model } from "../../src/model/session.ts";
import { type Device, device, read, text, top } from "./sample.ts";
import { fuse, Killed } from "./world.ts";

interface Outcome {
  /** Values of everything, the ParameterKey among them. */
  readonly values: Readonly<Record<string, string>>;
  readonly attributes: unknown;
  readonly unapplied: unknown;
}

async function outcome(there: Device): Promise<Outcome> {
  const { model, config, store } = there.boot();
  await recoverIntents(config, store);
  expect(store.get("intent", "change")).toBeUndefined();
  const values = Object.fromEntries((await model.values([""])).map((v) => [v.Name, v.Value]));
  return { values, attributes: await model.attributes([""]), unapplied: store.get("change", "unapplied") };
}

/** Runs `work` once for each step at which it can be killed, and once whole.
 * @returns how often the old state was found and how often the new one */
async function killEverywhere(
  prepare: (model: Model) => Promise<unknown>,
  work: (model: Model) => Promise<unknown>,
): Promise<{ old: number; new: number; steps: readonly string[] }> {
  const make = async (): Promise<Device> => {
    const there = device();
    const { model } = there.boot();
    await model.values([""]);
    await prepare(model);
    return there;
  };
  const before = await outcome(await make());
  const whole = await make();
  const wire = fuse();
  await work(whole.boot(wire).model);
  const after = await outcome(whole);
  const found = { old: 0, new: 0, steps: wire.steps };
  for (let at = 0; at < wire.steps.length; at++) {
    const there = await make();
    await expect(work(there.boot(fuse(at)).model)).rejects.toBeInstanceOf(Killed);
    const state = await outcome(there);
    const isNew = JSON.stringify(state) === JSON.stringify(after);
    expect(isNew ? after : before, `killed before ${wire.steps[at]}`).toEqual(state);
    found[isNew ? "new" : "old"]++;
  }
  return found;
}

const three = [
  text(`${top}ManagementServer.URL`, "http://new/"),
  text(`${top}LANDevice.1.LANHostConfigManagement.DomainName`, "new"),
  text(`${top}LANDevice.1.WLANConfiguration.1.SSID`, "new"),
];

describe("A.3.2.1 a crash at every step", () => {
  test("A.3.2.1 [R-A.3.2.1-10] SetParameterValues over three packages: all old or all new, with the ParameterKey", async () => {
    const found = await killEverywhere(
      async () => {},
      (model) => model.set(three, "acs", "k"),
    );
    expect(found.steps.filter((s) => /^stage/.test(s))).toHaveLength(3);
    expect(found.steps.filter((s) => /^rename/.test(s))).toHaveLength(3);
    expect(found.old).toBeGreaterThan(3);
    expect(found.new).toBeGreaterThan(3);
  });

  test("A.3.2.6 [R-A.3.2.6-12] AddObject: the instance is whole or absent", async () => {
    const found = await killEverywhere(
      async () => {},
      (model) => model.add(`${top}NAT.PortMapping.`, "acs", "k"),
    );
    expect(found.old).toBeGreaterThan(0);
    expect(found.new).toBeGreaterThan(0);
  });

  test("A.3.2.7 [R-A.3.2.7-17] DeleteObject: the instance is whole, attributes too, or absent", async () => {
    const mapping = `${top}NAT.PortMapping.3.`;
    const found = await killEverywhere(
      async (model) => {
        await model.add(`${top}NAT.PortMapping.`, "acs", "");
        await model.add(`${mapping}Rule.`, "acs", "");
        await model.setAttributes([notify(mapping, 1)]);
      },
      (model) => model.remove(mapping, "acs", "k"),
    );
    expect(found.old).toBeGreaterThan(0);
    expect(found.new).toBeGreaterThan(0);
  });

  test("A.3.2.4 [R-A.3.2.4-03] SetParameterAttributes: all or none", async () => {
    const found = await killEverywhere(
      async () => {},
      (model) =>
        model.setAttributes([notify(`${top}LANDevice.`, 1), notify(`${top}DeviceInfo.ModelName`, 2)]),
    );
    expect(found.old).toBeGreaterThan(0);
    expect(found.new).toBeGreaterThan(0);
  });

  test("A.3.2.1 a crash during recovery is recovered from, too", async () => {
    const there = device();
    const wire = fuse();
    await device().boot(wire).model.set(three, "acs", "k");
    const first = wire.steps.indexOf("rename dhcp");
    await expect(there.boot(fuse(first)).model.set(three, "acs", "k")).rejects.toBeInstanceOf(Killed);
    for (let at = 0; at < 3; at++) {
      const { config, store } = there.boot(fuse(at));
      await expect(recoverIntents(config, store)).rejects.toBeInstanceOf(Killed);
    }
    expect((await outcome(there)).values).toMatchObject({
      [three[1]!.Name]: "new",
      [three[2]!.Name]: "new",
      [three[0]!.Name]: "http://new/",
    });
  });

  test("A.3.2.6 [R-A.3.2.6-25] instance numbers are on disk before they are sent", async () => {
    const there = device();
    const wire = fuse(0);
    await expect(there.boot(wire).model.values([""])).rejects.toBeInstanceOf(Killed);
    const told = await there.boot(fuse(2)).model.names(`${top}LANDevice.1.WLANConfiguration.`, false);
    there.disk.reorder("wireless", (all) => [...all].reverse());
    const { model } = there.boot();
    expect(told.map((n) => n.Name)).toContain(`${top}LANDevice.1.WLANConfiguration.1.`);
    expect(await read(model, `${top}LANDevice.1.WLANConfiguration.1.SSID`)).toBe("first");
  });
});

function notify(Name: string, Notification: number) {
  return { Name, NotificationChange: true, Notification, AccessListChange: false, AccessList: [] };
}
