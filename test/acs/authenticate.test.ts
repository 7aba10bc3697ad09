import { describe, expect, it } from "vitest";
import { authorization } from "../../src/acs/connect.ts";
import { inTurn, type Login } from "../../src/acs/state.ts";
import { Malformed } from "../../src/errors.ts";
import { digestResponse, parseParameters } from "../../src/http/digest.ts";
import { Cpe, inform } from "./cpe.ts";

const login: Login = { username: "0011AA-S1", password: "s3cret", scheme: "digest" };

function challengeOf(cpe: Cpe): ReadonlyMap<string, string> {
  const body = new TextEncoder().encode("<");
  const answer = cpe.post(body);
  if (answer.do !== "respond" || answer.response.status !== 401) throw new Error("expected a challenge");
  const header = answer.response.headers.find(([name]) => name === "WWW-Authenticate")![1];
  return parseParameters(header.replace(/^Digest /, ""));
}

function answerTo(
  fields: ReadonlyMap<string, string>,
  change: { nc?: string; password?: string; uri?: string } = {},
): string {
  const { nc = "00000001", password = login.password, uri = "/acs" } = change;
  const [realm, nonce] = [fields.get("realm")!, fields.get("nonce")!];
  const { username } = login;
  const input = { algorithm: "MD5", qop: "auth", cnonce: "c", method: "POST" } as const;
  const response = digestResponse({ ...input, username, realm, nonce, password, uri, nc });
  return `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="c", response="${response}"`;
}

describe("3.4.4 the built-in ACS authenticates devices", () => {
  it("challenges a device, accepts its answer, and does not challenge it again in that session", () => {
    const cpe = new Cpe({ login });
    const fields = challengeOf(cpe);
    expect(fields.get("qop")).toBe("auth");
    cpe.authorization = answerTo(fields);
    expect(cpe.inform()).toBe(200);
    cpe.authorization = undefined;
    expect(cpe.empty()).toBe(204);
  });

  it("rejects a wrong password, another path, a nonce that it did not issue, and a header that does not parse", () => {
    const cpe = new Cpe({ login });
    const fields = challengeOf(cpe);
    const wrong = [
      answerTo(fields, { password: "guess" }),
      answerTo(fields, { uri: "/other" }),
      answerTo(new Map(fields).set("nonce", "mine")),
      "Digest",
      "Digest ====",
      "Basic MDAxMUFBLVMxOnMzY3JldA==",
      "",
    ];
    for (const authorization of wrong) {
      cpe.authorization = authorization;
      expect(cpe.inform(), authorization).toBe(401);
    }
    expect(cpe.acs.devices).toEqual([]);
  });

  it("rejects a nonce count that was used before as stale", () => {
    const cpe = new Cpe({ login });
    cpe.authorization = answerTo(challengeOf(cpe));
    expect(cpe.inform()).toBe(200);
    cpe.cookie = undefined;
    const again = challengeOf(cpe);
    expect(again.get("stale")).toBe("true");
    cpe.authorization = answerTo(again, { nc: "00000002" });
    expect(cpe.inform()).toBe(200);
  });

  it("challenges a device again within a session if the script orders it", () => {
    const cpe = new Cpe({ login, script: inTurn(undefined, undefined, { do: "challenge" }) });
    cpe.authorization = answerTo(challengeOf(cpe));
    cpe.inform();
    const fields = challengeOf(cpe);
    cpe.authorization = undefined;
    expect(cpe.empty()).toBe(401);
    cpe.authorization = answerTo(fields);
    expect(cpe.empty()).toBe(204);
  });

  it("accepts basic authentication if it has asked for basic", () => {
    const cpe = new Cpe({ login: { ...login, scheme: "basic" } });
    expect(cpe.inform()).toBe(401);
    cpe.authorization = `Basic ${btoa("0011AA-S1:wrong")}`;
    expect(cpe.inform()).toBe(401);
    cpe.authorization = `Basic ${btoa("0011AA-S1:s3cret")}`;
    expect(cpe.inform()).toBe(200);
  });

  it("remembers a bounded number of nonces", () => {
    const cpe = new Cpe({ login });
    const first = challengeOf(cpe);
    for (let at = 0; at < 1200; at++) cpe.inform();
    cpe.authorization = answerTo(first);
    expect(cpe.call("Inform", inform())).toBe(401);
  });
});

describe("3.2.2 the built-in ACS answers the challenge to its Connection Request", () => {
  const who = { username: 'a"b', password: "p" };

  it("with qop, without qop, and with the opaque of the challenge", () => {
    const header = authorization(
      {
        path: "/x?y",
        challenge: 'Digest realm="r", nonce="n", qop="auth-int, auth", algorithm=MD5, opaque="o"',
      },
      who,
      "cn",
    );
    const input = { algorithm: "MD5", realm: "r", nonce: "n", method: "GET", uri: "/x?y", ...who } as const;
    const fields = parseParameters(header.replace("Digest ", ""));
    expect(Object.fromEntries(fields)).toEqual({
      username: 'a"b',
      realm: "r",
      nonce: "n",
      uri: "/x?y",
      response: digestResponse({ ...input, qop: "auth", nc: "00000001", cnonce: "cn" }),
      opaque: "o",
      algorithm: "MD5",
      qop: "auth",
      nc: "00000001",
      cnonce: "cn",
    });
    const old = authorization({ path: "/x?y", challenge: 'digest realm="r",nonce="n"' }, who, "cn");
    expect(old).toContain(`response="${digestResponse(input)}"`);
    expect(old).not.toContain("qop");
  });

  it("a challenge that it cannot answer is reported with the reason", () => {
    for (const challenge of [
      "",
      'Basic realm="r"',
      'Digest nonce="n"',
      'Digest realm="r", nonce="n", algorithm=SHA-256',
    ]) {
      expect(() => authorization({ path: "/", challenge }, who, "c")).toThrow(Malformed);
    }
  });
});
