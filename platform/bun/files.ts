/** Port: files of transfers, in a directory of the agent's own. */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Files, Receiving, Sending } from "../../src/ports/files.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";

/** Bytes that are written with one call: few enough to be forgotten, enough for the disk's own speed. */
const batchBytes = 524_288;

/** Bytes that stay free beside a received file, so that the rest of the device can go on. */
const reserveBytes = 4_194_304;

/** @param directory made when first needed; only its owner can look into it */
export function openFiles(directory: string): Files & { path(id: number): string } {
  const path = (id: number) => join(directory, `${id}.file`);
  const partial = (id: number) => join(directory, `${id}.part`);
  return {
    path,
    room() {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        const { bavail, bsize } = statfsSync(directory);
        return Math.max(bavail * bsize - reserveBytes, 0);
      } catch {
        // Whether there is room is found out by writing.
        return undefined;
      }
    },
    async receive(id) {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        rmSync(path(id), { force: true });
        const handle = await open(partial(id), "w", 0o600);
        return new FileBeingReceived(handle, partial(id), path(id), directory);
      } catch (error) {
        throw unwritten(error);
      }
    },
    has: (id) => statSync(path(id), { throwIfNoEntry: false }) !== undefined,
    remove(id) {
      rmSync(path(id), { force: true });
      rmSync(partial(id), { force: true });
      if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
    },
    sweep(held) {
      if (!existsSync(directory)) return;
      const left = readdirSync(directory).filter((name) => !held.includes(Number.parseInt(name, 10)));
      for (const name of left) rmSync(join(directory, name), { force: true });
    },
  };
}

/** Bytes are gathered and written in batches, one batch while the next is gathered. */
class FileBeingReceived implements Receiving {
  bytes = 0;
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly handle: FileHandle,
    private readonly partial: string,
    private readonly whole: string,
    private readonly directory: string,
  ) {}

  take(piece: Uint8Array): void | Promise<void> {
    this.gathered.push(piece);
    this.gatheredBytes += piece.length;
    this.bytes += piece.length;
    if (this.gatheredBytes < batchBytes) return undefined;
    const before = this.writing;
    this.writing = this.write(before);
    return before ?? undefined;
  }

  async restart(): Promise<void> {
    await this.writing?.catch(() => {});
    this.writing = undefined;
    this.gathered = [];
    this.gatheredBytes = 0;
    this.bytes = 0;
    await this.handle.truncate(0).catch((error) => {
      throw unwritten(error);
    });
  }

  /** The file has its name only once it is whole and on the medium. */
  async finish(): Promise<void> {
    try {
      await this.write(this.writing);
      await this.handle.sync();
      await this.handle.close();
      await rename(this.partial, this.whole);
      const directory = await open(this.directory, "r");
      await directory.sync().finally(() => directory.close());
    } catch (error) {
      throw unwritten(error);
    }
  }

  async drop(): Promise<void> {
    await this.writing?.catch(() => {});
    await this.handle.close().catch(() => {});
    try {
      rmSync(this.partial, { force: true });
    } catch {
      // The part goes when its transfer is tidied up; an error here would hide why it is dropped.
    }
  }

  private async write(before: Promise<void> | undefined): Promise<void> {
    const batch = Buffer.concat(this.gathered);
    const at = this.bytes - this.gatheredBytes;
    this.gathered = [];
    this.gatheredBytes = 0;
    await before;
    try {
      for (let from = 0; from < batch.length; ) {
        const { bytesWritten } = await this.handle.write(batch, from, batch.length - from, at + from);
        from += bytesWritten;
      }
    } catch (error) {
      throw unwritten(error);
    }
  }
}

/** An error of the file system as the reason why a transfer failed. */
export function unwritten(error: unknown): TransferFailure {
  if (error instanceof TransferFailure) return error;
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new TransferFailure("space", "There is no room left for the file");
  }
  return new TransferFailure("internal", `The file cannot be written: ${message}`);
}

/** A file of this system, to be sent. */
export async function openSending(path: string): Promise<Sending> {
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  return {
    length: size,
    async *pieces() {
      const buffer = new Uint8Array(batchBytes);
      for (let at = 0; at < size; ) {
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at);
        // A file that shrinks while it is sent would leave the server waiting for the rest.
        if (bytesRead === 0) throw new TransferFailure("internal", "The file has become shorter meanwhile");
        yield buffer.slice(0, bytesRead);
        at += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}
