/** An ACS that says to the byte what a test tells it to, and what a link needs round it: a clock that a test turns,
 * chance that it chooses, a log that it reads. */
import net, { type AddressInfo, type Socket } from "node:net";
import { systemNet } from "../../platform/bun/net.ts";
import type { Affinity } from "../../src/http/affinity.ts";
import { type Link, type LinkSettings, openLink } from "../../src/http/link.ts";
import type { Chance } from "../../src/ports/chance.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Net } from "../../src/ports/net.ts";

export interface Request {
  /** Of the connection, from 1. */
  readonly connection: number;
  /** Request line and headers as they came. */
  readonly head: string;
  readonly body: string;
  /** The value of a header; undefined where it is absent. */
  header(name: string): string | undefined;
  /** A field of the Authorization header. */
  field(name: string): string | undefined;
}

/** Bytes to send, and what then becomes of the connection; undefined says nothing. */
export type Reply = string | { readonly send: string; readonly close: "end" | "reset" } | undefined;

export type Script = (request: Request, index: number) => Reply;

export class ScriptedAcs {
  readonly requests: Request[] = [];
  connections = 0;
  /** Connections that the client has closed. */
  ended = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = net.createServer((socket) => this.serve(socket));

  private constructor(private readonly script: Script) {}

  static async start(script: Script, host = "127.0.0.1"): Promise<ScriptedAcs> {
    const acs = new ScriptedAcs(script);
    await new Promise<void>((done) => acs.server.listen(0, host, done));
    return acs;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = "/acs", host = "127.0.0.1"): string {
    return `http://${host}:${this.port}${path}`;
  }

  /** Sends something that no request has asked for. */
  say(text: string): void {
    for (const socket of this.sockets) socket.write(text, "latin1");
  }

  /** Ends every connection, as a server does that is tired of waiting. */
  hangUp(): void {
    for (const socket of this.sockets) socket.end();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    const connection = this.connections;
    let held = "";
    this.sockets.add(socket);
    socket.setEncoding("latin1").on("error", () => {});
    socket.on("end", () => {
      this.ended += 1;
    });
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (text: string) => {
      held += text;
      for (let read = cut(held, connection); read !== undefined; read = cut(held, connection)) {
        held = read.rest;
        const reply = this.script(read.request, this.requests.push(read.request) - 1);
        if (typeof reply === "string") socket.write(reply, "latin1");
        else if (reply !== undefined) {
          socket.write(reply.send, "latin1");
          if (reply.close === "end") socket.end();
          else socket.resetAndDestroy();
        }
      }
    });
  }
}

function cut(held: string, connection: number): { request: Request; rest: string } | undefined {
  const end = held.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = held.slice(0, end);
  const value = (name: string) => new RegExp(`^${name}:[ \t]*(.*)$`, "im").exec(head)?.[1]?.trimEnd();
  const length = Number(value("content-length") ?? 0);
  const from = end + 4;
  if (held.length < from + length) return undefined;
  const request: Request = {
    connection,
    head,
    body: held.slice(from, from + length),
    header: value,
    field: (name) => new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(value("authorization") ?? "")?.[1],
  };
  return { request, rest: held.slice(from + length) };
}

/** An HTTP response. */
export function http(status: number, headers: readonly string[] = [], body = ""): string {
  return `${[`HTTP/1.1 ${status} X`, ...headers, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`;
}

export const soap = "<Envelope/>";

/** A SOAP message of the ACS. */
export const message = (...headers: readonly string[]): string =>
  http(200, ['Content-Type: text/xml; charset="utf-8"', ...headers], soap);

export const nothing = http(204);

/** A clock that stands still until a test turns it. */
class TurnedClock implements Clock {
  mono = 1000;
  known = true;
  readonly wall = Date.UTC(2026, 10, 24, 12);
  private readonly waits = new Set<{ readonly at: number; readonly fire: () => void }>();

  now() {
    return { mono: this.mono, wall: this.wall + this.mono - 1000, known: this.known };
  }

  wake(at: number, fire: () => void): () => void {
    const wait = { at, fire };
    this.waits.add(wait);
    return () => this.waits.delete(wait);
  }

  zone(): number {
    return 0;
  }

  get waiting(): number {
    return this.waits.size;
  }

  pass(ms: number): void {
    this.mono += ms;
    for (const wait of [...this.waits].filter(({ at }) => at <= this.mono)) {
      this.waits.delete(wait);
      wait.fire();
    }
  }
}

/** Everything that a link is given, each part of it open to a test. */
export class Bench {
  readonly clock = new TurnedClock();
  readonly lines: string[] = [];
  net: Net = systemNet;
  roll = 0;
  private spent = 0;
  settings: LinkSettings;

  constructor(url: string, settings: Partial<LinkSettings> = {}) {
    this.settings = {
      url,
      username: "00D09E-Box-1",
      password: "a secret",
      tls: {},
      bodyBytesMax: 1_048_576,
      responseMsMax: 60_000,
      connectMsMax: 30_000,
      ...settings,
    };
  }

  readonly chance: Chance = {
    roll: () => this.roll,
    bytes: (count) => new Uint8Array(count).fill(++this.spent),
  };

  readonly log: Log = (level, what, fields) => {
    this.lines.push(`${level} ${what} ${JSON.stringify(fields ?? {})}`);
  };

  open(known?: Affinity): Link {
    return openLink(this.settings, this, known);
  }
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
