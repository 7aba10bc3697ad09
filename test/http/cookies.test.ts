import { expect, test } from "vitest";
import { cookieHeaders, emptyJar, type Jar, type Place, withCookies } from "../../src/http/cookies.ts";
import type { Header } from "../../src/ports/net.ts";
import { Bench, bytes, message, nothing, ScriptedAcs } from "./scripted.ts";

const now = { mono: 1000, wall: Date.UTC(2026, 10, 24), known: true };

const at = (url = "http://acs.example/acs", hop = 0, time = now): Place => ({
  url: new URL(url),
  hop,
  now: time,
});

function jarOf(headers: readonly string[], place = at(), jar: Jar = emptyJar): Jar {
  const split = headers.map((line): Header => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return withCookies(jar, split, place);
}

/** What goes back, header by header. */
const back = (jar: Jar, place = at()) =>
  cookieHeaders(jar, place).map(([name, value]) => `${name}: ${value}`);

const cookie2 = 'Cookie2: $Version="1"';

test("3.4.2 [R-3.4.2-11] Netscape cookies are returned unchanged, with the offer of RFC 2965", () => {
  const jar = jarOf(['Set-Cookie: JSESSIONID="a b==/"; Path=/; HttpOnly', "set-cookie: x=1"]);
  expect(back(jar)).toEqual(['Cookie: JSESSIONID="a b==/"; x=1', cookie2]);
});

test("3.4.2 [R-3.4.2-11] cookies of RFC 2965 are returned with their version and their attributes", () => {
  const jar = jarOf([
    'Set-Cookie2: a="1, 2"; Version="1"; Path="/acs"; Discard, b=2;version=1; Domain=.example; Port="80"',
  ]);
  expect(back(jar)).toEqual([
    'Cookie: $Version="1"; a="1, 2"; $Path="/acs"; b=2; $Domain=".example"; $Port="80"',
  ]);
});

test("3.4.2 [R-3.4.2-11] of a cookie set in both kinds only the newer kind counts, in either order; other cookies stay", () => {
  const jar = jarOf([
    "Set-Cookie2: s=new; Version=1; Path=/",
    "Set-Cookie: s=old; Path=/",
    "Set-Cookie: t=old; Path=/",
  ]);
  expect(back(jar)).toEqual(['Cookie: $Version="1"; s=new; $Path="/"; t=old', cookie2]);
  const replaced = jarOf(
    ["Set-Cookie2: t=new; Version=1; Path=/"],
    at(),
    jarOf(["Set-Cookie: t=old; Path=/"]),
  );
  expect(back(replaced)).toEqual(['Cookie: $Version="1"; t=new; $Path="/"']);
});

test("RFC 2965 3.3.2 a Set-Cookie2 without version, or for another path, is rejected", () => {
  expect(back(jarOf(["Set-Cookie2: a=1", "Set-Cookie2: b=1; Version=1; Path=/other"]))).toEqual([]);
});

test("3.4.2 [R-3.4.2-12] many cookies are kept, and sent with the more specific path first", () => {
  const jar = jarOf(["Set-Cookie: a=1; Path=/", "Set-Cookie: b=2; Path=/acs", "Set-Cookie: c=3; Path=/"]);
  expect(back(jar)[0]).toBe("Cookie: b=2; a=1; c=3");
});

test("3.4.2 [R-3.4.2-13] cookies of 512 bytes and much more are kept, up to a bound", () => {
  const large = "x".repeat(4000);
  const jar = jarOf([`Set-Cookie: a=${large}`, `Set-Cookie: b=${large}`, `Set-Cookie: c=${"y".repeat(512)}`]);
  expect(back(jar)[0]).toBe(`Cookie: a=${large}; b=${large}; c=${"y".repeat(512)}`);
  const much = jarOf(Array.from({ length: 500 }, (_, i) => `Set-Cookie: c${i}=${"z".repeat(1000)}`));
  expect(much.length).toBeGreaterThan(10);
  expect(much.length).toBeLessThan(17);
  expect(much.at(-1)?.name).toBe("c499");
  expect(jarOf(Array.from({ length: 500 }, (_, i) => `Set-Cookie: c${i}=1`))).toHaveLength(50);
  expect(jarOf([`Set-Cookie: a=${"x".repeat(20_000)}`])).toHaveLength(0);
});

test("Path decides which requests carry a cookie", () => {
  const goes = (path: string, url: string, from = "http://a/x/y") =>
    back(jarOf([`Set-Cookie: a=1${path === "" ? "" : `; Path=${path}`}`], at(from)), at(url)).length > 0;
  expect(goes("/x", "http://a/x")).toBe(true);
  expect(goes("/x", "http://a/x/z")).toBe(true);
  expect(goes("/x", "http://a/xz")).toBe(false);
  expect(goes("/x/", "http://a/x/z")).toBe(true);
  expect(goes("", "http://a/x/z")).toBe(true);
  expect(goes("", "http://a/z")).toBe(false);
  expect(goes("elsewhere", "http://a/x/y")).toBe(true);
});

test("Secure cookies are sent over TLS only", () => {
  const jar = jarOf(["Set-Cookie: a=1; secure"], at("https://acs.example/acs"));
  expect(back(jar)).toEqual([]);
  expect(back(jar, at("https://acs.example/acs"))).toHaveLength(2);
});

test("a cookie is replaced by a cookie of the same name and path, and removed by an expired one", () => {
  const jar = jarOf(["Set-Cookie: a=1; Path=/", "Set-Cookie: a=2; Path=/", "Set-Cookie: a=3; Path=/acs"]);
  expect(back(jar)[0]).toBe("Cookie: a=3; a=2");
  for (const gone of ["Max-Age=0", 'Max-Age="0"', "Max-Age=-1", "Expires=Thu, 01-Jan-1970 00:00:01 GMT"]) {
    expect(back(jarOf([`Set-Cookie: a=; Path=/; ${gone}`], at(), jar))[0]).toBe("Cookie: a=3");
  }
});

test("a cookie expires by its Max-Age; its Expires counts only while the wall clock is right", () => {
  const later = at(undefined, 0, { ...now, mono: now.mono + 60_000, wall: now.wall + 60_000 });
  for (const age of ["Max-Age=60", `Expires=${new Date(now.wall + 60_000).toUTCString()}`]) {
    const jar = jarOf([`Set-Cookie: a=1; ${age}`]);
    expect(back(jar)).toHaveLength(2);
    expect(back(jar, later)).toEqual([]);
  }
  const unset = { ...now, known: false };
  expect(
    back(jarOf(["Set-Cookie: a=1; Expires=Thu, 01-Jan-1970 00:00:01 GMT"], at(undefined, 0, unset))),
  ).toHaveLength(2);
});

test("text that is not a cookie, or that cannot be sent back, is ignored", () => {
  const none = ["", "a", "=b", "a b=c", "$Version=1", "a=b\u0001", 'a"=1'];
  expect(jarOf(none.map((text) => `Set-Cookie: ${text}`))).toEqual([]);
});

test("3.4.2 [R-3.4.2-28] [R-3.4.2-29] a cookie set before a redirect is sent to its target, whatever its domain and path", () => {
  const jar = jarOf([
    "Set-Cookie: a=1; Path=/acs; Domain=.example",
    "Set-Cookie2: b=2; Version=1; Path=/acs",
  ]);
  const there = at("http://elsewhere.test/other", 1);
  expect(back(jar, there)).toEqual(['Cookie: $Version="1"; b=2; $Path="/acs"; a=1', cookie2]);
  // There a new one of that name takes its place.
  expect(back(jarOf(["Set-Cookie: a=3"], there, jar), there)[0]).toBe(
    'Cookie: $Version="1"; b=2; $Path="/acs"; a=3',
  );
});

test("3.4.2 [R-3.4.2-10] [R-3.4.2-15] the cookies of a session are sent with each of its POSTs, and with none of the next session", async () => {
  const acs = await ScriptedAcs.start((_, i) =>
    i === 0
      ? message("Set-Cookie: session=abc; Path=/", "Set-Cookie2: d=1; Version=1; Discard")
      : i === 1
        ? message("Connection: close")
        : nothing,
  );
  const bench = new Bench(acs.url());
  const link = bench.open();
  await link.post(bytes("<Inform/>"), "call");
  await link.post(undefined, "empty");
  await link.post(bytes("<Reply/>"), "reply");
  link.close();
  const next = bench.open();
  await next.post(bytes("<Inform/>"), "call");
  next.close();
  await acs.stop();
  const sent = '$Version="1"; d=1; session=abc';
  expect(acs.requests.map((request) => request.header("cookie"))).toEqual([undefined, sent, sent, undefined]);
});
