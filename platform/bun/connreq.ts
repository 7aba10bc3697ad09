/** Adapter: the Connection Request server on TCP sockets. src/connreq/listener.ts decides its deeds. TR-069 3.2.2. */
import { readFileSync } from "node:fs";
import net from "node:net";
import { connectionRequestLimits } from "../../src/connreq/limits.ts";
import {
  type ListenerDeed,
  type ListenerEvent,
  type ListenerLimits,
  listener,
  step,
} from "../../src/connreq/listener.ts";
import type { RouteOptions } from "../../src/connreq/route.ts";
import { Refused } from "../../src/errors.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import { systemLibrary } from "./libc.ts";

export interface ConnectionRequestOptions extends Omit<RouteOptions, "verdict"> {
  /** The address to listen on; absent: every address of both families. */
  readonly address?: string;
  /** 0: a free one. */
  readonly port: number;
  /** Take the next free port where that one is taken. */
  readonly fallback?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Decides whether to accept a request; absent: every request is accepted, also during a session. */
  readonly verdict?: RouteOptions["verdict"];
  readonly limits?: Partial<ListenerLimits>;
  /** An accepted Connection Request; its answer is on its way. */
  readonly onRequest: (address: string) => void;
}

export interface ConnectionRequestServer {
  readonly port: number;
  /** Ends the connections too. */
  close(): Promise<void>;
}

/** @throws Refused the port cannot be had */
export async function serveConnectionRequests(
  options: ConnectionRequestOptions,
): Promise<ConnectionRequestServer> {
  const { clock, log } = options;
  const sockets = new Map<number, net.Socket>();
  const state = listener(
    { verdict: () => "accept", ...options },
    { ...placesFor(descriptors()), ...options.limits },
  );
  const queue: ListenerEvent[] = [];
  let busy = false;
  let armed: { at: number; cancel: () => void } | undefined;

  /** Events are queued: performing the deeds of one may cause another. */
  const feed = (event: ListenerEvent) => {
    queue.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        for (const deed of step(state, clock.now().mono, next)) perform(deed);
      }
    } finally {
      busy = false;
    }
    arm();
  };

  /** At rest no timer is left: only connections want to be woken for. */
  const arm = () => {
    if (state.wakeAt === armed?.at) return;
    armed?.cancel();
    const at = state.wakeAt;
    if (at === undefined) {
      armed = undefined;
      return;
    }
    const cancel = clock.wake(at, () => {
      armed = undefined;
      feed({ on: "wake" });
    });
    armed = { at, cancel };
  };

  const deeds = {
    send({ id, bytes, end }) {
      const socket = sockets.get(id);
      socket?.write(bytes, (error) => {
        if (!error) feed({ on: "written", id });
      });
      if (end) socket?.end();
    },
    close({ id }) {
      sockets.get(id)?.destroy();
      sockets.delete(id);
    },
    accepted: ({ address }) => options.onRequest(address),
    log: ({ level, what, fields }) => log(level, what, fields),
  } satisfies { [Do in ListenerDeed["do"]]: (deed: Extract<ListenerDeed, { do: Do }>) => void };
  const perform = (deed: ListenerDeed) => (deeds[deed.do] as (deed: ListenerDeed) => void)(deed);

  let lastId = 0;
  // Half-open: a client that closes its end after the request still gets its answer.
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const id = ++lastId;
    sockets.set(id, socket);
    socket.on("data", (bytes) => feed({ on: "bytes", id, bytes }));
    socket.on("end", () => feed({ on: "ended", id }));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(id);
      feed({ on: "closed", id });
    });
    feed({ on: "open", id, address: socket.remoteAddress ?? "" });
  });

  const port = await listenSomewhere(server, options);
  server.on("error", (error) =>
    log("warn", "The Connection Request server failed", { reason: error.message }),
  );
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const id of [...sockets.keys()]) {
        sockets.get(id)?.destroy();
        feed({ on: "closed", id });
      }
      await closed;
    },
  };
}

async function listenSomewhere(server: net.Server, options: ConnectionRequestOptions): Promise<number> {
  const { port } = options;
  const tries = options.fallback && port !== 0 ? connectionRequestLimits.portTriesMax : 0;
  const next = Array.from({ length: tries }, (_, index) => port + 1 + index).filter((one) => one < 65_536);
  for (const candidate of [port, ...next, ...(options.fallback ? [0] : [])]) {
    const outcome = await listenAt(server, options.address, candidate);
    if (typeof outcome === "number") return outcome;
    if (outcome.code === "EADDRINUSE" && options.fallback) continue;
    const why = outcome.code === "EADDRINUSE" ? "another program has it" : outcome.message;
    throw new Refused(`Cannot listen for Connection Requests on port ${port}: ${why}`);
  }
  throw new Refused(`Cannot listen for Connection Requests: no port is free from ${port} on`);
}

/** Without an address: both families, or IPv4 alone where the system lacks IPv6. */
async function listenAt(
  server: net.Server,
  address: string | undefined,
  port: number,
): Promise<number | NodeJS.ErrnoException> {
  if (address !== undefined) return listen(server, address, port);
  const outcome = await listen(server, "::", port);
  if (typeof outcome === "number" || outcome.code === "EADDRINUSE") return outcome;
  return listen(server, "0.0.0.0", port);
}

function listen(server: net.Server, host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error);
    server.once("error", failed);
    server.listen({ host, port, backlog }, () => {
      server.off("error", failed);
      awaitData(server);
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}

/** Connections that have not been taken yet: those that arrive while one turn of the event loop lasts. */
const backlog = 4096;

/** tcp(7), socket(7): seconds that the kernel keeps a connection that says nothing to itself. */
const tcp = 6;
const deferAccept = 9;
const deferSeconds = Int32Array.of(1);

/** Most of a flood are connections that never say anything: with this the kernel keeps them, and hands one over with
 * its first bytes, or after a second. The runtime has no word for it and its own backlog; where the C library cannot be
 * called all is as without. */
function awaitData(server: net.Server): void {
  const handle = (server as unknown as { readonly _handle?: { readonly fd?: number } })._handle;
  const library = systemLibrary({
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
    listen: { args: ["i32", "i32"], returns: "i32" },
  });
  if (library === undefined || typeof handle?.fd !== "number" || handle.fd < 0) return;
  library.setsockopt(handle.fd, tcp, deferAccept, deferSeconds, deferSeconds.byteLength);
  library.listen(handle.fd, backlog);
}

/** A service may get as few descriptors as 1024, and a connection that finds none left is lost. */
function placesFor(descriptors: number): Pick<ListenerLimits, "connectionsMax" | "connectionsYoungMax"> {
  const { connectionsMax, connectionsYoungMax, descriptorsKept } = connectionRequestLimits;
  const room = Math.max(descriptors - descriptorsKept, 1);
  return {
    connectionsMax: Math.min(connectionsMax, room),
    connectionsYoungMax: Math.min(connectionsYoungMax, room),
  };
}

/** Files that this process can have open. getrlimit(2), proc_pid_limits(5) */
function descriptors(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "latin1");
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
