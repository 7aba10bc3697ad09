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

describe("3.4.4 the built-in ACS lets in who proves to be a device", () => {
  it("challenges, takes the answer, and asks no more in that session", () => {
    const cpe = new Cpe({ login });
    const fields = challengeOf(cpe);
    expect(fields.get("qop")).toBe("auth");
    cpe.authorization = answerTo(fields);
    expect(cpe.inform()).toBe(200);
    cpe.authorization = undefined;
    expect(cpe.empty()).toBe(204);
  });

  it("refuses a wrong password, another path, a nonce that it never gave, and what does not parse", () => {
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

  it("refuses a count that has served already as stale", () => {
    const cpe = new Cpe({ login });
    cpe.authorization = answerTo(challengeOf(cpe));
    expect(cpe.inform()).toBe(200);
    cpe.cookie = undefined;
    const again = challengeOf(cpe);
    expect(again.get("stale")).toBe("true");
    cpe.authorization = answerTo(again, { nc: "00000002" });
    expect(cpe.inform()).toBe(200);
  });

  it("challenges again in the middle of a session where the script says so", () => {
    const cpe = new Cpe({ login, script: inTurn(undefined, undefined, { do: "challenge" }) });
    cpe.authorization = answerTo(challengeOf(cpe));
    cpe.inform();
    const fields = challengeOf(cpe);
    cpe.authorization = undefined;
    expect(cpe.empty()).toBe(401);
    cpe.authorization = answerTo(fields);
    expect(cpe.empty()).toBe(204);
  });

  it("takes basic where it asks for basic", () => {
    const cpe = new Cpe({ login: { ...login, scheme: "basic" } });
    expect(cpe.inform()).toBe(401);
    cpe.authorization = `Basic ${btoa("0011AA-S1:wrong")}`;
    expect(cpe.inform()).toBe(401);
    cpe.authorization = `Basic ${btoa("0011AA-S1:s3cret")}`;
    expect(cpe.inform()).toBe(200);
  });

  it("remembers no nonces without end", () => {
    const cpe = new Cpe({ login });
    const first = challengeOf(cpe);
    for (let at = 0; at < 1200; at++) cpe.inform();
    cpe.authorization = answerTo(first);
    expect(cpe.call("Inform", inform())).toBe(401);
  });
});

describe("3.2.2 a Connection Request answers its challenge", () => {
  const who = { username: 'a"b', password: "p" };

  it("with qop, without it, and with what the server wants back", () => {
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

  it("or says why it cannot", () => {
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
