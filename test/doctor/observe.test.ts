/** `cwmpd doctor` looks at a sample gateway and dials a real ACS. TR-069 3.3. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
    expect((await told("hooks")).map(({ what }) => what).join()).not.toContain(hook);
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
