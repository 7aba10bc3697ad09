/** Transfers on the path that ships: the built program on a sample gateway, an ACS, a file server. TR-069 A.3.2.8,
 * A.3.3.2, A.4.1.5, 3.7.1.5. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { expect, onTestFinished, test } from "vitest";
import { metadataBlock } from "../../platform/openwrt/flash/fwtool.ts";
import type { Args } from "../../src/rpc/table.ts";
import { downloadArguments, uploadArguments } from "../transfer/arguments.ts";
import { FileServer } from "../transfer/fileserver.ts";
import { folder } from "../transfer/lab.ts";
import { Acs, type Session } from "./acs.ts";
import { Device } from "./device.ts";
import { certificates } from "./nginx.ts";
import { path } from "./paths.ts";
import { call, readLetter, textOf } from "./writing.ts";

const unknownTime = "0001-01-01T00:00:00Z";

const download = (url: string, more: Partial<Args<"Download">> = {}) =>
  call.transfer(
    "Download",
    downloadArguments({ CommandKey: "key", FileType: "3 Vendor Configuration File", URL: url, ...more }),
  );

const upload = (url: string, more: Partial<Args<"Upload">> = {}) =>
  call.transfer(
    "Upload",
    uploadArguments({ CommandKey: "up", FileType: "2 Vendor Log File", URL: url, ...more }),
  );

interface Told {
  readonly key: string;
  readonly code: number;
  readonly text: string;
  readonly started: string;
  readonly completed: string;
}

/** The TransferComplete that the session has brought, answered. */
async function complete(acs: Acs, session: Session): Promise<Told> {
  const { id, body } = readLetter(session.pending.body);
  expect(body.name).toBe("TransferComplete");
  session.pending.answer(acs.letter("TransferCompleteResponse", "", id));
  session.pending = await acs.admitted();
  return {
    key: textOf(body, "CommandKey"),
    code: Number(textOf(body, "FaultStruct", "FaultCode")),
    text: textOf(body, "FaultStruct", "FaultString"),
    started: textOf(body, "StartTime"),
    completed: textOf(body, "CompleteTime"),
  };
}

async function archive(packages: Readonly<Record<string, string>>): Promise<Buffer> {
  const entries = Object.entries(packages).map(([name, text]) => ({
    header: { name: `etc/config/${name}`, size: Buffer.byteLength(text), type: "file" as const },
    body: text,
  }));
  return gzipSync(await packTar(entries));
}

test("[R-A.3.2.8-01, R-A.3.2.8-02, R-A.3.2.8-04, R-A.3.2.8-38, R-A.3.2.8-56, R-A.3.2.8-57, R-A.3.2.8-58, R-A.3.3.2-06, R-A.3.3.2-07] a configuration is downloaded and takes effect, a session proves it, and TransferComplete reports it", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const first = await acs.session();
  const system = device.config("system").replace(/option hostname '.*'/, "option hostname 'restored'");
  server.files.set(
    "backup.tar.gz",
    await archive({ system, cwmp: "config acs 'acs'\n\toption url 'http://evil/'\n" }),
  );
  const response = await first.done(
    download(server.url("backup.tar.gz"), { CommandKey: "restore & <it>", TargetFileName: "/etc/rc.local" }),
  );
  expect(["Status", "StartTime", "CompleteTime"].map((name) => textOf(response, name))).toEqual([
    "1",
    unknownTime,
    unknownTime,
  ]);
  await first.end();
  // The session that proves the new configuration, then the one that reports it.
  const proof = await acs.session("the session that proves it");
  expect(device.config("system")).toContain("'restored'");
  expect(existsSync(device.path("etc/rc.local"))).toBe(false);
  expect(device.config("cwmp")).toContain(acs.url);
  await proof.end();
  const report = await acs.session("the session that reports it");
  expect(report.inform.events).toEqual(
    expect.arrayContaining([
      ["7 TRANSFER COMPLETE", ""],
      ["M Download", "restore & <it>"],
    ]),
  );
  const told = await complete(acs, report);
  expect(told).toMatchObject({ key: "restore & <it>", code: 0 });
  expect(told.started).toMatch(/^20\d\d-.*Z$/);
  expect(Date.parse(told.completed)).toBeGreaterThanOrEqual(Date.parse(told.started));
  expect(textOf(await report.done(call.queued()), "TransferList")).toBe("");
  await report.end();
  expect(server.asked).toEqual(["GET /backup.tar.gz"]);
  expect(server.headers[0]!.cookie).toBeUndefined();
  expect(server.headers[0]!.authorization).toBeUndefined();
});

