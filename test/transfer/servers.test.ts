/** Files from and to real servers. TR-069 3.4.3, A.3.2.8, A.4.1.5, 2.3.2. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFiles, openSending } from "../../platform/bun/files.ts";
import { fileServers } from "../../platform/bun/fileservers.ts";
import type { Place } from "../../src/ports/installer.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { sendHttp } from "../../src/transfer/http.ts";
import { certificates } from "../e2e/nginx.ts";
import { content, folder, ports, receive, sum } from "./lab.ts";
import { lighttpd, nginx, passwords, programs, type Served, tftpd, vsftpd } from "./servers.ts";

const file = content(3_000_000);

const put = (home: string, name: string, bytes: Buffer = file) =>
  writeFileSync(join(home, name), bytes, { mode: 0o644 });

async function failureOf(work: Promise<unknown>): Promise<TransferFailure> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof TransferFailure) return error;
  throw error ?? new Error("It did not fail");
}

/** Sends bytes; @returns why not */
async function send(place: Place, bytes: Buffer): Promise<TransferFailure | undefined> {
  const path = join(folder(), "file");
  writeFileSync(path, bytes);
  const source = await openSending(path);
  try {
    await sendHttp(place, source, {}, ports());
    return undefined;
  } catch (error) {
    if (error instanceof TransferFailure) return error;
    throw error;
  } finally {
    await source.close();
  }
}

