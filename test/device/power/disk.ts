/** Helper: a disk with a cache of its own that loses its power, as a server of the NBD protocol for QEMU.
 *
 * A write is done when the cache has it, as on a card or an eMMC; a flush brings the cache to the medium, which is a file.
 * When the power goes, what has been flushed is there, and of the rest nothing, everything or any part: page by page, in
 * no order. The memory of the gateway with its page cache is lost with QEMU. Not modelled: a page of 4096 bytes of which
 * a part is written, and a medium that lies about a flush. */
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import net from "node:net";

const pageBytes = 4096;

/** Numbers of the protocol: github.com/NetworkBlockDevice/nbd, doc/proto.md. */
const nbd = {
  greeting: "NBDMAGICIHAVEOPT",
  option: "IHAVEOPT",
  optionReply: 0x3e889045565a9n,
  request: 0x25609513,
  reply: 0x67446698,
  options: { abort: 2, info: 6, go: 7 },
  replies: { ack: 1, info: 3, unsupported: 0x80000001 },
  commands: { read: 0, write: 1, disconnect: 2, flush: 3 },
  /** Fixed newstyle, no zeroes after the size. */
  handshakeFlags: 3,
  /** Has flags, knows flushes. */
  exportFlags: 5,
} as const;

export class CachingDisk {
  /** Writes since the power came. */
  writes = 0;
  /** Hears each write before it is done. */
  onWrite: ((at: number, length: number) => void) | undefined;
  private readonly cache = new Map<number, Buffer>();
  private readonly fd: number;
  private readonly size: number;
  private powered = true;
  private readonly server = net.createServer((socket) => this.serve(socket));

  private constructor(
    readonly file: string,
    private readonly socket: string,
  ) {
    this.fd = openSync(file, "r+");
    this.size = fstatSync(this.fd).size;
  }

  static async open(file: string, socket: string): Promise<CachingDisk> {
    const disk = new CachingDisk(file, socket);
    await new Promise<void>((resolve) => disk.server.listen(socket, resolve));
    return disk;
  }

  /** The name by which QEMU finds it. */
  get url(): string {
    return `nbd+unix:///?socket=${this.socket}`;
  }

  close(): void {
    this.server.close();
    closeSync(this.fd);
    rmSync(this.socket, { force: true });
  }

  /** The power goes.
   * @param survives whether a page that was not flushed has reached the medium all the same */
  lose(survives: () => boolean): void {
    this.powered = false;
    for (const [page, bytes] of this.cache) if (survives()) this.settle(page, bytes);
    this.cache.clear();
  }

  /** The machine starts anew with the power on: the cache keeps what it has. */
  power(): void {
    this.powered = true;
    this.writes = 0;
  }

  private settle(page: number, bytes: Buffer): void {
    writeSync(this.fd, bytes, 0, bytes.length, page * pageBytes);
  }

  private flush(): void {
    for (const [page, bytes] of this.cache) this.settle(page, bytes);
    this.cache.clear();
  }

  private read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.fd, bytes, 0, length, at);
    if (this.cache.size === 0) return bytes;
    for (let page = Math.floor(at / pageBytes); page * pageBytes < at + length; page++) {
      const cached = this.cache.get(page);
      if (cached === undefined) continue;
      const from = Math.max(at, page * pageBytes);
      const to = Math.min(at + length, (page + 1) * pageBytes);
      cached.copy(bytes, from - at, from - page * pageBytes, to - page * pageBytes);
    }
    return bytes;
  }

  private write(at: number, bytes: Buffer): void {
    for (let page = Math.floor(at / pageBytes); page * pageBytes < at + bytes.length; page++) {
      const from = Math.max(at, page * pageBytes);
      const to = Math.min(at + bytes.length, (page + 1) * pageBytes);
      const whole = to - from === pageBytes;
      const cached =
        this.cache.get(page) ?? (whole ? Buffer.alloc(pageBytes) : this.read(page * pageBytes, pageBytes));
      bytes.copy(cached, from - page * pageBytes, from - at, to - at);
      this.cache.set(page, cached);
    }
  }

  private serve(socket: net.Socket): void {
    const hello = Buffer.alloc(18);
    hello.write(nbd.greeting, "latin1");
    hello.writeUInt16BE(nbd.handshakeFlags, 16);
    socket.write(hello);
    const pieces: Buffer[] = [];
    let held = 0;
    let wanted = 4;
    // The flags of the client come first and say nothing that matters; then each reader says how much it needs.
    let read: (bytes: Buffer) => void = () => expect(16, option);
    const expect = (bytes: number, by: (bytes: Buffer) => void) => {
      wanted = bytes;
      read = by;
    };
    const option = (head: Buffer) => {
      const [kind, length] = [head.readUInt32BE(8), head.readUInt32BE(12)];
      expect(length, () =>
        this.settled(
          socket,
          kind,
          () => expect(28, request),
          () => expect(16, option),
        ),
      );
    };
    const request = (head: Buffer) => {
      const length = head.readUInt32BE(24);
      if (head.readUInt16BE(6) !== nbd.commands.write) {
        expect(28, request);
        this.carryOut(socket, head, undefined);
      } else
        expect(length, (bytes) => {
          expect(28, request);
          this.carryOut(socket, head, bytes);
        });
    };
    socket.on("error", () => {});
    socket.on("data", (piece) => {
      pieces.push(piece as Buffer);
      held += piece.length;
      while (held >= wanted) {
        const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
        const bytes = all.subarray(0, wanted);
        pieces.splice(0, pieces.length, all.subarray(wanted));
        held -= wanted;
        read(bytes);
      }
    });
  }

  /** Answers an option of the handshake. */
  private settled(socket: net.Socket, kind: number, go: () => void, again: () => void): void {
    const answer = (what: number, data: Buffer = Buffer.alloc(0)) => {
      const head = Buffer.alloc(20);
      head.writeBigUInt64BE(nbd.optionReply);
      head.writeUInt32BE(kind, 8);
      head.writeUInt32BE(what, 12);
      head.writeUInt32BE(data.length, 16);
      socket.write(Buffer.concat([head, data]));
    };
    if (kind !== nbd.options.go && kind !== nbd.options.info) {
      answer(kind === nbd.options.abort ? nbd.replies.ack : nbd.replies.unsupported);
    } else {
      const info = Buffer.alloc(12);
      info.writeBigUInt64BE(BigInt(this.size), 2);
      info.writeUInt16BE(nbd.exportFlags, 10);
      answer(nbd.replies.info, info);
      answer(nbd.replies.ack);
    }
    if (kind === nbd.options.go) go();
    else again();
  }

  private carryOut(socket: net.Socket, head: Buffer, bytes: Buffer | undefined): void {
    const kind = head.readUInt16BE(6);
    const at = Number(head.readBigUInt64BE(16));
    if (bytes !== undefined) {
      this.writes += 1;
      this.onWrite?.(at, bytes.length);
    }
    // Without power nothing is answered.
    if (!this.powered) return;
    if (kind === nbd.commands.disconnect) return void socket.end();
    const answer = Buffer.alloc(16);
    answer.writeUInt32BE(nbd.reply);
    head.copy(answer, 8, 8, 16);
    socket.write(answer);
    if (bytes !== undefined) this.write(at, bytes);
    else if (kind === nbd.commands.flush) this.flush();
    else socket.write(this.read(at, head.readUInt32BE(24)));
  }
}
