/** Adapter: one file from or to a TFTP server. RFC 1350, 2347 to 2349; TR-069 2.3.2. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { Malformed } from "../../src/errors.ts";
import type { Receiving, Sending } from "../../src/ports/files.ts";
import type { Place, Told } from "../../src/ports/installer.ts";
import { allowedMs, slowText } from "../../src/transfer/course.ts";
import { counted, quoted, sentText, TransferFailure } from "../../src/transfer/failure.ts";
import { transferLimits } from "../../src/transfer/limits.ts";
import { readPacket, type TftpPacket, writeAck, writeData, writeRequest } from "../../src/transfer/tftp.ts";
import { pathOf } from "./filepath.ts";

/** Bytes of a block that is asked for: with headers it fits an Ethernet frame. RFC 2348. */
const blockBytes = 1428;
/** RFC 1350: the block size of a transfer without options. */
const plainBlockBytes = 512;
const triesMax = 6;

/** How long a server may take. */
export interface TftpPatience {
  /** Milliseconds before a packet is sent again for the first time; each later wait is twice as long, up to
   * eight times the first. */
  readonly firstWaitMs: number;
  /** Milliseconds for which the conversation may bring nothing. */
  readonly answerMsMax: number;
}

const patient: TftpPatience = { firstWaitMs: 1000, answerMsMax: transferLimits.answerMsMax };

/** @throws TransferFailure */
export async function receiveTftp(
  place: Place,
  file: Receiving,
  told: Told,
  patience: TftpPatience = patient,
): Promise<void> {
  await withTalk(place, patience, async (talk) => {
    const asked = { blksize: blockBytes, tsize: 0 };
    const first = await talk.begin("read", asked, (p) =>
      p.is === "options" || (p.is === "data" && p.block === 1) ? p : undefined,
    );
    let packet: TftpPacket = first;
    let size = plainBlockBytes;
    let total: number | undefined;
    if (packet.is === "options") {
      size = blockSizeOf(packet.options);
      total = totalOf(packet.options);
      told({ bytes: 0, total });
      packet = await talk.ask(writeAck(0), (p) => (p.is === "data" && p.block === 1 ? p : undefined));
    }
    for (let block = 1; packet.is === "data"; ) {
      if (packet.bytes.length > size) {
        const text = `The file server sends a block of ${packet.bytes.length} bytes, and ${size} were agreed on`;
        throw new TransferFailure("corrupted", text);
      }
      await file.take(packet.bytes);
      talk.moved(packet.bytes.length);
      told({ bytes: file.bytes, total });
      const ack = writeAck(block);
      if (packet.bytes.length < size) {
        await talk.last(ack);
        break;
      }
      block = (block + 1) & 0xffff;
      packet = await talk.ask(ack, (p) => (p.is === "data" && p.block === block ? p : undefined));
    }
    if (total !== undefined && file.bytes !== total) {
      throw new TransferFailure("incomplete", sentText(file.bytes, total));
    }
  });
}

