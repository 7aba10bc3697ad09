/** `cwmpd stun` and `cwmpd udp-request`: what they print is a contract. TR-069 Annex G. */
import { describe, expect, it } from "vitest";
import { dispatch } from "../../src/cli/dispatch.ts";
import type { World } from "../../src/cli/world.ts";
import { bindingError, bindingResponse, errorCode, id, mapped, message, signed } from "./messages.ts";
import { password, request, username } from "./udp-requests.ts";

const never = async () => {
  throw new Error("not expected");
};
const files: Readonly<Record<string, string>> = {
  secret: "secret",
  line: "secret\n",
  dos: "secret\r\n",
  two: "secret\n\n",
  empty: "",
  acs: `${password}\n`,
};

function cwmpd(argv: readonly string[], input = "") {
  // What other commands ask of the world is not asked here.
  const asked: Partial<World> = {
    version: "0.1.0",
    client: () => {
      throw new Error("not expected");
    },
    input: async () => input,
    run: never,
    acs: never,
    uci: never,
    sandbox: never,
    packages: { examine: never, build: never },
    octets: async (path) => Buffer.from(files[path]!),
    chance: (count) => new Uint8Array(count).fill(7),
    stunProbe: never,
    sendUdpRequest: never,
  };
  return dispatch(argv, asked as World);
}

const hex = (text: string | Buffer) => Buffer.from(text as string, "latin1").toString("hex");
const lines = async (argv: readonly string[], input?: string) => {
  const { out = "" } = await cwmpd([...argv, "--json"], input);
  return out
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
};

describe("cwmpd stun decode", () => {
  const good = signed(bindingResponse, [mapped("203.0.113.1", 40_000)], "secret").toString("hex");

  it("prints type, id, attributes and integrity", async () => {
    const expected = {
      type: "Binding Response",
      id,
      attributes: [
        { type: "MAPPED-ADDRESS", value: "203.0.113.1:40000" },
        { type: "MESSAGE-INTEGRITY", value: good.slice(-40) },
      ],
    };
    expect(await lines(["stun", "decode", good])).toEqual([{ ...expected, integrity: "unchecked" }]);
    for (const file of ["secret", "line", "dos"]) {
      const told = await lines(["stun", "decode", good.toUpperCase(), "--password-file", file]);
      expect(told, file).toEqual([{ ...expected, integrity: "good" }]);
    }
    expect(await lines(["stun", "decode", good, "--password-file", "two"])).toMatchObject([
      { integrity: "bad" },
    ]);
    expect(await lines(["stun", "decode", good, "--password-file", "empty"])).toMatchObject([
      { integrity: "unchecked" },
    ]);
    expect((await cwmpd(["stun", "decode", good])).out).toMatch(/^Binding Response, transaction 2112a442/);
  });

  it("reads one message a line, an empty line as an empty message, and fails if one does not parse", async () => {
    const input = `${good}\n\n${hex(message(bindingError, [errorCode(401, "Unauthorized")]))}\n`;
    const outcome = await cwmpd(["stun", "decode", "-", "--json"], input);
    expect(outcome.exit).toBe(1);
    expect(outcome.err).toMatch(/^cwmpd stun decode: message 2: Cannot parse STUN message/);
    expect(await lines(["stun", "decode", "-"], input)).toMatchObject([
      { type: "Binding Response" },
      { type: null, id: null, attributes: [], integrity: "none", error: expect.stringMatching(/./) },
      { attributes: [{ type: "ERROR-CODE", value: "401 Unauthorized" }], integrity: "none" },
    ]);
  });

  it.each(["0", "0g", "0x00"])(
    "rejects %j as wrong usage, in a line too, before it prints anything",
    async (text) => {
      expect(await cwmpd(["stun", "decode", text])).toMatchObject({
        exit: 2,
        err: expect.stringMatching(/hexadecimal/),
      });
      const outcome = await cwmpd(["stun", "decode", "-"], `${good}\n${text}\n`);
      expect(outcome).toEqual({ exit: 2, err: expect.stringMatching(/Line 2/) });
    },
  );
});

