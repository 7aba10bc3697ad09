/** What the tests of transfers share: a place for files, the ports of a transfer, servers with bad habits. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemChance } from "../../platform/bun/chance.ts";
import { systemClock } from "../../platform/bun/clock.ts";
import { openFiles, openSending } from "../../platform/bun/files.ts";
import { systemNet } from "../../platform/bun/net.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Receiving, Sending } from "../../src/ports/files.ts";
import type { Progress, Told } from "../../src/ports/installer.ts";
import { bounded } from "../../src/transfer/course.ts";
import { codeOf, TransferFailure } from "../../src/transfer/failure.ts";
import { type HttpFilePorts, receiveHttp } from "../../src/transfer/http.ts";
import { transferLimits } from "../../src/transfer/limits.ts";

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "cwmpd-transfer-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Bytes that repeat nowhere near, so that a piece in the wrong place shows. */
export function content(bytes: number): Buffer {
  const block = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) block.writeUInt32LE((at * 2654435761) >>> 0, at);
  return block;
}

export const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const clock = systemClock(
  () => true,
  () => 0,
);

/** The pauses between two attempts pass at once; the patience with a server does not. */
const hasty: Clock = {
  ...clock,
  wake(at, fire) {
    if (at - clock.now().mono > transferLimits.continueWaitMs) return clock.wake(at, fire);
    const soon = setImmediate(fire);
    return () => clearImmediate(soon);
  },
};

export function ports(more: Partial<HttpFilePorts> = {}): HttpFilePorts & { readonly seen: Progress[] } {
  const seen: Progress[] = [];
  return {
    net: systemNet,
    clock: hasty,
    chance: systemChance,
    log: () => {},
    told: (progress) => void seen.push(progress),
    seen,
    ...more,
  };
}

export interface Got {
  readonly bytes: Buffer | undefined;
  readonly failure: TransferFailure | undefined;
}

/** Receives one file, within the bounds of a transfer. @returns its bytes, or why not */
export async function received(
  work: (file: Receiving, told: Told) => Promise<void>,
  { clock = hasty, room }: { readonly clock?: Clock; readonly room?: number } = {},
  tell: Told = () => {},
): Promise<Got> {
  const files = openFiles(folder());
  const inner = await files.receive(1, "2 Web Content");
  try {
    const { file, told } = bounded(inner, { clock, speedMax: 0, room }, tell);
    await work(file, told);
    await file.finish();
    return { bytes: readFileSync(files.path(1)), failure: undefined };
  } catch (error) {
    await inner.drop();
    if (!(error instanceof TransferFailure)) throw error;
    return { bytes: undefined, failure: error };
  }
}

/** The code that the ACS would be told of a download, and the words. */
export const toldOf = ({ failure }: Got): readonly [code: number | undefined, text: string] =>
  failure === undefined ? [0, ""] : [codeOf(failure.kind, "download"), failure.message];

/** The same over HTTP. */
export const receive = (
  url: string,
  login: { username: string; password: string } = { username: "", password: "" },
  tls: { ca?: string } = {},
  made = ports(),
  room?: number,
): Promise<Got> =>
  received(
    (file, told) => receiveHttp({ url, ...login }, file, tls, { ...made, told }),
    { clock: made.clock, ...(room !== undefined && { room }) },
    made.told,
  );

/** One request as a scripted server has read it. */
export interface Asked {
  readonly line: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** A server that answers each connection with the next script: it gets the request's head and writes what it likes. */
export async function scripted(
  answer: (socket: net.Socket, asked: Asked, count: number) => void,
): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [line = "", ...rest] = text.slice(0, end).split("\r\n");
      text = "";
      const headers = new Map(
        rest.map((one) => [one.slice(0, one.indexOf(":")).toLowerCase(), one.slice(one.indexOf(":") + 2)]),
      );
      asked.push({ line, headers });
      answer(socket, asked.at(-1)!, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/image.bin`, asked };
}

/** A file to be sent. */
export async function folderFile(bytes: Buffer): Promise<Sending> {
  const path = join(folder(), "file");
  writeFileSync(path, bytes);
  const source = await openSending(path);
  onTestFinished(() => source.close());
  return source;
}
