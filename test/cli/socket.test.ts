import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { controlClient, serveControl, socketPath } from "../../platform/bun/control.ts";
import type { Control } from "../../src/control/control.ts";
import { controlLimits } from "../../src/control/limits.ts";
import type { Status } from "../../src/control/status.ts";
import { Fault, Refused } from "../../src/errors.ts";

const logged: string[] = [];
const log = (_level: string, what: string, fields?: object) =>
  void logged.push(`${what} ${JSON.stringify(fields)}`);
const cleanups: (() => unknown)[] = [];
let root: string;

const agent: Control = {
  get: async (paths) => paths.map((name) => ({ name, value: `value of ${name}\n`, type: "string" })),
  set: async (pairs) => {
    throw new Fault(9003, "Invalid arguments", [{ name: pairs[0]!.name, code: 9007, text: "not that" }]);
  },
  names: async (name, nextLevel) => [{ name: `${name}${nextLevel}`, writable: true }],
  status: async () => ({ version: "9" }) as Status,
  describe: async () => [],
  rehearse: async () => [],
  profiles: async () => [],
  options: async () => [],
  transfers: async () => [],
  transfer: async () => 7,
  requestDownload: async () => {},
  inform: async () => {
    throw new Refused("No ACS is known.");
  },
  events: async () => {},
};

async function serve(at: string, control = agent) {
  const server = await serveControl(at, control, log);
  cleanups.push(() => server.close());
  return server;
}

/** Sends bytes as they are and collects what comes until the end. */
function raw(bytes: string | Buffer, at = root): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = net.connect({ path: socketPath(at) }, () => socket.write(bytes));
    socket.on("data", (chunk) => {
      got += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(got));
  });
}

