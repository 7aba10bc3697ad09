/** Adapter: the built-in ACS behind an HTTP server, and its Connection Requests. TR-069 3.2.2, 3.4, 3.7.2. */
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Acs, Answer } from "../../src/acs/acs.ts";
import { authorization } from "../../src/acs/connect.ts";
import { acsLimits } from "../../src/acs/limits.ts";
import type { Credentials, WebRequest } from "../../src/acs/state.ts";
import { Malformed, Refused } from "../../src/errors.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Header } from "../../src/ports/net.ts";

export interface AcsServer {
  readonly host: string;
  readonly port: number;
  /** The URL at which a device on this machine reaches the ACS. */
  readonly url: string;
  /** Sends the device a Connection Request. @returns the outcome, in plain words */
  connect(device: string): Promise<string>;
  close(): Promise<void>;
}

export interface AcsServerOptions {
  /** HOST:PORT, an IPv6 address in brackets. A port that is taken or 0 is replaced by a free one, and returned. */
  readonly listen: string;
  readonly acs: Acs;
  readonly log: Log;
  /** Hears the outcome of each Connection Request. */
  readonly connected?: (device: string, url: string, outcome: string) => void;
}

/** @throws Refused it is no HOST:PORT */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new Refused(`Cannot listen at "${text}": expected HOST:PORT, as 127.0.0.1:7547 or [::1]:7547.`);
  }
  return { host, port: Number(port) };
}

export async function serveAcs(options: AcsServerOptions): Promise<AcsServer> {
  const { acs, log } = options;
  const wanted = parseListen(options.listen);
  const server = http.createServer({ keepAliveTimeout: acsLimits.keepAliveMs }, (request, response) => {
    receive(request, response, acs).catch((error: unknown) => {
      log("error", "The ACS failed to answer", { reason: String(error) });
      response.destroy();
    });
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const port = await bind(server, wanted.host, wanted.port, log);
  const ringing = new Set<string>();
  const connect = async (key: string): Promise<string> => {
    const device = acs.device(key);
    if (device === undefined) return "this device has not called yet";
    const { credentials, connectionRequestURL: url } = device;
    if (credentials === undefined || url === "") {
      return "no credentials for it yet: they are set in its next session";
    }
    const outcome = await connectionRequest(url, credentials);
    options.connected?.(key, url, outcome);
    return outcome;
  };
  const ring = (key: string) => {
    if (ringing.has(key) || acs.busy(key, Date.now()) || acs.device(key)?.credentials === undefined) return;
    ringing.add(key);
    // At the end of this turn: of several tasks in a row the first alone rings.
    setImmediate(() => {
      const done = acs.busy(key, Date.now()) ? Promise.resolve("") : connect(key);
      void done.finally(() => ringing.delete(key));
    });
  };
  const stop = acs.listen((news) => {
    if (news.do === "ring") ring(news.device);
    // A task that was added after the last answer of a session waits for another session.
    if (news.do === "over" && news.clean && (acs.device(news.device)?.tasks.length ?? 0) > 0)
      ring(news.device);
  });
  const shown = wanted.host.includes(":") ? `[${wanted.host}]` : wanted.host;
  return {
    host: wanted.host,
    port,
    url: `http://${shown === "0.0.0.0" ? "127.0.0.1" : shown}:${port}/`,
    connect,
    close: () =>
      new Promise((resolve) => {
        stop();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function bind(server: http.Server, host: string, port: number, log: Log): Promise<number> {
  const listen = (at: number) =>
    new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, host, () => {
        server.off("error", reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  try {
    return await listen(port);
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error);
    if (code !== "EADDRINUSE") throw new Refused(`Cannot listen at ${host} port ${port}: ${code}.`);
    const free = await listen(0);
    log("warn", "The port is in use; another one was chosen", { taken: port, chosen: free });
    return free;
  }
}

async function receive(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  acs: Acs,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413, { Connection: "close" }).end();
    return;
  }
  const answer = acs.request(webRequest(request, body), Date.now());
  if (answer.do === "drop") {
    request.socket.destroy();
    return;
  }
  if (answer.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
  respond(answer, response);
}

function webRequest(request: http.IncomingMessage, body: Uint8Array): WebRequest {
  const headers: Header[] = [];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    headers.push([request.rawHeaders[at]!, request.rawHeaders[at + 1]!]);
  }
  return { method: request.method ?? "", path: request.url ?? "/", headers, body };
}

async function readBody(request: http.IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > acsLimits.envelopeBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function respond(answer: Extract<Answer, { do: "respond" }>, response: http.ServerResponse): void {
  const { status, headers, body } = answer.response;
  for (const [name, value] of headers) response.appendHeader(name, value);
  if (answer.close) response.setHeader("Connection", "close");
  response.statusCode = status;
  if (answer.cutAt === undefined) {
    response.end(body);
    return;
  }
  // The head announces all of the body; the connection ends before the body was received.
  response.flushHeaders();
  response.write(body.subarray(0, answer.cutAt), () => response.destroy());
}

// ---------------------------------------------------------------- Connection Requests

interface Reply {
  readonly status: number;
  readonly challenge: string | undefined;
}

function get(url: URL, agent: http.Agent, authorized?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = authorized === undefined ? {} : { Authorization: authorized };
    const request = http.get(url, { agent, headers, timeout: acsLimits.connectionRequestMs }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, challenge: response.headers["www-authenticate"] }),
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
  });
}

/** Sends a Connection Request, with digest authentication if the device asks for it. @returns the outcome in plain
 * words */
export async function connectionRequest(at: string, credentials: Credentials): Promise<string> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const url = new URL(at);
    const first = await get(url, agent);
    if (first.status !== 401) return told(first.status);
    const cnonce = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
    const path = url.pathname + url.search;
    const answer = authorization({ path, challenge: first.challenge ?? "" }, credentials, cnonce);
    return told((await get(url, agent, answer)).status);
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    return `failed, ${(error as { code?: string }).code ?? (error as Error).message}`;
  } finally {
    agent.destroy();
  }
}

function told(status: number): string {
  if (status === 200 || status === 204) return `${status}, the device will call`;
  if (status === 401) return "401, the device does not take these credentials";
  if (status === 503) return "503, the device has had too many or is busy";
  return `${status}, not what 3.2.2 allows`;
}
