/** Helper: a file server of the demo, and an image for its sample gateway. */
import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { metadataBlock } from "../../platform/openwrt/flash/fwtool.ts";

export class Files {
  private readonly files = new Map<string, Buffer | string>();
  private readonly server = http.createServer((request, response) => {
    const file = this.files.get((request.url ?? "").slice(1));
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Length": Buffer.byteLength(file) }).end(file);
  });

  static async open(): Promise<Files> {
    const files = new Files();
    await new Promise<void>((resolve) => files.server.listen(0, "127.0.0.1", resolve));
    return files;
  }

  /** @returns where it is */
  offer(name: string, file: Buffer | string): string {
    this.files.set(name, file);
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** An image of random bytes that the sample gateway takes, since its metadata names that board. */
export function sampleImage(revision: string): Buffer {
  const image = randomBytes(500_000);
  const metadata = { supported_devices: ["sample,gateway-one"], version: { revision } };
  return Buffer.concat([image, metadataBlock(image, metadata)]);
}