describe("cwmpd stun answer", () => {
  const base = ["stun", "answer"];
  const options = [
    "--id",
    id.toUpperCase(),
    "--source",
    "192.168.1.2:7547",
    "--server",
    "203.0.113.10:3478",
    "--from",
    "203.0.113.10:3478",
  ];
  const secret = ["--username", "cpe", "--password-file", "line"];
  const good = hex(message(bindingResponse, [mapped("203.0.113.1", 40_000)]));
  const told = async (text: string, ...more: readonly string[]) =>
    (await lines([...base, text, ...options, ...more]))[0];

  it("accepts a response, and prints the address, the translation and the change", async () => {
    const accepted = {
      action: "accept",
      mapped: "203.0.113.1:40000",
      natDetected: true,
      why: expect.any(String),
    };
    expect(await told(good)).toEqual({ ...accepted, changed: true });
    expect(await told(good, "--binding", "203.0.113.1:40000")).toEqual({ ...accepted, changed: false });
    expect(await told(good, "--binding", "203.0.113.1:40001")).toEqual({ ...accepted, changed: true });
    const plain = hex(message(bindingResponse, [mapped("192.168.1.2", 7547)]));
    expect(await told(plain)).toMatchObject({ mapped: "192.168.1.2:7547", natDetected: false });
    const port = hex(message(bindingResponse, [mapped("192.168.1.2", 7548)]));
    expect(await told(port)).toMatchObject({ natDetected: true });
  });

  it("prints the other actions with null values", async () => {
    const other = { mapped: null, natDetected: null, changed: false, why: expect.stringMatching(/./) };
    const refused = hex(message(bindingError, [errorCode(401)]));
    expect(await told("")).toEqual({ action: "not-stun", ...other });
    expect(await told("00")).toEqual({ action: "discard", ...other });
    expect(await told(good, "--integrity", ...secret)).toEqual({ action: "discard", ...other });
    expect(await told(refused, ...secret)).toEqual({ action: "retry-integrity", ...other });
    expect(await told(refused, "--integrity", ...secret)).toEqual({ action: "fail", ...other });
    expect(await told(refused, "--username", "", "--password-file", "secret")).toEqual({
      action: "fail",
      ...other,
    });
    expect(await told(refused, "--username", "cpe", "--password-file", "empty")).toEqual({
      action: "fail",
      ...other,
    });
    expect((await cwmpd([...base, "", ...options])).exit).toBe(0);
  });

  it("requires the request", async () => {
    for (const name of ["--id", "--source", "--server", "--from"]) {
      const at = options.indexOf(name);
      const without = options.toSpliced(at, 2);
      expect((await cwmpd([...base, good, ...without])).exit, name).toBe(2);
      expect((await cwmpd([...base, good, ...options.toSpliced(at + 1, 1, "x")])).exit, name).toBe(2);
    }
  });
});

