import { appendFileSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { Acs, type Session } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";
import { call, textOf } from "./writing.ts";

const soap = (content: string, type = "text/xml") =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`;
const envelope = (inner: string, before = "") =>
  `${before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-1-1">${inner}</s:Envelope>`;
const body = (inner: string, before = "") => envelope(`<s:Body>${inner}</s:Body>`, before);

/** Peak of resident memory, MiB. */
const peak = (device: Device) =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${device.pid}/status`, "utf8"))![1]) / 1024;

/** A device with a session open; then one that has to go well, to show that nothing is broken. */
async function trial(with_: (session: Session, device: Device, acs: Acs) => Promise<void>): Promise<Device> {
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  await with_(await acs.session(), device, acs);
  await device.cli("inform");
  const next = await acs.session("an Inform after what was bad");
  expect(next.inform.retryCount).toBe(1);
  expect((await next.values(path.ssid)).get(path.ssid)).toBe("Sample Home");
  await next.end();
  expect((await device.status()).lastSession?.failure).toBeNull();
  return device;
}

describe("an ACS that sends bytes that are not a response", () => {
  const bad: readonly { what: string; bytes: string | Buffer; why: RegExp }[] = [
    {
      what: "HTML [R-3.7.1.4-09]",
      bytes: soap("<html><body>Welcome<br></body></html>", "text/html"),
      why: /text\/html/,
    },
    {
      what: "HTML that says it is XML [R-3.7.1.4-06]",
      bytes: soap("<html><body>Welcome<br></body></html>"),
      why: /./,
    },
    {
      what: "XML that is cut [R-3.7.1.4-06]",
      bytes: soap(body("<c:GetRPCMethods/>").slice(0, -9)),
      why: /./,
    },
    { what: "bytes", bytes: soap("\u0000\u0001\u0002 no xml at all"), why: /./ },
    {
      what: "a DOCTYPE",
      bytes: soap(body("<c:GetRPCMethods/>", '<!DOCTYPE x [<!ENTITY a "b">]>')),
      why: /DOCTYPE/i,
    },
    {
      what: "a response to nothing [R-3.7.1.4-09]",
      bytes: soap(body("<c:RebootResponse/>")),
      why: /RebootResponse/,
    },
    {
      what: "status 500 [R-3.7.1.4-10]",
      bytes: "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
      why: /500/,
    },
    {
      what: "status 404 [R-3.7.1.4-10]",
      bytes: "HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n",
      why: /404/,
    },
    { what: "no HTTP", bytes: "SSH-2.0-OpenSSH_9.2\r\n", why: /./ },
    { what: "half a header", bytes: "HTTP/1.1 200 OK\r\nContent-Len", why: /./ },
  ];
  it.for(bad)(
    "3.7.1.4 $what: the session fails with a plain reason, and the next session succeeds",
    async ({ bytes, why }) => {
      await trial(async (session, device) => {
        session.pending.answer(bytes);
        if (!/^HTTP.*\r\n\r\n/s.test(String(bytes))) session.pending.connection.socket.end();
        expect(await device.said(/^warn: Session failed reason=/)).toMatch(why);
      });
    },
  );

  it("3.4.2 [R-3.4.2-07] [R-3.7.1.4-04] a connection cut in the middle of an answer: the session fails, the request is not sent again", async () => {
    await trial(async (session, device, acs) => {
      const letter = acs.letter("GetRPCMethods", "", "cut");
      session.pending.connection.socket.end(letter.subarray(0, letter.length - 30));
      await device.said(/^warn: Session failed reason=/);
      expect(acs.wire.requests.size).toBe(0);
      expect(acs.wire.connections.length).toBe(1);
    });
  });

  it("3.4.2 [R-3.4.2-06] a connection reset while the agent is still sending: the session fails and counts", async () => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.configure("cpe", { envelope_bytes_max: "16777216" });
    device.configure("acs", { url: acs.url });
    device.start();
    const session = await acs.session();
    const { socket } = session.pending.connection;
    // The answer names every one of them: more than sockets buffer, and nobody reads more than its beginning.
    const wrong = Array.from(
      { length: 5_000 },
      (_, i) => [`${path.root}${"x".repeat(200)}${i}`, "1"] as const,
    );
    session.pending.answer(acs.letter("SetParameterValues", call.set(wrong).args, "long"));
    socket.once("data", () => {
      socket.pause();
      socket.resetAndDestroy();
    });
    expect(await device.said(/^warn: Session failed reason=/)).toMatch(/broke/);
    expect(acs.wire.requests.size).toBe(0);
    expect((await device.status()).retryCount).toBe(1);
    await device.cli("inform");
    const next = await acs.session("an Inform after the reset");
    expect(next.inform.retryCount).toBe(1);
    await next.end();
  });

  it("3.4.2 a body of a hundred megabytes: the connection is closed, and memory stays bounded", async () => {
    let before = 0;
    const device = await trial(async (session, device) => {
      before = peak(device);
      const { socket } = session.pending.connection;
      const megabyte = Buffer.alloc(1 << 20, "<a/>");
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${100 << 20}\r\n\r\n`);
      const flood = async () => {
        for (let sent = 0; sent < 100 && !socket.destroyed; sent++) {
          if (socket.write(megabyte)) continue;
          await Promise.race([
            new Promise((resolve) => socket.once("drain", resolve)),
            session.pending.connection.closed,
          ]);
        }
      };
      await Promise.all([flood(), device.said(/^warn: Session failed reason=/)]);
    });
    // What is read and dropped is 1 + 16 MiB at most (limits.ts); the rest is the runtime's own slack.
    expect(peak(device) - before).toBeLessThan(96);
  });

  it.for([
    {
      what: "elements within elements",
      bytes: (n: number) => body(`<c:GetRPCMethods>${"<a>".repeat(n)}${"</a>".repeat(n)}</c:GetRPCMethods>`),
    },
    {
      what: "attributes",
      bytes: (n: number) => body(`<c:Reboot ${Array.from({ length: n }, (_, i) => `a${i}="1"`).join(" ")}/>`),
    },
    { what: "one letter of a name", bytes: (n: number) => body(`<c:${"a".repeat(n)}/>`) },
  ])("3.5 $what, 100,000 times: the session fails, memory stays bounded", async ({ bytes }) => {
    let before = 0;
    const device = await trial(async (session, device) => {
      before = peak(device);
      session.pending.answer(soap(bytes(100_000)));
      await device.said(/^warn: Session failed reason=/);
    });
    expect(peak(device) - before).toBeLessThan(96);
  });

  it("A.5.1 [R-A.5.1-06] a request of 100,000 elements is answered with 9004, in bounded memory, and the session continues", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const session = await acs.session();
    const before = peak(device);
    const names = "<string>a</string>".repeat(50_000);
    const answer = await session.raw(
      soap(
        body(
          `<c:GetParameterValues><ParameterNames>${names}${names}</ParameterNames></c:GetParameterValues>`,
        ),
      ),
    );
    expect(answer.fault?.code).toBe(9004);
    expect((await session.values(path.ssid)).get(path.ssid)).toBe("Sample Home");
    await session.end();
    expect(peak(device) - before).toBeLessThan(96);
  });
});

