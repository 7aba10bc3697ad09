/** Codec: HTTP responses, from received bytes to values. RFC 9112 2.2, 4 to 7, 9.3; TR-069 3.4.2, 3.4.6.
 *
 * Lenient where servers are odd: bare LF, no reason, folded fields, blanks before a colon, a Content-Length said twice,
 * interim responses that nobody asked for. Strict where two readers could see two responses. */
import { Lost } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";
import type { BodySink, Header, HttpHead, HttpResponse } from "../ports/net.ts";
import { headerValues } from "./answer.ts";
import { fieldName, headEnd, headLines, headStart, listOf, malformed, trim } from "./head.ts";
import { linkLimits as limits } from "./limits.ts";

/** The next part: a head; a body of known length, of chunks, or up to the end of the connection; none. */
type Part = "head" | "sized" | "chunkSize" | "chunk" | "chunkEnd" | "trailer" | "open" | "whole";

/** Reads a response. It takes bytes until the response is whole. */
export class ResponseReader {
  /** The connection can carry another request once this response is whole. */
  keepsAlive = false;
  private part: Part = "head";
  private status = 0;
  private headers: readonly Header[] = [];
  private readonly body = new Gathered();
  /** Bytes of body so far, kept or not. */
  size = 0;
  /** Bytes of the sized body, or of the chunk, that are still missing. */
  private left = 0;
  /** A head or a line that is not complete. */
  private held = new Gathered();
  /** Bytes of heads and chunk lines before `held`. */
  private overhead = 0;

  /** Takes the body in the place of memory, piece by piece, from the feeder of this reader. */
  sink: BodySink | undefined;
  /** Pieces that are the sink's. */
  given: Uint8Array[] = [];

  /** @param bodyBytesMax bytes of the body that are kept; of more, as many are read and dropped as is sensible
   * @param accept asked for the head of the final response: a sink takes the whole body in place of memory */
  constructor(
    private readonly bodyBytesMax: number,
    private readonly accept?: (head: HttpHead) => BodySink | undefined,
  ) {}

  /** @returns the response once it is whole
   * @throws Malformed; Lost when the body has no sensible end */
  take(bytes: Uint8Array): HttpResponse | undefined {
    let at = 0;
    while (at < bytes.length && this.part !== "whole") at += this[this.part](bytes.subarray(at));
    if (this.part !== "whole") return undefined;
    // Bytes after the response belong to no request.
    if (at < bytes.length) this.keepsAlive = false;
    return this.response();
  }

  /** The server has ended the connection.
   * @throws Malformed when the response is not whole by that */
  end(): HttpResponse {
    if (this.part !== "open") throw malformed("the connection ended before the response");
    return this.response();
  }

  private response(): HttpResponse {
    const { status, headers } = this;
    return { status, headers, body: this.body.bytes, truncated: this.size > this.bodyBytesMax };
  }

  /** Each part takes its own bytes off the front and returns their number. */
  private head(bytes: Uint8Array): number {
    const before = this.held.length;
    this.held.add(bytes);
    const all = this.held.bytes;
    const start = headStart(all);
    const end = headEnd(all, start, before, limits.headerBytesMax - this.overhead);
    if (end === undefined) return bytes.length;
    this.begin(headLines(all.subarray(start, end), fromLatin1, limits.headerBytesMax));
    this.passed(end);
    return end - before;
  }

  private begin([first = "", ...lines]: readonly string[]): void {
    const [, minor, code] = /^HTTP\/1\.(\d) ([1-9]\d\d)(?: .*)?$/.exec(first) ?? [];
    if (code === undefined) throw malformed("no status line");
    this.status = Number(code);
    // RFC 9110 15.2: a client has to be prepared for them, and may ignore them; it asked for no other protocol.
    if (this.status === 101) throw malformed("101 without a request for it");
    if (this.status < 200) return;
    this.headers = parseFields(lines);
    const options = this.list("connection");
    const persistent = minor === "0" ? options.includes("keep-alive") : !options.includes("close");
    this.keepsAlive = persistent;
    this.sink = this.accept?.({ status: this.status, headers: this.headers });
    this.frame(minor === "0");
  }

