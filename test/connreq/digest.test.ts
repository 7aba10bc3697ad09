import { describe, expect, test } from "vitest";
import { connectionRequestLimits as limits } from "../../src/connreq/limits.ts";
import { challengeIn, credentials, get, path, type Signing, sign } from "./answering.ts";
import { Desk, status } from "./desk.ts";

/** One challenge, then that answer to it. */
function ask(desk: Desk, changes: Signing = {}, target = path): string {
  const id = desk.open();
  const challenge = challengeIn(desk.say(id, get(target)));
  return desk.say(id, get(target, sign(challenge, changes)));
}

describe("3.4.5 digest", () => {
  test("3.2.2 [R-3.2.2-07] a request without Authorization gets a digest challenge and no session", () => {
    const desk = new Desk();
    const answer = desk.say(desk.open(), get());
    expect(status(answer)).toBe(401);
    expect(answer).toMatch(/^WWW-Authenticate: Digest /m);
    expect(desk.accepted).toBe(0);
  });

  test("3.4.5 [R-3.4.5-03] challenges offer qop=auth, and an answer with it is verified", () => {
    const desk = new Desk();
    const answer = desk.say(desk.open(), get());
    expect(answer).toMatch(/^WWW-Authenticate: Digest .*\bqop="auth"/m);
    expect(status(ask(desk, { qop: "auth" }))).toBe(200);
    // What qop brings is part of what is signed.
    const id = desk.open();
    const signed = sign(challengeIn(desk.say(id, get())));
    expect(status(desk.say(id, get(path, signed.replace("nc=00000001", "nc=00000002"))))).toBe(401);
    expect(status(desk.say(id, get(path, signed.replace(/cnonce="[^"]*"/, 'cnonce="other"'))))).toBe(401);
    expect(status(desk.say(id, get(path, signed.replace(/, cnonce="[^"]*"/, ""))))).toBe(401);
    expect(status(desk.say(id, get(path, signed)))).toBe(200);
  });

  test("3.4.5 [R-3.4.5-05] challenges name MD5, and answers with and without that name are accepted", () => {
    const desk = new Desk();
    expect(challengeIn(desk.say(desk.open(), get())).get("algorithm")).toBe("MD5");
    const id = desk.open();
    const first = sign(challengeIn(desk.say(id, get())));
    expect(status(desk.say(id, get(path, first.replace("algorithm=MD5, ", ""))))).toBe(200);
    expect(status(ask(desk, { algorithm: "md5" }))).toBe(200);
    expect(status(ask(desk, { algorithm: "SHA-256" }))).toBe(401);
  });

  test("3.4.5 [R-3.4.5-06] answers with MD5-sess are accepted, with qop and without", () => {
    const desk = new Desk();
    expect(status(ask(desk, { algorithm: "MD5-sess" }))).toBe(200);
    expect(status(ask(desk, { algorithm: "MD5-sess", qop: undefined }))).toBe(200);
    expect(status(ask(desk, { algorithm: "MD5-sess", password: "no" }))).toBe(401);
  });

  test("3.4.5 an answer of RFC 2069, without qop, is accepted once for each nonce", () => {
    const desk = new Desk();
    const id = desk.open();
    const signed = sign(challengeIn(desk.say(id, get())), { qop: undefined });
    expect(status(desk.say(id, get(path, signed)))).toBe(200);
    const again = desk.say(id, get(path, signed));
    expect(status(again)).toBe(401);
    expect(challengeIn(again).get("stale")).toBe("true");
    expect(desk.accepted).toBe(1);
  });

  test("3.4.5 an answer with qop and an answer without qop share the nonce: after either one the other is stale", () => {
    const desk = new Desk();
    const id = desk.open();
    const challenge = challengeIn(desk.say(id, get()));
    expect(status(desk.say(id, get(path, sign(challenge))))).toBe(200);
    expect(status(desk.say(id, get(path, sign(challenge, { qop: undefined }))))).toBe(401);
    const other = challengeIn(desk.say(id, get()));
    expect(status(desk.say(id, get(path, sign(other, { qop: undefined }))))).toBe(200);
    expect(status(desk.say(id, get(path, sign(other, { nc: "ffffffff" }))))).toBe(401);
  });

  test("3.4.5 every challenge has a new nonce, and the same opaque", () => {
    const desk = new Desk();
    const challenges = Array.from({ length: 100 }, () => challengeIn(desk.say(desk.open(), get())));
    expect(new Set(challenges.map((one) => one.get("nonce"))).size).toBe(100);
    expect(new Set(challenges.map((one) => one.get("opaque"))).size).toBe(1);
  });

  test("3.4.5 a nonce count must rise: the same request again, or an earlier count, is stale", () => {
    const desk = new Desk();
    const id = desk.open();
    const challenge = challengeIn(desk.say(id, get()));
    const withCount = (nc: string) => desk.say(id, get(path, sign(challenge, { nc })));
    expect(status(withCount("00000001"))).toBe(200);
    expect(status(withCount("00000003"))).toBe(200);
    for (const nc of ["00000003", "00000002", "00000001", "00000000"]) {
      const answer = withCount(nc);
      expect(status(answer)).toBe(401);
      expect(challengeIn(answer).get("stale")).toBe("true");
    }
    expect(status(withCount("00000004"))).toBe(200);
    expect(desk.accepted).toBe(3);
  });

  test("3.4.5 a replay on another connection, from elsewhere, is refused", () => {
    const desk = new Desk();
    const id = desk.open("192.0.2.1");
    const captured = get(path, sign(challengeIn(desk.say(id, get()))));
    expect(status(desk.say(id, captured))).toBe(200);
    expect(status(desk.say(desk.open("198.51.100.9"), captured))).toBe(401);
    expect(desk.accepted).toBe(1);
  });

  test("3.4.5 an expired nonce gets stale=true, and the new nonce sent with it is accepted", () => {
    const desk = new Desk();
    const early = challengeIn(desk.say(desk.open(), get()));
    desk.pass(limits.nonceMs - 1);
    expect(status(desk.say(desk.open(), get(path, sign(early))))).toBe(200);
    desk.pass(1);
    const id = desk.open();
    const answer = desk.say(id, get(path, sign(early, { nc: "00000002" })));
    expect(status(answer)).toBe(401);
    expect(challengeIn(answer).get("stale")).toBe("true");
    expect(status(desk.say(id, get(path, sign(challengeIn(answer)))))).toBe(200);
  });

  test("3.4.5 a nonce that this agent did not make is rejected, even with a correct signature", () => {
    const desk = new Desk();
    const ours = challengeIn(desk.say(desk.open(), get()));
    const nonce = ours.get("nonce")!;
    const other = (digit: string) => (digit === "0" ? "1" : "0");
    const changed = [0, 13, nonce.length - 1].map(
      (at) => nonce.slice(0, at) + other(nonce[at]!) + nonce.slice(at + 1),
    );
    for (const forged of ["", "0", ...changed, `${nonce}0`, "é".repeat(60)]) {
      const challenge = new Map(ours).set("nonce", forged);
      expect(status(desk.say(desk.open(), get(path, sign(challenge))))).toBe(401);
    }
    expect(desk.accepted).toBe(0);
  });

  test("3.4.5 used nonces are remembered in bounded memory, and no used nonce is accepted again", () => {
    const generous = { acceptedPerMinuteMax: 1e6, acceptedPerSourcePerMinuteMax: 1e6 };
    const desk = new Desk({}, generous);
    const captured: string[] = [];
    for (let count = 0; count < 3 * limits.noncesMax; count += 1) {
      const id = desk.open();
      const request = get(path, sign(challengeIn(desk.say(id, get()))));
      if (status(desk.say(id, request)) === 200) captured.push(request);
      desk.feed({ on: "closed", id });
      desk.now += 1;
      expect(desk.state.ledger.guard.nonces.served.size).toBeLessThanOrEqual(limits.noncesMax);
    }
    expect(captured).toHaveLength(3 * limits.noncesMax);
    for (const request of captured) {
      expect(status(desk.say(desk.open(), request))).toBe(401);
      desk.now += 1;
    }
    desk.pass(limits.nonceMs);
    expect(status(desk.request(desk.open()))).toBe(200);
  });

  test("3.4.5 no used nonce is accepted again, even if more nonces are used in one millisecond than are remembered", () => {
    const desk = new Desk({}, { acceptedPerMinuteMax: 1e6, acceptedPerSourcePerMinuteMax: 1e6 });
    const captured: string[] = [];
    for (let count = 0; count < 3 * limits.noncesMax + 1; count += 1) {
      const id = desk.open();
      captured.push(get(path, sign(challengeIn(desk.say(id, get())))));
      expect(status(desk.say(id, captured.at(-1)!))).toBe(200);
      desk.feed({ on: "closed", id });
    }
    for (const request of captured) {
      const id = desk.open();
      expect(status(desk.say(id, request))).toBe(401);
      desk.feed({ on: "closed", id });
    }
  });

  test("3.4.5 the user name of the header must be the user name of the digest", () => {
    const desk = new Desk();
    const id = desk.open();
    const signed = sign(challengeIn(desk.say(id, get())));
    for (const name of ["Acs-user", "acs-use", "acs-user2", "", " acs-user", "acs-user "]) {
      const named = signed.replace('username="acs-user"', `username="${name}"`);
      expect(status(desk.say(desk.open(`192.0.2.${100 + name.length}`), get(path, named)))).toBe(401);
      // Signed with that name, and with the right password.
      const other = desk.open(`198.51.100.${100 + name.length}`);
      const fresh = challengeIn(desk.say(other, get()));
      expect(status(desk.say(other, get(path, sign(fresh, { username: name }))))).toBe(401);
    }
    expect(status(desk.say(id, get(path, signed)))).toBe(200);
  });

  test("3.4.5 the URI of the digest must be the request target, in absolute form or as a path", () => {
    const desk = new Desk();
    expect(status(ask(desk, { uri: "/other" }))).toBe(401);
    expect(status(ask(desk, { uri: path }, `${path}?a=b`))).toBe(401);
    expect(status(ask(desk, { uri: `${path}?a=b` }, `${path}?a=b`))).toBe(200);
    expect(status(ask(desk, { uri: path }, `http://cpe:7547${path}`))).toBe(200);
    expect(status(ask(desk, { uri: `http://cpe:7547${path}` }))).toBe(200);
  });

  test("3.4.5 the method of the digest must be the method of the request", () => {
    expect(status(ask(new Desk(), { method: "POST" }))).toBe(401);
  });

  test("3.2.2 [R-3.2.2-08] wrong credentials get another challenge, never marked stale, and no session", () => {
    const desk = new Desk();
    const wrong: Signing[] = [
      { password: "wrong" },
      { username: "ACS-USER" },
      { username: "acs-user " },
      { username: "" },
      { password: "" },
    ];
    const seen = new Set<string | undefined>();
    for (const changes of wrong) {
      const answer = ask(desk, changes);
      expect(status(answer)).toBe(401);
      expect(challengeIn(answer).has("stale")).toBe(false);
      seen.add(challengeIn(answer).get("nonce"));
    }
    expect(seen.size).toBe(wrong.length);
    expect(desk.accepted).toBe(0);
    expect(JSON.stringify(desk.deeds.filter((deed) => deed.do === "log"))).not.toContain("kept secret");
  });

  test.each([
    ["basic", "Basic YWNzLXVzZXI6a2VwdCBzZWNyZXQ="],
    ["no parameters", "Digest"],
    ["noise", 'Digest ,,,"="'],
    ["no response", `Digest username="acs-user", nonce="x", uri="${path}"`],
    ["another qop", `Digest username="acs-user", nonce="x", uri="${path}", response="0", qop=auth-int`],
    [
      "no number for nc",
      `Digest username="acs-user", nonce="x", uri="${path}", response="0", qop=auth, nc=x, cnonce="a"`,
    ],
  ])("3.4.5 an Authorization with %s gets a challenge", (_name, header) => {
    const desk = new Desk();
    expect(status(desk.say(desk.open(), get(path, `Authorization: ${header}`)))).toBe(401);
  });

  test("3.4.5 clients that omit opaque, quote tokens, or write the response in capitals are accepted", () => {
    const desk = new Desk();
    expect(status(ask(desk, { opaque: false }))).toBe(200);
    const change = (edit: (signed: string) => string) => {
      const id = desk.open();
      return status(desk.say(id, get(path, edit(sign(challengeIn(desk.say(id, get())))))));
    };
    expect(change((signed) => signed.replace("qop=auth", 'qop="auth"').replace("=MD5", '="MD5"'))).toBe(200);
    expect(change((signed) => signed.replace(/nc=(\w+)/, 'nc="$1"'))).toBe(200);
    expect(change((signed) => signed.replace(/(response=")(\w+)/, (_, a, b) => a + b.toUpperCase()))).toBe(
      200,
    );
  });

  test("3.2.2 while no password is set every request gets 401, also a request signed with an empty password", () => {
    const desk = new Desk({ credentials: () => ({ username: "", password: "" }) });
    expect(status(ask(desk, { username: "", password: "" }))).toBe(401);
    expect(desk.accepted).toBe(0);
    expect(desk.deeds).toContainEqual(
      expect.objectContaining({
        do: "log",
        fields: expect.objectContaining({ reason: "no password is configured" }),
      }),
    );
  });

  test("3.2.2 new credentials apply from the next request on", () => {
    let now = credentials;
    const desk = new Desk({ credentials: () => now });
    expect(status(ask(desk))).toBe(200);
    now = { username: "other", password: "changed" };
    expect(status(ask(desk))).toBe(401);
    expect(status(ask(desk, now))).toBe(200);
  });

  test("3.4.5 a username of any characters is compared exactly", () => {
    const odd = { username: "Zoë 0,1=2;", password: "pä" };
    const desk = new Desk({ credentials: () => odd });
    expect(status(ask(desk, odd))).toBe(200);
  });
});
