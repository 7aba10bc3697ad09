/** `cwmpd doctor` looks at a sample gateway and dials a real ACS. TR-069 3.3. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { observe } from "../../platform/doctor/observe.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { examine } from "../../src/doctor/examine.ts";
import { hasNginx, Nginx } from "../e2e/nginx.ts";
import { freePort } from "../http/barrier.ts";

let root: string;

beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), "cwmpd-doctor-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  root = join(home, "gw");
  layOutSandbox(root);
});

function put(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text, { mode: 0o600 });
}

const acsAt = (url: string, more = "") =>
  put("etc/config/cwmp", `config acs 'acs'\n\toption url '${url}'\n${more}config cpe 'cpe'\n`);

const told = async (check: string) =>
  examine(await observe(root, false)).filter((one) => one.check === check);

describe("doctor: a sample gateway", () => {
  test("hooks, leftovers and uncommitted changes are found in their directories", async () => {
    const hook = "etc/udhcpc.user.d/60-cwmpd";
    expect((await told("hooks")).map(({ what }) => what).join()).toContain(hook);
    put(hook, "");
    expect((await told("hooks")).map(({ what }) => what).join()).toContain(`${hook} is empty`);
    put(hook, ":\n");
    expect((await told("hooks")).map(({ what }) => what).join()).not.toContain(hook);
    const script = "etc/init.d/cwmpd";
    put(script, "#!/bin/sh\n");
    expect((await told("hooks")).map(({ fix }) => fix)).toContain(`chmod 755 /${script}`);
    chmodSync(join(root, script), 0o755);
    expect((await told("hooks")).map(({ what }) => what).join()).not.toContain(script);
    put("etc/config/.network.uci-AbCdEf", "");
    expect((await told("locks"))[0]!.verdict).toBe("ok");
    utimesSync(join(root, "etc/config/.network.uci-AbCdEf"), 1, 1);
    put("tmp/.uci/wireless", "wireless.x.y='1'\n");
    const locks = (await told("locks")).map(({ what }) => what);
    expect(locks[0]).toContain("/etc/config/.network.uci-AbCdEf");
    expect(locks[1]).toContain("wireless");
  });

  test("an ACS that listens passes, an ACS that does not is reported with the reason, and no request is sent", async () => {
    let bytes = 0;
    const server = net.createServer((socket) => socket.on("data", (data) => (bytes += data.length)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    acsAt(`http://127.0.0.1:${port}/`);
    expect(await told("ACS")).toMatchObject([
      { verdict: "ok", what: expect.stringContaining("answers at 127.0.0.1") },
    ]);
    await new Promise((resolve) => server.close(resolve));
    expect(bytes).toBe(0);
    acsAt(`http://127.0.0.1:${await freePort()}/`);
    expect(await told("ACS")).toMatchObject([
      { verdict: "fail", what: expect.stringContaining("ECONNREFUSED") },
    ]);
  });

  test("a server that speaks no TLS is reported in plain words", async () => {
    const server = net.createServer((socket) => socket.on("data", () => socket.end("HTTP/1.1 400\r\n\r\n")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    acsAt(`https://127.0.0.1:${(server.address() as net.AddressInfo).port}/`);
    expect(await told("ACS")).toMatchObject([
      { verdict: "fail", what: expect.stringContaining("it does not speak TLS on this port") },
    ]);
  });

  test("a state that is kept in memory is reported, whichever way the overlay is mounted", async () => {
    const flash = async (mounts: string) => {
      put("proc/mounts", mounts);
      return (await told("flash"))[0]!.verdict;
    };
    const rom = "/dev/root /rom squashfs ro 0 0\ntmpfs /tmp tmpfs rw 0 0\n";
    const over = (at: string) =>
      `overlayfs:${at} / overlay rw,lowerdir=/,upperdir=${at}/upper,workdir=${at}/work 0 0\n`;
    expect(await flash(`${rom}/dev/ubi0_1 /overlay ubifs rw 0 0\n${over("/overlay")}`)).toBe("ok");
    expect(await flash(`${rom}tmpfs /tmp/root tmpfs rw 0 0\n${over("/tmp/root")}`)).toBe("fail");
    expect(await flash("rootfs / rootfs rw 0 0\ntmpfs / tmpfs rw 0 0\n")).toBe("fail");
    expect(await flash("tmpfs / tmpfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n")).toBe("ok");
  });

  test("trusted certificates are counted, and a damaged one is reported", async () => {
    const file = join(root, "ca.pem");
    const [one, two] = tls.rootCertificates as [string, string];
    const trust = () => told("trust stores");
    acsAt("https://127.0.0.1:1/", `\toption ca_file '${file}'\n`);
    expect(await trust()).toMatchObject([{ verdict: "fail", what: expect.stringContaining("ENOENT") }]);
    writeFileSync(file, "# no certificate\n");
    expect(await trust()).toMatchObject([{ verdict: "fail", what: `there is no certificate in ${file}` }]);
    writeFileSync(file, `${one}\n${two}\n`);
    expect(await trust()).toMatchObject([{ verdict: "ok", what: expect.stringContaining(`${file} (2)`) }]);
    writeFileSync(file, `${one}\n${two.replace(/MII.{40}/, "MII")}\n`);
    expect(await trust()).toMatchObject([
      { verdict: "fail", what: `${file}: 1 of 2 certificates cannot be parsed` },
    ]);
  });

  test("a damaged /etc/config/cwmp is reported with its line", async () => {
    put("etc/config/cwmp", "config acs 'acs'\n\toption url 'http\n");
    expect(await told("configuration")).toMatchObject([
      { verdict: "fail", what: expect.stringContaining("does not parse") },
    ]);
  });
});

describe.skipIf(!hasNginx)("doctor: the certificate of a real server", () => {
  test("a certificate is judged as in a session: chain first, then the name; its dates are reported", async () => {
    const nginx = await Nginx.start(
      ({ tls }, path) =>
        `server { listen 127.0.0.1:${tls} ssl; ssl_certificate ${path("server.pem")}; ssl_certificate_key ${path("server.key")}; }`,
    );
    const url = `https://localhost:${nginx.tls}/`;
    const trusted = `\toption ca_file '${nginx.path("ca.pem")}'\n`;
    acsAt(url);
    expect(await told("ACS")).toMatchObject([
      { verdict: "fail", what: expect.stringContaining("certificate") },
    ]);
    acsAt(url, trusted);
    expect(await told("ACS")).toMatchObject([{ verdict: "ok" }]);
    const [certificate] = await told("certificate of the ACS");
    expect(certificate!.what).toMatch(/^for DNS:localhost, by ca, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
    acsAt(url.replace("localhost", "127.0.0.1"), trusted);
    expect((await told("ACS"))[0]!.what).toContain("is not for 127.0.0.1");
  });
});
