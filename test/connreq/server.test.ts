/** The server on real sockets, with curl as the ACS, under Node and under the runtime that ships. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { networkInterfaces } from "node:os";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectionRequestLimits as limits } from "../../src/connreq/limits.ts";
import { Refused } from "../../src/errors.ts";
import { challengeIn, credentials, get, path, sign } from "./answering.ts";
import { status } from "./desk.ts";
import { serve } from "./serve.ts";

const noCurl = spawnSync("curl", ["--version"]).status !== 0;
if (noCurl)
  console.warn("Skipping the suites of the Connection Request server that need curl: it is not installed");
const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === "::1"));

interface Running {
  readonly port: number;
  /** Connection Requests accepted so far. */
  count(): Promise<number>;
  stop(): Promise<void>;
}

async function underNode(): Promise<Running> {
  const server = await serve();
  return { port: server.port, count: async () => server.requests.length, stop: () => server.close() };
}

async function underBun(): Promise<Running> {
  const program = new URL("serve.ts", import.meta.url).pathname;
  const bun = new URL("../../node_modules/.bin/bun", import.meta.url).pathname;
  const child = spawn(bun, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const count = async () => {
    child.stdin.write("\n");
    return Number((await lines.next()).value);
  };
  const stop = async () => {
    child.stdin.end();
    await once(child, "exit");
  };
  return { port, count, stop };
}

function curl(...args: string[]): Promise<{ code: number; out: string; talk: string }> {
  return new Promise((resolve) => {
    execFile("curl", ["-sv", "--max-time", "50", "-D", "-", "-q", ...args], (error, out, talk) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, talk });
    });
  });
}

const statuses = (out: string) => [...out.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1]));
const user = `${credentials.username}:${credentials.password}`;

/** A plain socket that collects what it hears. */
class Peer {
  heard = "";
  readonly socket: net.Socket;
  constructor(port: number, host = "127.0.0.1") {
    this.socket = net.connect({ port, host, allowHalfOpen: true });
    this.socket.on("error", () => {});
    this.socket.on("data", (bytes) => {
      this.heard += bytes.toString("latin1");
    });
  }
  async connected(): Promise<this> {
    if (this.socket.connecting) await once(this.socket, "connect");
    return this;
  }
  /** @returns the next whole answer */
  async ask(bytes: string): Promise<string> {
    this.heard = "";
    this.socket.write(bytes);
    while (!this.heard.endsWith("\r\n\r\n")) await once(this.socket, "data");
    return this.heard;
  }
  /** Waits until the server has ended the connection. */
  async ended(): Promise<string> {
    if (!this.socket.readableEnded && !this.socket.destroyed) {
      await Promise.race([once(this.socket, "end"), once(this.socket, "close")]);
    }
    return this.heard;
  }
}

