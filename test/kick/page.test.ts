/** What the page takes and gives, as values: arguments, destinations, who is let in, languages, markup, bytes. Annex D. */
import { describe, expect, test } from "vitest";
import { Malformed } from "../../src/errors.ts";
import { readArguments } from "../../src/page/arguments.ts";
import { english } from "../../src/page/english.ts";
import { german } from "../../src/page/german.ts";
import { html } from "../../src/page/html.ts";
import { momentText } from "../../src/page/moment.ts";
import { destinationOf } from "../../src/page/next.ts";
import { errorPage, progressPage, statusPage, waitingPage } from "../../src/page/pages.ts";
import { hostOf, isInside, plainAddress } from "../../src/page/place.ts";
import { canonicalOrigin, isForUs, isFromHere, isNavigation } from "../../src/page/request.ts";
import { readLanSettings } from "../../src/page/settings.ts";
import type { StatusShown } from "../../src/page/shown.ts";
import { style } from "../../src/page/style.ts";
import { readRequest, writeAnswer } from "../../src/page/wire.ts";
import { languageFor } from "../../src/page/words.ts";
import { bodyOf, place, requestOf } from "./browser.ts";

const kick = (query: string, headers: Record<string, string> = {}) =>
  readArguments(requestOf(`/kick.html?${query}`, { headers }));

describe("arguments of a kick", () => {
  test("the names of Table 69 are read and decoded; other names are ignored [R-D.4-02]", () => {
    expect(
      kick("command=12&arg=a%20b%26c&next=http%3A%2F%2Fx%2F%3Fq%3D%C3%A4&utm=1", { referer: "http://site/" }),
    ).toEqual({
      Command: "12",
      Arg: "a b&c",
      Next: "http://x/?q=ä",
      Referer: "http://site/",
    });
    expect(kick("arg=1+2")).toEqual({ Command: "", Arg: "1 2", Next: "", Referer: "" });
  });

  test("fields of a form are read too, and win over the query of its URL", () => {
    const request = requestOf("/kick.html?command=1&arg=url", { method: "POST", body: "arg=form&next=%2Fx" });
    expect(readArguments(request)).toEqual({ Command: "1", Arg: "form", Next: "/x", Referer: "" });
  });

  test.each([
    ["command", 32],
    ["arg", 256],
    ["next", 1024],
  ])("%s has at most %i characters, however many bytes these take", (name, max) => {
    const value = (count: number) => encodeURIComponent("😀".repeat(count));
    expect(Object.values(kick(`${name}=${value(max)}`))).toContain("😀".repeat(max));
    expect(() => kick(`${name}=${value(max + 1)}`)).toThrow(Malformed);
  });

  test("the Referer is cut at 64 characters, and characters that XML cannot carry are removed [R-A.4.2.1-03]", () => {
    expect(kick("", { referer: `http://site/${"x".repeat(100)}` }).Referer).toBe(
      `http://site/${"x".repeat(52)}`,
    );
    expect(kick("", { referer: "a\x01b\x85c" }).Referer).toBe("abc");
  });

  test.each([
    ["a name twice", "command=1&command=1"],
    ["a broken escape", "arg=%4"],
    ["bytes that are no UTF-8", "arg=%ff"],
    ["a line end", "command=1%0d%0aX"],
    ["NUL", "arg=%00"],
    ["what XML does not have", "arg=%ef%bf%bf"],
  ])("%s is refused", (_, query) => {
    expect(() => kick(query)).toThrow(Malformed);
  });
});