test("[R-3.4.3-01, R-3.4.3-02] a file on the ACS's own host and port is downloaded over a separate connection, and another file after the session", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  await Device.running(acs.url);
  server.files.set("b", Buffer.from("b"));
  const first = await acs.session();
  await first.done(download(server.url("b"), { DelaySeconds: 1 }));
  const { method, args } = download(acs.url.replace(/acs.*$/, "a"));
  first.pending.answer(acs.letter(method, args, "a"));
  // The response and the GET of the file travel on connections of their own: either of them may come first.
  const heard = [await acs.next("the response or the GET"), await acs.next("the response or the GET")];
  const [asked, session] = heard[0]!.method === "GET" ? [heard[0]!, heard[1]!] : [heard[1]!, heard[0]!];
  expect([asked.method, asked.path]).toEqual(["GET", "/a"]);
  expect(readLetter(session.body).body.name).toBe("DownloadResponse");
  first.pending = session;
  expect(asked.connection).not.toBe(session.connection);
  expect(asked.header("authorization") ?? asked.header("cookie")).toBeUndefined();
  asked.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  await first.end();
  await expect.poll(() => server.asked).toEqual(["GET /b"]);
});

test("[R-A.4.1.5-10, R-A.4.1.5-12, R-A.4.1.5-23, R-A.4.1.5-24, R-A.4.1.5-25] the log and the configuration are uploaded with PUT, without secrets", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const first = await acs.session();
  const response = await first.done(upload(server.url("log.txt")));
  expect(["Status", "StartTime", "CompleteTime"].map((name) => textOf(response, name))).toEqual([
    "1",
    unknownTime,
    unknownTime,
  ]);
  await first.done(
    upload(server.url("config.tgz"), { FileType: "1 Vendor Configuration File", CommandKey: "conf" }),
  );
  await first.end();
  const keys: string[] = [];
  while (keys.length < 2) {
    const session = await acs.session();
    while (session.pending.body.length > 0) {
      const told = await complete(acs, session);
      expect(told).toMatchObject({ code: 0 });
      keys.push(told.key);
    }
    await session.end();
  }
  expect(keys).toEqual(["up", "conf"]);
  expect(server.uploads.get("log.txt")!.toString()).toContain("netifd");
  const made = folder();
  execFileSync("tar", ["-xzf", "-", "-C", made], { input: server.uploads.get("config.tgz")! });
  const sent = readdirSync(join(made, "etc/config"));
  expect(sent).toContain("wireless");
  const text = sent.map((name) => readFileSync(join(made, "etc/config", name), "utf8")).join("");
  expect(text).not.toMatch(/option (key|password) /);
  expect(device.config("wireless")).toMatch(/option key /);
});

test("[R-A.3.2.8-11, R-A.3.3.2-03] a file that cannot be applied changes nothing and is reported with the reason", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const before = device.config("network");
  server.files.set("bad", await archive({ network: "config interface 'lan\n", system: "config system\n" }));
  const first = await acs.session();
  await first.done(download(server.url("bad"), { CommandKey: "bad" }));
  await first.done(download(server.url("missing"), { CommandKey: "missing" }));
  await first.end();
  const told: Told[] = [];
  while (told.length < 2) {
    const session = await acs.session();
    while (session.pending.body.length > 0) told.push(await complete(acs, session));
    await session.end();
  }
  expect(told.map(({ key, code }) => [key, code])).toEqual([
    ["bad", 9018],
    ["missing", 9016],
  ]);
  expect(told[0]!.text).toContain("network");
  expect(told[0]!.completed).toBe(unknownTime);
  expect(device.config("network")).toBe(before);
  expect(device.config("system")).not.toBe("config system\n");
});

