import net from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device, printed } from "./device.ts";
import { path } from "./paths.ts";

const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === "::1"));

const hasCurl = await printed("curl", ["--version"]).then(
  () => true,
  () => false,
);

/** A device that has had its first session, and its Connection Request URL as the ACS heard it. */
async function idle(address = "127.0.0.1") {
  const acs = await Acs.open(address);
  const device = await Device.running(acs.url);
  const inform = await acs.pass("0 BOOTSTRAP");
  return { acs, device, url: inform.values.get(path.connectionRequestUrl)! };
}

/** @returns status, size of the body, all headers of the last answer */
async function curl(url: string, password: string, ...more: string[]) {
  const input = `user = "acs:${password}"\nurl = "${url}"\n`;
  const args = [
    "-sS",
    "--digest",
    "-i",
    "--max-time",
    "20",
    "-w",
    "\n%{http_code} %{size_download}",
    ...more,
    "-K",
    "-",
  ];
  const { out, err } = await printed("curl", args, { input });
  if (err !== "") throw new Error(err);
  const [status, size] = out.split("\n").at(-1)!.split(" ").map(Number);
  return { status, size, heads: out };
}

describe.skipIf(!hasCurl)("curl --digest to the Connection Request URL", () => {
  it.for([
    { client: "HTTP/1.1", more: [] },
    { client: "HTTP/1.0", more: ["-0"] },
    { client: "with a body", more: ["-d", "ignored", "-X", "GET"] },
  ])(
    "3.2.2 [R-3.2.2-01] [R-3.2.2-02] [R-3.2.2-07] [R-3.2.2-10] [R-3.2.2-12] [R-3.2.2-16] [R-3.7.1.5-39] is answered with 200 and an empty body, and a session with 6 CONNECTION REQUEST follows at once ($client)",
    async ({ more }) => {
      const { acs, url } = await idle();
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\w{16,}$/);
      const { status, size, heads } = await curl(url, "knock knock", ...more);
      expect([status, size]).toEqual([200, 0]);
      expect(heads).toMatch(/^www-authenticate: digest .*qop="auth"/im);
      const informed = await acs.pass("6 CONNECTION REQUEST");
      expect(informed.codes).toEqual(["6 CONNECTION REQUEST"]);
    },
  );

  it.skipIf(!ipv6)(
    "3.2.2 [R-3.2.2-01] [R-3.2.2-08] works over IPv6: the URL has the address family by which the ACS is reached",
    async () => {
      const { acs, device, url } = await idle("::1");
      expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/\w{16,}$/);
      expect((await curl(url, "knock knock knock")).status).toBe(401);
      expect((await curl(url, "knock knock")).status).toBe(200);
      await acs.pass("6 CONNECTION REQUEST");
      // Back to IPv4: another ACS, another URL.
      const other = await Acs.open();
      device.edit("cwmp", acs.url, other.url);
      const inform = await other.pass("0 BOOTSTRAP");
      expect(inform.values.get(path.connectionRequestUrl)).toBe(url.replace("[::1]", "127.0.0.1"));
    },
  );

  it("3.2.2 [R-3.2.2-08] with the wrong password, or to another path, no session follows", async () => {
    const { acs, device, url } = await idle();
    expect((await curl(url, "knock knock knock")).status).toBe(401);
    expect((await curl(`${url}x`, "knock knock")).status).not.toBe(200);
    // Had one of them counted, it would stand in the next Inform, or be a session before it.
    expect((await device.cli("inform")).exit).toBe(0);
    const asked = await acs.session();
    expect(asked.inform.codes).toEqual(["2 PERIODIC"]);
    await asked.end();
  });

  it("3.2.2 [R-3.2.2-19] [R-3.2.2-20] [R-3.2.2-22] several requests within a session do not disturb it, and one session follows", async () => {
    const { acs, device, url } = await idle();
    await device.cli("inform");
    const session = await acs.session();
    const answers = await Promise.all([1, 2, 3, 4].map(() => curl(url, "knock knock")));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await session.values(path.provisioning)).size).toBe(1);
    await session.end();
    expect((await acs.pass("6 CONNECTION REQUEST")).codes).toEqual(["6 CONNECTION REQUEST"]);
    await device.cli("inform");
    const asked = await acs.session();
    expect(asked.inform.codes).toEqual(["2 PERIODIC"]);
    await asked.end();
  });

  it("3.2.2 [R-3.2.2-24] five hundred idle connections block neither the request nor the session", async () => {
    const { acs, device, url } = await idle();
    const { port } = new URL(url);
    const idlers = await Promise.all(
      Array.from(
        { length: 500 },
        () =>
          new Promise<net.Socket>((resolve, reject) => {
            const socket = net.connect(Number(port), "127.0.0.1", () => {
              socket.write("GET /");
              resolve(socket);
            });
            socket.on("error", reject);
          }),
      ),
    );
    onTestFinished(() => idlers.forEach((socket) => void socket.destroy()));
    expect((await curl(url, "knock knock", "--max-time", "10")).status).toBe(200);
    const session = await acs.session("an Inform beside 500 idle connections");
    expect(session.inform.codes).toEqual(["6 CONNECTION REQUEST"]);
    expect((await session.values(path.root)).size).toBeGreaterThan(200);
    await session.end();
    expect((await device.status()).lastSession?.failure).toBeNull();
  });
});

checkAll();