describe("an ACS that names methods and parameters that do not exist", () => {
  it("3.5 [R-3.5-30] [R-A.5.1-02] [R-3.5-34] an unknown method is 9000, and the session continues", async () => {
    const acs = await Acs.open();
    await Device.running(acs.url);
    const session = await acs.session();
    for (const name of ["X_00005E_Wish", "Upgrade", "__proto__", "toString"]) {
      const { fault } = await session.call(call.unknown(name));
      expect(fault).toEqual({ code: 9000, source: "Server", parameters: [] });
    }
    await session.done(call.methods());
    await session.end();
  });

  it("A.5.1 [R-A.5.1-05] [R-A.5.1-08] arguments that are missing, of another type, or name nothing", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const before = device.config("wireless");
    const session = await acs.session();
    const put = async (inner: string) => {
      const answer = await session.raw(soap(body(inner)));
      expect(answer.body.name).toBe("Fault");
      return answer.fault?.code;
    };
    expect(await put("<c:SetParameterValues/>")).toBe(9003);
    expect(
      await put("<c:GetParameterNames><ParameterPath/><NextLevel>perhaps</NextLevel></c:GetParameterNames>"),
    ).toBe(9003);
    expect(
      await put("<c:ScheduleInform><DelaySeconds>-1</DelaySeconds><CommandKey/></c:ScheduleInform>"),
    ).toBe(9003);
    expect(await put(`<c:Reboot><CommandKey>${"k".repeat(33)}</CommandKey></c:Reboot>`)).toBe(9003);
    for (const name of [
      "InternetGatewayDevice",
      "Device.",
      "InternetGatewayDevice.LANDevice.0.",
      "__proto__.",
      `${path.root}constructor`,
    ]) {
      const { fault } = await session.call(call.get(name));
      expect([name, fault?.code]).toEqual([name, 9005]);
    }
    expect(device.config("wireless")).toBe(before);
    await session.end();
    expect((await device.status()).lastSession?.failure).toBeNull();
  });
});