  /** RFC 9112 6.3. */
  private frame(old: boolean): void {
    const codings = this.list("transfer-encoding").filter((coding) => coding !== "identity");
    const lengths = new Set(this.list("content-length"));
    const [length] = lengths;
    if (this.status === 204 || this.status === 304) this.part = "whole";
    else if (codings.length > 0) {
      if (codings.length > 1 || codings[0] !== "chunked") {
        throw malformed(`Transfer-Encoding ${codings.join(", ").slice(0, limits.quotedCharsMax)}`);
      }
      // 6.1: a server that sends both, or is older than chunks, may mean something else by the bytes after it.
      if (old || length !== undefined) this.keepsAlive = false;
      this.part = "chunkSize";
    } else if (length === undefined) {
      this.keepsAlive = false;
      this.part = "open";
    } else {
      if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) throw malformed("Content-Length is no number");
      this.expect(Number(length), "sized", "whole");
    }
  }

  private list(name: string): string[] {
    return headerValues(this.headers, name)
      .flatMap(listOf)
      .filter((member) => member !== "");
  }

  private expect(length: number, part: Part, otherwise: Part): void {
    this.left = length;
    this.part = length > 0 ? part : otherwise;
  }

  private sized(bytes: Uint8Array): number {
    return this.counted(bytes, "whole");
  }

  private chunk(bytes: Uint8Array): number {
    return this.counted(bytes, "chunkEnd");
  }

  private counted(bytes: Uint8Array, then: Part): number {
    const piece = bytes.subarray(0, this.left);
    this.keep(piece);
    this.left -= piece.length;
    if (this.left === 0) this.part = then;
    return piece.length;
  }

  private open(bytes: Uint8Array): number {
    this.keep(bytes);
    return bytes.length;
  }

  private chunkSize(bytes: Uint8Array): number {
    return this.line(bytes, (line) => {
      const [, digits] = /^0*([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
      if (digits === undefined) throw malformed("no chunk size");
      this.expect(Number.parseInt(digits, 16), "chunk", "trailer");
    });
  }

  private chunkEnd(bytes: Uint8Array): number {
    return this.line(bytes, (line) => {
      if (line !== "") throw malformed("a chunk longer than it says");
      this.part = "chunkSize";
    });
  }

  /** Fields behind the last chunk say nothing here. */
  private trailer(bytes: Uint8Array): number {
    return this.line(bytes, (line) => {
      if (line === "") this.part = "whole";
      else this.overhead += line.length;
    });
  }

  private line(bytes: Uint8Array, read: (line: string) => void): number {
    const end = bytes.indexOf(0x0a);
    const taken = end < 0 ? bytes.length : end + 1;
    this.held.add(bytes.subarray(0, taken));
    if (this.overhead + this.held.length > limits.headerBytesMax) throw malformed("lines of chunks too long");
    if (end < 0) return taken;
    const line = fromLatin1(this.held.bytes).replace(/\r?\n$/, "");
    this.held = new Gathered();
    read(line);
    return taken;
  }

  private passed(bytes: number): void {
    this.overhead += bytes;
    this.held = new Gathered();
  }

  private keep(piece: Uint8Array): void {
    if (this.sink !== undefined) {
      this.size += piece.length;
      this.given.push(piece);
      return;
    }
    const room = this.bodyBytesMax - this.size;
    if (room > 0) this.body.add(piece.subarray(0, room));
    this.size += piece.length;
    const most = this.bodyBytesMax + limits.drainBytesMax;
    if (this.size > most) throw new Lost(`the ACS sent more than ${most} bytes in one answer`);
  }
}

/** RFC 9112 5.2: a line that begins with a blank continues the line before it. 5.1: blanks before a colon are for
 * the reader of a response to take away. */
function parseFields(lines: readonly string[]): Header[] {
  const fields: [name: string, value: string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trimEnd();
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) last[1] = unfolded(last[1], trim(line));
    else if (fieldName.test(name)) fields.push([name, trim(line.slice(colon + 1))]);
    else throw malformed("not a header line");
  }
  return fields;
}

/** Both without blanks around them, and so is their joint text: looking through it again for each fold would take
 * quadratic time. */
const unfolded = (value: string, more: string): string =>
  value === "" || more === "" ? value + more : `${value} ${more}`;

/** Bytes that arrive in pieces, kept in one buffer that doubles: pieces of a byte each cost no more than others. */
class Gathered {
  length = 0;
  private buffer: Uint8Array = new Uint8Array();
  /** The buffer is the first piece itself: nothing may be written into it. */
  private shared = true;

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  add(piece: Uint8Array): void {
    const length = this.length + piece.length;
    // The first one is often the only one.
    if (this.length === 0) this.buffer = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
    else {
      if (length > this.buffer.length || this.shared) {
        const larger = new Uint8Array(2 * length);
        larger.set(this.bytes);
        this.buffer = larger;
        this.shared = false;
      }
      this.buffer.set(piece, this.length);
    }
    this.length = length;
  }
}
