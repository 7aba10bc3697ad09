/** The page of the built program before curl: kicks, other requests, and kicks that a kill interrupts. TR-069 Annex D,
 * 3.7.1.5 Table 7. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { Acs, type Session } from "./acs.ts";
import { Device, printed } from "./device.ts";
import { freePort } from "./portal.ts";
import { readLetter, textOf } from "./writing.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

interface Home {
  readonly acs: Acs;
  readonly device: Device;
  readonly base: string;
  readonly curl: (...args: string[]) => Promise<string>;
}

/** A gateway with its page, after its first session. */
async function served(): Promise<Home> {
  const acs = await Acs.open();
  const port = await freePort();
  const device = await Device.layOut();
  device.configure("acs", { url: acs.url });
  device.write(
    "cwmp",
    `${device.config("cwmp")}\nconfig lan 'lan'\n\toption enabled '1'\n\toption port '${port}'\n`,
  );
  device.start();
  await acs.pass("0 BOOTSTRAP");
  await device.said(/The LAN page is served/);
  const curl = async (...args: string[]) =>
    (await printed("curl", ["-s", "-i", "--max-time", "50", ...args])).out;
  return { acs, device, base: `http://127.0.0.1:${port}`, curl };
}

/** Answers the Kicked that the session has brought. @returns its arguments */
async function kicked(acs: Acs, session: Session, nextUrl: string): Promise<string[]> {
  const { id, body } = readLetter(session.pending.body);
  expect(body.name).toBe("Kicked");
  session.pending.answer(acs.letter("KickedResponse", `<NextURL>${nextUrl}</NextURL>`, id));
  session.pending = await acs.admitted();
  return ["Command", "Referer", "Arg", "Next"].map((name) => textOf(body, name));
}

it.skipIf(!hasCurl)(
  "a kick by link and by form opens a session with 5 KICKED and leads to NextURL; any other request opens none [R-D.3-03] [R-D.4-01] [R-D.4-07] [R-D.4-09] [R-A.4.2.1-01] [R-A.4.2.1-06]",
  async () => {
    const { acs, base, curl } = await served();
    for (const [form, method] of [
      [["-G"], "GET"],
      [[], "POST"],
    ] as const) {
      const fields = ["command=3", `arg=${method} it`, "next=/x?a=1"].flatMap((one) => [
        "--data-urlencode",
        one,
      ]);
      const answer = curl(...form, ...fields, "-e", "http://site.example/p", `${base}/kick.html`);
      const session = await acs.session();
      expect(session.inform.codes).toEqual(["5 KICKED"]);
      expect(await kicked(acs, session, "https://acs.example/land?s=1")).toEqual([
        "3",
        "http://site.example/p",
        `${method} it`,
        "/x?a=1",
      ]);
      expect(await answer).toMatch(
        /^HTTP\/1\.1 302 [\s\S]*\r\nlocation: https:\/\/acs\.example\/land\?s=1\r\n/i,
      );
      await session.end();
    }
    const kick = `${base}/kick.html`;
    expect(await curl("-I", kick)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await curl("-X", "PUT", kick)).toMatch(/^HTTP\/1\.1 405 /);
    expect(await curl("-H", "Host: evil.example", kick)).toMatch(/^HTTP\/1\.1 421 /);
    expect(await curl("-H", "Sec-Fetch-Mode: no-cors", kick)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await curl("-H", "Sec-Purpose: prefetch", kick)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await curl(`${kick}?command=${"c".repeat(33)}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await curl("-d", "x".repeat(20_000), kick)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await curl("--path-as-is", `${base}/../etc/passwd`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await curl(`${base}/`)).toMatch(/^HTTP\/1\.1 200 [\s\S]*as it should/);
    expect(acs.wire.requests.size).toBe(0);
  },
);

it.skipIf(!hasCurl)(
  "kill -9 before the Inform of a kick is answered, and before its Kicked is: the next session reports 5 KICKED and makes no Kicked, and a new kick works [R-3.7.1.5-38]",
  async () => {
    const { acs, device, base, curl } = await served();
    const kick = () => curl(`${base}/kick.html?arg=once&next=/x`);
    for (const answersInform of [false, true]) {
      const lost = kick();
      if (answersInform) {
        const session = await acs.session();
        expect(readLetter(session.pending.body).body.name).toBe("Kicked");
      } else await acs.next();
      await device.kill();
      expect(await lost).toBe("");
      device.start();
      const after = await acs.session();
      // For a directory that plays a device, every start is a boot.
      expect(after.inform.codes).toEqual(["5 KICKED", "1 BOOT"]);
      expect(after.pending.body.length).toBe(0);
      await after.end();
      await device.said(/The LAN page is served/);
    }
    const answer = kick();
    const session = await acs.session();
    expect(session.inform.codes).toEqual(["5 KICKED"]);
    await kicked(acs, session, "/x");
    expect(await answer).toMatch(/location: http:\/\/127\.0\.0\.1:\d+\/x\r\n/i);
    await session.end();
  },
);
