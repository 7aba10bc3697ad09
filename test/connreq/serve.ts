/** The real server with a clock that stands still: no deadline passes, so whatever ends a connection is not time.
 * Run as a program it serves under the runtime that runs it, tells its port, and its count for each line of input. */
import { createInterface } from "node:readline";
import { type ConnectionRequestOptions, serveConnectionRequests } from "../../platform/bun/connreq.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { credentials, path } from "./answering.ts";
import { seeded } from "./desk.ts";

export class StillClock implements Clock {
  mono = 5_000_000;
  /** Wakes asked for and not undone. */
  readonly wakes = new Set<{ at: number; fire: () => void }>();

  now() {
    return { mono: this.mono, wall: 0, known: false };
  }
  wake(at: number, fire: () => void) {
    const entry = { at, fire };
    this.wakes.add(entry);
    return () => void this.wakes.delete(entry);
  }
  zone() {
    return 0;
  }
  /** Goes there, firing what is due. */
  goto(mono: number) {
    this.mono = mono;
    for (const entry of [...this.wakes]) {
      if (entry.at > mono) continue;
      this.wakes.delete(entry);
      entry.fire();
    }
  }
}

export async function serve(changes: Partial<ConnectionRequestOptions> = {}) {
  const clock = new StillClock();
  const requests: string[] = [];
  const lines: string[] = [];
  const server = await serveConnectionRequests({
    port: 0,
    path,
    clock,
    chance: seeded(3),
    credentials: () => credentials,
    log: (_level, what, fields) => lines.push(`${what} ${JSON.stringify(fields)}`),
    onRequest: (address) => requests.push(address),
    // The clock stands still, and with it every grace.
    limits: { acceptedPerMinuteMax: 1e6, acceptedPerSourcePerMinuteMax: 1e6, graceMs: 0 },
    ...changes,
  });
  return { ...server, clock, requests, lines };
}

if (import.meta.main) {
  const server = await serve();
  console.log(server.port);
  for await (const _ of createInterface({ input: process.stdin })) console.log(server.requests.length);
  await server.close();
}