beforeEach(() => {
  logged.length = 0;
  root = fs.mkdtempSync(path.join(os.tmpdir(), "cwmpd-control-"));
  cleanups.push(() => fs.rmSync(root, { recursive: true, force: true }));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("control socket", () => {
  it("carries every command, faults and refusals", async () => {
    await serve(root);
    const client = controlClient(root);
    expect(await client.get(["A.", "B"])).toEqual([
      { name: "A.", value: "value of A.\n", type: "string" },
      { name: "B", value: "value of B\n", type: "string" },
    ]);
    expect(await client.names("A.", true)).toEqual([{ name: "A.true", writable: true }]);
    expect(await client.status()).toEqual({ version: "9" });
    await expect(client.inform()).rejects.toEqual(new Refused("No ACS is known."));
    const fault = await client.set([{ name: "A", value: "é\n" }]).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 9003, parameters: [{ name: "A", code: 9007, text: "not that" }] });
  });

  it("only its own user can open the socket, and no other file is created", async () => {
    await serve(root);
    expect(fs.lstatSync(socketPath(root)).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(path.dirname(socketPath(root)))).toEqual(["cwmpd.sock"]);
  });

  it("works below a root whose path is longer than the path of a socket may be", async () => {
    const deep = path.join(root, "d".repeat(100), "e".repeat(100));
    const server = await serve(deep);
    expect(await controlClient(deep).status()).toEqual({ version: "9" });
    await server.close();
    cleanups.pop();
    expect(fs.existsSync(socketPath(deep))).toBe(false);
    await expect(controlClient(deep).status()).rejects.toThrow(/No agent answers at /);
  });

  it("says how to start an agent if none runs", async () => {
    const expected = `No agent answers at ${root}/var/run/cwmpd.sock. Start one: cwmpd run --root ${root}`;
    await expect(controlClient(root).status()).rejects.toEqual(new Refused(expected));
    fs.mkdirSync(path.dirname(socketPath(root)), { recursive: true });
    await expect(controlClient(root).status()).rejects.toEqual(new Refused(expected));
    fs.writeFileSync(socketPath(root), "");
    await expect(controlClient(root).status()).rejects.toEqual(new Refused(expected));
  });

  it("replaces the socket of an agent that was killed", async () => {
    const first = await serveControl(root, agent, log);
    fs.linkSync(socketPath(root), path.join(root, "kept"));
    await first.close();
    fs.renameSync(path.join(root, "kept"), socketPath(root));
    await expect(controlClient(root).status()).rejects.toThrow(/No agent answers/);
    await serve(root);
    expect(await controlClient(root).status()).toEqual({ version: "9" });
  });

  it("refuses to replace the socket of a running agent, and does not disturb that agent", async () => {
    await serve(root);
    await expect(serveControl(root, agent, log)).rejects.toThrow(
      `An agent is already running at ${root}/var/run/cwmpd.sock. Ask it: cwmpd status --root ${root}`,
    );
    expect(await controlClient(root).status()).toEqual({ version: "9" });
    expect(fs.readdirSync(path.dirname(socketPath(root)))).toEqual(["cwmpd.sock"]);
  });

  it("lets exactly one of several agents that start together have the socket", async () => {
    const started = await Promise.allSettled([1, 2, 3, 4].map(() => serveControl(root, agent, log)));
    const won = started.filter((result) => result.status === "fulfilled");
    for (const { value } of won) cleanups.push(() => value.close());
    expect(won).toHaveLength(1);
    expect(await controlClient(root).status()).toEqual({ version: "9" });
  });

  it("answers hostile lines with an error and keeps running", async () => {
    await serve(root);
    const lines = [
      "",
      "null",
      "[]",
      '"get"',
      "{}",
      '{"do":"constructor"}',
      '{"do":"__proto__"}',
      '{"do":"get"}',
      '{"do":"get","paths":{"length":1}}',
      '{"do":"get","paths":[1]}',
      '{"do":"set","pairs":[null]}',
      '{"do":"set","pairs":[{"name":"a"}]}',
      '{"do":"names"}',
      '{"__proto__":{"do":"status"}}',
      "[".repeat(1_000_000),
      "\u0000\u0001",
    ];
    for (const line of lines) {
      const answered = JSON.parse(await raw(`${line}\n`));
      expect(answered, line.slice(0, 40)).toMatchObject({ ok: false, code: "malformed" });
    }
    expect(JSON.parse(await raw(Buffer.from([0xff, 0xfe, 10])))).toMatchObject({ code: "malformed" });
    expect(await controlClient(root).status()).toEqual({ version: "9" });
    expect(logged).toEqual([]);
  });

  it("drops a line that is too long, and a client that disconnects before its answer", async () => {
    let answered = 0;
    const slow: Control = {
      ...agent,
      status: () =>
        new Promise((resolve) => setImmediate(() => resolve({ version: String(++answered) } as Status))),
    };
    await serve(root, slow);
    expect(await raw(`${"a".repeat(controlLimits.requestBytesMax + 1)}\n`)).toBe("");
    await new Promise<void>((resolve) => {
      const socket = net.connect({ path: socketPath(root) }, () => socket.end());
      socket.on("close", () => resolve());
    });
    await new Promise<void>((resolve) => {
      const socket = net.connect({ path: socketPath(root) }, () => {
        socket.write('{"do":"status"}\n', () => socket.destroy());
      });
      socket.on("close", () => resolve());
    });
    expect(await controlClient(root).status()).toMatchObject({ version: expect.any(String) });
  });

  it("rejects clients past the bound and serves new clients once others have left", async () => {
    await serve(root);
    const idle = await Promise.all(
      Array.from(
        { length: controlLimits.clientsMax },
        () =>
          new Promise<net.Socket>((resolve) => {
            const socket = net.connect({ path: socketPath(root) }, () => resolve(socket));
          }),
      ),
    );
    await expect(controlClient(root).status()).rejects.toThrow(/closed the connection/);
    const gone = idle.map((socket) => new Promise((resolve) => socket.on("close", resolve).destroy()));
    await Promise.all(gone);
    await expect
      .poll(() =>
        controlClient(root)
          .status()
          .catch(() => undefined),
      )
      .toEqual({ version: "9" });
  });

  it("hides an unforeseen error from the client and logs it", async () => {
    await serve(root, { ...agent, status: () => Promise.reject(new TypeError("secret detail")) });
    await expect(controlClient(root).status()).rejects.toThrow(
      "The agent failed to answer; its log tells more.",
    );
    expect(logged).toEqual(['A command on the control socket failed {"reason":"TypeError: secret detail"}']);
  });

  it("carries an answer of many megabytes", async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({
      name: `A.B.${i}.C`,
      value: "v".repeat(60),
      type: "string",
    }));
    await serve(root, { ...agent, get: async () => many });
    expect(await controlClient(root).get([""])).toEqual(many);
  });
});
