import { afterEach, expect, test } from "vitest";
import { Lost } from "../../src/errors.ts";
import { redirectTarget } from "../../src/http/redirect.ts";
import { Bench, bytes, http, message, nothing, type Script, ScriptedAcs } from "./scripted.ts";

const started: { stop(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

async function acsOf(script: Script): Promise<ScriptedAcs> {
  const acs = await ScriptedAcs.start(script);
  started.push(acs);
  return acs;
}

function linkTo(acs: ScriptedAcs) {
  const bench = new Bench(acs.url());
  const link = bench.open();
  started.unshift({ stop: () => link.close() });
  return { bench, link };
}

const to = (location: string, status = 302, body = "") => http(status, [`Location: ${location}`], body);

const lost = async (work: Promise<unknown>): Promise<Lost> => {
  const error = await work.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(Lost);
  return error;
};

for (const [status, id] of [
  [301, "R-3.4.2-18"],
  [302, "R-3.4.2-16"],
  [307, "R-3.4.2-17"],
  [308, undefined],
] as const) {
  const ids = id === undefined ? "" : `[${id}] `;
  test(`3.4.2 ${ids}[R-3.4.2-20] [R-3.4.2-22] ${status} leads the same POST and the rest of the session elsewhere`, async () => {
    const second = await acsOf(() => message());
    const first = await acsOf(() => to(second.url("/there?x=1"), status));
    const { link } = linkTo(first);
    await link.post(bytes("<Inform/>"), "call");
    await link.post(bytes("<Reply/>"), "reply");
    expect(first.requests).toHaveLength(1);
    expect(second.requests.map(({ body }) => body)).toEqual(["<Inform/>", "<Reply/>"]);
    const sent = second.requests[0]!;
    for (const { head } of second.requests) expect(head).toMatch(/^POST \/there\?x=1 HTTP\/1\.1\r\n/);
    for (const name of ["content-type", "soapaction", "content-length"]) {
      expect(sent.header(name)).toBe(first.requests[0]!.header(name));
    }
    expect(sent.header("host")).toBe(`127.0.0.1:${second.port}`);
  });
}

test("3.4.2 [R-3.4.2-19] a response and an empty POST are redirected too, at any place of the session, and by a relative Location", async () => {
  const acs = await acsOf((request, i) =>
    i === 1 ? to("/reply") : i === 3 ? to("empty?1") : request.body === "" ? nothing : message(),
  );
  const { link } = linkTo(acs);
  await link.post(bytes("<Inform/>"), "call");
  await link.post(bytes("<Reply/>"), "reply");
  expect(await link.post(undefined, "empty")).toEqual({ empty: true });
  expect(acs.requests.map(({ head, body }) => `${head.split(" ")[1]} ${body}`)).toEqual([
    "/acs <Inform/>",
    "/acs <Reply/>",
    "/reply <Reply/>",
    "/reply ",
    "/empty?1 ",
  ]);
  expect(acs.requests[4]!.head).not.toMatch(/soapaction|content-type/i);
  expect(acs.connections).toBe(1);
});

test("3.4.2 [R-3.4.2-24] [R-3.4.2-25] five redirects in a row are followed, a sixth fails the session", async () => {
  const acs = await acsOf((_, i) => (i < 5 || i > 5 ? to(`/${i}`) : message()));
  const { link } = linkTo(acs);
  expect(await link.post(bytes("<Inform/>"), "call")).toMatchObject({ empty: false });
  expect((await lost(link.post(undefined, "empty"))).message).toBe("the ACS redirected 6 times in a row");
  expect(acs.requests).toHaveLength(12);
});

test("3.4.2 [R-3.4.2-23] the next session begins at the configured URL again, at the address kept for that URL", async () => {
  const second = await acsOf(() => message());
  const first = await acsOf(() => to(`http://localhost:${second.port}/`, 301));
  const { bench, link } = linkTo(first);
  await link.post(bytes("<Inform/>"), "call");
  expect(link.affinity?.host).toBe("127.0.0.1");
  link.close();
  const next = bench.open(link.affinity);
  await next.post(bytes("<Inform/>"), "call");
  next.close();
  expect(first.requests).toHaveLength(2);
  expect(bench.settings.url).toBe(first.url());
});

test("3.4.2 [R-3.4.2-27] the body of a redirect is ignored, SOAP or not, even if it is far too long", async () => {
  for (const body of ["<html>moved</html>", "<Envelope/>", "x".repeat(3_000_000)]) {
    const acs = await acsOf((_, i) => (i === 0 ? to("/there", 302, body) : message()));
    const { link } = linkTo(acs);
    expect(await link.post(bytes("<Inform/>"), "call")).toMatchObject({ empty: false });
    expect(acs.requests).toHaveLength(2);
  }
});

test("3.4.2 [R-3.4.2-28] cookies are sent to the target of a redirect; credentials are not, the target sends its own challenge", async () => {
  const second = await acsOf((_, i) =>
    i === 0 ? http(401, ['WWW-Authenticate: Digest realm="b", nonce="m", qop="auth"']) : message(),
  );
  const first = await acsOf((_, i) =>
    i === 0
      ? http(401, ['WWW-Authenticate: Digest realm="a", nonce="n", qop="auth"', "Set-Cookie: s=1; Path=/acs"])
      : to(second.url("/b").replace("127.0.0.1", "localhost")),
  );
  const { link } = linkTo(first);
  await link.post(bytes("<Inform/>"), "call");
  expect(second.requests.map((r) => [r.header("cookie"), r.field("nonce"), r.field("uri"), r.body])).toEqual([
    ["s=1", undefined, undefined, "<Inform/>"],
    ["s=1", "m", "/b", "<Inform/>"],
  ]);
});

test("a redirect that cannot be followed fails with the reason", () => {
  const from = new URL("https://acs.example/a/b?q");
  expect(redirectTarget(from, "c").href).toBe("https://acs.example/a/c");
  expect(redirectTarget(from, "//other/x#y").href).toBe("https://other/x");
  expect(redirectTarget(from, "HTTP://Other:80/").href).toBe("http://other/");
  for (const [location, why] of [
    [undefined, /without saying where/],
    [" ", /without saying where/],
    ["http://", /no URL/],
    ["ftp://acs/", /ftp: which is neither/],
    ["javascript:1", /neither http nor https/],
    ["http://user:secret@acs/", /credentials/],
  ] as const) {
    expect(() => redirectTarget(from, location)).toThrow(why);
    expect(() => redirectTarget(from, location)).not.toThrow(/secret/);
  }
});
