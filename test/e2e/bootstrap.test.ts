import { describe, expect, it } from "vitest";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { call, handwritings } from "./writing.ts";

const root = "InternetGatewayDevice.";

describe("the first contact", () => {
  it("3.3 [R-3.3-07] the gateway opens the connection to the ACS on its own", async () => {
    const acs = await Acs.open();
    await Device.running(acs.url);
    const first = await acs.next("a POST on a connection that the agent has opened");
    expect(first.method).toBe("POST");
    expect(acs.wire.connections.length).toBe(1);
  });

  it("3.2.1 [R-3.2.1-02] [R-3.7-01] [R-3.7.1.5-08] a new gateway sends an Inform with 0 BOOTSTRAP and 1 BOOT, and the fields that every Inform has to hold [R-A.3.3.1-16]", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const session = await acs.session();
    expect(session.inform.events).toEqual([
      ["0 BOOTSTRAP", ""],
      ["1 BOOT", ""],
    ]);
    expect(session.inform.retryCount).toBe(0);
    const { values } = session.inform;
    const wan = `${root}WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.`;
    const forced = [
      "DeviceSummary",
      "DeviceInfo.SpecVersion",
      "DeviceInfo.HardwareVersion",
      "DeviceInfo.SoftwareVersion",
      "DeviceInfo.ProvisioningCode",
      "ManagementServer.ConnectionRequestURL",
      "ManagementServer.ParameterKey",
    ].map((name) => root + name);
    expect([...values.keys()].toSorted()).toEqual([...forced, `${wan}ExternalIPAddress`].toSorted());
    expect(values.get(`${root}DeviceInfo.ProvisioningCode`)).toBe("SAMPLE.1");
    expect(values.get(`${wan}ExternalIPAddress`)).toBe("203.0.113.24");
    expect(session.inform.device).toEqual({
      Manufacturer: "Sample Networks",
      OUI: "00005E",
      ProductClass: "sample,gateway-one",
      SerialNumber: "SG1-0000042",
    });
    await session.end();
    expect((await device.status()).eventsWaiting).toEqual([]);
  });

  it.for([
    { algorithm: "MD5", qop: true },
    { algorithm: "MD5-sess", qop: true },
    { algorithm: undefined, qop: false },
  ] as const)(
    "3.4.4 [R-3.4.4-02] [R-3.4.4-03] [R-3.4.2-03] [R-3.7-03] [R-3.4.5-05] [R-3.4.5-06] authenticates with digest ($algorithm, qop $qop) on the connection of the challenge, and on all later requests",
    async ({ algorithm, qop }) => {
      const acs = await Acs.open();
      acs.login = { scheme: "digest", password: "s3cret of the ACS", qop, ...(algorithm && { algorithm }) };
      await Device.running(acs.url, { password: "s3cret of the ACS" });
      const session = await acs.session();
      await session.done(call.methods());
      await session.end();
      const [first, second] = acs.heard;
      expect(first!.header("authorization")).toBeUndefined();
      expect(second!.body.equals(first!.body)).toBe(true);
      expect([...acs.users]).toEqual(["00005E-sample%2Cgateway%2Done-SG1%2D0000042"]);
      // One challenge for the whole session: what followed carried the header at once.
      expect(acs.heard.length).toBe(4);
      expect(acs.wire.connections.length).toBe(1);
    },
  );

  it("3.4.2 [R-3.4.2-10] [R-3.4.2-12] returns every cookie with each following POST, and none in the next session", async () => {
    const acs = await Acs.open();
    acs.extra = [
      "Set-Cookie: JSESSIONID=8A1F==; Path=/",
      "SET-COOKIE: route=node-7;HttpOnly",
      'set-cookie: odd="a, b"; Path=/acs',
    ];
    const device = await Device.running(acs.url);
    const session = await acs.session();
    await session.done(call.methods());
    acs.extra = [];
    await session.end();
    const [opening, ...later] = acs.heard;
    expect(opening!.header("cookie")).toBeUndefined();
    expect(later.length).toBe(2);
    for (const heard of later) {
      const cookies = heard.headers
        .filter(([name]) => name.toLowerCase() === "cookie")
        .map(([, value]) => value);
      const sent = cookies.join("; ").split(/; */).toSorted();
      expect(sent).toEqual(["JSESSIONID=8A1F==", 'odd="a, b"', "route=node-7"]);
    }
    expect((await device.cli("inform")).exit).toBe(0);
    const next = await acs.session();
    expect(next.opening.header("cookie")).toBeUndefined();
    await next.end();
  });

  it("3.4.1 [R-3.4.1-02] [R-3.4.1-03] [R-3.4.1-05] [R-3.4.1-06] [R-3.4.2-14] [R-3.4.6-02] [R-3.4.6-03] uses one connection with the required headers and no pipelining, and closes it at the end", async () => {
    const acs = await Acs.open();
    await Device.running(acs.url);
    const session = await acs.session();
    await session.done(call.names(root, false));
    await session.end();
    const [inform, empty, response] = acs.heard;
    for (const heard of [inform, response]) {
      expect(heard!.header("content-type")).toBe('text/xml; charset="utf-8"');
      expect(heard!.header("soapaction")).toBe("");
    }
    expect(empty!.body.length).toBe(0);
    expect(empty!.header("content-type")).toBeUndefined();
    expect(empty!.header("soapaction")).toBeUndefined();
    expect(acs.wire.connections.map(({ early, requests }) => ({ early, requests }))).toEqual([
      { early: false, requests: 3 },
    ]);
  });

  it("3.7.1.3 [R-3.7.1.3-10] [R-3.7.1.4-03] while requests are held an empty answer does not end the session", async () => {
    const acs = await Acs.open();
    await Device.running(acs.url);
    const session = await acs.session("an Inform", { hold: true });
    expect(session.pending.body.length).toBe(0);
    // The POST just heard was sent under hold: one more is due before the session can end.
    expect((await session.nothing()).body.length).toBe(0);
    await session.end();
    expect(acs.heard.length).toBe(3);
  });
});

