/** Questions over the socket of ubusd: a real socket, the real protocol. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Exec, noExec } from "../../platform/openwrt/exec.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { answers, invoke, lookup, Reader } from "../../platform/openwrt/ubus/messages.ts";
import { decodeTable, encodeTable, type Table } from "../../platform/openwrt/ubus/values.ts";
import { openUbus } from "../../platform/openwrt/ubus.ts";
import { type Objects, serveUbus, type Ubusd } from "./ubusd.ts";

let root = "";
let daemon: Ubusd | undefined;
const path = () => join(root, "var/run/ubus/ubus.sock");
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cwmpd-ubus-"));
  mkdirSync(dirname(path()), { recursive: true });
});
afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
  rmSync(root, { recursive: true, force: true });
});

const board = {
  kernel: "6.12.74",
  hostname: "OpenWrt",
  release: { version: "24.10.2" },
  numbers: [1, -2, 5e9],
};
const objects: Objects = {
  "system board": () => board,
  "system info": ({ of }) => ({ of: of ?? "nothing" }),
  "system refuses": () => 6,
  "network.interface dump": () => undefined,
};
const serve = async (given: Objects = objects) => {
  daemon = await serveUbus(path(), given);
  return daemon;
};

/** A program that must not be started. */
const never: Exec = async (argv) => {
  throw new Error(`started ${argv.join(" ")}`);
};

describe("bytes", () => {
  test("a lookup is a head, the length, and the path with its NUL, padded", () => {
    expect(lookup(0x0102, "system").toString("hex")).toBe(
      ["00040102", "00000000", "00000010", "0200000b", "73797374656d00", "00"].join(""),
    );
  });

  test("a call names object, method and arguments; a value begins with the length of its name", () => {
    expect(invoke(1, 0x11223344, "read", { lines: 5 }).toString("hex")).toBe(
      [
        "00050001" + "11223344" + "0000002c",
        "03000008" + "11223344",
        "04000009" + "7265616400" + "000000",
        "07000014" + "85000010" + "0005" + "6c696e657300" + "00000005",
      ].join(""),
    );
  });

  test("a message of any shape reads back, however its bytes are split", () => {
    const value = fc.letrec<{ value: Table[string] }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.boolean(),
        fc.integer(),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    const clean = (one: unknown): boolean =>
      !JSON.stringify(one).includes("__proto__") && !/\\u0000|\0/.test(JSON.stringify(one));
    const table = fc.dictionary(fc.string(), value, { noNullPrototype: true }).filter(clean);
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), (said, size) => {
        expect(decodeTable(encodeTable(said))).toEqual(said);
        const reader = new Reader();
        const bytes = Buffer.concat([answers.data(7, 1, said), answers.status(7, 1, 0)]);
        const messages = [];
        for (let at = 0; at < bytes.length; at += size)
          messages.push(...reader.take(bytes.subarray(at, at + size)));
        expect(messages.map(({ type, seq, status }) => [type, seq, status])).toEqual([
          [2, 7, undefined],
          [1, 7, 0],
        ]);
        expect(decodeTable(messages[0]!.data!)).toEqual(said);
      }),
    );
  });

  test("hostile bytes end as a value or as Malformed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const take = (work: () => unknown) => {
          try {
            work();
          } catch (error) {
            expect((error as Error).name).toBe("Malformed");
          }
        };
        take(() => decodeTable(Buffer.from(bytes)));
        take(() => [...new Reader().take(Buffer.from(bytes))]);
      }),
      { numRuns: 2000 },
    );
    let deep: Table = {};
    for (let i = 0; i < 100; i++) deep = { deep };
    expect(() => decodeTable(encodeTable(deep))).toThrow(/nest too deeply/);
  });
});