describe.each([
  ["Node", underNode],
  ["Bun", underBun],
])("3.2.2 under %s", (_runtime, start) => {
  let server: Running;
  const peers: Peer[] = [];
  const url = (rest = path) => `http://127.0.0.1:${server.port}${rest}`;
  const peer = (host?: string) => {
    const one = new Peer(server.port, host);
    peers.push(one);
    return one.connected();
  };
  /** What that does to the count of accepted requests. */
  const counting = async <Value>(work: () => Promise<Value>) => {
    const before = await server.count();
    const value = await work();
    return { value, accepted: (await server.count()) - before };
  };

  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    for (const one of peers) one.socket.destroy();
    await server.stop();
  });

  describe.skipIf(noCurl)("3.2.2 curl", () => {
    test("3.2.2 [R-3.2.2-01] [R-3.2.2-10] [R-3.2.2-12] a digest GET is challenged, then answered with 200 and no body, on one connection", async () => {
      const { value, accepted } = await counting(() => curl("--digest", "-u", user, url()));
      expect(value.code).toBe(0);
      expect(statuses(value.out)).toEqual([401, 200]);
      expect(value.out.endsWith("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).toBe(true);
      expect(value.talk).toContain("Re-using existing connection");
      expect(accepted).toBe(1);
    });

    test("3.2.2 [R-3.2.2-08] a wrong password, a wrong name or none: 401 and no request", async () => {
      const { value, accepted } = await counting(async () => [
        await curl("--digest", "-u", `${credentials.username}:wrong`, url()),
        await curl("--digest", "-u", `wrong:${credentials.password}`, url()),
        await curl("--basic", "-u", user, url()),
        await curl(url()),
      ]);
      expect(value.map((one) => statuses(one.out).at(-1))).toEqual([401, 401, 401, 401]);
      expect(accepted).toBe(0);
    });

    test("3.2.2 HTTP/1.0 is served, on two connections", async () => {
      const { value, accepted } = await counting(() => curl("--http1.0", "--digest", "-u", user, url()));
      expect(statuses(value.out)).toEqual([401, 200]);
      expect(value.talk).not.toContain("Re-using existing connection");
      expect(accepted).toBe(1);
    });

    test("3.2.2 [R-3.2.2-06] a body, short, long or chunked, and a query change nothing", async () => {
      const digest = ["--digest", "-u", user, "-X", "GET"];
      const { value, accepted } = await counting(async () => [
        await curl(...digest, "-d", "command=reboot", url()),
        await curl(...digest, "-d", "x".repeat(100_000), url()),
        await curl(...digest, "-H", "Transfer-Encoding: chunked", "-d", "x".repeat(1000), url()),
        await curl(...digest, url(`${path}?a=b&c=%20d`)),
      ]);
      expect(value.map((one) => statuses(one.out).at(-1))).toEqual([200, 200, 200, 200]);
      expect(accepted).toBe(4);
    });

    test("3.2.2 [R-3.2.2-05] the server speaks HTTP and not HTTPS", async () => {
      const { value, accepted } = await counting(async () => [
        await curl("--digest", "-u", user, url()),
        await curl("-k", "--digest", "-u", user, url().replace("http:", "https:")),
      ]);
      expect(statuses(value[0]!.out)).toEqual([401, 200]);
      expect(value[1]!.code).not.toBe(0);
      expect(statuses(value[1]!.out)).toEqual([]);
      expect(accepted).toBe(1);
    });

    test("3.2.2 [R-3.2.2-09] a request is accepted from any address", async () => {
      const { value, accepted } = await counting(() =>
        curl("--interface", "127.0.0.2", "--digest", "-u", user, url()),
      );
      expect(statuses(value.out)).toEqual([401, 200]);
      expect(accepted).toBe(1);
    });

    test.skipIf(!ipv6)("3.2.2 IPv6 is served on the same port", async () => {
      const answer = await curl("--digest", "-u", user, `http://[::1]:${server.port}${path}`);
      expect(statuses(answer.out)).toEqual([401, 200]);
    });

    test("3.4.5 a replay of the bytes that curl has sent is refused", async () => {
      const { talk } = await curl("--digest", "-u", user, url());
      const captured = /^> (Authorization: Digest .*?)\r?$/m.exec(talk)?.[1];
      expect(captured).toContain("response=");
      const { value, accepted } = await counting(async () => (await peer()).ask(get(path, captured!)));
      expect(status(value)).toBe(401);
      expect(accepted).toBe(0);
    });
  });

  test("3.2.2 a client that half-closes behind its request gets its answer", async () => {
    const one = await peer();
    const challenge = challengeIn(await one.ask(get()));
    one.heard = "";
    one.socket.end(get(path, sign(challenge)));
    expect(status(await one.ended())).toBe(200);
  });

  test("3.2.2 the request of a client that disconnects at once is accepted", async () => {
    const one = await peer();
    const challenge = challengeIn(await one.ask(get()));
    const before = await server.count();
    one.socket.end(get(path, sign(challenge)));
    one.socket.resume();
    await one.ended();
    expect(await server.count()).toBe(before + 1);
  });

  test("3.2.2 500 idle and slow clients stay open while a good one is served", async () => {
    // Room for the good one too; the places of one source are limits.connectionsPerSourceMax.
    const crowd = await Promise.all(Array.from({ length: 500 }, () => peer()));
    crowd.forEach((one, index) => {
      if (index % 3 === 0) one.socket.write("GET /");
      if (index % 3 === 1) one.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-`);
    });
    const good = await peer();
    const { value, accepted } = await counting(async () => {
      const challenge = challengeIn(await good.ask(get()));
      return good.ask(get(path, sign(challenge)));
    });
    expect(status(value)).toBe(200);
    expect(accepted).toBe(1);
    expect(crowd.filter((one) => one.socket.readableEnded || one.socket.destroyed)).toHaveLength(0);
    for (const one of crowd) one.socket.destroy();
  });

  test("3.2.2 with more clients than places the oldest idle connections are closed, and a good client is served", async () => {
    const crowd: Peer[] = [];
    for (let batch = 0; batch < 8; batch += 1) {
      crowd.push(...(await Promise.all(Array.from({ length: 100 }, () => peer()))));
    }
    const good = await peer();
    const challenge = challengeIn(await good.ask(get()));
    expect(status(await good.ask(get(path, sign(challenge))))).toBe(200);
    // In what order the kernel hands over those that say nothing is its own affair.
    const gone = () => crowd.filter(({ socket }) => socket.readableEnded || socket.destroyed).length;
    await expect.poll(gone).toBeGreaterThanOrEqual(800 - limits.connectionsPerSourceMax);
    for (const one of crowd) one.socket.destroy();
  });
});

describe("3.2.2 the server", () => {
  test("3.2.2 holds no timer at rest and one while there are connections, and closes these in time", async () => {
    const server = await serve();
    expect(server.clock.wakes.size).toBe(0);
    const one = await new Peer(server.port).connected();
    await one.ask(get("/other"));
    const two = await new Peer(server.port).connected();
    await two.ask(get("/other"));
    expect(server.clock.wakes.size).toBe(1);
    server.clock.goto(server.clock.mono + limits.idleMs);
    await Promise.all([one.ended(), two.ended()]);
    expect(server.clock.wakes.size).toBe(0);
    await server.close();
  });

  test("3.2.2 a client that sends a thousand requests at once gets one answer, and the connection is closed", async () => {
    const server = await serve();
    const greedy = await new Peer(server.port).connected();
    greedy.socket.write(get("/other").repeat(1000));
    expect(await greedy.ended()).toBe(
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    greedy.socket.destroy();
    await server.close();
  });

  test("3.2.2 a port in use is reported, or another port is taken if the caller allows it", async () => {
    const first = await serve();
    const again = serve({ port: first.port });
    await expect(again).rejects.toThrow(Refused);
    await expect(again).rejects.toThrow(`port ${first.port}: another program has it`);
    const second = await serve({ port: first.port, fallback: true });
    expect(second.port).not.toBe(first.port);
    const one = await new Peer(second.port).connected();
    expect(status(await one.ask(get()))).toBe(401);
    await second.close();
    await one.ended();
    await first.close();
    const third = await serve({ port: first.port });
    expect(third.port).toBe(first.port);
    await third.close();
  });

  test("3.2.2 an address that the device does not have is reported", async () => {
    await expect(serve({ address: "192.0.2.1" })).rejects.toThrow(Refused);
  });

  test("3.2.2 the log names each refused address with the reason, and no secret", async () => {
    const server = await serve();
    const one = await new Peer(server.port).connected();
    const challenge = challengeIn(await one.ask(get()));
    await one.ask(get(path, sign(challenge, { password: "guess" })));
    expect(server.lines).toHaveLength(1);
    expect(server.lines[0]).toMatch(/^Connection Request refused .*wrong credentials.*127\.0\.0\.1/);
    expect(server.lines[0]).not.toMatch(/guess|kept secret/);
    one.socket.destroy();
    await server.close();
  });
});
