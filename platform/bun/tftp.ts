/** Adapter: one file from or to a TFTP server. RFC 1350, 2347 to 2349; TR-069 2.3.2. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { Malformed } from "../../src/errors.ts";
import type { Receiving, Sending } from "../../src/ports/files.ts";
import type { Place, Told } from "../../src/ports/installer.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { readPacket, type TftpPacket, writeAck, writeData, writeRequest } from "../../src/transfer/tftp.ts";

/** Bytes of a block that is asked for: with headers it fits an Ethernet frame. RFC 2348. */
const blockBytes = 1428;
/** RFC 1350: what both sides know without options. */
const plainBlockBytes = 512;
const firstWaitMs = 1000;
const triesMax = 6;

/** @throws TransferFailure */
export async function receiveTftp(place: Place, file: Receiving, told: Told): Promise<void> {
  const talk = await Talk.open(place);
  try {
    let size = plainBlockBytes;
    let total: number | undefined;
    let packet = await talk.ask(writeRequest("read", talk.file, { blksize: blockBytes, tsize: 0 }), (p) =>
      p.is === "options" || (p.is === "data" && p.block === 1) ? p : undefined,
    );
    if (packet.is === "options") {
      size = optionOf(packet.options, "blksize", plainBlockBytes, blockBytes);
      total = packet.options.has("tsize") ? optionOf(packet.options, "tsize", 0, 2 ** 40) : undefined;
      told({ bytes: 0, total });
      packet = await talk.ask(writeAck(0), (p) => (p.is === "data" && p.block === 1 ? p : undefined));
    }
    for (let block = 1; packet.is === "data"; ) {
      if (packet.bytes.length > size)
        throw new TransferFailure("corrupted", "The file server sends blocks too long");
      await file.take(packet.bytes);
      told({ bytes: file.bytes, total });
      const ack = writeAck(block);
      if (packet.bytes.length < size) {
        talk.send(ack);
        break;
      }
      block = (block + 1) & 0xffff;
      packet = await talk.ask(ack, (p) => (p.is === "data" && p.block === block ? p : undefined));
    }
    if (total !== undefined && file.bytes !== total) {
      throw new TransferFailure("incomplete", `The file server sent ${file.bytes} of ${total} bytes`);
    }
  } finally {
    talk.close();
  }
}

/** @throws TransferFailure */
export async function sendTftp(place: Place, file: Sending, told: Told): Promise<void> {
  const talk = await Talk.open(place);
  try {
    const request = writeRequest("write", talk.file, { blksize: blockBytes, tsize: file.length });
    const first = await talk.ask(request, (p) =>
      p.is === "options" || (p.is === "ack" && p.block === 0) ? p : undefined,
    );
    const size =
      first.is === "options"
        ? optionOf(first.options, "blksize", plainBlockBytes, blockBytes)
        : plainBlockBytes;
    let block = 0;
    let sent = 0;
    let left = new Uint8Array();
    const push = async (piece: Uint8Array) => {
      block = (block + 1) & 0xffff;
      await talk.ask(writeData(block, piece), (p) => (p.is === "ack" && p.block === block ? p : undefined));
      sent += piece.length;
      told({ bytes: sent, total: file.length });
    };
    for await (const piece of file.pieces()) {
      left = Buffer.concat([left, piece]);
      while (left.length >= size) {
        await push(left.subarray(0, size));
        left = left.subarray(size);
      }
    }
    // A block that is not full ends the file, also an empty one.
    await push(left);
  } finally {
    talk.close();
  }
}

function optionOf(
  options: ReadonlyMap<string, string>,
  name: string,
  otherwise: number,
  max: number,
): number {
  const text = options.get(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,13}$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > max || (name === "blksize" && value < 8)) {
    throw new TransferFailure(
      "corrupted",
      `The file server answers with an option ${name} that was not asked for`,
    );
  }
  return value;
}

/** A TFTP conversation: each packet is sent again until its answer arrives. */
class Talk {
  /** The server's own port for this conversation, once it has answered. */
  private peer: RemoteInfo | undefined;
  private hear: ((packet: TftpPacket) => void) | undefined;
  private fail: ((error: Error) => void) | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly address: string,
    private readonly port: number,
    readonly file: string,
  ) {
    socket.on("message", (bytes, from) => this.heard(bytes, from));
    socket.on("error", (error) => this.fail?.(error));
  }

  static async open(place: Place): Promise<Talk> {
    const url = new URL(place.url);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const found = await lookup(host).catch((error: Error) => {
      throw new TransferFailure("unreached", `The name ${host} cannot be resolved: ${error.message}`, false);
    });
    const socket = createSocket(isIPv6(found.address) ? "udp6" : "udp4");
    const file = decodeURIComponent(url.pathname).replace(/^\//, "");
    return new Talk(socket, found.address, url.port === "" ? 69 : Number(url.port), file);
  }

  close(): void {
    this.hear = undefined;
    this.socket.close();
  }

  send(packet: Uint8Array): void {
    this.socket.send(packet, this.peer?.port ?? this.port, this.address);
  }

  /** @param wanted gives the packet if it is the answer; others are passed over
   * @throws TransferFailure */
  async ask<P extends TftpPacket>(packet: Uint8Array, wanted: (p: TftpPacket) => P | undefined): Promise<P> {
    for (let tries = 0; tries < triesMax; tries++) {
      this.send(packet);
      const answer = await this.answer(wanted, firstWaitMs * 2 ** Math.min(tries, 3));
      if (answer !== undefined) return answer;
    }
    const text = "The file server does not answer";
    throw new TransferFailure(
      this.peer === undefined ? "unreached" : "incomplete",
      text,
      this.peer !== undefined,
    );
  }

  private answer<P extends TftpPacket>(
    wanted: (p: TftpPacket) => P | undefined,
    msMax: number,
  ): Promise<P | undefined> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(undefined), msMax);
      const done = (work: () => void) => {
        clearTimeout(timer);
        this.hear = undefined;
        work();
      };
      this.hear = (packet) => {
        if (packet.is === "error") return done(() => reject(refused(packet.code, packet.text)));
        const answer = wanted(packet);
        if (answer !== undefined) done(() => resolve(answer));
      };
      this.fail = (error) => done(() => reject(new TransferFailure("unreached", error.message, false)));
    });
  }

  private heard(bytes: Uint8Array, from: RemoteInfo): void {
    // RFC 1350 4: the first answer names the server's port; whoever else sends is a stranger.
    if (from.address !== this.address || (this.peer !== undefined && from.port !== this.peer.port)) return;
    try {
      const packet = readPacket(Uint8Array.from(bytes));
      this.peer ??= from;
      this.hear?.(packet);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
  }
}

/** RFC 1350 Appendix I. */
function refused(code: number, text: string): TransferFailure {
  const said = `The file server answers: ${text || `error ${code}`}`;
  return code === 3 ? new TransferFailure("space", said) : new TransferFailure("access", said);
}
