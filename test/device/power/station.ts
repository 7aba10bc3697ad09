/** Helper: the ACS of the power cuts and its files, on one port. It hands over each POST and says nothing by itself. */
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Call, type Element, handwritings, readLetter } from "../../e2e/writing.ts";

export interface Post {
  /** undefined: the POST is empty. */
  readonly body: Element | undefined;
  /** @param inner of the element, or what it asks; @param id of the message */
  answer(element: string, inner: string | Call["args"], id?: string): void;
  /** Answers with nothing. */
  end(): void;
  /** Of the message of the gateway. */
  readonly id: string | undefined;
}

export class Station {
  readonly files = new Map<string, Uint8Array>();
  private posts: Post[] = [];
  private waiting: ((post: Post) => void) | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server = http.createServer((request, response) => void this.take(request, response));

  static async open(): Promise<Station> {
    const station = new Station();
    station.server.on("connection", (socket) => {
      station.sockets.add(socket);
      socket.on("close", () => station.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => station.server.listen(0, "127.0.0.1", resolve));
    return station;
  }

  /** As the gateway has it. */
  get url(): string {
    return `http://10.0.2.2:${(this.server.address() as AddressInfo).port}/`;
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) pieces.push(piece as Buffer);
    } catch {
      // The plug was pulled in the middle of it.
      return;
    }
    if (request.method === "GET") {
      const file = this.files.get((request.url ?? "").slice(1));
      if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, { "Content-Length": file.length }).end(file);
      return;
    }
    const bytes = Buffer.concat(pieces);
    const letter = bytes.length === 0 ? undefined : readLetter(bytes);
    const { hand, envelope } = handwritings[0]!;
    const post: Post = {
      body: letter?.body,
      id: letter?.id,
      answer(element, inner, id) {
        const content = typeof inner === "string" ? inner : inner(hand);
        response
          .writeHead(200, { "Content-Type": 'text/xml; charset="utf-8"' })
          .end(envelope(element, content, { id, hold: false }));
      },
      end: () => void response.writeHead(204).end(),
    };
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting === undefined) this.posts.push(post);
    else waiting(post);
  }

  /** The next POST. */
  next(): Promise<Post> {
    const post = this.posts.shift();
    if (post !== undefined) return Promise.resolve(post);
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  /** The gateway is off: what it has said before counts, and is handed over once. */
  async silence(): Promise<readonly Post[]> {
    this.waiting = undefined;
    await Promise.all([...this.sockets].map((socket) => new Promise((done) => socket.once("close", done))));
    return this.posts.splice(0);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
