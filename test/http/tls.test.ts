import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemNet } from "../../platform/bun/net.ts";
import { chainFault } from "../../platform/bun/net-chain.ts";
import type { Net } from "../../src/ports/net.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { Certificates, hasBun, hasOpenssl, underBun } from "./pki.ts";
import { Bench, bytes } from "./scripted.ts";

/** A TLS server that shows one certificate and answers 204. */
class Shown {
  /** Bytes of HTTP that have come. */
  heard = "";
  clients: TLSSocket[] = [];
  private readonly server: tls.Server;

  constructor(options: tls.TlsOptions, answer: (head: string) => string = () => "HTTP/1.1 204 X\r\n\r\n") {
    this.server = tls.createServer(options, (socket) => {
      this.clients.push(socket);
      socket.on("error", () => {}).setEncoding("latin1");
      let held = "";
      socket.on("data", (text: string) => {
        this.heard += text;
        held += text;
        const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
        const end = held.indexOf("\r\n\r\n") + 4;
        if (end < 4 || held.length < end + length) return;
        socket.write(answer(held));
        held = "";
      });
    });
    this.server.on("tlsClientError", () => {});
  }

  async start(): Promise<number> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.clients) socket.destroy();
    this.server.close();
  }
}

const refused = (why: string) => `the certificate of the ACS is not accepted: ${why}`;
const untrusted = refused("it does not lead to a trusted root");
const not = (host: string, names: string) =>
  `the certificate of the ACS is not for ${host}, but for ${names}`;

const short = "it, or one that it rests on, has a key of 1024 bits, fewer than 2048";

interface Case {
  readonly shows: string;
  readonly host?: string;
  readonly ca?: string;
  /** Absent: the clock is right. */
  readonly dates?: false;
  readonly outcome: string;
}

