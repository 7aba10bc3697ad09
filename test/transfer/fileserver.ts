/** A file server of the tests: what it serves, what it has been asked, what was sent to it. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export class FileServer {
  readonly files = new Map<string, Buffer>();
  readonly asked: string[] = [];
  readonly uploads = new Map<string, Buffer>();
  readonly headers: http.IncomingHttpHeaders[] = [];
  /** Requests wait for it. */
  gate: Promise<void> = Promise.resolve();
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  static async open(): Promise<FileServer> {
    const made = new FileServer();
    await new Promise<void>((resolve) => made.server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      made.server.closeAllConnections();
      made.server.close();
    });
    return made;
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}`;
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`);
    this.headers.push(request.headers);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    await this.gate;
    const name = (request.url ?? "").slice(1);
    if (request.method === "PUT") {
      this.uploads.set(name, Buffer.concat(pieces));
      response.writeHead(201).end();
      return;
    }
    const file = this.files.get(name);
    if (file === undefined) response.writeHead(404).end("no such file");
    else response.writeHead(200, { "Content-Length": file.length }).end(file);
  }
}
