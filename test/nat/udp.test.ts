/** Which datagrams are UDP Connection Requests to act on. TR-069 G.2.1.4, G.2.2.3. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { firstRecord, judgeUdpRequest, type UdpRecord } from "../../src/nat/record.ts";
import { parseUdpRequest, writeUdpRequest } from "../../src/nat/udp.ts";
import { credentials, password, query, request, username } from "./udp-requests.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const judge = (text: string, record: UdpRecord = firstRecord, who = credentials) =>
  judgeUdpRequest(bytes(text), who, record);
const verdicts = (...texts: readonly string[]) => {
  let record = firstRecord;
  return texts.map((text) => {
    const judged = judge(text, record);
    record = judged.record;
    return judged.verdict;
  });
};
const line = (uri: string) => `GET ${uri} HTTP/1.1\r\nHost: a\r\n\r\n`;

describe("UDP Connection Requests that are accepted", () => {
  it("G.2.2.3 of the form in Annex G: an absolute URI with an empty path [R-G.2.2.3-06] [R-G.2.2.3-08] [R-G.2.2.3-10]", () => {
    expect(judge(request())).toMatchObject({
      verdict: "accept",
      why: "",
      record: { ts: 1120673700, id: "1234" },
    });
    expect(judge(line(`HTTP://10.1.1.1:8080?${query()}`)).verdict).toBe("accept");
  });

  it.each(["10.1.1.1", "10.1.1.1:7547", "gw.example.com:80", "[2001:db8::1]:7547"])(
    "G.2.2.3 whatever host the ACS derived: %s [R-G.2.2.3-07]",
    (authority) => {
      expect(judge(request({ authority })).verdict).toBe("accept");
    },
  );

  it("G.2.2.3 with the query decoded, its pairs in any order, and others between them [R-G.2.2.3-09]", () => {
    const un = "a b+c&d=e/ü";
    const signed = query({ un }).replace(/%20/g, "+");
    const turned = [...signed.split("&").reverse(), "more=1", "flag"].join("&");
    const who = { ...credentials, username: un };
    expect(judge(line(`http://h?${turned}`), firstRecord, who).verdict).toBe("accept");
  });

  it.each(["", "x", "ünïcode / and & more".repeat(8)])("G.2.2.3 with the cnonce %j [R-G.2.2.3-12]", (cn) => {
    expect(judge(request({ cn })).verdict).toBe("accept");
  });

  it("G.2.2.3 with sig in either case, as openssl computes it over ts, id, un and cn [R-G.2.2.3-13] [R-G.2.2.3-14]", () => {
    const hex = Buffer.from(password).toString("hex");
    const { stdout } = spawnSync("openssl", ["mac", "-digest", "SHA1", "-macopt", `hexkey:${hex}`, "HMAC"], {
      input: `11206737001234${username}XTGRWIPC6D3IPXS3`,
      encoding: "utf8",
    });
    const sig = stdout.trim();
    expect(judge(request({ sig: sig.toUpperCase() })).verdict).toBe("accept");
    expect(judge(request({ sig: sig.toLowerCase() })).verdict).toBe("accept");
    const other = spawnSync("openssl", ["mac", "-digest", "SHA1", "-macopt", `hexkey:${hex}`, "HMAC"], {
      input: `12341120673700${username}XTGRWIPC6D3IPXS3`,
      encoding: "utf8",
    });
    expect(judge(request({ sig: other.stdout.trim() })).verdict).toBe("reject");
  });

  it("G.2.1.4 with a body, which is ignored, or a Content-Length of 0 [R-G.2.1.4-21] [R-G.2.2.3-05]", () => {
    const head = request().slice(0, -2);
    expect(judge(`${head}Content-Length: 0\r\n\r\n`).verdict).toBe("accept");
    expect(judge(`${head}Content-Length: 4\r\n\r\nbody`).verdict).toBe("accept");
    expect(judge(`${head}\r\nGET http://h?ts=1 HTTP/1.1`).verdict).toBe("accept");
  });

  it("with a ts up to 2^53, and not beyond", () => {
    expect(judge(request({ ts: "9007199254740992" })).verdict).toBe("accept");
    expect(judge(request({ ts: "9007199254740993" })).verdict).toBe("reject");
  });

  it("include every request that the sender of the built-in ACS writes", () => {
    const fields = { ts: "7", id: "8", un: "a b&\u00c3\u00bc", cn: "%+" };
    const written = writeUdpRequest(fields, credentials.password, { address: "192.0.2.1", port: 80 });
    expect(Buffer.from(written).toString()).toMatch(
      /^GET http:\/\/192\.0\.2\.1\?ts=7&id=8&un=a%20b%26%C3%BC&cn=%25%2B&sig=[0-9a-f]{40} HTTP\/1\.1\r\nHost: 192\.0\.2\.1\r\n\r\n$/,
    );
    expect(parseUdpRequest(written)).toMatchObject(fields);
    const who = { ...credentials, username: "a b&ü" };
    expect(judgeUdpRequest(written, who, firstRecord).verdict).toBe("accept");
  });
});

describe("UDP Connection Requests that are rejected", () => {
  it("G.2.1.4 signed with another password, and a name that is not the configured one [R-G.2.1.4-05] [R-G.2.1.4-17] [R-G.2.1.4-18]", () => {
    expect(judge(request({ key: "other" }))).toMatchObject({ verdict: "reject", why: "sig is wrong" });
    const named = judge(request({ un: "other" }));
    expect(named).toMatchObject({ verdict: "reject", why: "un is not ConnectionRequestUsername" });
  });

  it("any request while user name or password is not set", () => {
    const nobody = { username: "", password: credentials.password };
    expect(judge(request({ un: "" }), firstRecord, nobody).verdict).toBe("reject");
    const open = { username, password: new Uint8Array(0) };
    expect(judge(request({ key: "" }), firstRecord, open).verdict).toBe("reject");
  });

  it("G.2.1.4 with a ts that is not strictly greater than that of the last accepted one, copies included [R-G.2.1.4-06] [R-G.2.1.4-09] [R-G.2.2.3-03]", () => {
    expect(verdicts(request(), request(), request())).toEqual(["accept", "reject", "reject"]);
    expect(
      verdicts(
        request({ ts: "10", id: "1" }),
        request({ ts: "10", id: "2" }),
        request({ ts: "9", id: "3" }),
        request({ ts: "11", id: "4" }),
      ),
    ).toEqual(["accept", "reject", "reject", "accept"]);
  });

  it("G.2.1.4 a first request with ts 0, but not with ts 1: an empty record counts as 0 [R-G.2.1.4-13]", () => {
    expect(verdicts(request({ ts: "0" }), request({ ts: "1" }))).toEqual(["reject", "accept"]);
  });

  it("G.2.1.4 with the id of the last accepted one, in any spelling; an older id may be used again [R-G.2.1.4-16] [R-G.2.2.3-11]", () => {
    expect(
      verdicts(
        request({ ts: "1", id: "5" }),
        request({ ts: "2", id: "5" }),
        request({ ts: "3", id: "005" }),
        request({ ts: "4", id: "6" }),
        request({ ts: "5", id: "5" }),
      ),
    ).toEqual(["accept", "reject", "reject", "accept", "accept"]);
  });

  it("G.2.1.4 and do not change the record: a huge ts without a valid signature has no effect [R-G.2.1.4-11]", () => {
    expect(
      verdicts(request({ ts: "9007199254740992", key: "other" }), request({ ts: "2", id: "1" })),
    ).toEqual(["reject", "accept"]);
  });

  it.each<[string, (good: string) => string]>([
    ["POST", (good) => good.replace("GET", "POST")],
    ["get", (good) => good.replace("GET", "get")],
  ])("G.2.1.4 with the method %s [R-G.2.1.4-08]", (_, change) => {
    expect(judge(change(request())).verdict).toBe("reject");
  });

  it.each<[string, (good: string) => string]>([
    ["no Host", (good) => good.replace(/Host: .*\r\n/, "")],
    ["Host twice", (good) => good.replace("Host: ", "Host: a\r\nHost: ")],
    ["a Host that is none", (good) => good.replace(/Host: .*/, "Host: a b")],
    ["no empty line", (good) => good.slice(0, -2)],
    ["HTTP/1.0", (good) => good.replace("HTTP/1.1", "HTTP/1.0")],
    ["HTTP/2.0", (good) => good.replace("HTTP/1.1", "HTTP/2.0")],
    ["no version", (good) => good.replace(" HTTP/1.1", "")],
    ["two blanks", (good) => good.replace("GET ", "GET  ")],
    ["a blank behind the version", (good) => good.replace("HTTP/1.1", "HTTP/1.1 ")],
    ["bare LF", (good) => good.replaceAll("\r\n", "\n")],
    ["an empty line first", (good) => `\r\n${good}`],
    ["a blank before the colon", (good) => good.replace("Host:", "Host :")],
    ["a folded header", (good) => good.replace("Host: ", "X: a\r\n b\r\nHost: ")],
    ["a header without a name", (good) => good.replace("Host: ", ": a\r\nHost: ")],
    ["a NUL in a header", (good) => good.replace("Host: ", "X: a\0b\r\nHost: ")],
    ["a Content-Length that is no number", (good) => `${good.slice(0, -2)}Content-Length: x\r\n\r\n`],
    ["a body cut short", (good) => `${good.slice(0, -2)}Content-Length: 5\r\n\r\nbody`],
    [
      "two ends of its body",
      (good) => `${good.slice(0, -2)}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ],
    ["no scheme", (good) => good.replace("http://10.1.1.1:8080", "/")],
    ["https", (good) => good.replace("http:", "https:")],
    ["a user in the authority", (good) => good.replace("http://", "http://u@")],
    ["no host", (good) => good.replace("http://10.1.1.1", "http://")],
    ["a port that there is not", (good) => good.replace("8080", "65536")],
    ["a path", (good) => good.replace("8080?", "8080/path?")],
    ["a fragment", (good) => good.replace(" HTTP", "#a HTTP")],
    ["half an escape", (good) => good.replace("un=", "un=%4g")],
    ["a byte that no URI has", (good) => good.replace("cn=", "cn=\xfc")],
    ["65 headers", (good) => good.replace("Host: ", `${"X: y\r\n".repeat(65)}Host: `)],
    ["more than 8 KiB", (good) => good.replace("Host: ", `X: ${"y".repeat(8200)}\r\nHost: `)],
  ])("G.2.1.4 that break the rules of an HTTP request: %s [R-G.2.1.4-07]", (_, change) => {
    const changed = change(request());
    expect(changed).not.toBe(request());
    expect(judge(changed)).toMatchObject({ verdict: "reject", request: undefined, record: firstRecord });
  });

  it.each(["ts", "id", "un", "cn", "sig"])("G.2.2.3 without %s, or with it twice", (name) => {
    const pairs = query().split("&");
    const without = pairs.filter((pair) => !pair.startsWith(`${name}=`)).join("&");
    const again = [...pairs, pairs.find((pair) => pair.startsWith(`${name}=`))].join("&");
    expect(judge(line(`http://h?${without}`)).verdict).toBe("reject");
    expect(judge(line(`http://h?${again}`)).verdict).toBe("reject");
  });

  it.each(["", "-1", "+1", "1.5", "0x10", "1e3", " 1"])("G.2.2.3 with %j as ts or id", (text) => {
    expect(judge(request({ ts: text })).verdict).toBe("reject");
    expect(judge(request({ id: text })).verdict).toBe("reject");
  });

  it.each(["", "0123", "g".repeat(40), "0".repeat(41)])("G.2.2.3 with %j as sig", (sig) => {
    expect(judge(request({ sig })).verdict).toBe("reject");
  });
});
