/** The page on real sockets: where it can be reached from, and what hostile and slow clients come to. D.3. */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PageServer, servePage } from "../../platform/bun/page.ts";
import { pageApp } from "../../platform/bun/pageapp.ts";
import { webFiles } from "../../platform/openwrt/webcontent.ts";
import { kickSite, type Site } from "../../src/kick/site.ts";
import { webContent } from "../../src/kick/webcontent.ts";
import { VirtualClock } from "../world/clock.ts";
import { quietDesk, shown } from "./quiet.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

let home: string;
let server: PageServer;
let site: Site;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "cwmpd-page-"));
  const web = join(home, "etc/cwmp/web");
  mkdirSync(join(web, "v1"), { recursive: true });
  writeFileSync(join(web, "v1/en.json"), JSON.stringify({ title: "Example ISP <b>" }));
  writeFileSync(join(web, "v1/logo.svg"), "<svg/>");
  writeFileSync(join(web, "v1/evil.html"), "<script></script>");
  writeFileSync(join(home, "secret.png"), "secret");
  symlinkSync(join(home, "secret.png"), join(web, "v1/out.png"));
  symlinkSync("v1", join(web, "current"));
  const settings = () => ({ kick: true }) as never;
  const content = webContent(webFiles(home), new VirtualClock());
  site = kickSite({
    desk: quietDesk(),
    settings,
    status: async () => shown,
    downloads: async () => [],
    content,
  });
  const app = pageApp(site, () => ({ port: server.port, lanName: "", names: ["127.0.0.1"] }));
  server = await servePage({
    networks: [{ address: "127.0.0.1", mask: 32 }],
    port: 0,
    log: () => {},
    answer: app,
  });
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

/** Bytes in, all that comes back until the end. */
function talk(bytes: string, more: net.TcpNetConnectOpts | object = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port: server.port, ...more });
    let text = "";
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.on("close", () => resolve(text));
    socket.on("connect", () => socket.write(bytes));
  });
}

const host = () => `Host: 127.0.0.1:${server.port}`;
const get = (path: string, more = "") => talk(`GET ${path} HTTP/1.1\r\n${host()}\r\n${more}\r\n`);

test("the page answers on the address of the LAN only, and to the networks of the LAN only [R-D.3-01]", async () => {
  expect(await get("/")).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  const request = `GET /kick.html HTTP/1.1\r\n${host()}\r\n\r\n`;
  expect(await talk(request, { host: "127.0.0.2" })).toBe("ECONNREFUSED");
  expect(await talk(request, { localAddress: "127.0.0.2" })).not.toContain("HTTP");
});

test("every response has the security headers, and no cookie", async () => {
  for (const path of [
    "/",
    "/kick.html?next=/x",
    "/error.html?why=late",
    "/style.css",
    "/nowhere",
    "/logo.svg",
  ]) {
    const [head = ""] = (await get(path)).split("\r\n\r\n");
    const csp = "content-security-policy: default-src 'none'; style-src 'self'";
    for (const line of [
      csp,
      "x-content-type-options: nosniff",
      "x-frame-options: deny",
      "referrer-policy: same-origin",
    ])
      expect(head.toLowerCase()).toContain(line);
    expect(head).not.toMatch(/set-cookie|server:|access-control/i);
  }
});

test.each([
  ["no HTTP", "hello\r\n\r\n", /^HTTP\/1\.1 400 /],
  ["a line that is too long", `GET /${"x".repeat(13_000)} HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 400 /],
  ["a head that is too long", `GET / HTTP/1.1\r\n${"X: y\r\n".repeat(5000)}\r\n`, /^HTTP\/1\.1 400 /],
  [
    "a body that is too long",
    "POST /kick.html HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
    /^HTTP\/1\.1 413 /,
  ],
  [
    "a body without a length",
    "POST /kick.html HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    /^HTTP\/1\.1 413 /,
  ],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 421 /],
  ["a stranger's Host", "GET /kick.html HTTP/1.1\r\nHost: evil.example\r\n\r\n", /^HTTP\/1\.1 421 /],
  ["a path that is none", "GET //evil/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^HTTP\/1\.1 404 /],
  ["CONNECT", "CONNECT / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^HTTP\/1\.1 405 /],
])("%s is answered and the connection is closed", async (_, bytes, answer) => {
  expect(await talk(bytes)).toMatch(answer);
});

test("one client has at most 16 connections; others are still served while these are silent", async () => {
  const idle = Array.from({ length: 16 }, () => net.connect(server.port, "127.0.0.1"));
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  await expect.poll(async () => (await get("/")).includes("HTTP")).toBe(false);
  for (const socket of idle) socket.destroy();
  await expect.poll(async () => (await get("/")).includes("HTTP")).toBe(true);
});

describe("web content", () => {
  test("replaces texts, escaped, and adds pictures; it adds no page, and no file from outside of its directory", async () => {
    expect(await get("/")).toContain("<title>Example ISP &lt;b&gt;</title>");
    expect(await get("/logo.svg")).toMatch(/content-type: image\/svg\+xml[\s\S]*<svg\/>$/i);
    for (const path of [
      "/evil.html",
      "/out.png",
      "/../../../secret.png",
      "/%2e%2e/secret.png",
      "/en.json",
      "/.hidden.png",
    ])
      expect(await get(path)).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe.skipIf(!hasCurl)("curl", () => {
  test("curl understands HEAD, a form and a redirect", async () => {
    const curl = async (...args: string[]) =>
      (await promisify(execFile)("curl", ["-s", "-i", "--max-time", "10", ...args])).stdout;
    const base = `http://127.0.0.1:${server.port}`;
    expect(await curl("-I", `${base}/`)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(await curl("-d", "next=/a", `${base}/kick.html`)).toMatch(
      /^HTTP\/1\.1 302 Found[\s\S]*location: http:\/\/127\.0\.0\.1:\d+\/a\r\n/i,
    );
    expect(await curl("-d", "file=firmware", `${base}/ask.html`)).toMatch(/^HTTP\/1\.1 403/);
    expect(await curl("-d", "file=firmware", "-H", `Origin: ${base}`, `${base}/ask.html`)).toMatch(
      /location: \/progress\.html\?ask=/i,
    );
  });
});