describe("URLs of the ACS that a browser may follow", () => {
  const to = (url: string) => destinationOf(url, "http://my.gateway:7580", 1024);

  test.each([
    ["http://site.example/a?b=c%20d&e#f", "http://site.example/a?b=c%20d&e#f"],
    ["HTTPS://site.example", "HTTPS://site.example"],
    ["http://user@site.example/", "http://user@site.example/"],
    ["https://site.example/ä?ö", "https://site.example/%C3%A4?%C3%B6"],
    ["/security/index.html?a=1", "http://my.gateway:7580/security/index.html?a=1"],
    ["/", "http://my.gateway:7580/"],
  ])("%s is followed", (url, expected) => {
    expect(to(url)).toBe(expected);
  });

  test.each([
    "",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/a\\b",
    "http:///evil",
    "http:evil.example",
    "https:\\\\evil.example",
    "http://a b/",
    "http://site/\r\nX: y",
    "/\n/evil",
    "/\t/evil",
    " http://site/",
    "ftp://site/",
    "site.example",
    "?a=1",
    "http://[::1",
    "/\x85",
    "http://site/\ud800",
    `/${"x".repeat(1024)}`,
  ])("a refused URL: number %#", (url) => {
    expect(to(url)).toBeUndefined();
  });

  test("1,024 characters are accepted", () => {
    expect(to(`/${"x".repeat(1023)}`)).toBe(`http://my.gateway:7580/${"x".repeat(1023)}`);
  });

  test("the canonical host is the configured name, else the address that was asked; never the Host header", () => {
    expect(canonicalOrigin("192.168.1.1", place)).toBe("http://my.gateway:7580");
    expect(canonicalOrigin("192.168.1.1", { ...place, lanName: "" })).toBe("http://192.168.1.1:7580");
    expect(canonicalOrigin("fd00::1", { ...place, lanName: "", port: 80 })).toBe("http://[fd00::1]");
  });
});