describe("an ACS with another style of XML", () => {
  it("3.5 [R-3.5-06] [R-3.5-29] [R-3.5-34] [R-3.5-35] [R-3.5-39] [R-3.4.1-04] any prefixes, default namespaces, comments, a byte order mark and chunks are understood, and the ID is returned unchanged", async () => {
    const acs = await Acs.open();
    await Device.running(acs.url);
    const session = await acs.session();
    // The double takes its handwritings in turn, and refuses an ID that is not its own.
    for (let turn = 0; turn < 2 * handwritings.length; turn++) {
      const name = `${root}DeviceInfo.SerialNumber`;
      const { heard, fault } = await session.call(turn % 3 === 2 ? call.get(`${name}.`) : call.get(name));
      expect(fault?.code).toBe(turn % 3 === 2 ? 9005 : undefined);
      expect(heard.body.toString()).toMatch(/<[\w-]+:ID [\w-]+:mustUnderstand="1">/);
    }
    await session.end();
  });
});

describe("later contacts", () => {
  it("3.7.1.5 [R-3.7.1.5-16] [R-3.2.1-03] [R-3.7.1.5-05] after a restart the Inform has 1 BOOT, and no event that was delivered before", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const first = await acs.pass("0 BOOTSTRAP", "1 BOOT");
    expect(await device.stop()).toBe(0);
    device.start();
    const second = await acs.pass("1 BOOT");
    // The port of Connection Requests is a free one each time, and another URL is another value (3.2.2).
    const url = `${root}ManagementServer.ConnectionRequestURL`;
    const moved = second.values.get(url) !== first.values.get(url);
    expect(second.codes).toEqual(moved ? ["1 BOOT", "4 VALUE CHANGE"] : ["1 BOOT"]);
  });

  it("3.1 [R-3.1-18] [R-3.2.1-07] [R-3.7.1.5-13] after the ACS has set another URL, the agent sends 0 BOOTSTRAP there at once, and all later sessions", async () => {
    const [old, fresh] = [await Acs.open(), await Acs.open()];
    const device = await Device.running(old.url);
    const session = await old.session();
    await session.done(call.set([[`${root}ManagementServer.URL`, fresh.url]], "moved"));
    // The change does not tear the session: it goes on at the old one until it ends.
    expect((await session.values(`${root}ManagementServer.URL`)).get(`${root}ManagementServer.URL`)).toBe(
      fresh.url,
    );
    await session.end();
    const there = await fresh.pass("0 BOOTSTRAP");
    expect(there.codes).toEqual(["0 BOOTSTRAP"]);
    expect(there.values.get(`${root}ManagementServer.ParameterKey`)).toBe("moved");
    await device.kill();
    device.start();
    expect((await fresh.pass("1 BOOT")).codes).not.toContain("0 BOOTSTRAP");
    expect(old.wire.requests.size).toBe(0);
    expect(old.wire.connections.length).toBe(1);
  });
});

checkAll();