test("[R-A.3.2.8-07, R-A.3.2.8-08, R-A.3.2.8-09] an image is written to the other slot, and the system in that slot reports success after a session", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const image = randomBytes(300_000);
  const metadata = { supported_devices: ["sample,gateway-one"], version: { revision: "r99999-new" } };
  server.files.set("image.bin", Buffer.concat([image, metadataBlock(image, metadata)]));
  const first = await acs.session();
  expect(first.inform.values.get(`${path.device}SoftwareVersion`)).not.toContain("r99999");
  await first.done(
    download(server.url("image.bin"), { FileType: "1 Firmware Upgrade Image", CommandKey: "fw" }),
  );
  await first.end();
  const booted = await acs.session("the Inform of the new image");
  expect(booted.inform.codes).toContain("1 BOOT");
  expect(booted.inform.codes).not.toContain("7 TRANSFER COMPLETE");
  await booted.end();
  const report = await acs.session("the session that reports the image");
  expect(report.inform.values.get(`${path.device}SoftwareVersion`)).toContain("r99999-new");
  expect(await complete(acs, report)).toMatchObject({ key: "fw", code: 0 });
  await report.end();
  expect(readFileSync(device.path("var/flash/b.img")).subarray(0, image.length)).toEqual(image);
  expect(existsSync(device.path("tmp/cwmpd-transfers"))).toBe(false);
});

test("A.3.2.8 an image for another board never reaches the flash", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const image = randomBytes(1000);
  server.files.set(
    "other.bin",
    Buffer.concat([image, metadataBlock(image, { supported_devices: ["other,board"] })]),
  );
  server.files.set(
    "broken.bin",
    Buffer.concat([image, metadataBlock(Buffer.from("x"), { supported_devices: ["sample,gateway-one"] })]),
  );
  const first = await acs.session();
  for (const name of ["other.bin", "broken.bin"])
    await first.done(download(server.url(name), { FileType: "1 Firmware Upgrade Image", CommandKey: name }));
  await first.end();
  const told: Told[] = [];
  while (told.length < 2) {
    const session = await acs.session();
    while (session.pending.body.length > 0) told.push(await complete(acs, session));
    await session.end();
  }
  expect(told.map(({ key, code }) => [key, code])).toEqual([
    ["other.bin", 9019],
    ["broken.bin", 9018],
  ]);
  expect(readFileSync(device.path("var/flash/b.img")).length).toBe(0);
});

test("[R-A.3.2.8-13, R-A.3.2.8-17, R-A.3.2.8-51, R-A.3.3.2-04, R-A.3.3.2-05] power cuts at any moment between DownloadResponse and TransferCompleteResponse: nothing is lost, and no file is downloaded twice", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const system = device.config("system").replace(/option hostname '.*'/, "option hostname 'cut'");
  server.files.set("c", await archive({ system }));
  const first = await acs.session();
  await first.done(download(server.url("c"), { CommandKey: "cut" }));
  await device.kill();
  device.start();
  const booted = await acs.session("the Inform after the first cut");
  await booted.end();
  const proof = await acs.session("the session that proves it");
  await device.kill();
  device.start();
  await acs
    .next()
    .then((heard) => heard.connection.closed.catch(() => {}))
    .catch(() => {});
  void proof;
  let told: Told | undefined;
  while (told === undefined) {
    const session = await acs.session();
    if (session.pending.body.length > 0) told = await complete(acs, session);
    await session.end();
  }
  expect(told).toMatchObject({ key: "cut", code: 0 });
  expect(device.config("system")).toContain("'cut'");
});