/** @throws TransferFailure */
export async function sendTftp(
  place: Place,
  file: Sending,
  told: Told,
  patience: TftpPatience = patient,
): Promise<void> {
  await withTalk(place, patience, async (talk) => {
    const asked = { blksize: blockBytes, tsize: file.length };
    const first = await talk.begin("write", asked, (p) =>
      p.is === "options" || (p.is === "ack" && p.block === 0) ? p : undefined,
    );
    const size = first.is === "options" ? blockSizeOf(first.options) : plainBlockBytes;
    let block = 0;
    let sent = 0;
    let left = new Uint8Array();
    const push = async (piece: Uint8Array) => {
      block = (block + 1) & 0xffff;
      // A second answer to an older block is passed over: it would send every later block twice (RFC 1123 4.2.3.1).
      await talk.ask(writeData(block, piece), (p) => (p.is === "ack" && p.block === block ? p : undefined));
      sent += piece.length;
      talk.moved(piece.length);
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
  });
}

/** Tries the addresses of the host in their order, until one of them answers. */
async function withTalk(
  place: Place,
  patience: TftpPatience,
  work: (talk: Talk) => Promise<void>,
): Promise<void> {
  const url = new URL(place.url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const file = pathOf(place.url);
  const found = await lookup(host, { all: true }).catch((error: Error) => {
    throw new TransferFailure("unreached", `The name ${host} cannot be resolved: ${error.message}`, false);
  });
  const addresses = [...new Set(found.map(({ address }) => address))];
  for (const [index, address] of addresses.entries()) {
    const talk = new Talk(address, url.port === "" ? 69 : Number(url.port), file, patience);
    try {
      return await work(talk);
    } catch (error) {
      if (talk.answered || index === addresses.length - 1) throw error;
    } finally {
      talk.close();
    }
  }
}

const blockSizeOf = (options: ReadonlyMap<string, string>): number =>
  options.has("blksize") ? optionOf(options, "blksize", 8, blockBytes) : plainBlockBytes;

const totalOf = (options: ReadonlyMap<string, string>): number | undefined =>
  options.has("tsize") ? optionOf(options, "tsize", 0, 2 ** 40) : undefined;

function optionOf(options: ReadonlyMap<string, string>, name: string, min: number, max: number): number {
  const text = options.get(name) ?? "";
  const value = /^\d{1,13}$/.test(text) ? Number(text) : -1;
  if (value >= min && value <= max) return value;
  const said = JSON.stringify(quoted(text.slice(0, 20)));
  throw new TransferFailure("corrupted", `The file server answers with ${name} ${said}, which cannot be`);
}

/** A TFTP conversation: each packet is sent again until its answer arrives. */
class Talk {
  /** The server's own port for this conversation, once it has answered. */
  private peer: RemoteInfo | undefined;
  private hear: ((packet: TftpPacket) => void) | undefined;
  private fail: ((error: Error) => void) | undefined;
  private readonly socket: Socket;
  private readonly began = performance.now();
  private bytes = 0;

  constructor(
    private readonly address: string,
    private readonly port: number,
    private readonly file: string,
    private readonly patience: TftpPatience,
  ) {
    this.socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    this.socket.on("message", (bytes, from) => this.heard(bytes, from));
    this.socket.on("error", (error) => this.fail?.(error));
  }

  get answered(): boolean {
    return this.peer !== undefined;
  }

  close(): void {
    this.hear = undefined;
    this.socket.close();
  }

  /** So many more bytes of the file were transferred. */
  moved(bytes: number): void {
    this.bytes += bytes;
  }

  send(packet: Uint8Array, sent?: () => void): void {
    this.socket.send(packet, this.peer?.port ?? this.port, this.address, sent);
  }

  /** Sends the packet that nothing answers. A socket that is closed before the packet was sent would discard it. */
  last(packet: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.send(packet, resolve));
  }

  /** The first packet, and its answer. A server that refuses options is asked without them (RFC 2347). */
  async begin<P extends TftpPacket>(
    what: "read" | "write",
    options: Readonly<Record<string, number>>,
    wanted: (p: TftpPacket) => P | undefined,
  ): Promise<P> {
    try {
      return await this.ask(writeRequest(what, this.file, options), wanted);
    } catch (error) {
      if (!(error instanceof OptionsRefused)) throw error;
      // The server has ended that conversation; the next one has a port of its own.
      this.peer = undefined;
      return this.ask(writeRequest(what, this.file, {}), wanted);
    }
  }

  /** @param wanted gives the packet if it is the answer; others are passed over
   * @throws TransferFailure */
  async ask<P extends TftpPacket>(packet: Uint8Array, wanted: (p: TftpPacket) => P | undefined): Promise<P> {
    for (let tries = 0; tries < triesMax; tries++) {
      if (performance.now() - this.began > allowedMs(this.bytes, this.patience.answerMsMax)) {
        throw new TransferFailure("incomplete", `${slowText}: ${counted(this.bytes)} bytes until now`);
      }
      this.send(packet);
      const answer = await this.answer(wanted, this.patience.firstWaitMs * 2 ** Math.min(tries, 3));
      if (answer !== undefined) return answer;
    }
    if (!this.answered) throw new TransferFailure("unreached", "The file server does not answer", false);
    const text = `The file server answers no more: ${counted(this.bytes)} bytes until now`;
    throw new TransferFailure("incomplete", text);
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
    // RFC 1350 4: the first answer names the server's port; a packet from another port is ignored.
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

/** RFC 2347: error 8, the server does not take the options of the request. */
class OptionsRefused extends TransferFailure {}

/** RFC 1350 Appendix I. */
function refused(code: number, text: string): TransferFailure {
  const said = `The file server answers: ${quoted(text) || "no reason"} (error ${code})`;
  if (code === 8) return new OptionsRefused("access", said);
  return code === 3 ? new TransferFailure("space", said) : new TransferFailure("access", said);
}