/** Cuts every connection after that many bytes from the server, for the first `cuts` connections. */
async function cutting(port: number, bytes: number, cuts: number): Promise<number> {
  let count = 0;
  const server = net.createServer((socket) => {
    const cut = count++ < cuts;
    const upstream = net.connect(port, "127.0.0.1");
    let passed = 0;
    socket.on("error", () => {});
    upstream.on("error", () => {});
    socket.pipe(upstream);
    upstream.on("data", (piece: Buffer) => {
      const left = cut ? bytes - passed : piece.length;
      passed += piece.length;
      socket.write(piece.subarray(0, Math.max(left, 0)));
      if (cut && passed >= bytes) {
        socket.end();
        upstream.destroy();
      }
    });
    upstream.on("end", () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as net.AddressInfo).port;
}

describe.skipIf(programs.nginx === undefined)("nginx", () => {
  test("[R-A.3.2.8-26, R-A.3.2.8-33, R-A.3.2.8-34, R-A.3.2.8-37] a file is received whole; a missing file and a forbidden file are 9016", async () => {
    const { port, home } = await nginx("location /closed { deny all; }");
    put(home, "image.bin");
    const got = await receive(`http://127.0.0.1:${port}/image.bin`);
    expect(sum(got.bytes!)).toBe(sum(file));
    for (const [name, status] of [
      ["nothing", "404"],
      ["closed", "403"],
    ]) {
      const { failure } = await receive(`http://127.0.0.1:${port}/${name}`);
      expect(failure).toMatchObject({
        kind: "access",
        begun: true,
        message: expect.stringContaining(status!),
      });
    }
  });

  test("A.3.2.8 after three lost connections the rest is received by ranges, and the file is whole", async () => {
    const { port, home } = await nginx("");
    put(home, "image.bin");
    const cut = await cutting(port, 400_000, 3);
    const got = await receive(`http://127.0.0.1:${cut}/image.bin`);
    expect(got.failure).toBeUndefined();
    expect(sum(got.bytes!)).toBe(sum(file));
  });

  test("[R-3.4.3-05, R-A.3.2.8-31] basic authentication uses the credentials of the request; without credentials there is no authentication", async () => {
    const { port, home } = await nginx('auth_basic "files"; auth_basic_user_file HOME/passwords;');
    passwords(home, "user", "pass word");
    put(home, "f");
    const url = `http://127.0.0.1:${port}/f`;
    expect(sum((await receive(url, { username: "user", password: "pass word" })).bytes!)).toBe(sum(file));
    for (const login of [
      { username: "user", password: "wrong" },
      { username: "", password: "" },
    ]) {
      expect((await receive(url, login)).failure).toMatchObject({ kind: "login", begun: true });
    }
  });

  test("[R-3.4.3-03, R-3.4.3-04] https accepts trusted roots only: another authority and another name are refused", async () => {
    const path = certificates(folder());
    const { port, home } = await nginx("", { cert: path("server.pem"), key: path("server.key") });
    put(home, "f", Buffer.from("over TLS"));
    const url = `https://localhost:${port}/f`;
    const none = { username: "", password: "" };
    expect((await receive(url, none, { ca: path("ca.pem") })).bytes?.toString()).toBe("over TLS");
    expect((await receive(url, none, { ca: path("other-ca.pem") })).failure).toMatchObject({
      kind: "untrusted",
    });
    const stranger = await receive(`https://127.0.0.1:${port}/f`, none, { ca: path("ca.pem") });
    expect(stranger.failure).toMatchObject({
      kind: "untrusted",
      message: expect.stringContaining("file server"),
    });
  });

  test("A.3.2.8 redirects are followed, credentials are sent to no other origin, and https is never redirected to http", async () => {
    const path = certificates(folder());
    const other = await nginx('auth_basic "other"; auth_basic_user_file HOME/passwords;');
    passwords(other.home, "user", "secret");
    put(other.home, "f");
    const plain = await nginx(
      `location /near { return 302 /f; } location /far { return 307 http://127.0.0.1:${other.port}/f; } location /loop { return 301 /loop; }`,
    );
    put(plain.home, "f");
    const from = (name: string) =>
      receive(`http://127.0.0.1:${plain.port}/${name}`, { username: "user", password: "secret" });
    expect(sum((await from("near")).bytes!)).toBe(sum(file));
    expect((await from("far")).failure).toMatchObject({ kind: "login" });
    expect((await from("loop")).failure).toMatchObject({ kind: "access" });
    const tls = await nginx(`location / { return 302 http://127.0.0.1:${plain.port}/f; }`, {
      cert: path("server.pem"),
      key: path("server.key"),
    });
    const down = await receive(
      `https://localhost:${tls.port}/`,
      { username: "", password: "" },
      { ca: path("ca.pem") },
    );
    expect(down.failure?.message).toContain("from https to http");
  });

  test("A.3.2.8 a server that is down, and a name that does not resolve, are failures before the transfer begins", async () => {
    const refused = await receive("http://127.0.0.1:1/f");
    expect(refused.failure).toMatchObject({ kind: "unreached", begun: false });
    const unknown = await receive("http://nobody.invalid/f");
    expect(unknown.failure).toMatchObject({ kind: "unreached", begun: false });
  });
});

describe.skipIf(programs.lighttpd === undefined)("lighttpd", () => {
  test("[R-3.4.3-06, R-3.4.5-01, R-A.4.1.5-12, R-A.4.1.5-15] digest authentication, for GET and for a PUT of some size", async () => {
    const { port, home } = await lighttpd("user", "geheim");
    put(home, "f");
    const url = `http://127.0.0.1:${port}/f`;
    const login = { username: "user", password: "geheim" };
    expect(sum((await receive(url, login)).bytes!)).toBe(sum(file));
    expect((await receive(url, { ...login, password: "x" })).failure).toMatchObject({ kind: "login" });
    const place = { url: `http://127.0.0.1:${port}/sent.bin`, ...login };
    expect(await send(place, file)).toBeUndefined();
    expect(sum(readFileSync(join(home, "sent.bin")))).toBe(sum(file));
    expect(await send({ ...place, password: "x" }, file)).toMatchObject({ kind: "login" });
  });

  test("A.4.1.5 a refused upload fails with the server's status", async () => {
    const { port } = await lighttpd("user", "geheim");
    const place = { url: `http://127.0.0.1:${port}/no/such/folder/x`, username: "user", password: "geheim" };
    expect(await send(place, Buffer.from("x"))).toMatchObject({
      kind: "access",
      message: expect.stringContaining("40"),
    });
  });
});

/** Receives through the port of FTP and TFTP. */
async function fetched(url: string, login = { username: "", password: "" }): Promise<Buffer> {
  const files = openFiles(folder());
  const received = await files.receive(1, "2 Web Content");
  try {
    await fileServers.receive({ url, ...login }, received, () => {});
    await received.finish();
    return readFileSync(files.path(1));
  } catch (error) {
    await received.drop();
    throw error;
  }
}

async function sent(url: string, bytes: Buffer): Promise<void> {
  const path = join(folder(), "file");
  writeFileSync(path, bytes);
  const source = await openSending(path);
  await fileServers.send({ url, username: "", password: "" }, source, () => {}).finally(() => source.close());
}

const sizes = [0, 1, 1428, 1429, 2856, 100_000];

async function bothWays(served: Served, scheme: string, into: string): Promise<void> {
  for (const size of sizes) {
    put(served.home, "f.bin", content(size));
    expect(sum(await fetched(`${scheme}://127.0.0.1:${served.port}/f.bin`)), `${size} bytes`).toBe(
      sum(content(size)),
    );
    await sent(`${scheme}://127.0.0.1:${served.port}/${into}up${size}`, content(size));
    await expect
      .poll(() => sum(readFileSync(join(served.home, `${into}up${size}`))))
      .toBe(sum(content(size)));
  }
}

describe.skipIf(programs.vsftpd === undefined)("vsftpd", () => {
  test("[R-A.3.2.8-27, R-A.4.1.5-11] files are downloaded and uploaded over FTP in passive mode", async () => {
    const served = await vsftpd();
    await bothWays(served, "ftp", "in/");
  });

  test("A.3.2.8 a missing file, a refused login and a name with line ends fail with their codes", async () => {
    const served = await vsftpd();
    const base = `ftp://127.0.0.1:${served.port}`;
    expect(await failureOf(fetched(`${base}/nothing`))).toMatchObject({ kind: "access", begun: true });
    expect(await failureOf(fetched(`${base}/f`, { username: "root", password: "x" }))).toMatchObject({
      kind: "login",
    });
    expect(await failureOf(fetched(`${base}/f%0d%0aDELE%20f`))).toMatchObject({ kind: "access" });
    expect(await failureOf(fetched("ftp://127.0.0.1:1/f"))).toMatchObject({
      kind: "unreached",
      begun: false,
    });
  });
});

describe.skipIf(programs.tftpd === undefined)("tftpd", () => {
  test("[R-A.3.2.8-27, R-A.4.1.5-11] files are downloaded and uploaded over TFTP, with blocks of 1428 bytes", async () => {
    const served = await tftpd();
    chmodSync(served.home, 0o777);
    await bothWays(served, "tftp", "");
  });

  test("A.3.2.8 a missing file fails with the text of the server", async () => {
    const served = await tftpd();
    const failure = await failureOf(fetched(`tftp://127.0.0.1:${served.port}/nothing`));
    expect(failure).toMatchObject({
      kind: "access",
      begun: true,
      message: expect.stringContaining("not found"),
    });
  });
});
