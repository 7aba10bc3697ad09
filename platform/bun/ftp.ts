/** Adapter: one file from or to an FTP server, in passive mode (EPSV, PASV), through the library basic-ftp.
 * TR-069 2.3.2; RFC 959, RFC 2428. */
import { Readable, Writable } from "node:stream";
import { Client, FTPError } from "basic-ftp";
import type { Receiving, Sending } from "../../src/ports/files.ts";
import type { Place, Told } from "../../src/ports/installer.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { transferLimits } from "../../src/transfer/limits.ts";

/** Receives the file. A lost connection goes on where it was while size and time of the file are the same.
 * @throws TransferFailure */
export async function receiveFtp(place: Place, file: Receiving, told: Told): Promise<void> {
  let known: string | undefined;
  for (let continued = 0; ; continued++) {
    let begun = false;
    try {
      await withClient(place, async (client, path) => {
        const total = await client.size(path).catch(() => undefined);
        const changed = await client.lastMod(path).catch(() => undefined);
        const now = `${total} ${changed?.getTime()}`;
        if (file.bytes > 0 && (total === undefined || now !== known)) await file.restart();
        known = now;
        begun = true;
        told({ bytes: file.bytes, total });
        await client.downloadTo(sinkOf(file, total, told), path, file.bytes);
        if (total !== undefined && file.bytes < total) throw new Error("the connection ended early");
      });
      return;
    } catch (error) {
      const failure = failureOf(error, begun, `The file server sent ${file.bytes} bytes`);
      if (failure.kind !== "incomplete" || continued >= transferLimits.continuedMax) throw failure;
    }
  }
}

/** Sends the file. @throws TransferFailure */
export async function sendFtp(place: Place, file: Sending, told: Told): Promise<void> {
  let bytes = 0;
  let begun = false;
  try {
    await withClient(place, async (client, path) => {
      const counted = async function* () {
        for await (const piece of file.pieces()) {
          bytes += piece.length;
          yield piece;
          told({ bytes, total: file.length });
        }
      };
      begun = true;
      await client.uploadFrom(Readable.from(counted(), { objectMode: false }), path);
    });
  } catch (error) {
    throw failureOf(error, begun, `The file server took ${bytes} of ${file.length} bytes`);
  }
}

async function withClient(
  place: Place,
  work: (client: Client, path: string) => Promise<void>,
): Promise<void> {
  const url = new URL(place.url);
  const path = decodeURIComponent(url.pathname).replace(/^\//, "");
  // A line of the protocol ends at CR LF: none may hide in a name.
  if (path === "" || /[\0\r\n]/.test(path) || /[\0\r\n]/.test(place.username + place.password)) {
    throw new TransferFailure("access", "The URL names no file that FTP can ask for");
  }
  const client = new Client(transferLimits.answerMsMax, { allowSeparateTransferHost: false });
  try {
    const named = place.username === "" ? {} : { user: place.username, password: place.password };
    const host = url.hostname.replace(/^\[|\]$/g, "");
    await client.access({ host, port: url.port === "" ? 21 : Number(url.port), ...named });
    await work(client, path);
  } finally {
    client.close();
  }
}

/** The stream waits for the file before it takes more. */
function sinkOf(file: Receiving, total: number | undefined, told: Told): Writable {
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      // The library's buffers are its own again afterwards.
      Promise.resolve()
        .then(() => file.take(Uint8Array.from(piece)))
        .then(() => {
          told({ bytes: file.bytes, total });
          done();
        }, done);
    },
  });
}

function failureOf(error: unknown, begun: boolean, came: string): TransferFailure {
  if (error instanceof TransferFailure) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof FTPError) {
    if (error.code === 530 || error.code === 332 || error.code === 331) {
      return new TransferFailure("login", "The file server refuses the user name and the password");
    }
    return new TransferFailure("access", `The file server answers ${text.slice(0, 120)}`);
  }
  if (!begun) return new TransferFailure("unreached", `The file server cannot be reached: ${text}`, false);
  return new TransferFailure("incomplete", `${came}: ${text}`);
}
