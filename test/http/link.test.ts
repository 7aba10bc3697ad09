import { afterEach, expect, test } from "vitest";
import { systemNet } from "../../platform/bun/net.ts";
import { Lost } from "../../src/errors.ts";
import type { Link, LinkSettings } from "../../src/http/link.ts";
import { Bench, bytes, http, message, nothing, type Script, ScriptedAcs, soap } from "./scripted.ts";

const started: { stop(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

async function pair(script: Script, settings: Partial<LinkSettings> = {}, path = "/acs") {
  const acs = await ScriptedAcs.start(script);
  const bench = new Bench(acs.url(path), settings);
  const link = bench.open();
  started.push({ stop: () => link.close() }, acs);
  return { acs, bench, link };
}

const inform = bytes("<Inform/>");

const call = (link: Link) => link.post(inform, "call");

async function lost(work: Promise<unknown>): Promise<Lost> {
  const error = await work.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(Lost);
  return error;
}

const answering =
  (...replies: readonly ReturnType<Script>[]): Script =>
  (_, i) =>
    replies[i];

// ---------------------------------------------------------------- what goes out

test("3.4.1 [R-3.4-01] [R-3.4.1-02] [R-3.4.1-03] SOAP is sent by POST of HTTP 1.1, as text/xml, with an empty SOAPAction", async () => {
  const { acs, link } = await pair(() => message());
  await call(link);
  await link.post(bytes("<Reply/>"), "reply");
  for (const request of acs.requests) {
    expect(request.head).toMatch(/^POST \/acs HTTP\/1\.1\r\n/);
    expect(request.head).toMatch(/\r\nSOAPAction: ?(\r\n|$)/);
    expect(request.head).toMatch(/\r\nContent-Type: text\/xml; charset="utf-8"(\r\n|$)/);
    expect(request.header("host")).toBe(`127.0.0.1:${acs.port}`);
    expect(request.head).not.toMatch(/transfer-encoding|accept-encoding|cookie|authorization|expect/i);
  }
  expect(acs.requests.map((request) => request.body)).toEqual(["<Inform/>", "<Reply/>"]);
  expect(acs.requests[0]!.header("content-length")).toBe("9");
});

test("3.4.1 [R-3.4.1-05] [R-3.4.1-06] [R-3.4.6-02] an empty POST has neither SOAPAction nor Content-Type, and zero length", async () => {
  const { acs, link } = await pair(() => nothing);
  expect(await link.post(undefined, "empty")).toEqual({ empty: true });
  const { head, body } = acs.requests[0]!;
  expect(head).not.toMatch(/soapaction|content-type/i);
  expect(head.match(/^content-length: 0$/gim)).toHaveLength(1);
  expect(body).toBe("");
});

test("path and query are sent as in the URL", async () => {
  const { acs, link } = await pair(() => nothing, {}, "/a%20b/c?x=1&y=%C3%BC#part");
  await call(link);
  expect(acs.requests[0]!.head).toMatch(/^POST \/a%20b\/c\?x=1&y=%C3%BC HTTP/);
});

test("3.4.6 [R-3.4.6-03] no second request is sent on a connection while a response is awaited", async () => {
  const { acs } = await pair((_, i) => (i === 0 ? undefined : message()));
  const target = { scheme: "http", host: "127.0.0.1", address: "127.0.0.1", port: acs.port } as const;
  const policy = { ca: undefined, clientCert: undefined, clientKey: undefined, checkDates: true };
  const line = systemNet.line(target, policy);
  const request = {
    method: "POST",
    path: "/",
    headers: [["Content-Length", "1"]],
    body: bytes("x"),
  } as const;
  const rounds = [line.exchange(request, 100), line.exchange(request, 100)];
  await expect.poll(() => acs.requests.length).toBe(1);
  for (let turns = 0; turns < 20; turns++) await new Promise((done) => setImmediate(done));
  expect(acs.requests).toHaveLength(1);
  expect(line.open).toBe(false);
  acs.say(message());
  await Promise.all(rounds);
  expect(acs.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  line.close();
});

test("a long body is sent whole, with its length and on one connection", async () => {
  const { acs, link } = await pair(() => message());
  const long = "é".repeat(300_000);
  await link.post(bytes(long), "reply");
  await call(link);
  expect(acs.requests[0]!.header("content-length")).toBe("600000");
  expect(acs.requests[0]!.head).not.toMatch(/transfer-encoding/i);
  expect(Buffer.from(acs.requests[0]!.body, "latin1").toString()).toBe(long);
  expect(acs.connections).toBe(1);
});

// ---------------------------------------------------------------- connections

test("3.4.2 [R-3.4.2-01] a session of many round trips uses one connection", async () => {
  const { acs, link } = await pair(() => message());
  for (let i = 0; i < 20; i++) await call(link);
  expect(acs.connections).toBe(1);
  expect(link.connectionsOpened).toBe(1);
});

test("3.4.2 [R-3.4.2-02] the session continues on a new connection after the ACS has closed the last one", async () => {
  const { acs, link } = await pair(() => ({ send: message(), close: "end" }));
  for (let i = 1; i <= 5; i++) {
    await call(link);
    await expect.poll(() => acs.ended).toBe(i);
  }
  expect(acs.requests.map(({ connection }) => connection)).toEqual([1, 2, 3, 4, 5]);
  expect(link.connectionsOpened).toBe(5);
});

test("3.4.2 [R-3.4.2-02] the session continues after Connection: close, after HTTP 1.0, and after a close some time later", async () => {
  const old = `HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n${soap}`;
  const { acs, link } = await pair(
    answering(message("Connection: close"), { send: old, close: "end" }, message(), message()),
  );
  await call(link);
  expect(await call(link)).toMatchObject({ empty: false });
  await call(link);
  acs.hangUp();
  await expect.poll(() => acs.ended).toBe(3);
  await call(link);
  expect(acs.requests.map(({ connection }) => connection)).toEqual([1, 2, 3, 4]);
});

test("3.4.2 a POST whose response is lost is not sent again", async () => {
  const { acs, link } = await pair(
    answering(message(), { send: "HTTP/1.1 200 OK\r\nContent-Le", close: "end" }),
  );
  await call(link);
  expect((await lost(call(link))).message).toMatch(/^the line to 127\.0\.0\.1 .* broke: /);
  expect(acs.requests).toHaveLength(2);
});

test("3.4.2 a POST is not sent again after a reset, in the body, or before the first byte of the response", async () => {
  const cut = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100\r\n\r\n<Env";
  for (const reply of [
    { send: "", close: "reset" },
    { send: "", close: "end" },
    { send: cut, close: "end" },
    { send: cut, close: "reset" },
  ] as const) {
    const { acs, link } = await pair(() => reply);
    expect((await lost(call(link))).unreached).toBe(false);
    expect(acs.requests).toHaveLength(1);
  }
});

test("3.4.2 [R-3.4.2-14] closing the link closes the connection, even during a round trip", async () => {
  const { acs, link } = await pair(answering(message(), undefined));
  await call(link);
  const round = call(link);
  await expect.poll(() => acs.requests.length).toBe(2);
  link.close();
  await lost(round);
  await expect.poll(() => acs.ended).toBe(1);
  expect((await lost(call(link))).message).toBe("the session has been ended");
});

test("the error for a refused connection says so, and that nothing was sent", async () => {
  const { acs, link } = await pair(() => nothing);
  await acs.stop();
  started.pop();
  const error = await lost(call(link));
  expect(error.message).toMatch(/cannot be reached: .*ECONNREFUSED/);
  expect(error.unreached).toBe(true);
});

test("an IPv6 literal is dialled and named in Host", async (context) => {
  const acs = await ScriptedAcs.start(() => nothing, "::1").catch(() => undefined);
  if (acs === undefined) return context.skip("no IPv6 loopback here");
  const link = new Bench(acs.url("/", "[::1]")).open();
  started.push({ stop: () => link.close() }, acs);
  await call(link);
  expect(acs.requests[0]!.header("host")).toBe(`[::1]:${acs.port}`);
});

test("3.1 [R-3.1-20] the host of the URL is a name or an address", async () => {
  const { acs, link } = await pair(() => nothing);
  await call(link);
  const named = new Bench(acs.url("/", "localhost")).open();
  started.unshift({ stop: () => named.close() });
  await call(named);
  expect(acs.requests[1]!.header("host")).toBe(`localhost:${acs.port}`);
});

test("the error for a name that does not exist says so", async () => {
  const link = new Bench("http://no-such-name.invalid/").open();
  expect((await lost(call(link))).message).toMatch(/no-such-name\.invalid cannot be resolved/);
});

// ---------------------------------------------------------------- what comes back

test("3.4.6 [R-3.4.6-01] 204, and any 2xx with no body or a blank body, is an empty response", async () => {
  const empties = [
    nothing,
    http(200),
    http(200, ["Content-Type: text/xml"], " \r\n\t"),
    http(202),
    http(200, ["Content-Type: text/html"]),
  ];
  const { link } = await pair(answering(...empties, "HTTP/1.1 204 No Content\r\n\r\n"));
  for (let i = 0; i <= empties.length; i++) expect(await call(link)).toEqual({ empty: true });
});

test("3.4.1 [R-3.4.1-04] [R-3.4.1-07] SOAP with status 200 is passed on, with the charset of its Content-Type", async () => {
  const types = [
    ["text/xml", undefined],
    ['text/xml; charset="utf-8"', "utf-8"],
    ["text/xml;charset=ISO-8859-1", "ISO-8859-1"],
    ["TEXT/XML ; version=1 ; Charset = utf-16", "utf-16"],
    ["application/soap+xml; charset=utf-8; action=x", "utf-8"],
    ["application/xml", undefined],
  ] as const;
  const { link } = await pair((_, i) => http(200, [`Content-Type: ${types[i]![0]}`], soap));
  for (const [, charset] of types) {
    expect(await call(link)).toEqual({ empty: false, bytes: bytes(soap), charset, truncated: false });
  }
});

test("without a Content-Type the first byte decides; other types are not SOAP", async () => {
  const { link } = await pair(
    answering(http(200, [], ` ${soap}`), http(200, [], `\xef\xbb\xbf${soap}`), http(200, [], "hello")),
  );
  expect(await call(link)).toMatchObject({ empty: false });
  expect(await call(link)).toMatchObject({ empty: false });
  expect((await lost(call(link))).message).toMatch(/no XML/);
  for (const type of ["text/html; charset=utf-8", "application/xhtml+xml", "text/plain", "text/xmlish"]) {
    const { link } = await pair(() => http(200, [`Content-Type: ${type}`], "<html/>"));
    const error = await lost(call(link));
    expect(error.message).toBe(`the ACS answered with ${type} where SOAP was due`);
    expect(error.status).toBeUndefined();
  }
});

test("an envelope is read whatever its Content-Type, which frameworks set as they like; an HTML page is not", async () => {
  const types = ["text/html; charset=iso-8859-1", "text/plain", "application/octet-stream"];
  for (const before of ["", "\xef\xbb\xbf", '\r\n<?xml version="1.0"?>\n']) {
    const text = `${before}<soap-env:Envelope xmlns="x">`;
    const { link, bench } = await pair((_, i) => http(200, [`Content-Type: ${types[i]}`], text));
    for (const type of types)
      expect(await call(link)).toMatchObject({
        bytes: Uint8Array.from(Buffer.from(text, "latin1")),
        mislabelled: type,
      });
    expect(bench.lines.filter((line) => line.includes("that is not text/xml"))).toHaveLength(types.length);
  }
  for (const page of ["<?xml version='1.0'?><html>Envelope</html>", "<Envelopes/>", "<a><Envelope/></a>"]) {
    const { link } = await pair(() => http(200, ["Content-Type: text/html"], page));
    expect((await lost(call(link))).message).toBe("the ACS answered with text/html where SOAP was due");
  }
});

test("chunked bodies, byte by byte and with extensions, are read whole", async () => {
  const chunked = (text: string) =>
    `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n${[...text].map((c) => `1;x=y\r\n${c}\r\n`).join("")}0\r\nTrailer: 1\r\n\r\n`;
  const { acs, link } = await pair(answering(chunked(soap), chunked(""), message()));
  expect(await call(link)).toMatchObject({ bytes: bytes(soap) });
  expect(await call(link)).toEqual({ empty: true });
  await call(link);
  expect(acs.connections).toBe(1);
});

test("a body past the bound is cut and marked as cut, and the connection stays in use", async () => {
  const body = `<Envelope>${"x".repeat(5000)}`;
  const { acs, link } = await pair(() => http(200, ["Content-Type: text/xml"], body), { bodyBytesMax: 1000 });
  const answer = await call(link);
  expect(answer).toEqual({
    empty: false,
    bytes: bytes(body.slice(0, 1000)),
    charset: undefined,
    truncated: true,
  });
  await call(link);
  expect(acs.connections).toBe(1);
});

test("an endless body is aborted", async () => {
  const { link } = await pair(() => http(200, ["Content-Type: text/xml"], `<${"x".repeat(16_777_300)}`), {
    bodyBytesMax: 10,
  });
  expect((await lost(call(link))).message).toBe("the ACS sent more than 16777226 bytes in one answer");
});

test("the error for another status names it, and for 503 the time to retry", async () => {
  for (const [status, text] of [
    [400, "the ACS answered with HTTP status 400"],
    [403, "the ACS answered with HTTP status 403"],
    [500, "the ACS answered with HTTP status 500"],
    [303, "the ACS answered with HTTP status 303"],
    [503, "the ACS answered with HTTP status 503, Retry-After 120"],
  ] as const) {
    const { link } = await pair(() => http(status, status === 503 ? ["Retry-After: 120"] : [], "<html/>"));
    const error = await lost(call(link));
    expect(error.message).toBe(text);
    expect(error.status).toBe(status);
  }
});

test("an unrequested content coding is an error", async () => {
  const { link } = await pair(() =>
    http(200, ["Content-Type: text/xml", "Content-Encoding: gzip"], "\x1f\x8b"),
  );
  expect((await lost(call(link))).message).toMatch(/coding gzip/);
});

test("a response that is not HTTP fails the session", async () => {
  for (const reply of [
    "SSH-2.0-OpenSSH_9\r\n\r\n",
    "HTTP/1.1 2x0 OK\r\n\r\n",
    http(200, [`A: ${"x".repeat(70_000)}`]),
  ]) {
    const { link } = await pair(() => reply);
    await lost(call(link));
  }
});