describe("requests that the page accepts", () => {
  const withHost = (host: string) => isForUs(requestOf("/", { headers: { host } }), place);

  test("a Host with a name or address of the gateway, with or without the port", () => {
    for (const host of [
      "192.168.1.1:7580",
      "192.168.1.1",
      "my.gateway:7580",
      "OpenWrt.LAN.",
      "[fd00::1]:7580",
    ])
      expect(withHost(host)).toBe(true);
  });

  test("a foreign name that resolves to the gateway is refused: DNS rebinding", () => {
    const strangers = [
      "evil.example:7580",
      "my.gateway.evil.example",
      "192.168.1.2",
      "my.gateway:80",
      "",
      "my.gateway@evil",
      "my.gateway:7580:1",
      "[fd00::2]",
    ];
    for (const host of strangers) expect(withHost(host)).toBe(false);
  });

  test("Host is split into name and port", () => {
    expect(hostOf("[FD00::1]:80")).toEqual({ name: "fd00::1", port: 80 });
    expect(hostOf("a.")).toEqual({ name: "a", port: undefined });
    expect(hostOf("a b")).toBeUndefined();
  });

  test("only source addresses in the networks of the LAN are accepted", () => {
    const networks = [
      { address: "192.168.1.1", mask: 24 },
      { address: "fd00:0:0:1::1", mask: 64 },
    ];
    const inside = (address: string) => isInside(plainAddress(address), networks);
    expect(["192.168.1.77", "::ffff:192.168.1.9", "fd00::1:0:0:0:9"].map(inside)).toEqual([true, true, true]);
    expect(
      ["192.168.2.1", "8.8.8.8", "fd00:0:0:2::9", "", "x", "1.2.3", "::ffff:8.8.8.8", "fd00::1::2"].map(
        inside,
      ),
    ).toEqual(Array(8).fill(false));
  });

  test("a request that a browser makes on its own is not a navigation", () => {
    const is = (headers: Record<string, string>) => isNavigation(requestOf("/kick.html", { headers }));
    expect(is({})).toBe(true);
    expect(
      is({ "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site" }),
    ).toBe(true);
    for (const headers of [
      { "sec-fetch-mode": "no-cors" },
      { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
      { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
      { "sec-fetch-mode": "navigate", "sec-fetch-dest": "object" },
      { "sec-purpose": "prefetch;prerender" },
      { purpose: "prefetch" },
      { "x-moz": "prefetch" },
    ])
      expect(is(headers as Record<string, string>)).toBe(false);
  });

  test("a form must prove by its origin that it is ours; without an origin it is refused", () => {
    const is = (headers: Record<string, string>) =>
      isFromHere(requestOf("/ask.html", { method: "POST", headers }));
    expect(is({ origin: "http://192.168.1.1:7580", "sec-fetch-site": "same-origin" })).toBe(true);
    expect(is({ origin: "http://192.168.1.1:7580" })).toBe(true);
    for (const headers of [
      {},
      { origin: "null" },
      { origin: "http://evil.example" },
      { origin: "https://192.168.1.1:7580" },
      { origin: "http://192.168.1.1:7580", "sec-fetch-site": "same-site" },
    ])
      expect(is(headers as Record<string, string>)).toBe(false);
  });
});

describe("languages", () => {
  const none = () => undefined;
  const code = (wanted: string) => languageFor(wanted, none).code;

  test("the most preferred available language is used, else English", () => {
    expect(
      ["", "de", "de-AT,en;q=0.8", "fr, de;q=0.3, en;q=0.4", "fr", "en;q=0,de", "*", "x".repeat(9000)].map(
        code,
      ),
    ).toEqual(["en", "de", "de", "en", "en", "de", "en", "en"]);
  });

  test("every language has a text for every key", () => {
    expect(Object.keys(german)).toEqual(Object.keys(english));
    const braces = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const key of Object.keys(english) as (keyof typeof english)[]) {
      expect(german[key].length).toBeGreaterThan(0);
      expect(braces(german[key])).toEqual(braces(english[key]));
    }
  });

  test("web content replaces texts and adds a language; fields that it must not hold are ignored", () => {
    const texts = (of: string) =>
      ({
        en: JSON.stringify({
          title: "Example ISP",
          nonsense: "x",
          managed: 5,
          home: "x".repeat(501),
          details: "",
        }),
        fr: JSON.stringify({ title: "Votre box" }),
        de: "no JSON",
      })[of];
    const en = languageFor("en", texts).words;
    expect(en).toEqual({ ...english, title: "Example ISP" });
    expect(languageFor("fr", texts)).toEqual({ code: "fr", words: { ...english, title: "Votre box" } });
    expect(languageFor("de", texts).words).toEqual(german);
  });

  test("a time is shown in the style of its language, in the gateway's local time", () => {
    const at = Date.UTC(2026, 10, 24, 23, 3);
    expect(momentText(at, 60, "en")).toBe("25 November 2026, 00:03");
    expect(momentText(at, 0, "de")).toBe("24. November 2026, 23:03");
    expect(momentText(at, 0, "fr")).toBe("2026-11-24 23:03");
  });
});

describe("markup", () => {
  test("a filled-in value is escaped as text", () => {
    const nasty = `<script>&"'`;
    expect(html`<a title="${nasty}">${[nasty, html`<b>${1}</b>`]}</a>`.text).toBe(
      '<a title="&lt;script&gt;&amp;&quot;&#39;">&lt;script&gt;&amp;&quot;&#39;<b>1</b></a>',
    );
  });

  const full: StatusShown = {
    state: "trouble",
    host: "<acs>",
    now: 0,
    zone: 0,
    session: false,
    last: { ended: 0, well: false },
    failures: 3,
    next: 60_000,
    firmware: "<fw>",
    options: ["<one>", "two"],
    downloads: [{ kind: "firmware", stage: "running", percent: 45 }],
    changeable: [{ is: "url" }, { is: "interval", minutes: 5 }],
    mayAsk: true,
  };
  const languages = ["en", "de"].map((one) => languageFor(one, () => undefined));

  test("the largest page takes less than 20 KB with its style, and loads nothing from other hosts", () => {
    for (const language of languages) {
      const pages = [
        statusPage(language, full),
        waitingPage(language, "t"),
        progressPage(language, full.downloads, { ended: false }),
        errorPage(language, "away"),
      ];
      for (const { text } of pages) {
        expect(new TextEncoder().encode(text + style).length).toBeLessThan(20_000);
        expect(text + style).not.toMatch(/https?:|<script|url\(|@import|\sstyle=|\son\w+=/);
        expect(text).toContain(`<html lang="${language.code}">`);
        expect(text).not.toMatch(/\{\w+\}/);
      }
    }
    const shown = statusPage(languages[0]!, full).text;
    expect(shown).not.toMatch(/<(acs|fw|one)>/);
    for (const word of [
      "&lt;acs&gt;",
      "&lt;fw&gt;",
      "&lt;one&gt;",
      "3 times in a row",
      "45 %",
      "1 January 1970, 00:01",
      "5 min",
    ])
      expect(shown).toContain(word);
  });
});

describe("settings", () => {
  const section = (options: Record<string, string>) => {
    const problems: string[] = [];
    const lan = { name: "lan", anonymous: false, type: "lan", options: new Map(Object.entries(options)) };
    const file = { name: "cwmp", version: 1, sections: [lan], section: () => lan, ofType: () => [lan] };
    return { ...readLanSettings(file, problems), problems };
  };

  test("without a section the page is off; a bad value is reported and has its default", () => {
    expect(readLanSettings(undefined, [])).toMatchObject({
      enabled: false,
      kick: true,
      port: 7580,
      lanName: "",
      interface: "lan",
    });
    const wrong = section({
      enabled: "1",
      port: "0",
      lan_name: "a b",
      held: "65",
      hold_seconds: "x",
      kick: "maybe",
    });
    expect(wrong).toMatchObject({
      enabled: true,
      port: 7580,
      lanName: "",
      held: 16,
      holdSeconds: 30,
      kick: true,
    });
    expect(wrong.problems.length).toBe(5);
    expect(section({ kicks_per_hour: "3600", lan_name: "My.Gateway", kick: "0" })).toMatchObject({
      kicksPerHour: 3600,
      lanName: "my.gateway",
      kick: false,
      problems: [],
    });
  });
});

describe("bytes", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const post = "POST /kick.html?a=1?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcd";

  test("a request is complete with its last byte and not before, whatever follows", () => {
    for (let at = 0; at < post.length - 1; at++)
      expect(readRequest(bytes(post.slice(0, at)))).toBeUndefined();
    const read = readRequest(bytes(post))!;
    expect([read.method, read.path, read.query, new TextDecoder().decode(read.body)]).toEqual([
      "POST",
      "/kick.html",
      "a=1?b",
      "abc",
    ]);
  });

  test("the longest arguments fit, however a browser escapes them; longer lines and bodies are refused", () => {
    const get = (query: string) => bytes(`GET /kick.html?${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const escaped = `command=${"%41".repeat(32)}&arg=${"%F0%9F%98%80".repeat(256)}&next=${"%2F".repeat(1024)}`;
    expect(readArguments({ ...requestOf("/"), ...readRequest(get(escaped)) }).Arg).toBe("😀".repeat(256));
    expect(() => readRequest(get("a".repeat(13_000)))).toThrow(Malformed);
    expect(() => readRequest(bytes(`POST / HTTP/1.1\r\nContent-Length: 16385\r\n\r\n`))).toThrow("");
    expect(() => readRequest(bytes(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n`))).toThrow("");
    expect(() => readRequest(bytes(`GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`))).toThrow(Malformed);
  });

  test("a response is one head and its body; a value that would end the head is dropped", () => {
    const answer = {
      status: 302,
      headers: [
        ["Location", "/x"],
        ["Evil", "a\r\nSet-Cookie: b"],
      ] as const,
      body: "é",
    };
    expect(new TextDecoder().decode(writeAnswer(answer, false))).toBe(
      "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 2\r\nConnection: close\r\n\r\né",
    );
    expect(bodyOf(answer)).toBe("é");
  });
});
