/** Codec: messages on the socket of ubusd.
 *
 * Eight bytes of head (version, type, sequence number, peer), then one attribute that holds the others. */
import { Malformed } from "../../../src/errors.ts";
import { ubusLimits } from "./limits.ts";
import { attribute, attributes, encodeTable, type Table } from "./values.ts";

export const messageTypes = { hello: 0, status: 1, data: 2, lookup: 4, invoke: 5 } as const;
const ids = { status: 1, path: 2, object: 3, method: 4, data: 7 } as const;

/** The status codes of ubusd and of objects. */
export const statuses = { ok: 0, noMethod: 3, notFound: 4, noData: 5, timeout: 7 } as const;

export interface Message {
  readonly type: number;
  readonly seq: number;
  readonly status: number | undefined;
  readonly path: string | undefined;
  readonly object: number | undefined;
  readonly method: string | undefined;
  readonly data: Buffer | undefined;
}

const headBytes = 8;
const version = 0;

function message(type: number, seq: number, peer: number, parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(headBytes);
  head[0] = version;
  head[1] = type;
  head.writeUInt16BE(seq, 2);
  head.writeUInt32BE(peer, 4);
  return Buffer.concat([head, attribute(0, Buffer.concat(parts))]);
}

const text = (id: number, value: string): Buffer => attribute(id, Buffer.from(`${value}\0`));

function number(id: number, value: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value >>> 0);
  return attribute(id, data);
}

/** Asks for the number of an object. */
export const lookup = (seq: number, path: string): Buffer =>
  message(messageTypes.lookup, seq, 0, [text(ids.path, path)]);

export const invoke = (seq: number, object: number, method: string, args: Table): Buffer =>
  message(messageTypes.invoke, seq, object, [
    number(ids.object, object),
    text(ids.method, method),
    attribute(ids.data, encodeTable(args)),
  ]);

/** The messages of a server; the tests have one. */
export const answers = {
  hello: (peer: number): Buffer => message(messageTypes.hello, 0, peer, []),
  found: (seq: number, peer: number, path: string, object: number): Buffer =>
    message(messageTypes.data, seq, peer, [text(ids.path, path), number(ids.object, object)]),
  data: (seq: number, peer: number, table: Table): Buffer =>
    message(messageTypes.data, seq, peer, [attribute(ids.data, encodeTable(table))]),
  status: (seq: number, peer: number, status: number): Buffer =>
    message(messageTypes.status, seq, peer, [number(ids.status, status)]),
};

/** Takes received bytes piece by piece and gives whole messages. */
export class Reader {
  #waiting: Buffer = Buffer.alloc(0);

  /** @throws Malformed where they are none, or one is longer than is read; nothing more is given then */
  *take(chunk: Buffer): Generator<Message> {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    for (;;) {
      const length = this.#length();
      if (length === undefined || this.#waiting.length < length) return;
      const whole = this.#waiting.subarray(0, length);
      this.#waiting = this.#waiting.subarray(length);
      yield decode(whole);
    }
  }

  #length(): number | undefined {
    if (this.#waiting.length < headBytes + 4) return undefined;
    const length = this.#waiting.readUInt32BE(headBytes) & 0xff_ffff;
    if (this.#waiting[0] !== version || length < 4 || length > ubusLimits.messageBytesMax)
      throw new Malformed("Cannot read the message of ubus: it is no message, or too long a one");
    return headBytes + length;
  }
}

function decode(bytes: Buffer): Message {
  const parts = new Map<number, Buffer>();
  for (const { id, data } of attributes(bytes.subarray(headBytes + 4))) parts.set(id, data);
  const words = (id: number) => parts.get(id)?.toString("utf8").replace(/\0.*$/s, "");
  const number = (id: number) => {
    const data = parts.get(id);
    return data === undefined || data.length < 4 ? undefined : data.readUInt32BE();
  };
  return {
    type: bytes[1]!,
    seq: bytes.readUInt16BE(2),
    status: number(ids.status),
    path: words(ids.path),
    object: number(ids.object),
    method: words(ids.method),
    data: parts.get(ids.data),
  };
}
