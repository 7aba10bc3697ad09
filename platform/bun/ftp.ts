/** Adapter: one file from or to an FTP server, in passive mode (EPSV, PASV), through the library basic-ftp.
 * TR-069 2.3.2; RFC 959, RFC 2428.
 *
 * The library waits for each reply and each piece as long as something arrives. A server that says a line a minute is
 * given up here: the whole conversation gets the time that its bytes deserve (`allowedMs`). */
import { Readable, Writable } from "node:stream";
import { Client, FTPError } from "basic-ftp";
import type { Receiving, Sending } from "../../src/ports/files.ts";
import type { Place, Told } from "../../src/ports/installer.ts";
import { allowedMs, slowText } from "../../src/transfer/course.ts";
import { counted, quoted, sentText, TransferFailure } from "../../src/transfer/failure.ts";
import { transferLimits } from "../../src/transfer/limits.ts";
import { pathOf } from "./filepath.ts";

/** Receives the file. A lost connection is resumed while size and time of the file are the same.
 * @param answerMsMax milliseconds for which the server may say nothing
 * @throws TransferFailure */
export async function receiveFtp(
  place: Place,
  file: Receiving,
  told: Told,
  answerMsMax: number = transferLimits.answerMsMax,
): Promise<void> {
  let known: string | undefined;
  let total: number | undefined;
  const talk = new Conversation(place, answerMsMax, () => file.bytes);
  for (let continued = 0; ; continued++) {
    try {
      await talk.hold(async (client, path) => {
        total = await client.size(path).catch(() => undefined);
        if (total !== undefined && total < 0) total = undefined;
        const changed = await client.lastMod(path).catch(() => undefined);
        const now = `${total} ${changed?.getTime()}`;
        if (file.bytes > 0 && (total === undefined || now !== known)) await file.restart();
        known = now;
        told({ bytes: file.bytes, total });
        await client.downloadTo(sinkOf(file, total, told), path, file.bytes);
        if (total !== undefined && file.bytes < total) throw new Error("the connection ended early");
      });
      return;
    } catch (error) {
      const failure = talk.failureOf(error, sentText(file.bytes, total));
      if (failure.kind !== "incomplete" || continued >= transferLimits.continuedMax) throw failure;
    }
  }
}

/** Sends the file. @throws TransferFailure */
export async function sendFtp(
  place: Place,
  file: Sending,
  told: Told,
  answerMsMax: number = transferLimits.answerMsMax,
): Promise<void> {
  let bytes = 0;
  const talk = new Conversation(place, answerMsMax, () => bytes);
  try {
    await talk.hold(async (client, path) => {
      const pieces = async function* () {
        for await (const piece of file.pieces()) {
          bytes += piece.length;
          yield piece;
          told({ bytes, total: file.length });
        }
      };
      await client.uploadFrom(Readable.from(pieces(), { objectMode: false }), path);
    });
  } catch (error) {
    throw talk.failureOf(error, `The file server took ${counted(bytes)} of ${counted(file.length)} bytes`);
  }
}

/** The conversation of one transfer with an FTP server, over as many connections as it may use. */
class Conversation {
  /** A server has taken a connection: the attempt counts. */
  private reached = false;
  /** The server has accepted the login: a later failure is one of the file. */
  private admitted = false;

  /** @param moved bytes of the file so far */
  constructor(
    private readonly place: Place,
    private readonly answerMsMax: number,
    private readonly moved: () => number,
  ) {}

  /** Does the work over a new connection. @throws TransferFailure, or an error for `failureOf` */
  async hold(work: (client: Client, path: string) => Promise<void>): Promise<void> {
    const { username, password, url } = this.place;
    const path = pathOf(url);
    // A line of the protocol ends at CR LF: none may hide in a name.
    if (/[\r\n]/.test(path) || /[\0\r\n]/.test(username + password)) {
      throw new TransferFailure("access", "The URL or the login has a line end in it");
    }
    const client = new Client(this.answerMsMax, { allowSeparateTransferHost: false });
    const calm = this.watch(client);
    try {
      const { hostname, port } = new URL(url);
      const greeting = client.connect(hostname.replace(/^\[|\]$/g, ""), port === "" ? 21 : Number(port));
      client.ftp.socket.once("connect", () => {
        this.reached = true;
      });
      await greeting;
      // Names and passwords may have other characters than those of ASCII.
      await client.sendIgnoringError("OPTS UTF8 ON");
      if (username === "") await client.login();
      else await client.login(username, password);
      await client.useDefaultSettings();
      this.admitted = true;
      await work(client, path);
    } finally {
      calm();
      client.close();
    }
  }

  /** Ends the connection when it lasts longer than its bytes deserve. @returns stops watching */
  private watch(client: Client): () => void {
    const began = performance.now();
    const before = this.moved();
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      const left = began + allowedMs(this.moved() - before, this.answerMsMax) - performance.now();
      if (left > 0) timer = setTimeout(look, left);
      else client.ftp.closeWithError(new Error(slowText));
    };
    look();
    return () => clearTimeout(timer);
  }

  /** @param came how much of the file was received, as the beginning of a sentence */
  failureOf(error: unknown, came: string): TransferFailure {
    if (error instanceof TransferFailure) return error;
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof FTPError) {
      if (error.code === 530 || error.code === 332 || error.code === 331) {
        return new TransferFailure("login", "The file server refuses the user name and the password");
      }
      // RFC 959 4.2: the data connection failed, or the server stopped in the middle; the file itself is there.
      if (this.admitted && [425, 426, 451].includes(error.code)) {
        return new TransferFailure("incomplete", `${came}, and answers ${quoted(text)}`);
      }
      return new TransferFailure("access", `The file server answers ${quoted(text)}`);
    }
    const why = plain(text, this.answerMsMax);
    if (!this.reached) {
      return new TransferFailure("unreached", `The file server cannot be reached: ${why}`, false);
    }
    if (!this.admitted) return new TransferFailure("unreached", `The file server lets nobody in: ${why}`);
    const hopeless = elsewhere.test(text) || endless.test(text);
    return new TransferFailure(hopeless ? "access" : "incomplete", `${came}: ${why}`);
  }
}

const elsewhere = /PASV returned another host \(([\d.-]+)\)/;
const endless = /exceeded maximum allowed size/;

/** The library's words as an operator understands them. */
function plain(text: string, answerMsMax: number): string {
  const [, other] = elsewhere.exec(text) ?? [];
  if (other !== undefined) return `it wants the data connection to go to another host, ${other}`;
  if (endless.test(text)) return "its reply has no end";
  if (/^Timeout /.test(text)) return `it said nothing for ${Math.round(answerMsMax / 1000)} s`;
  if (/Server sent FIN|Server closed connection/.test(text)) return "it closed the connection";
  return quoted(text.replace(/^.*Last error response was '\w*Error: (.*)'\.$/s, "$1"));
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