describe("cwmpd stun request", () => {
  it("prints the request that the agent sends, and its attributes", async () => {
    const [told] = await lines([
      "stun",
      "request",
      "--source",
      "primary",
      "--reason",
      "changed",
      "--id",
      id,
      "--username",
      "cpe-1",
    ]);
    expect(told).toEqual({
      hex: `00010028${id}c001001464736c666f72756d2e6f72672f54522d31313120c002000000060008${hex("cpe-1   ")}`,
      attributes: [
        { type: "CONNECTION-REQUEST-BINDING", value: "dslforum.org/TR-111 " },
        { type: "BINDING-CHANGE", value: "" },
        { type: "USERNAME", value: "cpe-1   " },
      ],
    });
    const probe = [
      "stun",
      "request",
      "--source",
      "secondary",
      "--reason",
      "probe",
      "--mapped",
      "203.0.113.1:40000",
    ];
    expect(await lines(probe)).toMatchObject([
      { attributes: [{ type: "RESPONSE-ADDRESS", value: "203.0.113.1:40000" }] },
    ]);
  });

  it("makes a random transaction id by default, which newer servers accept too", async () => {
    const [told] = await lines(["stun", "request", "--source", "secondary", "--reason", "discovery"]);
    expect(told).toEqual({ hex: `000100002112a442${"07".repeat(12)}`, attributes: [] });
  });

  it("has no request to send after 401 without user name or password", async () => {
    const after = [
      "stun",
      "request",
      "--source",
      "primary",
      "--reason",
      "keepalive",
      "--after-401",
      "--json",
    ];
    const nothing = { exit: 1, out: '{"hex":null,"attributes":[]}\n' };
    expect(await cwmpd(after)).toMatchObject(nothing);
    expect(await cwmpd([...after, "--username", "cpe"])).toMatchObject(nothing);
    expect(await cwmpd([...after, "--username", "", "--password-file", "secret"])).toMatchObject(nothing);
    expect(await cwmpd([...after, "--username", "cpe", "--password-file", "empty"])).toMatchObject(nothing);
    const both = await cwmpd([...after, "--username", "cpe", "--password-file", "secret"]);
    expect(both.exit).toBe(0);
  });

  it.each([
    ["no source", ["--reason", "probe"]],
    ["no reason", ["--source", "primary"]],
    ["a change from the secondary port", ["--source", "secondary", "--reason", "changed"]],
    ["a probe from the primary port", ["--source", "primary", "--reason", "probe", "--mapped", "1.2.3.4:5"]],
    ["a probe without an address", ["--source", "secondary", "--reason", "probe"]],
    ["half an id", ["--source", "primary", "--reason", "discovery", "--id", "2112"]],
  ])("rejects %s as wrong usage", async (_, argv) => {
    expect((await cwmpd(["stun", "request", ...argv])).exit).toBe(2);
  });
});

describe("cwmpd udp-request check", () => {
  const check = ["udp-request", "check"];
  const secret = ["--username", username, "--password-file", "acs"];
  const first = hex(request({ ts: "10", id: "1" }));
  const second = hex(request({ ts: "11", id: "2" }));

  it("judges datagrams in their order against one record", async () => {
    const told = await lines([...check, first, first, second, "", "474554", ...secret]);
    expect(told).toEqual([
      { verdict: "accept", why: "", ts: 10, id: "1" },
      { verdict: "reject", why: expect.stringMatching(/ts/), ts: 10, id: "1" },
      { verdict: "accept", why: "", ts: 11, id: "2" },
      { verdict: "reject", why: expect.stringMatching(/./), ts: null, id: null },
      { verdict: "reject", why: expect.stringMatching(/./), ts: null, id: null },
    ]);
    expect(await lines([...check, "-", ...secret], `${first}\n${first}\n${second}\n\n474554\n`)).toEqual(
      told,
    );
    expect((await cwmpd([...check, first, "00", ...secret])).exit).toBe(0);
  });

  it("starts with the given record", async () => {
    const verdict = async (...more: readonly string[]) => await lines([...check, first, ...secret, ...more]);
    expect(await verdict("--last-ts", "9")).toMatchObject([{ verdict: "accept" }]);
    expect(await verdict("--last-ts", "10")).toMatchObject([{ verdict: "reject" }]);
    expect(await verdict("--last-id", "1")).toMatchObject([{ verdict: "reject" }]);
    expect(await verdict("--last-ts", "9", "--last-id", "2")).toMatchObject([{ verdict: "accept" }]);
    expect((await cwmpd([...check, first, ...secret, "--last-ts", "x"])).exit).toBe(2);
    expect((await cwmpd([...check, first, ...secret, "--last-id", "x"])).exit).toBe(2);
  });

  it("rejects everything where user name or password is not set", async () => {
    for (const none of [
      [],
      ["--username", "", "--password-file", "acs"],
      ["--username", username, "--password-file", "empty"],
    ]) {
      expect(await lines([...check, first, ...none])).toMatchObject([{ verdict: "reject" }]);
    }
  });
});
