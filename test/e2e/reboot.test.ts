import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Acs, readInform } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";
import { call, readLetter } from "./writing.ts";

/** What the device was told, apart from settings that it was to put into effect. */
const orders = (device: Device) =>
  readFileSync(device.path("var/run/sim/orders"), "utf8")
    .trim()
    .split("\n")
    .filter((order) => !order.startsWith("reload_config"));

/** A package without the lines by which dnsmasq tells other devices who this gateway is (F.2.2). */
const withoutIdentity = (text: string) => text.replace(/^\tlist dhcp_option 'tag:cpewan-id,.*\n/gm, "");
const without = (events: readonly (readonly [string, string])[], code: string) =>
  events.filter(([c]) => c !== code);

describe("Reboot", () => {
  it("A.3.2.9 [R-A.3.2.9-01] [R-A.3.2.9-02] [R-A.3.2.9-03] [R-A.3.2.9-04] [R-A.3.2.9-06] [R-A.3.2.9-07] [R-3.7.1.4-14] Reboot called twice: two responses, the rest of the session, one restart, 1 BOOT and M Reboot for each", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const session = await acs.session();
    for (const key of ["first & <only>", ""]) {
      const response = await session.done(call.reboot(key));
      expect(response.children).toEqual([]);
    }
    expect((await session.values(path.provisioning)).size).toBe(1);
    await session.end();
    const next = await acs.pass("1 BOOT");
    // The sandbox takes another port for Connection Requests each time: that is a change of value.
    expect(without(next.events, "4 VALUE CHANGE")).toEqual([
      ["1 BOOT", ""],
      ["M Reboot", "first & <only>"],
      ["M Reboot", ""],
    ]);
    expect(orders(device)).toEqual(["reboot"]);
    expect(next.retryCount).toBe(0);
    await device.cli("inform");
    const asked = await acs.session();
    expect(asked.inform.codes).toEqual(["2 PERIODIC"]);
    await asked.end();
  });

  it("3.7.1.5 [R-3.7.1.5-04] [R-3.7.1.5-60] [R-3.7.1.5-63] [R-3.2.1.1-02] [R-3.2.1.1-08] M Reboot outlasts an ACS that refuses connections, and a power cut", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const session = await acs.session();
    await session.done(call.reboot("kept"));
    await session.end();
    const refused = await acs.next("the Inform after the reboot");
    expect(readInform(readLetter(refused.body).body).codes).toContain("M Reboot");
    refused.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    await device.said(/Session failed reason=.*503/);
    await device.kill();
    device.start();
    const again = await acs.pass("1 BOOT", "M Reboot");
    expect(without(again.events, "4 VALUE CHANGE").toSorted()).toEqual([
      ["1 BOOT", ""],
      ["M Reboot", "kept"],
    ]);
    expect(again.retryCount).toBe(1);
    await device.kill();
    device.start();
    const later = await acs.pass("1 BOOT");
    expect(later.codes).not.toContain("M Reboot");
    expect(later.retryCount).toBe(0);
  });
});

describe("FactoryReset", () => {
  it("A.4.1.6 [R-A.4.1.6-01] [R-A.4.1.6-02] [R-A.4.1.6-03] [R-3.7.1.5-12] after the session the configuration is the shipped one, and 0 BOOTSTRAP reports it", async () => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    const shipped = (name: string) => readFileSync(device.path(`rom/etc/config/${name}`), "utf8");
    device.start({ url: acs.url });
    const session = await acs.session();
    await session.done(
      call.set(
        [
          [path.ssid, "Mine"],
          [path.address, "192.168.50.1"],
        ],
        "mine",
      ),
    );
    await session.done(call.add(path.mappings));
    const response = await session.done(call.factoryReset());
    expect(response.children).toEqual([]);
    // Not before the session is over.
    expect((await session.values(path.ssid)).get(path.ssid)).toBe("Mine");
    expect(device.config("wireless")).toContain("'Mine'");
    await session.end();
    const fresh = await acs.session("an Inform with 0 BOOTSTRAP");
    expect(fresh.inform.codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
    const read = await fresh.values(
      path.ssid,
      path.address,
      path.parameterKey,
      `${path.wan}PortMappingNumberOfEntries`,
    );
    expect([...read.values()]).toEqual(["Sample Home", "192.168.1.1", "", "3"]);
    for (const name of ["network", "wireless", "firewall", "dhcp", "system", "cwmp"])
      expect(withoutIdentity(device.config(name))).toBe(shipped(name));
    await fresh.end();
  });
});

describe("a damaged state", () => {
  it("A.4.1.6 a damaged database is set aside and reported; the agent starts with factory state, and the configuration is unchanged", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const session = await acs.session();
    await session.done(call.set([[path.ssid, "Mine"]], "mine"));
    await session.done(call.notify(path.ssid, 1));
    await session.end();
    await device.said(/Session ended as it should/);
    await device.kill();
    const packages = ["network", "wireless", "firewall", "dhcp", "system", "cwmp"];
    const before = packages.map((name) => device.config(name));
    for (const name of ["state.db", "state.db-wal"]) rmSync(join(device.state, name), { force: true });
    writeFileSync(join(device.state, "state.db"), "SQLite format 3\0 but not for long");
    device.start();
    const fresh = await acs.session();
    expect(fresh.inform.codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
    const read = await fresh.values(path.ssid, path.parameterKey);
    expect([...read.values()]).toEqual(["Mine", ""]);
    await fresh.end();
    expect(packages.map((name) => device.config(name))).toEqual(before);
    expect((await device.status()).warnings.join()).toMatch(/set aside as .*state\.db\.damaged-1/);
    expect(readFileSync(join(device.state, "state.db.damaged-1"), "utf8")).toContain("not for long");
  });
});

checkAll();
