import { expect, test } from "vitest";
import type { Lost } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";
import { PretendedNet, said } from "./pretended.ts";
import { Bench, bytes } from "./scripted.ts";

function start(act: PretendedNet["act"]) {
  const net = new PretendedNet(act);
  const bench = new Bench("http://acs.example/", {
    connectMsMax: linkLimits.connectMsMax,
    responseMsMax: linkLimits.responseMsMax,
  });
  bench.net = net;
  return { net, bench, link: bench.open() };
}

/** How a round trip ends; undefined as long as it has not. */
function watch(work: Promise<unknown>): { outcome: string | undefined } {
  const seen: { outcome: string | undefined } = { outcome: undefined };
  work.then(
    () => {
      seen.outcome = "answered";
    },
    (error: Lost) => {
      seen.outcome = error.message;
    },
  );
  return seen;
}

const settle = () => new Promise((done) => setImmediate(done));

test("3.4.2 [R-3.4.2-08] connecting times out after 30 s, not earlier", async () => {
  const { net, bench, link } = start(() => "nothing");
  const seen = watch(link.post(bytes("<Inform/>"), "call"));
  await settle();
  bench.clock.pass(29_999);
  await settle();
  expect(seen.outcome).toBeUndefined();
  bench.clock.pass(1);
  await settle();
  expect(seen.outcome).toBe("the ACS took no connection within 30 s");
  expect(net.lines[0]!.closed).toBe(true);
  expect(bench.clock.waiting).toBe(0);
});

test("3.4.2 [R-3.4.2-09] a response times out after 30 s and more, on a new connection and on a used one", async () => {
  const { bench, link } = start((_, index) => (index === 0 ? said() : "connect"));
  await link.post(undefined, "empty");
  for (const made of [link, start(() => "connect")]) {
    const [one, clock] =
      made === link
        ? [link, bench.clock]
        : [(made as ReturnType<typeof start>).link, (made as ReturnType<typeof start>).bench.clock];
    const seen = watch(one.post(bytes("<Inform/>"), "call"));
    await settle();
    clock.pass(30_000);
    await settle();
    expect(seen.outcome).toBeUndefined();
    clock.pass(29_999);
    await settle();
    expect(seen.outcome).toBeUndefined();
    // The few bytes that were sent allow a few milliseconds more.
    clock.pass(10);
    await settle();
    expect(seen.outcome).toBe("the ACS has not answered within 60 s");
    expect(clock.waiting).toBe(0);
  }
});

test("a long message extends its deadline by a second for each 4 KiB in either direction, but an occasional byte does not", async () => {
  const { net, bench, link } = start(() => "connect");
  const seen = watch(link.post(new Uint8Array(10 * 4096), "reply"));
  await settle();
  bench.clock.pass(69_999);
  await settle();
  expect(seen.outcome).toBeUndefined();
  net.lines[0]!.received += 20 * 4096;
  bench.clock.pass(20_000);
  await settle();
  expect(seen.outcome).toBeUndefined();
  for (let second = 0; second < 11; second++) {
    net.lines[0]!.received += 1;
    bench.clock.pass(1000);
    await settle();
  }
  expect(seen.outcome).toBe("the ACS has not answered within 90 s");
});

/** A body of one-byte chunks without end held a session, and a fifth of a core, for ever. */
test("an endless body is aborted: bytes beyond the kept ones do not extend the deadline", async () => {
  const { net, bench, link } = start(() => "connect");
  const seen = watch(link.post(bytes("<Inform/>"), "call"));
  await settle();
  let seconds = 0;
  for (; seen.outcome === undefined && seconds < 3600; seconds++) {
    net.lines[0]!.received += 10 * 4096;
    bench.clock.pass(1000);
    await settle();
  }
  expect(seen.outcome).toMatch(/has not answered within/);
  expect(seconds).toBeLessThan(60 + 1_048_576 / 4096 + 2);
  expect(bench.clock.waiting).toBe(0);
});

/** A server that had sent megabytes in a session could then be silent for as many minutes. */
test("bytes received with earlier responses do not extend the next one's deadline", async () => {
  const { net, bench, link } = start((_, index) => (index === 0 ? said() : "connect"));
  await link.post(undefined, "empty");
  net.lines[0]!.received += 100 * 4096;
  const seen = watch(link.post(undefined, "empty"));
  await settle();
  bench.clock.pass(60_001);
  await settle();
  expect(seen.outcome).toBe("the ACS has not answered within 60 s");
});

test("a DNS query without an answer times out", async () => {
  const { net, bench, link } = start(() => said());
  net.deaf = true;
  const seen = watch(link.post(undefined, "empty"));
  await settle();
  bench.clock.pass(30_000);
  await settle();
  expect(seen.outcome).toBe("DNS has not answered for acs.example in 30 s");
  expect(net.dialled).toEqual([]);
});

test("a link that is closed during a DNS query dials nothing", async () => {
  const { net, link } = start(() => said());
  let answer = (_: readonly string[]) => {};
  net.resolve = () =>
    new Promise((done) => {
      answer = done;
    });
  const seen = watch(link.post(undefined, "empty"));
  link.close();
  answer(["192.0.2.1"]);
  await settle();
  expect(seen.outcome).toBe("the session has been ended");
  expect(net.dialled).toEqual([]);
});

test("no timer is left when a round trip has ended", async () => {
  const { bench, link } = start((_, index) => (index < 2 ? said() : "refuse"));
  await link.post(undefined, "empty");
  await link.post(undefined, "empty");
  expect(bench.clock.waiting).toBe(0);
  link.close();
});

test("3.3 [R-3.3-14] dates of certificates are checked as soon as the clock is right", async () => {
  const { net, bench, link } = start(() => said(204, [["Connection", "close"]]));
  bench.clock.known = false;
  await link.post(undefined, "empty");
  bench.clock.known = true;
  await link.post(undefined, "empty");
  expect(net.policies.map(({ checkDates }) => checkDates)).toEqual([false, true]);
});