describe("one connection, kept", () => {
  test("answers a call, with arguments, and looks an object up once", async () => {
    const { calls, lookups } = await serve();
    const ubus = openUbus(root, never);
    expect(await ubus.call("system", "board")).toEqual({ is: "said", value: board });
    expect(await ubus.call("system", "info", { of: "memory" })).toEqual({
      is: "said",
      value: { of: "memory" },
    });
    expect([calls, lookups]).toEqual([["system board", "system info"], ["system"]]);
    await Promise.all(Array.from({ length: 20 }, () => ubus.call("system", "board")));
    expect(daemon!.connections).toBe(1);
    ubus.close();
  });

  test("an unknown object or method is reported as absent; a refusal is not", async () => {
    await serve();
    const ubus = openUbus(root, never);
    expect(await ubus.call("nobody", "board")).toEqual({ is: "absent" });
    expect(await ubus.call("system", "nothing")).toEqual({ is: "absent" });
    expect(await ubus.call("system", "refuses")).toEqual({ is: "failed", why: "status 6" });
    ubus.close();
  });

  test("a restarted service is looked up again", async () => {
    const { lookups, renumber } = await serve();
    const ubus = openUbus(root, never);
    await ubus.call("system", "board");
    renumber();
    expect(await ubus.call("system", "board")).toMatchObject({ is: "said" });
    expect(lookups).toEqual(["system", "system"]);
    ubus.close();
  });

  test("a restarted ubusd is connected to again", async () => {
    const first = await serve();
    const ubus = openUbus(root, never);
    await ubus.call("system", "board");
    first.drop();
    expect(await ubus.call("system", "board")).toMatchObject({ is: "said" });
    await first.close();
    await serve();
    expect(await ubus.call("system", "board")).toMatchObject({ is: "said" });
    ubus.close();
  });

  test("a call to a stuck object fails in bounded time, and further calls to it fail at once; other objects answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const { calls } = await serve();
      const ubus = openUbus(root, never);
      const waiting = ubus.call("network.interface", "dump");
      await vi.waitUntil(() => calls.length > 0);
      vi.advanceTimersByTime(3000);
      expect(await waiting).toEqual({ is: "failed", why: "no answer in time" });
      expect(await ubus.call("network.interface", "dump")).toMatchObject({ is: "failed" });
      expect(calls).toEqual(["network.interface dump"]);
      expect(await ubus.call("system", "board")).toMatchObject({ is: "said" });
      ubus.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

test("a look at the device over the socket starts no program", async () => {
  await serve({
    "network.interface dump": () => ({
      interface: [
        {
          interface: "wan",
          up: true,
          uptime: 7,
          l3_device: "wan",
          "ipv4-address": [{ address: "203.0.113.9", mask: 24 }],
        },
      ],
    }),
    "network.wireless status": () => ({ radio0: { interfaces: [{ section: "home", ifname: "phy0-ap0" }] } }),
  });
  const ubus = openUbus(root, never);
  const facts = openFacts(root, never, ubus);
  const sheet = await facts.sheet();
  expect(sheet.interface("wan")).toMatchObject({
    uptime: 7,
    device: "wan",
    addresses: [{ address: "203.0.113.9" }],
  });
  expect(sheet.wifiDevice("home")).toBe("phy0-ap0");
  await facts.sheet("live");
  expect(daemon!.calls).toHaveLength(4);
  // What every Inform needs asks nothing of the radios.
  const wired = await facts.sheet("wired");
  expect(wired.interface("wan")?.uptime).toBe(7);
  expect(wired.logTail(1)).toBe("");
  expect(() => wired.wifiDevice("home")).toThrow(/brief/);
  expect(daemon!.calls).toHaveLength(5);
  // What stands in files asks nobody.
  const files = await facts.sheet("files");
  expect(files.uptime()).toBe(0);
  expect(() => files.interface("wan")).toThrow(/live/);
  expect(() => files.logTail(1)).toThrow(/whole/);
  expect(daemon!.calls).toHaveLength(5);
  ubus.close();
});

describe("a socket that is not ubusd", () => {
  async function hostile(answer: (socket: Socket) => void): Promise<unknown> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.write(answers.hello(1));
      socket.once("data", () => answer(socket));
    });
    await new Promise<void>((done) => server.listen(path(), done));
    const ubus = openUbus(root, never);
    const said = await ubus.call("system", "board");
    ubus.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
    return said;
  }

  test("that sends garbage, disconnects, or never stops, is a failure", async () => {
    const failure = { is: "failed", why: "the connection to ubusd was lost" };
    expect(await hostile((socket) => socket.write(Buffer.alloc(64, 0xff)))).toEqual(failure);
    expect(await hostile((socket) => socket.destroy())).toEqual(failure);
    const much = answers.data(1, 1, { text: "x".repeat(200_000) });
    expect(await hostile((socket) => socket.write(Buffer.concat(Array(8).fill(much))))).toEqual(failure);
  });
});

describe("without a socket", () => {
  const said =
    (exit: number, stdout: string): Exec =>
    async () => ({ is: "done", code: exit, stdout, stderr: "" });

  test("the program ubus is called; its exit code is the status", async () => {
    const asked: string[] = [];
    const exec: Exec = async (argv) => {
      asked.push(argv.join(" "));
      return { is: "done", code: 0, stdout: '{"a":1}\n', stderr: "" };
    };
    expect(await openUbus(root, exec).call("system", "info", { of: "x" })).toEqual({
      is: "said",
      value: { a: 1 },
    });
    expect(asked).toEqual(['ubus -S -t 2 call system info {"of":"x"}']);
    expect(await openUbus(root, said(4, "")).call("a", "b")).toEqual({ is: "absent" });
    expect(await openUbus(root, said(255, "")).call("a", "b")).toEqual({ is: "failed", why: "status 255" });
    expect(await openUbus(root, said(0, "[1]")).call("a", "b")).toMatchObject({ is: "failed" });
  });

  test("without the program there is no ubus either", async () => {
    expect(await openUbus(root, noExec).call("a", "b")).toEqual({ is: "absent" });
    expect(await openUbus(root, async () => ({ is: "failed", why: "timeout" })).call("a", "b")).toMatchObject(
      {
        is: "failed",
      },
    );
  });
});
