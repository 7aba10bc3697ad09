import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { Lost } from "../../src/errors.ts";
import { authorization } from "../../src/http/authorize.ts";
import { chooseChallenge } from "../../src/http/challenge.ts";
import { digestResponse, parseParameters } from "../../src/http/digest.ts";
import type { LinkSettings } from "../../src/http/link.ts";
import { deviceUsername } from "../../src/http/username.ts";
import type { HttpResponse } from "../../src/ports/net.ts";
import { PretendedNet, said } from "./pretended.ts";
import { Bench, bytes, http, message, nothing, type Request, type Script, ScriptedAcs } from "./scripted.ts";

const started: { stop(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

async function pair(script: Script, settings: Partial<LinkSettings> = {}) {
  const acs = await ScriptedAcs.start(script);
  const bench = new Bench(acs.url(), settings);
  const link = bench.open();
  started.push({ stop: () => link.close() }, acs);
  return { acs, bench, link, inform: () => link.post(bytes("<Inform/>"), "call") };
}

const md5 = (text: string) => createHash("md5").update(text, "latin1").digest("hex");

const challenge = (text: string, ...headers: string[]) =>
  http(401, [`WWW-Authenticate: ${text}`, ...headers], "no");

/** What RFC 2617 3.2.2.1 says the response is, worked out from the fields on the wire. */
function expected(request: Request, password = "a secret"): string {
  const f = (name: string) => request.field(name);
  const key = md5(`${f("username")}:${f("realm")}:${password}`);
  const a1 = f("algorithm") === "MD5-sess" ? md5(`${key}:${f("nonce")}:${f("cnonce")}`) : key;
  const a2 = md5(`POST:${f("uri")}`);
  const middle = f("qop") === undefined ? f("nonce") : [f("nonce"), f("nc"), f("cnonce"), f("qop")].join(":");
  return md5(`${a1}:${middle}:${a2}`);
}

async function lost(work: Promise<unknown>): Promise<Lost> {
  const error = await work.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(Lost);
  return error;
}

// ---------------------------------------------------------------- digest

test("3.4.5 the example of RFC 2617 3.5, and the old form of RFC 2069", () => {
  const example = {
    algorithm: "MD5",
    username: "Mufasa",
    realm: "testrealm@host.com",
    password: "Circle Of Life",
    method: "GET",
    uri: "/dir/index.html",
    nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
  } as const;
  const qop = { qop: "auth", nc: "00000001", cnonce: "0a4f113b" } as const;
  expect(digestResponse({ ...example, ...qop })).toBe("6629fae49393a05397450978507c4ef1");
  expect(digestResponse(example)).toBe("670fd8c2df070c60b045671b8b24ff02");
});

test("3.4.4 [R-3.4.4-02] [R-3.4.5-02] [R-3.4.5-05] [R-3.4.2-03] a digest challenge is answered on its connection, with qop if the challenge offers it", async () => {
  for (const [text, named] of [
    ['Digest realm="r", nonce="n1", qop="auth"', false],
    ['Digest realm="r, with=\\"quotes\\"", nonce="n1", opaque="o", algorithm=MD5, qop="auth,auth-int"', true],
  ] as const) {
    const { acs, inform } = await pair((_, i) => (i === 0 ? challenge(text) : message()));
    await inform();
    const answer = acs.requests[1]!;
    expect(answer.connection).toBe(1);
    expect(answer.body).toBe("<Inform/>");
    expect(answer.field("username")).toBe("00D09E-Box-1");
    expect(answer.field("uri")).toBe("/acs");
    expect(answer.field("nc")).toBe("00000001");
    expect(answer.field("qop")).toBe("auth");
    expect(answer.field("algorithm")).toBe(named ? "MD5" : undefined);
    expect(answer.field("opaque")).toBe(named ? "o" : undefined);
    if (!named) expect(answer.field("response")).toBe(expected(answer));
  }
});

test("3.4.5 a challenge without qop is answered in the form of RFC 2069", async () => {
  const { acs, inform } = await pair((_, i) =>
    i === 0 ? challenge('Digest realm="r", nonce="n1"') : message(),
  );
  await inform();
  const answer = acs.requests[1]!;
  expect(answer.header("authorization")).not.toMatch(/qop|nc=|cnonce/);
  expect(answer.field("response")).toBe(expected(answer));
});

test("3.4.5 [R-3.4.5-06] MD5-sess is answered, with qop and without", async () => {
  for (const qop of [', qop="auth"', ""]) {
    const text = `Digest realm="r", nonce="n1", algorithm=MD5-sess${qop}`;
    const { acs, inform } = await pair((_, i) => (i === 0 ? challenge(text) : message()));
    await inform();
    await inform();
    for (const answer of acs.requests.slice(1)) expect(answer.field("response")).toBe(expected(answer));
    // The key of MD5-sess is made of the first cnonce.
    expect(acs.requests[2]!.field("cnonce")).toBe(acs.requests[1]!.field("cnonce"));
  }
});

test("3.4.4 [R-3.4.4-03] after a challenge every request of the connection carries Authorization with a rising nonce count", async () => {
  const { acs, inform, link } = await pair((_, i) =>
    i === 0 ? challenge('Digest realm="r", nonce="n", qop="auth"') : message(),
  );
  await inform();
  await inform();
  await link.post(undefined, "empty");
  expect(acs.requests.map((request) => request.field("nc"))).toEqual([
    undefined,
    "00000001",
    "00000002",
    "00000003",
  ]);
  expect(acs.requests[3]!.field("response")).toBe(expected(acs.requests[3]!));
});

test("3.4.2 [R-3.4.2-04] [R-3.4.5-04] with Connection: close the answer is sent on a new connection, with a new cnonce", async () => {
  const { acs, inform } = await pair((_, i) =>
    i === 0
      ? challenge('Digest realm="r", nonce="n", qop="auth"', "Connection: close")
      : i === 2
        ? { send: message(), close: "end" }
        : message(),
  );
  await inform();
  await inform();
  await expect.poll(() => acs.ended).toBe(2);
  await inform();
  await inform();
  expect(acs.requests.map(({ connection }) => connection)).toEqual([1, 2, 2, 3, 3]);
  const cnonces = acs.requests.slice(1).map((request) => request.field("cnonce"));
  expect(cnonces[0]).toBe(cnonces[1]);
  expect(cnonces[2]).not.toBe(cnonces[1]);
  expect(cnonces[3]).toBe(cnonces[2]);
  expect(acs.requests.slice(1).map((request) => request.field("nc"))).toEqual([
    "00000001",
    "00000002",
    "00000003",
    "00000004",
  ]);
});

test("3.4.4 [R-3.4.4-04] a challenge within a session replaces the last one, on that connection or another", async () => {
  const { acs, inform } = await pair((request, i) => {
    const nonce = i < 3 ? "n1" : i < 6 ? "n2" : "n3";
    if (request.field("nonce") === nonce) return i === 4 ? message("Connection: close") : message();
    return challenge(`Digest realm="r", nonce="${nonce}", qop="auth"`);
  });
  for (let i = 0; i < 5; i++) await inform();
  expect(
    acs.requests.map((request) => [request.connection, request.field("nonce"), request.field("nc")]),
  ).toEqual([
    [1, undefined, undefined],
    [1, "n1", "00000001"],
    [1, "n1", "00000002"],
    [1, "n1", "00000003"],
    [1, "n2", "00000001"],
    [2, "n2", "00000002"],
    [2, "n2", "00000003"],
    [2, "n3", "00000001"],
  ]);
});

test("3.7.1.4 a second 401 after an answered challenge fails the session", async () => {
  const { acs, inform } = await pair(() => challenge('Digest realm="r", nonce="n", qop="auth"'));
  const error = await lost(inform());
  expect(error.message).toBe("the ACS does not accept the user name and password");
  expect(error.status).toBe(401);
  expect(acs.requests).toHaveLength(2);
});

test("RFC 2617 3.3 a stale nonce is answered with the new nonce, a bounded number of times", async () => {
  const { acs, inform } = await pair((_, i) =>
    challenge(`Digest realm="r", nonce="n${i}", qop="auth", stale=TRUE`),
  );
  await lost(inform());
  expect(acs.requests.map((request) => request.field("nonce"))).toEqual([undefined, "n0", "n1", "n2"]);
});

test("RFC 2617 3.2.3 nextnonce is used with its count from one; MD5-sess keeps its first nonce for the session key", async () => {
  for (const [algorithm, nonces] of [
    ["MD5", ["one 00000001", "two 00000001", "two 00000002"]],
    ["MD5-sess", ["one 00000001", "one 00000002", "one 00000003"]],
  ] as const) {
    const { acs, link, inform } = await pair((_, index) => {
      if (index === 0) return challenge(`Digest realm="r", nonce="one", qop="auth", algorithm=${algorithm}`);
      const info = [
        'Authentication-Info: rspauth="0", nextnonce="two"',
        "Authentication-Info: nextnonce=",
        "",
      ];
      return message(...info.slice(index - 1, index).filter(Boolean));
    });
    await inform();
    await inform();
    await link.post(bytes("<Reply/>"), "reply");
    const signed = acs.requests.slice(1);
    expect(signed.map((request) => `${request.field("nonce")} ${request.field("nc")}`)).toEqual(nonces);
    for (const request of signed) expect(request.field("response")).toBe(expected(request));
  }
});

test("3.4.5 a challenge with only auth-int, another algorithm or another scheme is reported as not supported", async () => {
  for (const [text, named] of [
    ['Digest realm="r", nonce="n", qop="auth-int"', "digest with qop auth-int"],
    ['Digest realm="r", nonce="n", algorithm=SHA-256', "digest with SHA-256"],
    ["Negotiate, NTLM", "negotiate, ntlm"],
    ['Digest realm="r"', "digest without a nonce"],
  ] as const) {
    const { inform } = await pair(() => challenge(text));
    const error = await lost(inform());
    expect(error.message).toBe(`the ACS asks for a login that is not supported: ${named}`);
    expect(error.status).toBe(401);
  }
  const { inform } = await pair(() => http(401));
  expect((await lost(inform())).message).toMatch(/it names no scheme/);
});

test("the strongest of several challenges is answered, in one header or in several", () => {
  const digest = { scheme: "digest", realm: "d", nonce: "n" };
  expect(chooseChallenge(['Basic realm="b", Digest realm="d", nonce="n"'])).toMatchObject(digest);
  expect(chooseChallenge(['Basic realm="b"', 'Digest realm="d", nonce="n"'])).toMatchObject(digest);
  expect(
    chooseChallenge(['Digest realm="x", nonce="m", algorithm=SHA-256', "digest realm=d,nonce=n"]),
  ).toMatchObject(digest);
  expect(chooseChallenge(['Negotiate, Basic realm="a, Digest nonce=1"'])).toEqual({
    scheme: "basic",
    realm: "a, Digest nonce=1",
  });
  expect(chooseChallenge(['Digest realm="d", nonce="n", qop="auth-int", Basic realm="b"'])).toMatchObject({
    scheme: "basic",
  });
  expect(chooseChallenge(['Digest realm = "d" , nonce = "n" , qop = auth'])).toMatchObject({
    ...digest,
    qop: "auth",
  });
});

/** Each quote in quotes that are not closed used to be looked for to the end: 64 KiB of them took a gateway seconds. */
test("an unclosed quote hides the text behind it, in linear time", () => {
  const refused = (header: string) => {
    try {
      return chooseChallenge([header]);
    } catch (error) {
      return (error as Error).message;
    }
  };
  const why = "the ACS asks for a login that is not supported: digest that cannot be parsed";
  expect(refused('Digest realm="d, Basic realm=b')).toBe(why);
  expect(refused('Digest realm="d, Basic realm=b\\')).toBe(why);
  expect(refused(`Digest realm="${'\\"'.repeat(300_000)}`)).toBe(why);
}, 10_000);

test("auth-params are read with quotes, escapes and blanks; any other text is malformed", () => {
  expect([...parseParameters(' a=1 , B="x, \\"y\\" \\\\" ,, c="" ')]).toEqual([
    ["a", "1"],
    ["b", 'x, "y" \\'],
    ["c", ""],
  ]);
  for (const text of ["a", "a=1 b=2", 'a="', "=1", 'a="x"y'])
    expect(() => parseParameters(text)).toThrow(/auth-param/);
});

test("names and passwords beyond ASCII are sent as UTF-8; a realm is returned in its original bytes", () => {
  const realm = "Ger\xe4te";
  const answer = authorization(
    { challenge: chooseChallenge([`Digest realm="${realm}", nonce="n", qop="auth"`]), count: 0, cnonce: "c" },
    { username: 'jö"rg', password: "pässwörd€" },
    "POST",
    "/",
  ).header;
  const utf8 = (text: string) => Buffer.from(text).toString("latin1");
  expect(answer).toContain(`username="${utf8('jö\\"rg')}"`);
  expect(answer).toContain(`realm="${realm}"`);
  const a1 = md5(`${utf8('jö"rg')}:${realm}:${utf8("pässwörd€")}`);
  expect(answer).toContain(`response="${md5(`${a1}:n:00000001:c:auth:${md5("POST:/")}`)}"`);
});

// ---------------------------------------------------------------- basic

test("3.4.4 [R-3.4.4-01] a basic challenge is answered over TLS, or without TLS if the settings allow it, with a warning", async () => {
  const { acs, bench, inform } = await pair((_, i) => (i === 0 ? challenge('Basic realm="acs"') : nothing), {
    username: "jörg",
    password: "a:b",
    basic: "always",
  });
  await inform();
  await inform();
  const header = `Basic ${Buffer.from("jörg:a:b").toString("base64")}`;
  expect(acs.requests.map((request) => request.header("authorization"))).toEqual([undefined, header, header]);
  expect(bench.lines.filter((line) => line.startsWith("warn"))).toHaveLength(1);
});

test("3.4.4 no secret gets into a log line or an error", async () => {
  const { bench, inform } = await pair(() => challenge('Basic realm="acs"'));
  const error = await lost(inform());
  expect(`${error.message} ${bench.lines.join(" ")}`).not.toMatch(/a secret|YSBzZWNyZXQ/);
});

/** Whoever reads the line, or makes the agent ask elsewhere, would have the password. */
describe("basic authentication does not reveal the password", () => {
  const basic = 'Basic realm="acs"';
  const sha = 'Digest realm="r", nonce="n", algorithm=SHA-256';
  const digest = 'Digest realm="r", nonce="n", qop="auth"';
  const noBasic = (acs: ScriptedAcs) =>
    expect(acs.requests.map((r) => r.header("authorization") ?? "")).not.toContainEqual(
      expect.stringMatching(/^Basic/i),
    );

  test.each([
    ["as the only challenge", [basic]],
    ["beside a digest that is not known", [`${sha}, ${basic}`]],
    ["beside a digest that cannot be parsed", ['Digest realm="r', basic]],
  ] as const)("3.4.4 without TLS basic authentication is refused %s", async (_, offers) => {
    const { acs, inform } = await pair(() =>
      http(
        401,
        offers.map((offer) => `WWW-Authenticate: ${offer}`),
      ),
    );
    const error = await lost(inform());
    expect(error.message).toMatch(/^the ACS asks for basic authentication without TLS/);
    expect(error.status).toBe(401);
    expect(acs.requests).toHaveLength(1);
    noBasic(acs);
  });

  test("3.4.4 without TLS basic authentication is refused within a session, even after digest", async () => {
    const { acs, inform } = await pair((_, i) =>
      i === 0 ? challenge(digest) : i < 3 ? message() : challenge(basic),
    );
    await inform();
    await inform();
    expect((await lost(inform())).message).toMatch(/without TLS/);
    noBasic(acs);
  });

  test("3.4.2 a redirect to another origin never gets the password, even if the first origin did", async () => {
    for (const before of [undefined, digest]) {
      const second = await ScriptedAcs.start(() => challenge(basic));
      const { inform } = await pair((_, i) =>
        i === 0 && before !== undefined ? challenge(before) : http(302, [`Location: ${second.url("/b")}`]),
      );
      started.push(second);
      await lost(inform());
      noBasic(second);
    }
  });

  /** A network in which every connection is TLS and every answer is scripted. */
  const over = (url: string, act: (index: number) => HttpResponse) => {
    const net = new PretendedNet((_, index) => act(index));
    const bench = new Bench(url);
    bench.net = net;
    return { net, link: bench.open() };
  };
  const asked: HttpResponse = said(401, [["WWW-Authenticate", basic]]);
  const sent = (net: PretendedNet) =>
    net.sent.map(({ headers }) => headers.find(([name]) => name === "Authorization")?.[1]);

  test("3.4.4 [R-3.4.4-01] over TLS the password is sent to the origin of the URL", async () => {
    const { net, link } = over("https://acs.test/", (i) => (i === 0 ? asked : said()));
    await link.post(bytes("<Inform/>"), "call");
    expect(sent(net)).toEqual([undefined, expect.stringMatching(/^Basic /)]);
  });

  test.each([
    ["another host", "https://other.test/"],
    ["another port", "https://acs.test:8443/"],
    ["the same host without TLS", "http://acs.test/"],
  ])("3.4.2 over TLS the password is not sent to %s that a redirect names", async (_, location) => {
    const { net, link } = over("https://acs.test/", (i) =>
      i === 0 ? asked : i === 1 ? said(307, [["Location", location]]) : asked,
    );
    expect((await lost(link.post(bytes("<Inform/>"), "call"))).message).toMatch(
      /basic authentication (without TLS|of another server)/,
    );
    expect(sent(net)).toEqual([undefined, expect.stringMatching(/^Basic /), undefined]);
  });
});

/** All of these were once told as "a login that is not supported", or as a bare status. */
test.each([
  ["no challenge at all", [http(401)]],
  ["a scheme that is not known", [http(401, ["WWW-Authenticate: Negotiate"])]],
  ["403", [http(403)]],
  ["the same challenge", [challenge('Digest realm="r", nonce="n2", qop="auth"')]],
  ["no challenge, in a later round trip", [message(), message(), http(401)]],
] as const)(
  "3.7.1.4 %s after the credentials were sent is reported as refused credentials",
  async (_, after) => {
    const { inform } = await pair((_, i) =>
      i === 0 ? challenge('Digest realm="r", nonce="n", qop="auth"') : (after[i - 1] ?? http(500)),
    );
    for (let posts = 1; posts < after.length; posts++) await inform();
    const error = await lost(inform());
    expect(error.message).toBe("the ACS does not accept the user name and password");
    expect([401, 403]).toContain(error.status);
  },
);

test("3.7.1.4 a 403 without a challenge is not reported as refused credentials", async () => {
  const { inform } = await pair(() => http(403));
  expect((await lost(inform())).message).toMatch(/HTTP status 403/);
});

// ---------------------------------------------------------------- the device's own name

test("3.4.4 [R-3.4.4-05] [R-3.4.4-07] [R-3.4.4-08] the user name is made of the identity of the device", () => {
  const name = (ProductClass: string, SerialNumber: string) =>
    deviceUsername({ Manufacturer: "M", OUI: "012345", ProductClass, SerialNumber });
  expect(name("", "0123456789")).toBe("012345-0123456789");
  expect(name("STB", "0123456789")).toBe("012345-STB-0123456789");
  expect(name("Set-Top-Box", "0123456789")).toBe("012345-Set%2DTop%2DBox-0123456789");
  expect(name("A_b.c~d", "1 2/é%")).toBe("012345-A_b%2Ec%7Ed-1%202%2F%C3%A9%25");
});
