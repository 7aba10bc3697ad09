import { describe, expect, test } from "vitest";
import { connectionRequestLimits as limits } from "../../src/connreq/limits.ts";
import type { RateLimits } from "../../src/connreq/rate.ts";
import { challengeIn, get, path, sign } from "./answering.ts";
import { Desk, encode, sent, status } from "./desk.ts";

describe("3.2.2 answers", () => {
  test("3.2.2 [R-3.2.2-02] GET of the path is accepted, other methods and paths are refused", () => {
    const desk = new Desk();
    expect(status(desk.say(desk.open(), get()))).toBe(401);
    for (const target of ["/", "/other", `${path}x`, `${path}/`, path.toUpperCase(), "*"]) {
      expect(status(desk.say(desk.open(), get(target)))).toBe(404);
    }
    for (const method of ["HEAD", "POST", "PUT", "OPTIONS", "DELETE"]) {
      const answer = desk.say(desk.open(), get().replace("GET", method));
      expect(status(answer)).toBe(405);
      expect(answer).toContain("\r\nAllow: GET\r\n");
    }
    expect(desk.accepted).toBe(0);
  });

  test("3.2.2 [R-3.2.2-10] [R-3.2.2-12] success is 200 with a body of zero length; every other answer has a body of zero length too", () => {
    const desk = new Desk();
    const id = desk.open();
    expect(desk.request(id)).toBe("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    const others = [get(), get("/other"), "POST / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n"];
    for (const request of others) {
      expect(desk.say(desk.open(), request)).toContain("\r\nContent-Length: 0\r\n");
    }
    for (const deed of desk.deeds) {
      if (deed.do === "send") expect(sent([deed]).split("\r\n\r\n")).toEqual([expect.anything(), ""]);
    }
  });

  test("3.2.2 [R-3.2.2-11] the answer is sent with the last byte of the request, and the session starts after the answer is written", () => {
    const desk = new Desk();
    const id = desk.open();
    const request = encode(get(path, sign(challengeIn(desk.say(id, get())))));
    desk.slow = true;
    expect(desk.feed({ on: "bytes", id, bytes: request.subarray(0, -1) })).toEqual([]);
    const deeds = desk.feed({ on: "bytes", id, bytes: request.subarray(-1) });
    expect(deeds.map((deed) => deed.do)).toEqual(["send"]);
    expect(status(sent(deeds))).toBe(200);
    expect(desk.feed({ on: "written", id })).toEqual([{ do: "accepted", address: "192.0.2.1" }]);
    expect(desk.feed({ on: "written", id })).toEqual([]);
  });

  test("3.2.2 a client that disconnects before the 200 is written still causes its session, once", () => {
    const desk = new Desk();
    const id = desk.open();
    const request = get(path, sign(challengeIn(desk.say(id, get()))));
    desk.slow = true;
    desk.say(id, request);
    expect(desk.feed({ on: "closed", id })).toEqual([{ do: "accepted", address: "192.0.2.1" }]);
    expect(desk.feed({ on: "written", id })).toEqual([]);
    expect(desk.feed({ on: "closed", id })).toEqual([]);
  });

  test("3.2.2 [R-3.2.2-06] query and body are ignored, and the next request is read behind the body", () => {
    const desk = new Desk();
    const id = desk.open();
    const target = `${path}?command=reboot&x=%00`;
    const challenge = challengeIn(desk.say(id, get(target, "Content-Length: 30")));
    desk.say(id, "GET / HTTP/1.1\r\n");
    desk.say(id, "\r\n0123456789ab");
    const answer = desk.say(id, `${get(target, sign(challenge, { uri: target }), "Content-Length: 3")}abc`);
    expect(status(answer)).toBe(200);
    expect(desk.accepted).toBe(1);
    expect(status(desk.request(id))).toBe(200);
  });

  test("3.2.2 a body of unknown or excessive length closes the connection after the answer", () => {
    for (const header of [
      "Transfer-Encoding: chunked",
      "Content-Length: 1000000000",
      "Expect: 100-continue",
    ]) {
      const desk = new Desk();
      const id = desk.open();
      const deeds = desk.feed({ on: "bytes", id, bytes: encode(get(path, header)) });
      expect(deeds).toEqual([expect.objectContaining({ do: "send", end: true })]);
      expect(sent(deeds)).toContain("\r\nConnection: close\r\n");
      expect(desk.say(id, "5\r\nhello\r\n0\r\n\r\n")).toBe("");
    }
  });

  test("3.2.2 [R-3.2.2-09] right credentials are accepted from any address", () => {
    const desk = new Desk();
    for (const address of ["192.0.2.1", "203.0.113.77", "10.0.0.1", "2001:db8::1", "::ffff:198.51.100.1"]) {
      expect(status(desk.request(desk.open(address)))).toBe(200);
      expect(desk.deeds.at(-1)).toEqual({ do: "accepted", address });
    }
  });

  test("3.2.2 [R-3.2.2-13] [R-3.2.2-14] [R-3.2.2-15] requests past the limit of a minute get 503 without Retry-After until the minute is over", () => {
    const desk = new Desk();
    const ask = (address: string) => desk.request(desk.open(address));
    const ofOne = limits.acceptedPerSourcePerMinuteMax;
    for (let count = 0; count < ofOne; count += 1) expect(status(ask("192.0.2.1"))).toBe(200);
    const refused = ask("192.0.2.1");
    expect(status(refused)).toBe(503);
    expect(refused).not.toMatch(/^retry-after:/im);
    for (let count = ofOne; count < limits.acceptedPerMinuteMax; count += 1) {
      expect(status(ask(`198.51.100.${count}`))).toBe(200);
    }
    expect(status(ask("203.0.113.1"))).toBe(503);
    desk.pass(60_000);
    expect(status(ask("192.0.2.1"))).toBe(200);
    expect(desk.accepted).toBe(limits.acceptedPerMinuteMax + 1);
  });

  test("3.2.2 [R-3.2.2-24] a request is accepted from the first moment of the machine's clock on", () => {
    for (const now of [0, 1, 999, 4999]) {
      const desk = new Desk();
      desk.now = now;
      expect([now, status(desk.request(desk.open()))]).toEqual([now, 200]);
    }
  });

  test("3.2.2 [R-3.2.2-17] each further request before the session gets 200", () => {
    const desk = new Desk();
    const answers = [1, 2, 3].map(() => status(desk.request(desk.open())));
    expect(answers).toEqual([200, 200, 200]);
  });

  test("3.2.2 [R-3.2.2-21] [R-3.2.2-25] a request during a session gets 503 without Retry-After, and starts no session", () => {
    let verdict: "accept" | "busy" = "busy";
    const desk = new Desk({ verdict: () => verdict });
    for (let count = 0; count < 2 * limits.acceptedPerMinuteMax; count += 1) {
      const answer = desk.request(desk.open());
      expect(status(answer)).toBe(503);
      expect(answer).not.toMatch(/^retry-after:/im);
    }
    desk.pass(0);
    expect(desk.accepted).toBe(0);
    // These did not use up the rate.
    verdict = "accept";
    expect(status(desk.request(desk.open()))).toBe(200);
    expect(desk.accepted).toBe(1);
  });

  test("3.2.2 [R-3.2.2-25] a request refused by the rate starts no session, and a replay of it is refused", () => {
    const desk = new Desk({}, { acceptedPerMinuteMax: 1 });
    desk.request(desk.open());
    const id = desk.open();
    const request = get(path, sign(challengeIn(desk.say(id, get()))));
    expect(status(desk.say(id, request))).toBe(503);
    desk.pass(60_000);
    expect(status(desk.say(desk.open(), request))).toBe(401);
    expect(desk.accepted).toBe(1);
  });

  test("3.2.2 [R-3.2.2-24] no flood of unauthenticated requests causes an authenticated request to be refused", () => {
    const desk = new Desk();
    const good = desk.open();
    const challenge = challengeIn(desk.say(good, get()));
    for (let count = 0; count < 5000; count += 1) {
      const id = desk.open(count % 2 ? "192.0.2.1" : `2001:db8:0:${count.toString(16)}::1`);
      desk.say(id, get());
      desk.say(id, get(path, sign(challenge, { password: "guess" })));
      desk.say(id, "rubbish\n\n");
      desk.now += 5;
      if (count % 50 === 0) desk.feed({ on: "wake" });
      expect(desk.state.connections.size).toBeLessThanOrEqual(limits.connectionsMax);
    }
    // The challenge from before the flood still serves, on whatever connection.
    const other = "198.51.100.1";
    expect(status(desk.say(desk.open(other), get(path, sign(challenge))))).toBe(200);
    expect(status(desk.request(desk.open(other)))).toBe(200);
    expect(desk.accepted).toBe(2);
    expect(desk.deeds.filter((deed) => deed.do === "log").length).toBeLessThan(300);
  });
});

describe("3.2.2 wrong credentials", () => {
  test("3.2.2 the credentials of a guessing source are ignored for a while: 503, even for right credentials; other sources are served", () => {
    const desk = new Desk();
    const guess = (address: string, password: string) =>
      status(desk.request(desk.open(address), { password }));
    const answers = Array.from({ length: 100 }, () => guess("192.0.2.66", "guess"));
    expect(answers.slice(0, 6)).toEqual([401, 401, 401, 401, 401, 401]);
    expect(new Set(answers.slice(6))).toEqual(new Set([503]));
    // The right ones would tell it that they are.
    expect(status(desk.request(desk.open("192.0.2.66")))).toBe(503);
    expect(status(desk.request(desk.open("192.0.2.1")))).toBe(200);
    desk.pass(1000);
    expect(status(desk.request(desk.open("192.0.2.66")))).toBe(200);
    expect(guess("192.0.2.66", "guess")).toBe(401);
  });

  test("3.2.2 neither a request without credentials nor a stale nonce counts as a guess", () => {
    const desk = new Desk();
    for (let count = 0; count < 100; count += 1) expect(status(desk.say(desk.open(), get()))).toBe(401);
    const challenge = challengeIn(desk.say(desk.open(), get()));
    desk.pass(limits.nonceMs);
    for (let count = 0; count < 20; count += 1)
      expect(desk.say(desk.open(), get(path, sign(challenge)))).toMatch(/stale=true/);
    expect(status(desk.request(desk.open()))).toBe(200);
  });
});

describe("3.2.2 the rate", () => {
  test("3.2.2 [R-3.2.2-17] a request while another one waits for its session gets 200 and does not count", () => {
    let waits = false;
    const desk = new Desk({ pending: () => waits });
    const rate = limits.acceptedPerSourcePerMinuteMax;
    expect(status(desk.request(desk.open()))).toBe(200);
    waits = true;
    for (let count = 0; count < 3 * rate; count += 1) expect(status(desk.request(desk.open()))).toBe(200);
    waits = false;
    for (let count = 1; count < rate; count += 1) expect(status(desk.request(desk.open()))).toBe(200);
    expect(status(desk.request(desk.open()))).toBe(503);
  });

  test("3.2.2 [R-3.2.2-13] the settings limit the accepted requests, and a change applies at once", () => {
    let rates: Partial<RateLimits> = { acceptedPerMinuteMax: 3, acceptedPerSourcePerMinuteMax: 2 };
    const desk = new Desk({ rates: () => rates });
    const ask = (address: string) => status(desk.request(desk.open(address)));
    expect(["a", "a", "a", "b", "b"].map((host) => ask(`192.0.2.${host === "a" ? 1 : 2}`))).toEqual([
      200, 200, 503, 200, 503,
    ]);
    rates = { acceptedPerMinuteMax: 4, acceptedPerSourcePerMinuteMax: 4 };
    expect(ask("192.0.2.1")).toBe(200);
    expect(ask("192.0.2.1")).toBe(503);
  });

  test("3.2.2 the default limit allows one request a second", () => {
    const desk = new Desk();
    for (let second = 0; second < 300; second += 1) {
      expect(status(desk.request(desk.open()))).toBe(200);
      desk.pass(1000);
    }
  });
});

describe("3.2.2 connections", () => {
  test("3.2.2 an HTTP/1.1 connection stays open unless the client asks to close it, an HTTP/1.0 connection closes unless the client asks to keep it", () => {
    const ask = (version: string, header: string) => {
      const desk = new Desk();
      const id = desk.open();
      return desk.feed({ on: "bytes", id, bytes: encode(`GET ${path} HTTP/${version}\r\n${header}\r\n`) });
    };
    const cases = [
      ["1.1", "", false, undefined],
      ["1.1", "Connection: close\r\n", true, "close"],
      ["1.0", "", true, "close"],
      ["1.0", "Connection: keep-alive\r\n", false, "keep-alive"],
    ] as const;
    for (const [version, header, end, connection] of cases) {
      const deeds = ask(version, header);
      expect(deeds[0]).toMatchObject({ do: "send", end });
      expect(/^Connection: (.*)\r$/m.exec(sent(deeds))?.[1]).toBe(connection);
    }
  });

  test("3.2.2 a challenge may be answered on another connection", () => {
    const desk = new Desk();
    const challenge = challengeIn(desk.say(desk.open(), get()));
    expect(status(desk.say(desk.open(), get(path, sign(challenge))))).toBe(200);
  });

  test("3.2.2 pipelined requests are answered one by one, in order", () => {
    const desk = new Desk();
    desk.slow = true;
    const id = desk.open();
    expect(status(desk.say(id, get() + get("/other") + get()))).toBe(401);
    expect(status(sent(desk.feed({ on: "written", id })))).toBe(404);
    expect(desk.say(id, get("/other"))).toBe("");
    expect(status(sent(desk.feed({ on: "written", id })))).toBe(401);
    expect(status(sent(desk.feed({ on: "written", id })))).toBe(404);
    expect(desk.feed({ on: "written", id })).toEqual([]);
  });

  test("3.2.2 more than a head of unread bytes behind an unsent answer closes the connection", () => {
    const desk = new Desk();
    desk.slow = true;
    const id = desk.open();
    desk.say(id, get());
    let open = true;
    for (let count = 0; count < 1000 && open; count += 1) {
      desk.say(id, get());
      open = desk.isOpen(id);
      if (open) expect(desk.state.connections.get(id)!.held.length).toBeLessThanOrEqual(limits.headBytesMax);
    }
    expect(open).toBe(false);
    const burst = desk.open();
    expect(desk.feed({ on: "bytes", id: burst, bytes: encode(get().repeat(1000)) })[0]).toMatchObject({
      end: true,
    });
  });

  test("3.2.2 bytes that are not HTTP get 400, and the connection is closed", () => {
    const desk = new Desk();
    const id = desk.open();
    const deeds = desk.feed({ on: "bytes", id, bytes: encode("\u0016\u0003\u0001\u0002") });
    expect(status(sent(deeds))).toBe(400);
    expect(deeds[0]).toMatchObject({ end: true });
  });

  test("3.2.2 a client that half-closes after its request is answered, and the connection is then closed", () => {
    const desk = new Desk();
    desk.slow = true;
    const id = desk.open();
    expect(status(desk.say(id, get()))).toBe(401);
    expect(desk.feed({ on: "ended", id })).toEqual([]);
    expect(desk.feed({ on: "written", id })).toEqual([{ do: "close", id }]);
    const other = desk.open();
    desk.say(other, "GET /");
    expect(desk.feed({ on: "ended", id: other })).toEqual([{ do: "close", id: other }]);
  });

  test("3.2.2 a connection without any right request is closed after a bounded number of answers", () => {
    const desk = new Desk();
    const id = desk.open();
    for (let count = 1; count < limits.refusalsMax; count += 1) {
      expect(desk.say(id, get())).not.toContain("Connection: close");
    }
    expect(desk.say(id, get())).toContain("Connection: close");
    expect(desk.say(id, get())).toBe("");
  });

  test("3.2.2 after the last answer a bounded number of bytes is discarded, for a bounded time", () => {
    const desk = new Desk();
    const first = desk.open();
    desk.say(first, "rubbish\n\n");
    for (let count = 0; count < limits.drainBytesMax; count += 65_536)
      desk.say(first, new Uint8Array(65_536));
    expect(desk.isOpen(first)).toBe(true);
    desk.say(first, "x");
    expect(desk.isOpen(first)).toBe(false);
    const second = desk.open();
    desk.say(second, "rubbish\n\n");
    desk.pass(limits.drainMs - 1);
    expect(desk.isOpen(second)).toBe(true);
    desk.pass(1);
    expect(desk.isOpen(second)).toBe(false);
  });

  test("3.2.2 a silent client, a slow head, a slow reader and a long connection each have a deadline", () => {
    const lives = (ms: number, during: (desk: Desk, id: number) => void) => {
      const desk = new Desk();
      const id = desk.open();
      during(desk, id);
      desk.pass(ms - 1);
      const before = desk.isOpen(id);
      desk.pass(1);
      return before && !desk.isOpen(id);
    };
    expect(lives(limits.idleMs, () => {})).toBe(true);
    expect(lives(limits.idleMs, (desk, id) => desk.say(id, get()))).toBe(true);
    expect(lives(limits.headMs, (desk, id) => desk.say(id, "G"))).toBe(true);
    expect(
      lives(limits.writeMs, (desk, id) => {
        desk.slow = true;
        desk.say(id, get());
      }),
    ).toBe(true);
    const desk = new Desk();
    const id = desk.open();
    for (let at = 0; at < limits.totalMs - 1; at += 10_000) {
      desk.say(id, get());
      desk.pass(Math.min(10_000, limits.totalMs - 1 - at));
    }
    expect(desk.isOpen(id)).toBe(true);
    desk.pass(1);
    expect(desk.isOpen(id)).toBe(false);
  });

  test("3.2.2 a head that arrives byte by byte does not extend its deadline", () => {
    const desk = new Desk();
    const id = desk.open();
    for (const letter of get().slice(0, 20)) {
      desk.say(id, letter);
      desk.pass(limits.headMs / 20);
    }
    expect(desk.isOpen(id)).toBe(false);
  });

  test("3.2.2 no wake is pending while there are no connections, and at most one otherwise", () => {
    const desk = new Desk();
    expect(desk.state.wakeAt).toBeUndefined();
    const id = desk.open();
    expect(desk.state.wakeAt).toBe(desk.now + limits.idleMs);
    desk.feed({ on: "closed", id });
    expect(desk.state.wakeAt).toBeUndefined();
  });

  test("3.2.2 a thousand idle clients neither delay nor lock out a good client, whether of their source or another", () => {
    const desk = new Desk();
    for (let count = 0; count < 1000; count += 1) {
      desk.open("192.0.2.66");
      desk.pass(1);
    }
    expect(desk.state.connections.size).toBe(limits.connectionsPerSourceMax);
    const same = desk.open("192.0.2.66");
    expect(status(desk.request(same))).toBe(200);
    const other = desk.open("198.51.100.1");
    const challenge = challengeIn(desk.say(other, get()));
    for (let count = 0; count < 1000; count += 1) {
      desk.say(desk.open("192.0.2.66"), "GET /");
      desk.pass(1);
    }
    for (let count = 0; count < 1000; count += 1) {
      desk.open(`203.0.113.${count % 250}`);
      desk.pass(1);
    }
    expect(desk.state.connections.size).toBe(limits.connectionsMax);
    expect(desk.isOpen(other)).toBe(true);
    expect(status(desk.say(other, get(path, sign(challenge))))).toBe(200);
    expect(desk.accepted).toBe(2);
  });

  /** The clock stands still while one turn of the event loop takes in a burst: what its connections said is read later. */
  test("3.2.2 a burst of any size evicts no client of the same burst, and the next client evicts none that has just arrived", () => {
    const desk = new Desk();
    for (let count = 0; count < 300; count += 1) desk.open(`203.0.113.${count % 250}`);
    const good = desk.open("198.51.100.1");
    const challenged = desk.open("198.51.100.2");
    const challenge = challengeIn(desk.say(challenged, get()));
    for (let count = 0; count < 5000; count += 1) desk.open(`10.0.${count % 250}.${Math.floor(count / 250)}`);
    expect(desk.state.connections.size).toBe(limits.connectionsYoungMax);
    expect(status(desk.request(good))).toBe(200);
    expect(status(desk.say(challenged, get(path, sign(challenge))))).toBe(200);
    desk.pass(limits.graceMs);
    expect(status(desk.request(desk.open("198.51.100.3")))).toBe(200);
    // Those that were too many have gone.
    expect(desk.state.connections.size).toBe(limits.connectionsMax);
  });

  test("3.2.2 the evicted connection is the oldest that is past its grace period and has sent no right request", () => {
    const desk = new Desk({}, { connectionsMax: 3 });
    const proven = desk.open();
    desk.request(proven);
    const asked = desk.open();
    desk.say(asked, get());
    const idle = desk.open();
    desk.pass(limits.graceMs);
    const first = desk.open();
    expect([proven, asked, idle, first].map((id) => desk.isOpen(id))).toEqual([true, true, false, true]);
    desk.pass(limits.graceMs);
    const second = desk.open();
    expect([proven, asked, first, second].map((id) => desk.isOpen(id))).toEqual([true, true, false, true]);
  });
});
