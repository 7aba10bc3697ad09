/** A port that was taken when the agent started used to stay without Connection Requests until the next restart or
 * change of settings, even when the other program had long gone. */
import net from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectionRequests, type Told } from "../../platform/listeners/connreq.ts";
import { connectionRequestLimits as limits } from "../../src/connreq/limits.ts";
import type { Store } from "../../src/ports/store.ts";
import { credentials, path } from "./answering.ts";
import { seeded } from "./desk.ts";
import { StillClock } from "./serve.ts";

/** Another program on the port. */
async function occupy(port = 0): Promise<{ readonly port: number; leave(): Promise<unknown> }> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(port, "::", resolve));
  const leave = () => new Promise((resolve) => server.close(resolve));
  return { port: (server.address() as net.AddressInfo).port, leave };
}

function device() {
  const clock = new StillClock();
  const lines: string[] = [];
  const places: (number | undefined)[] = [];
  const told: Told = {
    connectionRequestPath: path,
    connectionRequest: () => {},
    connectionRequestWaits: () => false,
    listening: (port) => places.push(port),
  };
  const kept = new Map<string, unknown>();
  const store = {
    get: (_: string, key: string) => kept.get(key),
    write: (writes: readonly { key: string; value: unknown }[]) => {
      for (const { key, value } of writes) kept.set(key, value);
    },
  } as unknown as Store;
  const listening = connectionRequests(false, {
    log: (level, what) => lines.push(`${level}: ${what}`),
    clock,
    chance: seeded(3),
    store,
  });
  onTestFinished(() => listening.close());
  const follow = (port: number) =>
    listening.follow(
      { connectionRequest: { interface: "wan", port, ...credentials, perMinuteMax: 120, perSourceMax: 90 } },
      told,
    );
  return { clock, lines, places, listening, follow };
}

const answers = async (port: number) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;

test("3.2.2 a port in use by another program is taken as soon as it is free, and the log says so once", async () => {
  const other = await occupy();
  const { clock, lines, places, follow } = device();
  await follow(other.port);
  expect(places).toEqual([undefined]);
  clock.goto(clock.mono + limits.portRetryMs);
  await vi.waitFor(() => expect(clock.wakes.size).toBe(1));
  await other.leave();
  clock.goto(clock.mono + limits.portRetryMs - 1);
  expect([places, clock.wakes.size]).toEqual([[undefined], 1]);
  clock.goto(clock.mono + 1);
  await vi.waitFor(() => expect(places).toEqual([undefined, other.port]));
  expect(await answers(other.port)).toBe(401);
  expect(lines.filter((line) => line.startsWith("error: "))).toEqual([
    `error: Cannot listen for Connection Requests on port ${other.port}: another program has it; the port is retried until it is free`,
  ]);
});

test("3.2.2 no retry of a port is pending once the port is had, another port is wanted, or the server is closed", async () => {
  const other = await occupy();
  onTestFinished(() => void other.leave());
  const { clock, places, listening, follow } = device();
  await follow(other.port);
  expect(clock.wakes.size).toBe(1);
  await follow(0);
  expect(places.at(-1)).toBeGreaterThan(0);
  expect(clock.wakes.size).toBe(0);
  await follow(other.port);
  expect([places.at(-1), clock.wakes.size]).toEqual([undefined, 1]);
  await listening.close();
  expect(clock.wakes.size).toBe(0);
});

test("3.2.2 a port that changes during a retry of the old port is retried once, not twice", async () => {
  const [one, other] = [await occupy(), await occupy()];
  onTestFinished(() => void Promise.all([one.leave(), other.leave()]));
  const { clock, places, follow, listening } = device();
  await follow(one.port);
  const moved = follow(other.port);
  clock.goto(clock.mono + limits.portRetryMs);
  await moved;
  await follow(other.port);
  expect([places.at(-1), clock.wakes.size]).toEqual([undefined, 1]);
  await listening.close();
  expect(clock.wakes.size).toBe(0);
});
