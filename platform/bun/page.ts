/** Adapter: the LAN page on TCP sockets: one request a connection, all of it bounded in bytes, time and number.
 * TR-069 D.3. */
import net from "node:net";
import { Refused } from "../../src/errors.ts";
import { pageLimits as limits } from "../../src/page/limits.ts";
import { isInside, type Network, plainAddress } from "../../src/page/place.ts";
import type { PageAnswer, PageRequest } from "../../src/page/request.ts";
import { type ReadRequest, readRequest, refusalOf, writeAnswer } from "../../src/page/wire.ts";
import type { Log } from "../../src/ports/log.ts";

export interface PageServerOptions {
  /** The server listens on their addresses and serves clients in them. */
  readonly networks: readonly Network[];
  /** 0: a free one. */
  readonly port: number;
  readonly log: Log;
  readonly answer: (request: PageRequest) => Promise<PageAnswer>;
}

export interface PageServer {
  readonly port: number;
  /** Ends the connections too. */
  close(): Promise<void>;
}

/** @throws Refused the port cannot be had */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const { networks } = options;
  const sockets = new Map<net.Socket, string>();
  const servers: net.Server[] = [];
  const close = async () => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets.keys()) socket.destroy();
    await Promise.all(closed);
  };
  let { port } = options;
  try {
    for (const { address } of networks) {
      const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => taken(socket));
      port = await listen(server, address, port);
      servers.push(server);
      server.on("error", (error) =>
        options.log("warn", "The LAN page cannot accept connections", { reason: error.message }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }

  /** Accepts a client on the LAN if there is a place for it. Any other connection ends without an answer. */
  function taken(socket: net.Socket): void {
    const client = plainAddress(socket.remoteAddress ?? "");
    const ofClient = [...sockets.values()].filter((one) => one === client).length;
    const full = sockets.size >= limits.connectionsMax || ofClient >= limits.connectionsPerClientMax;
    if (full || !isInside(client, networks)) {
      socket.destroy();
      return;
    }
    sockets.set(socket, client);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    conversation(socket, client, options);
  }

  return { port, close };
}

function conversation(socket: net.Socket, client: string, { answer, log }: PageServerOptions): void {
  const local = plainAddress(socket.localAddress ?? "");
  let bytes: Uint8Array<ArrayBufferLike> = new Uint8Array();
  let request: ReadRequest | undefined;
  let timer = setTimeout(() => socket.destroy(), limits.requestMs);
  socket.on("close", () => clearTimeout(timer));

  const reply = (given: PageAnswer) => {
    clearTimeout(timer);
    if (socket.destroyed) return;
    timer = setTimeout(() => socket.destroy(), limits.answerMs);
    socket.end(writeAnswer(given, request?.method === "HEAD"));
    // Discard bytes that still arrive: unread bytes would turn the close into a reset that loses the answer
    // (RFC 9112 9.6).
    socket.resume();
    socket.once("finish", () => socket.destroySoon());
  };
  const failed = (error: unknown) => {
    const given = refusalOf(error);
    if (given.status === 500) log("error", "The LAN page failed to answer", { reason: String(error) });
    reply(given);
  };

  const take = (piece: Uint8Array) => {
    if (request !== undefined) return;
    const seen = bytes.length;
    bytes = Buffer.concat([bytes, piece]);
    try {
      request = readRequest(bytes, seen);
    } catch (error) {
      socket.off("data", take);
      failed(error);
      return;
    }
    if (request === undefined) return;
    clearTimeout(timer);
    const onGone = (gone: () => void) => {
      if (socket.destroyed || socket.readableEnded) gone();
      else socket.once("close", gone).once("end", gone);
    };
    answer({ ...request, client, local, onGone }).then(reply, failed);
  };
  socket.on("data", take);
  // The client has ended its side without a whole request.
  socket.on("end", () => {
    if (request === undefined) socket.destroy();
  });
}

function listen(server: net.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program has it" : error.message;
      reject(new Refused(`The LAN page cannot be served at ${host} port ${port}: ${why}`));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners("error");
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}