describe("an ACS that cannot be reached", () => {
  it("3.4.2 [R-3.4.2-05] a refused connection is reported in plain words, by log and status", async () => {
    const acs = await Acs.open();
    const { url } = acs;
    await acs.wire.close();
    const device = await Device.running(url);
    expect(await device.said(/^warn: Session failed reason=/)).toMatch(/cannot be reached.*ECONNREFUSED/);
    const { lastSession, retryCount, eventsWaiting } = await device.status();
    expect(lastSession?.failure).toMatch(/cannot be reached/);
    expect(retryCount).toBe(1);
    expect(eventsWaiting.map((event) => event.EventCode)).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
    expect(await device.stop()).toBe(0);
  });

  it("3.4.2 while an ACS does not respond, commands are answered, and the agent ends on a signal", async () => {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    await acs.next("an Inform that gets no answer");
    expect(await device.get(path.ssid)).toBe("Sample Home");
    expect((await device.status()).lastSession).toBeNull();
    expect(await device.stop()).toBe(0);
  });
});

describe("a device with a damaged configuration", () => {
  it("without /etc/config/cwmp the agent works with --acs-url; without that, status names the remedy", async () => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    rmSync(device.path("etc/config/cwmp"));
    device.start({ url: acs.url });
    await acs.pass("0 BOOTSTRAP", "1 BOOT");
    await device.stop();
    device.start();
    await device.said(/no usable package cwmp/);
    const { acs: known, warnings } = await device.status();
    expect(known.url).toBe("");
    expect(warnings.join("\n")).toMatch(/No ACS is known: set cwmp\.acs\.url/);
  });

  it("a broken line of /etc/config/cwmp: the other lines apply, and status names the line until it is repaired", async () => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.configure("acs", { url: acs.url });
    const good = device.config("cwmp");
    device.write("cwmp", `${good}\nbogus line\n`);
    const line = good.split("\n").length + 1;
    device.start();
    await acs.pass("0 BOOTSTRAP");
    await device.said(/Session ended as it should/);
    const named = `/etc/config/cwmp is damaged, line ${line}: invalid command`;
    expect((await device.status()).warnings.join("\n")).toContain(named);
    device.write("cwmp", good);
    await vi.waitFor(
      async () => expect((await device.status()).warnings.join("\n")).not.toContain("damaged"),
      {
        timeout: 30_000,
      },
    );
  });

  it("a package that cannot be read is named in the log, and the rest of the tree is served", async () => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.configure("acs", { url: acs.url });
    rmSync(device.path("etc/config/wireless"));
    // Nobody can follow it, not even root.
    symlinkSync("wireless", device.path("etc/config/wireless"));
    device.start();
    const session = await acs.session();
    expect((await session.values(path.address)).get(path.address)).toBe("192.168.1.1");
    expect((await session.call(call.get(path.ssid))).fault?.code).toBe(9005);
    await session.end();
    expect(device.lines.filter((line) => /^(warn|error): .*wireless/.test(line))).not.toEqual([]);
  });

  it("a package with a broken line is read without that line and never written, and 9002 names the line", async () => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.configure("acs", { url: acs.url });
    appendFileSync(device.path("etc/config/wireless"), "\toption 'unterminated\n");
    const broken = device.config("wireless");
    device.start();
    const session = await acs.session();
    expect((await session.values(path.ssid)).get(path.ssid)).toBe("Sample Home");
    const { fault, body } = await session.call(call.set([[path.ssid, "never"]]));
    expect(fault?.code).toBe(9002);
    expect(textOf(body, "detail", "Fault", "FaultString")).toMatch(/wireless.*line \d+/);
    expect(device.config("wireless")).toBe(broken);
    await session.done(call.set([[path.provisioning, "still works"]]));
    await session.end();
    expect(device.lines.filter((line) => /^warn: .*wireless line \d+/.test(line))).not.toEqual([]);
  });

  it.for([
    {
      how: "overwritten",
      damage: (file: string) => writeFileSync(file, Buffer.alloc(20_000, "no database ")),
    },
    {
      how: "empty but for its head",
      damage: (file: string) =>
        writeFileSync(file, Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(4080, 7)])),
    },
    { how: "cut", damage: (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 6000)) },
  ])(
    "a state.db that is damaged ($how) is set aside and told; the agent begins as from factory, configuration untouched",
    async ({ damage }) => {
      const acs = await Acs.open();
      const device = await Device.running(acs.url);
      await acs.pass("0 BOOTSTRAP");
      await device.stop();
      const before = device.config("network");
      for (const extra of ["state.db-wal", "state.db-shm"])
        rmSync(join(device.state, extra), { force: true });
      damage(join(device.state, "state.db"));
      device.start();
      await acs.pass("0 BOOTSTRAP", "1 BOOT");
      await device.said(/^error: The state was damaged and set aside/);
      expect((await device.status()).warnings.join()).toMatch(/damaged and set aside/);
      expect(readdirSync(device.state).length).toBeGreaterThan(1);
      expect(device.config("network")).toBe(before);
    },
  );
});

checkAll();
