import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { cwmpd, Device } from "./device.ts";
import { path } from "./paths.ts";
import { call, textOf } from "./writing.ts";

const packages = ["network", "wireless", "dhcp", "firewall", "system", "cwmp"] as const;
const files = (device: Device) => Object.fromEntries(packages.map((name) => [name, device.config(name)]));

/** A device whose first session is open. */
async function opened() {
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  return { acs, device, session: await acs.session() };
}

const orders = (device: Device) => {
  const file = device.path("var/run/sim/orders");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
};

/** The lines that mean something. */
const withoutComments = (text: string) => text.replace(/^[ \t]*#.*\n/gm, "");

describe("SetParameterValues", () => {
  it("A.3.2.1 [R-A.3.2.1-01] [R-A.3.2.1-16] [R-A.3.2.1-17] [R-3.6-02] LAN address, SSID, key and interval are written to the UCI files at once, and stay", async () => {
    const { acs, device, session } = await opened();
    const before = files(device);
    const response = await session.done(
      call.set(
        [
          [path.address, "192.168.7.1"],
          [path.ssid, "Sample Home 2"],
          [path.wifiKey, "s3cret of the air"],
          [path.interval, "1234", "unsignedInt"],
        ],
        "key 1",
      ),
    );
    expect(textOf(response, "Status")).toBe("1");
    expect(device.config("network")).toContain("\tlist ipaddr '192.168.7.1/24'\n");
    expect(device.config("wireless")).toContain("\toption ssid 'Sample Home 2'\n");
    expect(device.config("wireless")).toContain("\toption key 's3cret of the air'\n");
    expect(device.config("cwmp")).toContain("\toption periodic_inform_interval '1234'\n");
    for (const name of ["firewall", "system"] as const) expect(device.config(name)).toBe(before[name]);
    for (const name of ["network", "wireless", "cwmp"])
      expect(statSync(device.path(`etc/config/${name}`)).mode & 0o777).toBe(0o600);
    const read = await session.values(
      path.address,
      path.ssid,
      path.wifiKey,
      path.interval,
      path.parameterKey,
    );
    expect([...read.values()]).toEqual(["192.168.7.1", "Sample Home 2", "", "1234", "key 1"]);
    await session.end();
    expect(await device.get(path.address)).toBe("192.168.7.1");
    expect(await device.get(path.ssid)).toBe("Sample Home 2");
    expect(await device.get(path.interval)).toBe("1234");
    await device.cli("inform");
    const next = await acs.session();
    expect(orders(device).join()).toMatch(/reload_config .*network.*wireless/);
    await next.end();
    await device.kill();
    device.start();
    await acs.pass("1 BOOT");
    expect(await device.get(path.parameterKey)).toBe("key 1");
    expect(await device.get(path.ssid)).toBe("Sample Home 2");
  });

  it("A.3.2.1 [R-A.3.2.1-01] values with special characters are kept to the letter, and quoted in the files", async () => {
    const { device, session } = await opened();
    const hostile = [
      "'; reboot; '",
      '"$(reboot)"',
      "`reboot`\\",
      "Bücher ☕ 家",
      "a' option b 'c",
      " # no comment ",
      "<b>&amp;</b>",
    ];
    for (const value of hostile) {
      // nft takes no quote in the comment that the firewall makes of it.
      const description = value.replaceAll('"', "");
      await session.done(
        call.set([
          [path.ssid, value],
          [`${path.mappings}1.PortMappingDescription`, description],
          [path.provisioning, value],
        ]),
      );
      const read = await session.values(
        path.ssid,
        `${path.mappings}1.PortMappingDescription`,
        path.provisioning,
      );
      expect([...read.values()]).toEqual([value, description, value]);
      const quotedAs = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
      const quoted = quotedAs(value);
      expect(device.config("wireless")).toContain(`\toption ssid ${quoted}\n`);
      expect(device.config("firewall")).toContain(`\toption name ${quotedAs(description)}\n`);
      expect(device.config("cwmp")).toContain(`\toption provisioning_code ${quoted}\n`);
      expect(await device.get(path.provisioning)).toBe(value.replaceAll("\\", "\\\\"));
    }
    await session.end();
  });

  it("A.3.2.1 [R-A.3.2.1-28] a value with a line end is refused: a UCI file cannot hold it", async () => {
    const { device, session } = await opened();
    const before = files(device);
    for (const value of ["two\nlines", "two\r\nlines", "tab\tbed"]) {
      const { fault } = await session.call(call.set([[path.provisioning, value]]));
      expect(fault).toEqual({
        code: 9003,
        source: "Client",
        parameters: [{ name: path.provisioning, code: 9007 }],
      });
    }
    expect(files(device)).toEqual(before);
    await session.end();
  });

  it("A.3.2.1 [R-A.3.2.1-05] [R-A.3.2.1-08] [R-A.3.2.1-24] [R-A.3.2.1-25] [R-A.5.1-08] [R-A.5.1-09] [R-A.5.1-10] [R-A.5.1-11] with one wrong value nothing is set; each wrong value is named", async () => {
    const { device, session } = await opened();
    await session.done(call.set([[path.provisioning, "before"]], "good"));
    const before = files(device);
    const { fault } = await session.call(
      call.set(
        [
          [path.ssid, "never"],
          [path.address, "300.1.1.1"],
          [`${path.device}NoSuchThing`, "1"],
          [`${path.device}SerialNumber`, "1"],
          [path.interval, "often", "unsignedInt"],
          [`${path.lan}WLANConfiguration.1.Enable`, "1", "int"],
        ],
        "bad",
      ),
    );
    expect(fault?.code).toBe(9003);
    expect(fault?.parameters).toEqual([
      { name: path.address, code: 9007 },
      { name: `${path.device}NoSuchThing`, code: 9005 },
      { name: `${path.device}SerialNumber`, code: 9008 },
      { name: path.interval, code: 9007 },
      { name: `${path.lan}WLANConfiguration.1.Enable`, code: 9006 },
    ]);
    expect(files(device)).toEqual(before);
    const read = await session.values(path.parameterKey, path.ssid);
    expect([...read.values()]).toEqual(["good", "Sample Home"]);
    await session.end();
  });

  it("a changed package has the bytes that the real `uci commit` would have written", async () => {
    const { device, session } = await opened();
    await session.done(
      call.set([
        [path.ssid, 'it\'s "$(so)"'],
        [path.address, "192.168.9.1"],
      ]),
    );
    await session.end();
    // What `uci commit` writes is what `uci export` prints, without the package's line; only comments stay, too. That this reader and writer are
    // the real tool's, byte for byte, is shown by its answers in test/uci/corpus.test.ts.
    for (const name of ["network", "wireless"]) {
      const { out } = await cwmpd(["uci", "--root", device.root, "export", name]);
      expect(withoutComments(device.config(name))).toBe(out.replace(`package ${name}\n`, ""));
    }
    expect(device.config("wireless")).toContain(`\toption ssid 'it'\\''s "$(so)"'\n`);
  });
});

describe("AddObject and DeleteObject", () => {
  it("A.3.2.6 [R-A.3.2.6-03] [R-A.3.2.6-05] [R-A.3.2.6-25] [R-A.3.2.6-34] [R-A.3.2.7-02] [R-A.3.2.7-03] [R-A.3.2.7-23] a port mapping is added, keeps its number, and is deleted alone", async () => {
    const { acs, device, session } = await opened();
    const comments = device.config("system");
    const number = textOf(await session.done(call.add(path.mappings)), "InstanceNumber");
    expect(number).toBe("4");
    const mapping = `${path.mappings}${number}.`;
    expect((await session.values(mapping)).get(`${mapping}PortMappingEnabled`)).toBe("0");
    await session.done(
      call.set([
        [`${mapping}ExternalPort`, "8080", "unsignedInt"],
        [`${mapping}InternalPort`, "80", "unsignedInt"],
        [`${mapping}InternalClient`, "192.168.1.21"],
        [`${mapping}PortMappingProtocol`, "UDP"],
        [`${mapping}PortMappingDescription`, "it's new"],
        [`${mapping}PortMappingEnabled`, "true", "boolean"],
      ]),
    );
    const section = device
      .config("firewall")
      .split(/\n(?=config )/)
      .at(-1)!;
    const lines = section
      .trimEnd()
      .split("\n")
      .map((line) => line.trim());
    expect(lines[0]).toMatch(/^config redirect '\w+'$/);
    expect(lines.slice(1).toSorted()).toEqual(
      [
        "option target 'DNAT'",
        "option src 'wan'",
        "option dest 'lan'",
        "option proto 'udp'",
        "option src_dport '8080'",
        "option dest_port '80'",
        "option dest_ip '192.168.1.21'",
        "option name 'it'\\''s new'",
        "option enabled '1'",
      ].toSorted(),
    );
    await session.end();
    await device.kill();
    device.start();
    const second = await acs.session();
    expect((await second.values(`${mapping}ExternalPort`)).get(`${mapping}ExternalPort`)).toBe("8080");
    await second.done(call.remove(`${path.mappings}1.`));
    expect(device.config("firewall")).not.toContain("NAS web");
    const gone = await second.call(call.get(`${path.mappings}1.`));
    expect(gone.fault?.code).toBe(9005);
    expect((await second.call(call.remove(`${path.mappings}1.`))).fault?.code).toBe(9005);
    expect((await second.call(call.add(`${path.wan}NoTable.`))).fault?.code).toBe(9005);
    expect((await second.values(`${mapping}InternalPort`)).get(`${mapping}InternalPort`)).toBe("80");
    await second.done(call.remove(mapping));
    expect(device.config("firewall")).not.toContain("8080");
    expect(device.config("system")).toBe(comments);
    await second.end();
  });

  it("A.3.2.6 [R-A.3.2.6-30] the number of a deleted instance is not assigned again, nor after a power cut", async () => {
    const { acs, device, session } = await opened();
    const added = async (open: typeof session) =>
      Number(textOf(await open.done(call.add(path.mappings)), "InstanceNumber"));
    const first = await added(session);
    await session.done(call.remove(`${path.mappings}${first}.`));
    await device.kill();
    device.start();
    const second = await acs.session();
    const next = await added(second);
    await second.done(call.remove(`${path.mappings}${next}.`));
    const last = await added(second);
    expect([first, next, last]).toEqual([4, 5, 6]);
    await second.end();
  });
});

describe("changes by others", () => {
  it("3.7.1.1 [R-3.7.1.1-04] [R-3.7.1.1-05] [R-3.7.1.1-06] an edit by hand during a session is visible only after the session, and is not lost", async () => {
    const { device, session } = await opened();
    const count = `${path.wan}PortMappingNumberOfEntries`;
    await session.values(path.ssid);
    device.edit("wireless", "option ssid 'Sample Home'", "option ssid 'By Hand'");
    device.edit("cwmp", "SAMPLE.1", "BYHAND.1");
    device.write(
      "firewall",
      `${device.config("firewall")}\nconfig redirect\n\toption src 'wan'\n\toption src_dport '99'\n\toption dest_ip '192.168.1.9'\n\toption proto 'tcp'\n\toption target 'DNAT'\n`,
    );
    const seen = await session.values(path.ssid, path.provisioning, count);
    expect([...seen.values()]).toEqual(["Sample Home", "SAMPLE.1", "3"]);
    // The ACS's own change of the same package is made to the file as it is now.
    await session.done(call.set([[`${path.lan}WLANConfiguration.2.SSID`, "By ACS"]]));
    const still = await session.values(path.ssid, `${path.lan}WLANConfiguration.2.SSID`, count);
    expect([...still.values()]).toEqual(["Sample Home", "By ACS", "3"]);
    await session.end();
    await device.said(/Session ended as it should/);
    expect(await device.get(path.ssid)).toBe("By Hand");
    expect(await device.get(`${path.lan}WLANConfiguration.2.SSID`)).toBe("By ACS");
    expect(await device.get(path.provisioning)).toBe("BYHAND.1");
    expect(await device.get(count)).toBe("4");
    expect(device.config("wireless")).toContain("option ssid 'By Hand'");
  });

  it("3.2.1 [R-3.2.1-09] [R-3.2.1-10] [R-3.2.1-12] [R-3.7.1.5-29] [R-3.7.1.5-33] a parameter with active notification is reported at once when another program changes it, and not when the ACS does", async () => {
    const { acs, device, session } = await opened();
    await session.done(call.notify(path.ssid, 2));
    await session.done(call.set([[path.ssid, "By ACS"]]));
    await session.end();
    await device.cli("inform");
    const asked = await acs.session();
    expect(asked.inform.codes).toEqual(["2 PERIODIC"]);
    await asked.end();

    device.edit("wireless", "option ssid 'By ACS'", "option ssid 'By Hand'");
    const changed = await acs.session("an Inform with 4 VALUE CHANGE");
    expect(changed.inform.codes).toEqual(["4 VALUE CHANGE"]);
    expect(changed.inform.values.get(path.ssid)).toBe("By Hand");

    // In mid-session: it is reported in a session of its own afterwards.
    device.edit("wireless", "option ssid 'By Hand'", "option ssid 'By Hand 2'");
    expect((await changed.values(path.ssid)).get(path.ssid)).toBe("By Hand");
    await changed.end();
    const after = await acs.pass("4 VALUE CHANGE");
    expect(after.values.get(path.ssid)).toBe("By Hand 2");
  });

  // Looked at in the moment between an editor's emptying of a file and its writing, the parameter was gone, its last value
  // was forgotten with it, and the change was never told.
  it("3.2.1 [R-3.2.1-09] a change is reported even if the file was empty in between", async () => {
    const { acs, device, session } = await opened();
    await session.done(call.notify(path.ssid, 2));
    await session.end();
    const before = device.config("wireless");
    // As uci writes a package without sections: one of 0 bytes is on the way to another text.
    device.write("wireless", "\n");
    await device.cli("inform");
    const between = await acs.session();
    expect(between.inform.codes).toEqual(["2 PERIODIC"]);
    expect((await between.call(call.get(path.ssid))).fault?.code).toBe(9005);
    await between.end();
    device.write("wireless", before.replace("Sample Home", "By Hand"));
    expect((await acs.pass("4 VALUE CHANGE")).values.get(path.ssid)).toBe("By Hand");
  });

  it("3.2.1 [R-3.2.1-08] a change of ProvisioningCode is reported, whatever its Notification", async () => {
    const { acs, device, session } = await opened();
    await session.end();
    expect((await device.cli("set", `${path.provisioning}=LOCAL.2`)).exit).toBe(0);
    const informed = await acs.pass("4 VALUE CHANGE");
    expect(informed.values.get(path.provisioning)).toBe("LOCAL.2");
  });
});

checkAll();