/** What becomes of a connection to an ACS that shows a certificate; the same under Node and Bun. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  "3.3 [R-3.3-08] [R-3.3-11] the chain has to lead to a configured root": [
    { shows: "good", outcome: "204" },
    { shows: "chained", outcome: "204" },
    { shows: "good", ca: "other", outcome: untrusted },
    { shows: "byOther", ca: "other", outcome: "204" },
    { shows: "byOther", outcome: untrusted },
    { shows: "byImpostor", outcome: refused("a signature on its way to the root does not verify") },
    { shows: "itself", outcome: refused("it is signed by itself and not trusted") },
    { shows: "itself", ca: "itself", outcome: "204" },
    { shows: "good", ca: "good", outcome: untrusted },
    { shows: "expired", outcome: refused("it, or one that it rests on, has expired") },
    { shows: "early", outcome: refused("it, or one that it rests on, is not valid yet") },
    { shows: "forClients", outcome: refused("it is not for TLS servers") },
  ],
  "3.3 [R-3.3-10] the host of the URL has to be the CN to the letter, or an alternative name": [
    { shows: "byName", outcome: "204" },
    // RFC 6125 6.4.4: beside an alternative name of any kind the CN does not count.
    { shows: "byNameBesides", outcome: not("acs.test", "CN acs.test, DNS:other.test") },
    { shows: "byMail", outcome: not("acs.test", "CN acs.test, email:a@acs.test") },
    { shows: "byLink", outcome: not("acs.test", "CN acs.test, URI:https://acs.test/") },
    { shows: "byAddressBesides", outcome: not("acs.test", "CN acs.test, IP Address:127.0.0.2") },
    // A sub-CA that is constrained to other names.
    { shows: "posing", outcome: not("acs.test", "CN acs.test, DNS:other.test") },
    { shows: "posingBare", outcome: refused("an issuer does not allow its name") },
    { shows: "otherName", outcome: not("acs.test", "CN other.test, DNS:other.test") },
    { shows: "byName", host: "127.0.0.1", outcome: not("127.0.0.1", "CN acs.test") },
    { shows: "addressAsName", host: "127.0.0.1", outcome: not("127.0.0.1", "CN 127.0.0.1") },
    { shows: "addressAsName", outcome: not("acs.test", "CN 127.0.0.1") },
    { shows: "address", host: "127.0.0.1", outcome: "204" },
    { shows: "address", outcome: not("acs.test", "IP Address:127.0.0.1") },
    { shows: "addressAsDns", host: "127.0.0.1", outcome: not("127.0.0.1", "DNS:127.0.0.1") },
    { shows: "twoNames", outcome: not("acs.test", "CN other.test, CN acs.test") },
    { shows: "hiddenName", outcome: not("acs.test", "CN other.test") },
  ],
  "3.3 a star stands for one whole label of an alternative name, and for nothing in a CN": [
    { shows: "wildcard", host: "one.acs.test", outcome: "204" },
    { shows: "wildcard", outcome: not("acs.test", "DNS:*.acs.test, DNS:f*.part.test") },
    {
      shows: "wildcard",
      host: "a.b.acs.test",
      outcome: not("a.b.acs.test", "DNS:*.acs.test, DNS:f*.part.test"),
    },
    {
      shows: "wildcard",
      host: "foo.part.test",
      outcome: not("foo.part.test", "DNS:*.acs.test, DNS:f*.part.test"),
    },
    { shows: "wildcardName", host: "one.acs.test", outcome: not("one.acs.test", "CN *.acs.test") },
  ],
  "3.3 signatures over SHA-1 and RSA keys below 2048 bits are refused, wherever in the chain; a root's own signature says nothing":
    [
      { shows: "sha1", outcome: refused("it is signed with a digest that can be forged") },
      { shows: "bySha1Middle", outcome: refused("it is signed with a digest that can be forged") },
      { shows: "bySha1Root", ca: "sha1Root", outcome: "204" },
      { shows: "shortKey", outcome: refused(short) },
      { shows: "byShortMiddle", outcome: refused(short) },
      { shows: "byShortRoot", ca: "shortRoot", outcome: refused(short) },
      {
        shows: "sha1",
        dates: false,
        outcome: refused("it is signed with a digest that can be forged"),
      },
      { shows: "byShortMiddle", dates: false, outcome: refused(short) },
    ],
  "3.3 what ended before the agent was built has expired, also while the time is not known": [
    {
      shows: "longPast",
      dates: false,
      outcome: refused("it has expired: it ended before this agent was built"),
    },
    {
      shows: "byMiddlePast",
      dates: false,
      outcome: refused("one that it rests on has expired: it ended before this agent was built"),
    },
  ],
  "3.3 [R-3.3-14] [R-3.3-08] while the time is not known dates are disregarded, and nothing else": [
    { shows: "good", dates: false, outcome: "204" },
    { shows: "expired", dates: false, outcome: "204" },
    { shows: "early", dates: false, outcome: "204" },
    { shows: "expiredChained", dates: false, outcome: "204" },
    { shows: "expiredWithRoot", ca: "old", dates: false, outcome: "204" },
    { shows: "expiredOtherName", dates: false, outcome: not("acs.test", "CN other.test") },
    { shows: "expiredByOther", dates: false, outcome: untrusted },
    { shows: "expiredByImpostor", dates: false, outcome: untrusted },
    { shows: "expiredItself", dates: false, outcome: untrusted },
    { shows: "expiredItself", ca: "itself", dates: false, outcome: untrusted },
    { shows: "expiredItself", ca: "expiredItself", dates: false, outcome: "204" },
    {
      shows: "expiredByLeaf",
      dates: false,
      outcome: refused("it is signed by a certificate that may not sign others (CA flag)"),
    },
    { shows: "expiredTooDeep", dates: false, outcome: refused("its chain is longer than an issuer allows") },
    {
      shows: "expiredForClients",
      dates: false,
      outcome: refused("it is not for TLS servers (extended key usage)"),
    },
  ],
};

describe.skipIf(!hasOpenssl)("TLS (openssl makes the certificates)", () => {
  let files: Certificates;
  const servers = new Map<string, { readonly shown: Shown; readonly port: number }>();
  const stops: (() => void)[] = [];

  beforeAll(async () => {
    files = new Certificates();
    const names = new Set(Object.values(cases).flatMap((list) => list.map(({ shows }) => shows)));
    for (const name of names) servers.set(name, await serve(name));
  });

  afterAll(() => {
    for (const stop of stops) stop();
    files.remove();
  });

  async function serve(name: string, options: tls.TlsOptions = {}, answer?: (head: string) => string) {
    const identity = { cert: files.read(`${name}.chain.pem`), key: files.read(`${name}.key`) };
    // Node's library would not show what is weak.
    const level = process.versions.bun === undefined ? { ciphers: "DEFAULT@SECLEVEL=0" } : {};
    const shown = new Shown({ ...identity, ...level, ...options }, answer);
    stops.push(() => shown.stop());
    return { shown, port: await shown.start() };
  }

  const attemptOf = ({
    shows,
    host = "acs.test",
    ca = "root",
    dates = true as boolean,
  }: Case | (Omit<Case, "dates"> & { dates?: boolean })): Attempt => ({
    host,
    port: servers.get(shows)!.port,
    ca: files.file(`${ca}.pem`),
    checkDates: dates,
  });

  const told = (list: readonly Case[], outcomes: readonly string[]) =>
    list.map((one, i) => ({ ...one, outcome: plain(outcomes[i]!) }));

  /** The library says which line broke; here only why counts. */
  const plain = (text: string) => text.replace(/^the line to .* broke: /, "");

  for (const [title, list] of Object.entries(cases)) {
    test(title, async () => {
      const outcomes: string[] = [];
      for (const one of list) {
        const { shown } = servers.get(one.shows)!;
        shown.heard = "";
        outcomes.push(await attempt(attemptOf(one)));
        // What is not accepted hears nothing.
        expect(shown.heard === "").toBe(one.outcome !== "204");
      }
      expect(told(list, outcomes)).toEqual(list);
    });

    test.skipIf(!hasBun)(`${title} (in the runtime that ships)`, async () => {
      for (const { shown } of servers.values()) shown.heard = "";
      const outcomes = await underBun<string[]>("attempts-child.ts", list.map(attemptOf));
      expect(told(list, outcomes)).toEqual(list);
      for (const name of new Set(list.map(({ shows }) => shows))) {
        const accepted = list.some(({ shows, outcome }) => shows === name && outcome === "204");
        expect(servers.get(name)!.shown.heard !== "").toBe(accepted);
      }
    });
  }

  test("3.3 NODE_TLS_REJECT_UNAUTHORIZED in the environment changes nothing", async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const bad: Case = { shows: "byOther", outcome: untrusted };
      expect(plain(await attempt(attemptOf(bad)))).toBe(untrusted);
      if (hasBun)
        expect((await underBun<string[]>("attempts-child.ts", [attemptOf(bad)])).map(plain)).toEqual([
          untrusted,
        ]);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  test("3.3 without dates every other property of every certificate in the chain is checked", () => {
    const one = (name: string) => new X509Certificate(files.read(`${name}.pem`));
    const fault = (leaf: string, shown: readonly string[] = [], roots: readonly string[] = ["root"]) =>
      chainFault(one(leaf), shown.map(one), roots.map(one));
    expect(fault("chained", ["middle"])).toBeUndefined();
    expect(fault("chained", ["other", "deep", "middle", "root"])).toBeUndefined();
    expect(fault("chained")).toBe("it does not lead to a trusted root");
    expect(fault("good", [], [])).toBe("it does not lead to a trusted root");
    // A certificate in the middle is no root, also where it is among the trusted ones.
    expect(fault("chained", [], ["middle"])).toBe("it does not lead to a trusted root");
    expect(fault("byLeaf", ["good"])).toMatch(/may not sign others \(CA flag\)/);
    expect(fault("byNoSign", ["noSign"])).toMatch(/does not lead|may not sign others/);
    expect(fault("tooDeep", ["deep", "middle"])).toMatch(/longer than an issuer allows/);
    expect(fault("byLimited", ["limited"])).toMatch(/limits the names/);
    expect(fault("forClients")).toMatch(/extended key usage/);
    expect(fault("forSigning")).toMatch(/key usage/);
    expect(fault("strange")).toMatch(/critical extension/);
    expect(fault("forgeable", [], ["rsa"])).toMatch(/can be forged|does not lead/);
    expect(fault("byImpostor")).toBe("it does not lead to a trusted root");
  });

  test("3.3 [R-3.3-11] trusted roots are read from a file with several, or from a directory of files", async () => {
    const both = files.file("both.pem");
    writeFileSync(both, `# ours\n${files.read("other.pem")}\n${files.read("root.pem")}`);
    const dir = files.file("roots");
    mkdirSync(dir);
    for (const name of ["other", "root"]) writeFileSync(`${dir}/${name}.crt`, files.read(`${name}.pem`));
    writeFileSync(`${dir}/README`, "none here");
    for (const ca of [both, dir]) {
      expect(await attempt({ ...attemptOf({ shows: "good", outcome: "" }), ca })).toBe("204");
      expect(await attempt({ ...attemptOf({ shows: "expired", dates: false, outcome: "" }), ca })).toBe(
        "204",
      );
    }
  });

  test("3.3 a file that cannot be used is named with the reason, and nothing is dialled", async () => {
    const to = attemptOf({ shows: "good", outcome: "" });
    const { shown } = servers.get("good")!;
    shown.heard = "";
    const path = (name: string) => files.file(name);
    writeFileSync(path("empty.pem"), "nothing\n");
    writeFileSync(path("broken.pem"), files.read("root.pem").replace(/[a-z]/g, "!"));
    const pair = { clientCert: path("client.chain.pem"), clientKey: path("client.key") };
    for (const [change, why] of [
      [{ ca: path("absent") }, /^the trusted certificates in .*absent cannot be read \(ENOENT\)$/],
      [{ ca: path("empty.pem") }, /^there is no certificate in .*empty\.pem$/],
      [{ ca: path("broken.pem") }, /./],
      [{ ca: path("broken.pem"), checkDates: false }, /./],
      [{ ...pair, clientCert: path("absent") }, /^client_cert .*absent cannot be read \(ENOENT\)$/],
      [{ ...pair, clientKey: path("absent") }, /^client_key .*absent cannot be read \(ENOENT\)$/],
      [{ ...pair, clientCert: path("client.key") }, /^client_cert .*client\.key is no certificate/],
      [{ ...pair, clientKey: path("client.pem") }, /^client_key .*client\.pem is no key in PEM/],
      [{ ...pair, clientKey: path("root.key") }, /^client_key is not the key of client_cert$/],
      [{ clientCert: pair.clientCert }, /^client_cert and client_key go together/],
    ] as const) {
      const outcome = await attempt({ ...to, ...change });
      expect(outcome).toMatch(why);
      expect(outcome).not.toMatch(/PRIVATE|MHcC/);
    }
    expect(shown.heard).toBe("");
  });

  // ---------------------------------------------------------------- client certificates

  test("3.3 [R-3.3-15] a client certificate is sent with the chain that signs it", async () => {
    const options = { requestCert: true, rejectUnauthorized: true, ca: files.read("clients.pem") };
    const { shown, port } = await serve("good", options);
    const to = { ...attemptOf({ shows: "good", outcome: "" }), port };
    const pair = { clientCert: files.file("client.chain.pem"), clientKey: files.file("client.key") };
    expect(await attempt({ ...to, ...pair })).toBe("204");
    const peer = shown.clients[0]!.getPeerCertificate(true);
    expect(peer.subject.CN).toBe("00D09E-Box-1");
    expect(peer.issuerCertificate.subject.CN).toBe("Client middle");
    if (hasBun) expect(await underBun("attempts-child.ts", [{ ...to, ...pair }])).toEqual(["204"]);
    // Without its chain, or without any, it is turned away.
    expect(await attempt({ ...to, ...pair, clientCert: files.file("client.pem") })).toMatch(
      /^the line to .* broke: /,
    );
    expect(await attempt(to)).toMatch(/^the line to .* broke: /);
  });

  test("3.3 [R-3.3-18] a challenge is answered too after a client certificate was sent", async () => {
    const options = { requestCert: true, rejectUnauthorized: true, ca: files.read("clients.pem") };
    const { shown, port } = await serve("good", options, (head) =>
      /authorization: digest/i.test(head)
        ? "HTTP/1.1 204 X\r\n\r\n"
        : 'HTTP/1.1 401 X\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\nContent-Length: 0\r\n\r\n',
    );
    const bench = new Bench(`https://acs.test:${port}/`, {
      tls: {
        ca: files.file("root.pem"),
        clientCert: files.file("client.chain.pem"),
        clientKey: files.file("client.key"),
      },
    });
    bench.net = local;
    const link = bench.open();
    expect(await link.post(bytes("<Inform/>"), "call")).toEqual({ empty: true });
    expect(shown.clients).toHaveLength(1);
    link.close();
  });

  // ---------------------------------------------------------------- redirects, first bytes, versions

  /** Every name is this machine. */
  const local: Net = { resolve: async () => ["127.0.0.1"], line: systemNet.line };

  test("3.3 [R-3.3-12] [R-3.4.2-26] after a redirect the certificate is checked against the new host, and the scheme of the new URL applies", async () => {
    const { port: other } = await serve(
      "otherName",
      {},
      () => `HTTP/1.1 302 X\r\nLocation: ${plainUrl}\r\nContent-Length: 0\r\n\r\n`,
    );
    const plainAcs = net.createServer((socket) => {
      socket
        .on("error", () => {})
        .on("data", () => socket.end("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n"));
    });
    await new Promise<void>((done) => plainAcs.listen(0, "127.0.0.1", done));
    stops.push(() => plainAcs.close());
    const plainUrl = `http://third.test:${(plainAcs.address() as AddressInfo).port}/`;
    const outcomes: unknown[] = [];
    let lines: readonly string[] = [];
    for (const host of ["other.test", "acs.test"]) {
      const { port } = await serve(
        "good",
        {},
        () => `HTTP/1.1 307 X\r\nLocation: https://${host}:${other}/\r\nContent-Length: 0\r\n\r\n`,
      );
      const bench = new Bench(`https://acs.test:${port}/`, { tls: { ca: files.file("root.pem") } });
      bench.net = local;
      const link = bench.open();
      outcomes.push(await link.post(bytes("<Inform/>"), "call").catch((error: Error) => error.message));
      link.close();
      if (host === "other.test") lines = bench.lines;
    }
    expect(outcomes).toEqual([{ empty: true }, not("acs.test", "CN other.test, DNS:other.test")]);
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([
      "warn The ACS redirects to http: the rest of this session has no TLS {}",
    ]);
  });

  test("3.1 [R-3.1-17] with https the first bytes are a ClientHello, and a server without TLS receives nothing more", async () => {
    let first = Buffer.alloc(0);
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        first = Buffer.concat([first, chunk]);
        socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    stops.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await attempt({ ...attemptOf({ shows: "good", outcome: "" }), port })).toMatch(
      /^the line to .* broke: /,
    );
    expect(first[0]).toBe(22);
    expect(first[5]).toBe(1);
    expect(first.toString("latin1")).not.toMatch(/POST/);
  });

  test.skipIf(!hasBun)(
    "3.3 the runtime that ships speaks TLS 1.2 and 1.3, and older versions if the settings allow them",
    async () => {
      for (const [version, minVersion, speaks] of [
        ["tls1", undefined, false],
        ["tls1_1", undefined, false],
        ["tls1_2", undefined, true],
        ["tls1_3", undefined, true],
        ["tls1", "1.0", true],
        ["tls1_1", "1.1", true],
        ["tls1", "1.1", false],
        ["tls1_2", "1.3", false],
      ] as const) {
        const { port, said, stop } = await sServer(`-${version}`);
        const to = { ...attemptOf({ shows: "good", outcome: "" }), port, ...(minVersion && { minVersion }) };
        const [outcome] = await underBun<string[]>("attempts-child.ts", [to]);
        if (speaks) await expect.poll(() => said()).toMatch(/POST \/ HTTP\/1\.1/);
        else {
          expect(outcome).toMatch(/the TLS handshake failed: /);
          expect(said()).not.toMatch(/POST/);
        }
        stop();
      }
    },
  );

  test.skipIf(!hasBun)("3.3 SHA-1 and short keys are accepted if the settings allow them", async () => {
    const names = ["sha1", "bySha1Middle", "shortKey", "byShortMiddle"];
    const all = names.flatMap((shows) => [
      { ...attemptOf({ shows, outcome: "" }), weak: true },
      { ...attemptOf({ shows, outcome: "", dates: false }), weak: true },
    ]);
    expect(await underBun<string[]>("attempts-child.ts", all)).toEqual(all.map(() => "204"));
  });

  test.skipIf(!hasBun)(
    "3.3 a server without a safe version or cipher is refused with a plain reason",
    async () => {
      const { port, stop } = await sServer("-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0");
      const to = { ...attemptOf({ shows: "good", outcome: "" }), port };
      const [outcome] = await underBun<string[]>("attempts-child.ts", [to]);
      expect(outcome).toMatch(/^the line to acs\.test .* broke: the TLS handshake failed: [a-z0-9 ]+$/);
      stop();
    },
  );

  test("3.3 a server without TLS is reported as such", async () => {
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const outcome = await attempt({ ...attemptOf({ shows: "good", outcome: "" }), port });
    expect(outcome).toMatch(/^the line to acs\.test .* broke: it does not speak TLS on this port$/);
    server.close();
  });

  test("3.3 a line that is closed while TLS is loaded for it dials nothing", async () => {
    const server = net.createServer((socket) => socket.on("error", () => {}).end());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    let dialled = false;
    const opened = () => {
      dialled = true;
    };
    const line = systemNet.line(
      { scheme: "https", host: "acs.test", port, address: "127.0.0.1", opened },
      { ca: undefined, clientCert: undefined, clientKey: undefined, checkDates: true },
    );
    const answer = line.exchange({ method: "POST", path: "/", headers: [], body: new Uint8Array() }, 1000);
    // Within the microtasks of this turn the line begins to dial.
    await Promise.resolve();
    line.close();
    await expect(answer).rejects.toThrow("the connection has been closed");
    expect(dialled).toBe(false);
    server.close();
  });

  /** `openssl s_server` with the good certificate, printing what it is sent. */
  async function sServer(...options: readonly string[]) {
    const port = await freePort();
    const identity = ["-cert", files.file("good.pem"), "-key", files.file("good.key")];
    const ciphers = options.includes("-cipher") ? [] : ["-cipher", "ALL:@SECLEVEL=0"];
    const args = ["s_server", "-accept", `127.0.0.1:${port}`, ...identity, ...ciphers, ...options];
    const server = spawn("openssl", args, { stdio: ["pipe", "pipe", "pipe"] });
    let text = "";
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (text += chunk));
    // Whoever asks gets an answer, so that the attempt ends.
    server.stdout.on("data", (chunk) => {
      if (/\r\n\r\n/.test(String(chunk))) server.stdin.write("HTTP/1.1 204 X\r\n\r\n");
    });
    const stop = () => void server.kill();
    stops.push(stop);
    await expect.poll(() => text).toMatch(/ACCEPT/);
    return { port, said: () => text, stop };
  }
});

/** A port that nobody has now. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
