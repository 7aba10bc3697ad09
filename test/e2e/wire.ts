/** Helper: an HTTP server on a bare socket, for the ACS double. It hands over every request and says nothing by itself, so
 * that a test decides each byte of the answer, and sees what a library would hide: connections, and who is early. */
import net from "node:net";

/** How long a test waits for something before it says what did not come, milliseconds. */
export const patienceMs = Number(process.env.PATIENCE_MS ?? 60_000);

export interface Connection {
  readonly number: number;
  /** The peer, or we, have closed it. */
  readonly closed: Promise<void>;
  readonly socket: net.Socket;
  requests: number;
  /** Bytes came before the last answer was out: pipelining. */
  early: boolean;
}

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly connection: Connection;
  /** The first header of that name, whatever its case. */
  header(name: string): string | undefined;
  /** The answer, all of its bytes. */
  answer(bytes: string | Buffer): void;
}

/** Things that come and are waited for, in order. */
class Queue<T> {
  private readonly ready: T[] = [];
  private readonly waiting: ((thing: T) => void)[] = [];

  put(thing: T): void {
    const take = this.waiting.shift();
    if (take) take(thing);
    else this.ready.push(thing);
  }

  get size(): number {
    return this.ready.length;
  }

  next(what: string): Promise<T> {
    const there = this.ready.shift();
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        reject(new Error(`${what} did not come within ${patienceMs / 1000} s`));
      }, patienceMs);
      const take = (thing: T) => {
        clearTimeout(late);
        resolve(thing);
      };
      this.waiting.push(take);
    });
  }
}

export class Wire {
  readonly requests = new Queue<Heard>();
  readonly connections: Connection[] = [];
  /** Connections are dropped as soon as they come. */
  deaf = false;
  port = 0;
  private readonly server = net.createServer((socket) => this.serve(socket));

  static async open(address = "127.0.0.1"): Promise<Wire> {
    const wire = new Wire();
    await new Promise<void>((resolve) => wire.server.listen(0, address, resolve));
    wire.port = (wire.server.address() as net.AddressInfo).port;
    return wire;
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: net.Socket): void {
    if (this.deaf) return void socket.destroy();
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    const connection: Connection = {
      number: this.connections.length + 1,
      closed,
      socket,
      requests: 0,
      early: false,
    };
    this.connections.push(connection);
    socket.on("error", () => {});
    let held: Buffer = Buffer.alloc(0);
    let owing = false;
    socket.on("data", (chunk) => {
      if (owing) connection.early = true;
      held = Buffer.concat([held, chunk]);
      const found = take(held);
      if (found === undefined) return;
      held = held.subarray(found.bytes);
      owing = true;
      connection.requests++;
      const answer = (bytes: string | Buffer) => {
        owing = false;
        socket.write(bytes);
      };
      const header = (name: string) =>
        found.headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
      this.requests.put({ ...found, connection, header, answer });
    });
  }
}

/** One whole request from the start of what has come; undefined: there is more to come. */
function take(held: Buffer) {
  const end = held.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = held.toString("latin1", 0, end).split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const length = Number(headers.find(([name]) => name.toLowerCase() === "content-length")?.[1] ?? 0);
  const bytes = end + 4 + length;
  if (held.length < bytes) return undefined;
  return { method, path, headers, body: Buffer.from(held.subarray(end + 4, bytes)), bytes };
}

/** Bytes in chunks of a few each, with an extension and a trailer, as RFC 9112 7.1 allows. */
export function chunked(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    parts.push(
      Buffer.from(`${piece.length.toString(16).toUpperCase()};piece=${at}\r\n`),
      piece,
      Buffer.from("\r\n"),
    );
  }
  return Buffer.concat([...parts, Buffer.from("0\r\nX-Checked: yes\r\n\r\n")]);
}
