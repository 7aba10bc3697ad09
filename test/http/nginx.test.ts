import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemNet } from "../../platform/bun/net.ts";
import type { LinkSettings } from "../../src/http/link.ts";
import { Front, hasNginx } from "./front.ts";
import { hasOpenssl } from "./pki.ts";
import { Bench, bytes } from "./scripted.ts";

const pass = "location / { proxy_pass UPSTREAM; proxy_http_version 1.1; proxy_buffering off; }";

const login = "auth_basic acs; auth_basic_user_file";

describe.skipIf(!hasNginx || !hasOpenssl)("nginx in front of an ACS", () => {
  let front: Front;

  beforeAll(async () => {
    front = new Front();
    const users = front.file("users", "box:{PLAIN}secret\n");
    const clients = `ssl_client_certificate ${front.certificates.file("clients.pem")}; ssl_verify_client on; ssl_verify_depth 3;`;
    await front.start({
      plain: { tls: false, block: pass },
      closing: { tls: false, block: `keepalive_timeout 0; ${pass}` },
      login: { tls: false, block: `${login} ${users}; ${pass}` },
      loginClosing: { tls: false, block: `keepalive_timeout 0; ${login} ${users}; ${pass}` },
      tls: { block: pass },
      clients: { block: `${clients} ${login} ${users}; ${pass}` },
      moved: {
        tls: false,
        block: `location /found { return 302 https://acs.test:PORT_tls/acs; }
          location /moved { return 301 http://other.test:PORT_closing/acs; }
          location / { return 307 https://acs.test:PORT_movedOn/x; }`,
      },
      movedOn: { block: "return 307 http://other.test:PORT_plain/acs?y=1;" },
      second: { tls: false, address: "127.0.0.3", block: pass },
    });
  });

  afterAll(() => front.stop());

  /** Every name is this machine, unless a test says where it is. */
  function bench(site: string, settings: Partial<LinkSettings> = {}, path = "/acs"): Bench {
    const scheme = site === "tls" || site === "clients" ? "https" : "http";
    const made = new Bench(`${scheme}://acs.test:${front.port(site)}${path}`, {
      tls: { ca: front.certificates.file("root.pem") },
      basic: "always",
      ...settings,
    });
    made.net = { resolve: async () => ["127.0.0.1"], line: systemNet.line };
    return made;
  }

  const envelope = `<Envelope>${"text ".repeat(50)}</Envelope>`;

  /** Posts an envelope, which the upstream says back, then nothing. */
  async function session(made: Bench, posts = 2): Promise<number> {
    const link = made.open();
    for (let i = 0; i < posts; i++) {
      const answer = await link.post(bytes(envelope), "call");
      expect(answer.empty ? "" : Buffer.from(answer.bytes).toString()).toBe(envelope);
    }
    expect(await link.post(undefined, "empty")).toEqual({ empty: true });
    link.close();
    return link.connectionsOpened;
  }

  /** Connection number, status and the rest of what nginx wrote of each request since. */
  async function told(site: string, since = 0): Promise<string[][]> {
    const lines = await front.requests(site);
    return lines.slice(since).map((line) => line.split(" "));
  }

  test("3.4.2 [R-3.4.2-01] [R-3.4.2-10] chunked responses are read whole, on one connection, and the cookie is returned", async () => {
    front.upstream.length = 0;
    expect(await session(bench("plain"))).toBe(1);
    expect(front.upstream.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      "session=7",
      "session=7",
    ]);
    expect(front.upstream[2]!.headers["content-length"]).toBe("0");
  });

  test("3.4.2 [R-3.4.2-02] with keep-alive off every round trip has its own connection", async () => {
    expect(await session(bench("closing"))).toBe(3);
  });

  test("3.4.4 [R-3.4.4-01] [R-3.4.2-03] [R-3.4.4-03] basic credentials are sent on the connection of the challenge, and from then on", async () => {
    expect(await session(bench("login", { username: "box", password: "secret" }))).toBe(1);
    const lines = await told("login");
    expect(lines.map(([, status]) => status)).toEqual(["401", "200", "200", "204"]);
    expect(new Set(lines.map(([connection]) => connection)).size).toBe(1);
  });

  test("3.4.2 [R-3.4.2-04] basic credentials are sent on a new connection if the challenge closes its own", async () => {
    expect(await session(bench("loginClosing", { username: "box", password: "secret" }), 1)).toBe(3);
    expect((await told("loginClosing")).map(([, status]) => status)).toEqual(["401", "200", "204"]);
  });

  test("3.7.1.4 a password that nginx rejects fails the session", async () => {
    const since = (await front.requests("login")).length;
    const link = bench("login", { username: "box", password: "wrong" }).open();
    await expect(link.post(bytes(envelope), "call")).rejects.toThrow(/does not accept the user name/);
    link.close();
    expect(await told("login", since)).toHaveLength(2);
  });

  test("3.3 [R-3.3-15] [R-3.3-18] a client certificate is sent with its chain, and a challenge is answered too", async () => {
    const own = {
      ca: front.certificates.file("root.pem"),
      clientCert: front.certificates.file("client.chain.pem"),
      clientKey: front.certificates.file("client.key"),
    };
    expect(await session(bench("clients", { tls: own, username: "box", password: "secret" }), 1)).toBe(1);
    expect((await told("clients")).map(([, status, , dn]) => `${status} ${dn}`)).toEqual([
      "401 CN=00D09E-Box-1",
      "200 CN=00D09E-Box-1",
      "204 CN=00D09E-Box-1",
    ]);
    const link = bench("clients").open();
    await expect(link.post(undefined, "empty")).rejects.toThrow(/HTTP status 400/);
    link.close();
  });

  test("3.4.2 [R-3.4.2-16] [R-3.4.2-17] [R-3.4.2-18] [R-3.4.2-20] [R-3.4.2-22] [R-3.4.2-26] redirects to https and back repeat the same POST, for the rest of the session", async () => {
    for (const [path, site, url, connections] of [
      ["/found", "tls", "/acs", 2],
      ["/moved", "closing", "/acs", 3],
      ["/x", "plain", "/acs?y=1", 3],
    ] as const) {
      front.upstream.length = 0;
      const [moved, before] = [(await told("moved")).length, (await told(site)).length];
      expect(await session(bench("moved", {}, path), 1)).toBe(connections);
      expect(await told("moved", moved)).toHaveLength(1);
      expect(await told(site, before)).toHaveLength(2);
      expect(front.upstream.map((request) => request.url)).toEqual([url, url]);
      expect(front.upstream[0]!.body).toBe(envelope);
      expect(front.upstream[0]!.headers["content-type"]).toBe('text/xml; charset="utf-8"');
    }
  });

  test("3.1 [R-3.1-22] [R-3.1-24] after a refused address another address is used, and kept", async () => {
    const made = bench("second");
    made.net = { resolve: async () => ["127.0.0.2", "127.0.0.3"], line: systemNet.line };
    const link = made.open();
    await link.post(undefined, "empty");
    link.close();
    expect(link.affinity?.chosen).toBe("127.0.0.3");
    expect(made.lines.filter((line) => line.includes("cannot be reached at this address"))).toHaveLength(1);
    const next = made.open(link.affinity);
    await next.post(undefined, "empty");
    next.close();
    expect(made.lines.filter((line) => line.includes("cannot be reached at this address"))).toHaveLength(1);
  });
});
