import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { hasNginx, Nginx } from "./nginx.ts";
import { path } from "./paths.ts";
import { call } from "./writing.ts";

interface Wishes {
  readonly certificate?: "server" | "stranger";
  /** How the plain port answers. */
  readonly redirect?: 301 | 302 | 307;
  readonly more?: string;
}

/** The double behind nginx: TLS with a client certificate on one port, a redirect to it on the other. */
async function front({ certificate = "server", redirect = 302, more = "" }: Wishes = {}) {
  const acs = await Acs.open();
  const nginx = await Nginx.start(
    (ports, file) => `
server {
  listen 127.0.0.1:${ports.plain};
  add_header Set-Cookie "hop=1; Path=/" always;
  location / { return ${redirect} https://localhost:${ports.tls}/moved$request_uri; }
}
server {
  listen 127.0.0.1:${ports.tls} ssl;
  server_name localhost;
  ssl_certificate ${file(`${certificate}.pem`)};
  ssl_certificate_key ${file(`${certificate}.key`)};
  ssl_client_certificate ${file("ca.pem")};
  ssl_verify_client on;
  ${more}
  location / { proxy_pass http://127.0.0.1:${acs.wire.port}; proxy_http_version 1.1; proxy_set_header X-Client $ssl_client_s_dn; proxy_set_header X-Line $connection; }
}`,
  );
  const device = await Device.layOut();
  const known = {
    ca_file: nginx.path("ca.pem"),
    client_cert: nginx.path("client.pem"),
    client_key: nginx.path("client.key"),
  };
  const start = (options: Readonly<Record<string, string>>) => {
    device.configure("acs", options);
    device.start();
  };
  return { acs, nginx, device, known, start };
}

describe.skipIf(!hasNginx)("behind nginx", () => {
  it("3.3 [R-3.1-17] [R-3.3-08] [R-3.3-15] TLS with the configured root and a client certificate carries a whole session on one connection", async () => {
    const { acs, nginx, known, start } = await front();
    start({ url: `https://localhost:${nginx.tls}/acs`, ...known });
    const session = await acs.session();
    expect(session.opening.header("x-client")).toBe("CN=00005E-sample-SG1");
    expect((await session.values(path.root)).size).toBeGreaterThan(200);
    await session.done(call.set([[path.ssid, "Over TLS"]]));
    await session.end();
    expect(new Set(acs.heard.map((heard) => heard.header("x-line"))).size).toBe(1);
  });

  it.for([
    { what: "another root [R-3.3-08]", ca_file: "other-ca.pem", why: /certificate/i },
    { what: "no file of roots of its own [R-3.3-08]", ca_file: undefined, why: /certificate/i },
    { what: "a file that is no certificate", ca_file: "ca.key", why: /there is no certificate in/ },
    {
      what: "a certificate for another name",
      ca_file: "ca.pem",
      certificate: "stranger",
      why: /localhost/,
    },
  ] as const)(
    "3.3 $what: nothing is sent, and the reason is reported",
    async ({ ca_file, why, ...wishes }) => {
      const { acs, nginx, device, known, start } = await front(wishes);
      const { ca_file: _, ...own } = known;
      start({
        url: `https://localhost:${nginx.tls}/acs`,
        ...own,
        ...(ca_file && { ca_file: nginx.path(ca_file) }),
      });
      expect(await device.said(/^warn: Session failed reason=/)).toMatch(why);
      expect(acs.wire.connections.length).toBe(0);
      expect((await device.status()).lastSession?.failure).toMatch(why);
    },
  );

  it("3.3 the session fails without the client certificate that the server requires", async () => {
    const { acs, nginx, device, known, start } = await front();
    start({ url: `https://localhost:${nginx.tls}/acs`, ca_file: known.ca_file });
    await device.said(/^warn: Session failed reason=/);
    expect(acs.wire.connections.length).toBe(0);
  });

  it.for([{ redirect: 301 }, { redirect: 302 }, { redirect: 307 }] as const)(
    "3.4.2 [R-3.4.2-16] [R-3.4.2-17] [R-3.4.2-18] [R-3.4.2-20] [R-3.4.2-22] [R-3.4.2-23] [R-3.4.2-26] [R-3.4.2-28] [R-3.3-12] redirect from http to https by $redirect: the same POST goes there, for this session only",
    async ({ redirect }) => {
      const { acs, nginx, device, known, start } = await front({ redirect });
      // The certificate is for localhost alone: it is the host of the redirect that counts.
      const configured = `http://127.0.0.1:${nginx.plain}/acs?x=1`;
      start({ url: configured, ...known });
      const session = await acs.session();
      expect(session.inform.codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
      expect(session.opening.path).toBe("/moved/acs?x=1");
      expect(session.opening.method).toBe("POST");
      expect(session.opening.header("cookie")).toContain("hop=1");
      const url = `${path.acs}URL`;
      expect((await session.values(url)).get(url)).toBe(configured);
      await session.end();
      await device.cli("inform");
      await (await acs.session()).end();
      await device.cli("inform");
      await (await acs.session()).end();
      const redirected = (await nginx.requests()).filter((line) => line.includes(`" ${redirect} `));
      expect(redirected.length).toBe(3);
      expect(device.config("cwmp")).toContain(`option url '${configured}'`);
    },
  );

  it("3.4.2 [R-3.4.2-02] [R-3.4.2-04] without keep-alive one session uses a connection for each round trip, digest challenge included", async () => {
    const { acs, nginx, known, start } = await front({ more: "keepalive_timeout 0;" });
    acs.login = { scheme: "digest", password: "s3cret of the ACS" };
    start({ url: `https://localhost:${nginx.tls}/acs`, password: "s3cret of the ACS", ...known });
    const session = await acs.session();
    expect((await session.values(path.lan)).size).toBeGreaterThan(100);
    await session.done(call.methods());
    await session.end();
    expect(acs.heard.length).toBe(5);
    expect(new Set(acs.heard.map((heard) => heard.header("x-line"))).size).toBe(5);
  });

  it("3.4.4 [R-3.4.4-01] [R-3.3-18] basic authentication works beside the client certificate", async () => {
    const { acs, nginx, device, known, start } = await front({
      more: "auth_basic acs;\n  auth_basic_user_file users;",
    });
    writeFileSync(nginx.path("users"), "the cpe:{PLAIN}s3cret of the ACS\n");
    start({
      url: `https://localhost:${nginx.tls}/acs`,
      username: "the cpe",
      password: "s3cret of the ACS",
      ...known,
    });
    const session = await acs.session();
    expect((await session.values(path.ssid)).size).toBe(1);
    await session.end();
    const refused = (await nginx.requests()).filter((line) => line.includes('" 401 '));
    expect(refused.length).toBe(1);

    await device.stop();
    device.configure("acs", { password: "s3cret of another" });
    device.start();
    expect(await device.said(/^warn: Session failed reason=/)).toMatch(/user name and password/);
  });
});

checkAll();
