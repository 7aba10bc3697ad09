/** Port: files of transfers, in a directory of the agent's own.
 *
 * node:fs has the functions of node:fs/promises, too: to import that module would cost 0.2 ms of each start. */
import {
  existsSync,
  mkdirSync,
  promises,
  readdirSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Files, Receiving, Sending } from "../../src/ports/files.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { collect } from "./memory.ts";

/** Bytes that are written with one call: enough for the disk's own speed. */
const batchBytes = 524_288;

/** Bytes of a file after which its pieces are collected; whole batches. Left to itself, the runtime holds
 * twice as much. */
const collectedBytes = 32 * batchBytes;

/** Bytes that stay free beside a received file, so that other programs of the device can still write. */
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
        const handle = await promises.open(partial(id), "w", 0o600);
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

/** Bytes are gathered in one of two buffers while the other one is written. The buffers stay the same for the whole
 * file: a new one for each batch would leave as much garbage as the file has bytes. */
class FileBeingReceived implements Receiving {
  bytes = 0;
  private gathering = Buffer.allocUnsafeSlow(batchBytes);
  private spare = Buffer.allocUnsafeSlow(batchBytes);
  private gathered = 0;
  /** The offset in the file of the gathered bytes. */
  private at = 0;
  /** The batch that is being written; undefined: none is. */
  private writing: Promise<void> | undefined;

  constructor(
    private readonly handle: FileHandle,
    private readonly partial: string,
    private readonly whole: string,
    private readonly directory: string,
  ) {}

  take(piece: Uint8Array): void | Promise<void> {
    this.bytes += piece.length;
    return this.gather(piece);
  }

  private gather(piece: Uint8Array): void | Promise<void> {
    const taken = piece.subarray(0, batchBytes - this.gathered);
    this.gathering.set(taken, this.gathered);
    this.gathered += taken.length;
    if (this.gathered < batchBytes) return undefined;
    const rest = piece.subarray(taken.length);
    const on = () => {
      this.flush();
      return this.gather(rest);
    };
    return this.writing === undefined ? on() : this.writing.then(on);
  }

  /** Begins to write the gathered bytes; the spare buffer is free by now. */
  private flush(): void {
    const batch = this.gathering.subarray(0, this.gathered);
    const writing = this.write(batch, this.at).then(() => {
      this.writing = undefined;
    });
    // A failure waits for the next call.
    writing.catch(() => {});
    this.writing = writing;
    this.at += batch.length;
    if (this.at % collectedBytes === 0) collect();
    this.gathered = 0;
    [this.gathering, this.spare] = [this.spare, this.gathering];
  }

  async restart(): Promise<void> {
    await this.writing?.catch(() => {});
    this.writing = undefined;
    this.gathered = 0;
    this.at = 0;
    this.bytes = 0;
    await this.handle.truncate(0).catch((error) => {
      throw unwritten(error);
    });
  }

  /** The file has its name only once it is whole and on the medium. */
  async finish(): Promise<void> {
    try {
      await this.writing;
      await this.write(this.gathering.subarray(0, this.gathered), this.at);
      await this.handle.sync();
      await this.handle.close();
      await promises.rename(this.partial, this.whole);
      const directory = await promises.open(this.directory, "r");
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
      // The part is removed when its transfer is tidied up; an error here would hide why the part is discarded.
    }
  }

  private async write(batch: Uint8Array, at: number): Promise<void> {
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
  const handle = await promises.open(path, "r");
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
