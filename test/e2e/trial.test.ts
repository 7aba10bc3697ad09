/** Changes on trial on the path that ships: the built program on a sample gateway, and an ACS that the changes cut off.
 * The first test waits for the least time limit there is, a minute; the others begin where it stood then. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";
import { call, textOf } from "./writing.ts";

const template = mkdtempSync(join(tmpdir(), "cwmpd-trial-"));
afterAll(() => rmSync(template, { recursive: true, force: true }));

const names = ["network", "wireless", "firewall", "dhcp"] as const;
const files = (device: Device) => Object.fromEntries(names.map((name) => [name, device.config(name)]));
let before: Readonly<Record<string, string>>;
let description: string;

const pool = `${path.lan}LANHostConfigManagement.`;
const change = call.set(
  [
    [path.address, "10.9.8.1"],
    [`${pool}MinAddress`, "10.9.8.50"],
    [`${pool}MaxAddress`, "10.9.8.99"],
    [path.ssid, "Cut off"],
  ],
  "new key",
);

/** LuCI's "apply" may still be undone: nothing may be written, so undoing has to wait. */
const snapshot = (device: Device) => device.path("var/run/rpcd/snapshot-files");

test("changes that no session proves within cwmp.cpe.confirm_timeout are undone as a whole, and reported to the ACS", {
  timeout: 300_000,
}, async () => {
  const acs = await Acs.open();
  const device = await Device.layOut();
  device.configure("acs", { url: acs.url });
  device.configure("cpe", { confirm_timeout: "1" });
  device.start();
  const first = await acs.session();
  await first.done(call.set([[path.provisioning, "kept"]], "old key"));
  const mapping = Number(textOf(await first.done(call.add(path.mappings, "old key")), "InstanceNumber"));
  description = `${path.mappings}${mapping}.PortMappingDescription`;
  await first.done(call.set([[description, "old"]], "old key"));
  await first.done(call.notify(description, 1));
  await first.end();

  const proof = await acs.session("the session that proves the first changes");
  before = files(device);
  // The same session makes further changes, which it does not prove.
  await proof.done(change);
  await proof.done(call.remove(`${path.mappings}${mapping}.`, "new key 2"));
  const made = Number(textOf(await proof.done(call.add(path.mappings, "new key 3")), "InstanceNumber"));
  acs.wire.deaf = true;
  await proof.end();
  await device.said(/changes on trial stay/);
  const { out } = await device.cli("status");
  expect(out).toMatch(/On trial +changes to dhcp, firewall, network, wireless, undone in .* unless/);

  mkdirSync(dirname(snapshot(device)), { recursive: true });
  await device.said(/Session failed/);
  writeFileSync(snapshot(device), "");
  await device.said(/Session failed/);
  await device.said(/error: Cannot take changes back .*snapshot/);
  expect((await device.status()).warnings.join()).toContain("cannot be undone");
  expect(files(device)).not.toEqual(before);
  await device.kill();
  rmSync(snapshot(device));
  // All but its sockets, which cannot be copied.
  cpSync(device.home, template, { recursive: true, filter: (from) => !from.endsWith(".sock") });

  acs.wire.deaf = false;
  device.start();
  await device.said(/warn: No session .* packages="dhcp firewall network wireless" minutes=1/);
  await acs.pass("1 BOOT");
  const told = await acs.session("the session that tells of it");
  expect(files(device)).toEqual(before);
  expect(told.inform.codes).toEqual(["4 VALUE CHANGE"]);
  const { values } = told.inform;
  expect(values.get(path.parameterKey)).toBe("old key");
  expect(values.get(path.address)).toBe("192.168.1.1");
  expect(values.get(path.ssid)).not.toBe("Cut off");
  expect(values.has(path.count)).toBe(true);
  expect((await told.values(description)).get(description)).toBe("old");
  expect((await told.call(call.get(`${path.mappings}${made}.`))).fault?.code).toBe(9005);
  // Numbers are not used again, and the one that is back keeps the attributes that the ACS has given it.
  const next = Number(textOf(await told.done(call.add(path.mappings)), "InstanceNumber"));
  expect(next).toBeGreaterThan(Math.max(mapping, made));
  await told.end();
  device.edit("firewall", "'old'", "'by hand'");
  const changed = await acs.pass("4 VALUE CHANGE");
  expect(changed.values.get(description)).toBe("by hand");
});

/** The gateway when the time was over and nothing could be written, and an ACS that it reaches again. */
async function expired(): Promise<{ readonly acs: Acs; readonly device: Device }> {
  const acs = await Acs.open();
  const device = await Device.layOut();
  rmSync(device.home, { recursive: true });
  cpSync(template, device.home, { recursive: true });
  device.configure("acs", { url: acs.url });
  return { acs, device };
}

const takenBack = (device: Device) =>
  expect.poll(() => device.status().then((status) => status.warnings.join(), String)).toContain("was undone");

test("options that others have set meanwhile stay, the log names those that the ACS had set as well, and all other options are undone", async () => {
  const { device } = await expired();
  device.edit("wireless", "'Cut off'", "'By hand'");
  device.edit("network", "'10.9.8.1/24'", "'10.9.8.1/24' # where we are now");
  device.write("network", `${device.config("network")}\nconfig interface 'mine'\n\toption proto 'none'\n`);
  device.start();
  const line = await device.said(/warn: Options that others have changed since then stay what=/);
  expect(line).toMatch(/what=wireless\.\w+\.ssid$/);
  await takenBack(device);
  expect((await device.status()).warnings.join()).toMatch(/These stay.*: wireless\.\w+\.ssid\./);
  expect(device.config("wireless")).toContain("option ssid 'By hand'");
  const network = device.config("network");
  expect(network).toContain("'192.168.1.1/24' # where we are now");
  expect(network).toContain("config interface 'mine'");
  expect(files(device)).toMatchObject({ firewall: before.firewall, dhcp: before.dhcp });
});

test("killed at any change of a file while it undoes changes, the agent finishes after the next start and reports to the ACS", {
  timeout: 300_000,
}, async () => {
  const moments = ["etc/config", "state"].flatMap((where) =>
    [1, 2, 3, 5, 7, 9].map((nth) => ({ where, nth })),
  );
  for (const { where, nth } of moments) {
    const { acs, device } = await expired();
    const struck = nthChange(where === "state" ? device.state : device.path(where), nth);
    acs.wire.deaf = true;
    device.start();
    await Promise.race([struck, takenBack(device)]);
    await device.kill();
    device.start();
    await takenBack(device);
    await device.kill();
    acs.wire.deaf = false;
    device.start();
    const session = await acs.session(`the session after ${where} ${nth}`);
    expect({ where, nth, files: files(device) }).toEqual({ where, nth, files: before });
    expect(session.inform.codes).toContain("4 VALUE CHANGE");
    expect(session.inform.values.get(path.parameterKey)).toBe("old key");
    expect((await session.values(description)).get(description)).toBe("old");
    await session.end();
    await device.kill();
  }
});

/** The nth change in a directory from now on. */
function nthChange(directory: string, nth: number): Promise<void> {
  return new Promise((resolve) => {
    let left = nth;
    const watcher = watch(directory, () => {
      if (--left > 0) return;
      watcher.close();
      resolve();
    });
    onTestFinished(() => watcher.close());
  });
}

checkAll();