test("[R-A.3.3.3-01, R-A.3.3.3-05, R-A.3.3.3-06, R-A.3.3.3-10, R-A.3.3.3-11, R-A.3.3.3-07, R-A.3.3.3-08, R-A.3.3.3-12, R-3.6-21] a transfer begun at the device is reported by AutonomousTransferComplete", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  await (await acs.session()).end();
  const sent = await device.cli("upload", `${server.url("log?token=secret")}`);
  expect(sent).toMatchObject({ exit: 0, out: "Done.\n" });
  const failed = await device.cli("download", server.url("nothing"), "--type", "2 Web Content");
  expect(failed.exit).toBe(1);
  expect(failed.err).toContain("HTTP status 404");
  const told: Record<string, string>[] = [];
  while (told.length < 2) {
    const session = await acs.session();
    while (session.pending.body.length > 0) {
      expect(session.inform.codes).toContain("10 AUTONOMOUS TRANSFER COMPLETE");
      const { id, body } = readLetter(session.pending.body);
      expect(body.name).toBe("AutonomousTransferComplete");
      const names = ["AnnounceURL", "TransferURL", "IsDownload", "FileType", "FileSize", "TargetFileName"];
      const code = textOf(body, "FaultStruct", "FaultCode");
      told.push({ ...Object.fromEntries(names.map((name) => [name, textOf(body, name)])), code });
      session.pending.answer(acs.letter("AutonomousTransferCompleteResponse", "", id));
      session.pending = await acs.admitted();
    }
    await session.end();
  }
  const none = { AnnounceURL: "", FileSize: "0", TargetFileName: "" };
  expect(told).toEqual([
    {
      ...none,
      TransferURL: server.url("log?token=secret"),
      IsDownload: "0",
      FileType: "4 Vendor Log File",
      code: "0",
    },
    { ...none, TransferURL: server.url("nothing"), IsDownload: "1", FileType: "2 Web Content", code: "9016" },
  ]);
  const listed = await device.cli("transfers");
  expect(listed.out).toContain("upload of 2 Vendor Log File, begun here: done");
  expect((await device.cli("transfers", "--json")).out).not.toContain("secret");
});

test("3.4.3 the roots for file servers are configured separately, and proxies of the environment have no effect", async () => {
  const certificate = certificates(folder());
  const asked: string[] = [];
  const files = https.createServer(
    { cert: readFileSync(certificate("server.pem")), key: readFileSync(certificate("server.key")) },
    (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume();
      request.on("end", () => response.writeHead(201).end());
    },
  );
  // A proxy would be asked for everything.
  const proxied: string[] = [];
  const proxy = http.createServer((request, response) => {
    proxied.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on("connect", (request, socket) => {
    proxied.push(`CONNECT ${request.url}`);
    socket.destroy();
  });
  const ports = await Promise.all(
    [files, proxy].map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      return (server.address() as AddressInfo).port;
    }),
  );
  const acs = await Acs.open();
  const device = await Device.layOut();
  device.configure("acs", { url: acs.url });
  const names = ["http_proxy", "https_proxy", "all_proxy", "ftp_proxy"].flatMap((n) => [n, n.toUpperCase()]);
  const env = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${ports[1]}`]));
  device.start({ env: { PATH: process.env.PATH, ...env } });
  await (await acs.session()).end();
  const url = `https://localhost:${ports[0]}/log`;
  const refused = await device.cli("upload", url);
  expect(refused.err).toContain("certificate of the file server is not accepted");
  await (await acs.session()).end();
  appendFileSync(
    device.path("etc/config/cwmp"),
    `\nconfig transfer 'transfer'\n\toption ca_file '${certificate("ca.pem")}'\n`,
  );
  await expect.poll(async () => (await device.cli("upload", url)).out).toBe("Done.\n");
  expect(asked).toContain("PUT /log");
  expect(proxied).toEqual([]);
});

test("[R-A.4.2.2-02, R-A.4.2.2-03, R-A.4.2.2-04, R-3.6-22] a file is requested by RequestDownload, with its argument", async () => {
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  await (await acs.session()).end();
  expect((await device.cli("request-download", "1 Firmware Upgrade Image", "Version=1")).err).toContain(
    "9003",
  );
  expect((await device.cli("request-download", "2 Web Content", "Version=7")).exit).toBe(0);
  const session = await acs.session();
  expect(session.inform.codes).toContain("9 REQUEST DOWNLOAD");
  const { id, body } = readLetter(session.pending.body);
  expect([body.name, textOf(body, "FileType")]).toEqual(["RequestDownload", "2 Web Content"]);
  const args = body.children.find((child) => child.name === "FileTypeArg")!.children;
  expect(args.map((arg) => [textOf(arg, "Name"), textOf(arg, "Value")])).toEqual([["Version", "7"]]);
  session.pending.answer(acs.letter("RequestDownloadResponse", "", id));
  session.pending = await acs.admitted();
  await session.end();
});
