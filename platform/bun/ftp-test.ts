/** Adapter: a download or an upload over FTP that only measures, step by step, so that the one that fails can be named.
 * TR-143 4.1, 4.2; RFC 959, through the library basic-ftp. */
import type { Socket } from "node:net";
import { Readable, Writable } from "node:stream";
import { Client, FTPError } from "basic-ftp";
import { diagnosticsLimits } from "../../src/diagnostics/limits.ts";
import type { FtpFailure, FtpResult, FtpTest, Stopped } from "../../src/ports/probes.ts";

type Times = { -readonly [K in "opening" | "opened" | "requested" | "began" | "ended"]: FtpResult[K] };

interface Course extends Times {
  step: FtpFailure;
  bytes: number;
}

/** Never rejects. */
export async function testFtp(test: FtpTest, mono: () => number, stopped: Stopped): Promise<FtpResult> {
  const client = new Client(diagnosticsLimits.answerMsMax, { allowSeparateTransferHost: false });
  const course: Course = {
    step: "connect",
    bytes: 0,
    opening: undefined,
    opened: undefined,
    requested: undefined,
    began: undefined,
    ended: undefined,
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    client.close();
  }, test.msMax);
  stopped(() => client.close());
  let failure: FtpFailure | undefined;
  try {
    await steps(client, test, course, mono);
  } catch {
    failure = late ? "timeout" : course.step;
  } finally {
    clearTimeout(timer);
    client.close();
  }
  const { step: _, ...measured } = course;
  return { failure, ...measured };
}

async function steps(client: Client, test: FtpTest, course: Course, mono: () => number): Promise<void> {
  const { directory, file, host, port } = placeOf(test.url);
  observed(client, test, course, mono);
  await client.connect(host, port);
  course.step = "password";
  const asked = await client.send("USER anonymous");
  course.step = "login";
  if (asked.code === 331) await client.send("PASS cwmpd@");
  course.step = "mode";
  await client.send("TYPE I");
  if (test.direction === "upload" && directory !== "") {
    course.step = "directory";
    await client.send(`CWD ${directory}`);
  }
  course.step = "passive";
  if (test.direction === "upload") await upload(client, file, test, course, mono);
  else await download(client, directory === "" ? file : `${directory}/${file}`, test, course, mono);
  course.ended = mono();
}

/** Notes when the data connection is asked for, when it is there, and that it was the step before the file's own. The
 * control connection is first. */
function observed(client: Client, test: FtpTest, course: Course, mono: () => number): void {
  const { ftp } = client;
  const made = ftp._newSocket.bind(ftp);
  ftp._newSocket = () => {
    const socket = made();
    const control = course.step === "connect";
    bound(socket, test.from, () => {
      if (!control) course.opening = mono();
    });
    socket.once("connect", () => {
      if (control) course.step = "response";
      else course.opened = mono();
    });
    return socket;
  };
  // EPSV, else PASV; never to another host than the server's.
  const prepare = client.prepareTransfer;
  client.prepareTransfer = async (context) => {
    const answer = await prepare(context);
    course.step = test.direction === "upload" ? "store" : "transfer";
    course.requested = mono();
    return answer;
  };
}

/** The library names no address of ours. */
function bound(socket: Socket, from: string | undefined, begins = () => {}): void {
  const connect = socket.connect.bind(socket) as (options: object, done?: () => void) => Socket;
  socket.connect = ((options: object, done?: () => void) => {
    begins();
    return connect(from === undefined ? options : { ...options, localAddress: from }, done);
  }) as Socket["connect"];
}

async function download(client: Client, path: string, test: FtpTest, course: Course, mono: () => number) {
  const size = await client.size(path).catch((error: unknown) => {
    if (error instanceof FTPError) return undefined;
    throw error;
  });
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      course.began ??= mono();
      course.bytes += piece.length;
      done(course.bytes > test.bytes ? new Error("the file is too long for a test") : null);
    },
  });
  await client.downloadTo(sink, path);
  course.step = "size";
  if (size !== undefined && size !== course.bytes) throw new Error("the file is of another size");
}

async function upload(client: Client, file: string, test: FtpTest, course: Course, mono: () => number) {
  const piece = Buffer.alloc(diagnosticsLimits.pieceBytes);
  const pieces = function* () {
    for (let left = test.bytes; left > 0; left -= piece.length) {
      course.began ??= mono();
      course.step = "complete";
      const part = piece.subarray(0, left);
      course.bytes += part.length;
      yield part;
    }
  };
  await client.uploadFrom(Readable.from(pieces(), { objectMode: false }), file);
}

/** @throws Error no file, or a line of the protocol would end in a name */
function placeOf(text: string) {
  const url = new URL(text);
  const path = decodeURIComponent(url.pathname).replace(/^\//, "");
  const at = path.lastIndexOf("/");
  const file = path.slice(at + 1);
  if (file === "" || /[\0\r\n]/.test(path)) throw new Error("The URL names no file");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(url.port || 21), directory: path.slice(0, Math.max(at, 0)), file };
}
