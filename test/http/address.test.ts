import { expect, test } from "vitest";
import { Lost } from "../../src/errors.ts";
import { chooseAddress, familyReached } from "../../src/http/affinity.ts";
import { PretendedNet, said } from "./pretended.ts";
import { Bench } from "./scripted.ts";

const three = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

const none = new Set<string>();

function bench(act: PretendedNet["act"], addresses: readonly string[] = three) {
  const net = new PretendedNet(act);
  net.addresses = addresses;
  const made = new Bench("http://acs.example:7547/");
  made.net = net;
  return { net, made };
}

const lost = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it should be lost"),
    (error: Lost) => {
      expect(error).toBeInstanceOf(Lost);
      return error;
    },
  );

test("3.1 [R-3.1-21] each of several addresses is equally likely to be chosen", () => {
  const rolls = [0, 0.3, 0.34, 0.6, 0.67, 0.999];
  expect(rolls.map((roll) => chooseAddress("a", three, undefined, none, roll))).toEqual([
    three[0],
    three[0],
    three[1],
    three[1],
    three[2],
    three[2],
  ]);
});

test("3.1 [R-3.1-24] [R-3.1-27] the address that worked is kept as long as DNS returns the same list, in any order", () => {
  const known = { host: "a", addresses: three, chosen: three[1]! };
  expect(chooseAddress("a", three, known, none, 0)).toBe(three[1]);
  expect(chooseAddress("a", three.toReversed(), known, none, 0)).toBe(three[1]);
  // Another list, another host, or a failure: a fresh choice.
  expect(chooseAddress("a", [...three, "192.0.2.4"], known, none, 0)).toBe(three[0]);
  expect(chooseAddress("a", three.slice(1), known, none, 0.9)).toBe(three[2]);
  expect(chooseAddress("b", three, known, none, 0)).toBe(three[0]);
  expect(chooseAddress("a", three, known, new Set([three[1]!]), 0.9)).toBe(three[2]);
  expect(chooseAddress("a", three, known, new Set(three), 0)).toBeUndefined();
});

test("3.1 [R-3.1-22] [R-3.1-27] after an unreachable address another address of the list is chosen at random", async () => {
  const { net, made } = bench((address) => (address === three[2] ? said() : "refuse"));
  const link = made.open();
  await link.post(undefined, "empty");
  expect(net.dialled.map(({ address }) => address)).toEqual(three);
  const other = bench((address) => (address === three[2] ? said() : "refuse"));
  other.made.roll = 0.5;
  await other.made.open().post(undefined, "empty");
  expect(other.net.dialled.map(({ address }) => address)).toEqual([three[1], three[2]]);
  expect(net.sent).toHaveLength(1);
  expect(link.affinity).toEqual({ host: "acs.example", addresses: three, chosen: three[2] });
});

test("3.1 if no address can be reached the session fails with that reason", async () => {
  const { net, made } = bench(() => "refuse");
  const error = await lost(made.open().post(undefined, "empty"));
  expect(error.message).toBe(
    "none of the 3 addresses of acs.example can be reached; the last: 192.0.2.3 refuses",
  );
  expect(error.unreached).toBe(true);
  expect(net.dialled).toHaveLength(3);
  const nowhere = bench(() => "refuse", []);
  expect((await lost(nowhere.made.open().post(undefined, "empty"))).message).toBe(
    "there is no address for acs.example",
  );
});

test("3.1 [R-3.1-23] [R-3.1-26] DNS is queried in every session, even while one address is kept", async () => {
  const { net, made } = bench(() => said());
  made.roll = 0.5;
  let affinity: ReturnType<typeof made.open>["affinity"];
  for (let i = 0; i < 3; i++) {
    const link = made.open(affinity);
    await link.post(undefined, "empty");
    await link.post(undefined, "empty");
    affinity = link.affinity;
    link.close();
    made.roll = 0;
  }
  expect(net.asked).toEqual(["acs.example", "acs.example", "acs.example"]);
  expect(net.dialled.map(({ address }) => address)).toEqual([three[1], three[1], three[1]]);
  // What DNS no longer gives is no longer used.
  net.addresses = ["192.0.2.9"];
  await made.open(affinity).post(undefined, "empty");
  expect(net.dialled.at(-1)?.address).toBe("192.0.2.9");
});

test("a session keeps its address for new connections, even if DNS reorders or replaces its list", async () => {
  const { net, made } = bench(() => said(204, [["Connection", "close"]]));
  made.roll = 0.5;
  const link = made.open();
  await link.post(undefined, "empty");
  made.roll = 0;
  net.addresses = [three[2]!, three[1]!, "192.0.2.7"];
  await link.post(undefined, "empty");
  expect(net.dialled.map(({ address }) => address)).toEqual([three[1], three[1]]);
  // In its middle no other address will do: the session is there.
  net.act = () => "refuse";
  await lost(link.post(undefined, "empty"));
  expect(net.dialled).toHaveLength(3);
});

test("3.1 [R-3.1-27] an address that accepts the connection and does not respond fails the session; the next session tries another address", async () => {
  const { net, made } = bench((address) => (address === three[0] ? "connect" : said()));
  const known = { host: "acs.example", addresses: three, chosen: three[0]! };
  const link = made.open(known);
  const round = lost(link.post(undefined, "empty"));
  await new Promise((done) => setImmediate(done));
  made.clock.pass(30_000);
  made.clock.pass(60_000);
  await round;
  expect(net.sent).toHaveLength(1);
  const next = made.open(link.affinity);
  await next.post(undefined, "empty");
  expect(net.dialled.map(({ address }) => address)).toEqual([three[0], three[1]]);
});

test("the target of a redirect has its own list of addresses to choose from and to fail over to", async () => {
  const { net, made } = bench((address, index) =>
    index === 0
      ? said(302, [["Location", "http://other.example/"]])
      : address === three[2]
        ? said()
        : "refuse",
  );
  const link = made.open();
  await link.post(undefined, "empty");
  expect(net.dialled.map(({ host, address }) => `${host} ${address}`)).toEqual([
    `acs.example ${three[0]}`,
    ...three.map((address) => `other.example ${address}`),
  ]);
  expect(link.affinity?.host).toBe("acs.example");
});

test("scheme and port of the URL select the connection", async () => {
  const targets = async (url: string) => {
    const { net, made } = bench(() => said());
    made.settings = { ...made.settings, url };
    await made.open().post(undefined, "empty");
    const { scheme, host, port } = net.dialled[0]!;
    return `${scheme} ${host} ${port}`;
  };
  expect(await targets("http://a/")).toBe("http a 80");
  expect(await targets("https://a/")).toBe("https a 443");
  expect(await targets("https://[2001:db8::1]:7547/")).toBe("https 2001:db8::1 7547");
});

test("the address family of the ACS is that of the last address that worked, or that of an address in the URL", () => {
  const known = (host: string, chosen: string) => ({ host, addresses: [chosen], chosen });
  expect(familyReached("http://acs.example/", known("acs.example", "2001:db8::1"))).toBe(6);
  expect(familyReached("http://acs.example/", known("acs.example", "192.0.2.1"))).toBe(4);
  // What worked for another ACS says nothing of this one.
  expect(familyReached("http://acs.example/", known("other.example", "2001:db8::1"))).toBe(4);
  expect(familyReached("https://[2001:db8::1]:7547/", undefined)).toBe(6);
  expect(familyReached("http://192.0.2.1/", undefined)).toBe(4);
  expect(familyReached("", undefined)).toBe(4);
});
