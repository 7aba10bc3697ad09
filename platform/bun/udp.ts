/** Adapter: UDP sockets, their bytes and addresses as the engine has them. TR-069 Annex G. */

import dgram from "node:dgram";
import { isIPv6 } from "node:net";
import { Refused } from "../../src/errors.ts";
import type { Endpoint, HmacSha1 } from "../../src/ports/udp.ts";

export interface UdpSocket {
  /** Port, and the address where one was asked for. */
  readonly local: Endpoint;
  /** Sends a datagram. A datagram that cannot be sent is lost without notice. */
  send(bytes: Uint8Array, to: Endpoint): void;
  /** @throws Refused it cannot be sent */
  sent(bytes: Uint8Array, to: Endpoint): Promise<void>;
  close(): void;
}

export interface UdpOptions {
  /** The address to bind; absent: every address of that family. */
  readonly address?: string;
  /** "both": IPv6 with IPv4 in it, or IPv4 alone where the system lacks IPv6. */
  readonly family: 4 | 6 | "both";
  /** 0: a free one. */
  readonly port: number;
  /** Bytes that the system is to hold for us; it may hold less. */
  readonly bufferBytes?: number;
  readonly heard: (bytes: Uint8Array, from: Endpoint) => void;
}

/** @throws Refused the port cannot be had */
export async function openUdp(options: UdpOptions): Promise<UdpSocket> {
  const { family, port } = options;
  try {
    if (family !== "both") return await bound(options, family, family === 6);
    return await bound(options, 6, false).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") throw error;
      return bound(options, 4, false);
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Refused(
      `Cannot open UDP port ${port}: ${code === "EADDRINUSE" ? "another program has it" : message}`,
    );
  }
}

function bound(options: UdpOptions, family: 4 | 6, ipv6Only: boolean): Promise<UdpSocket> {
  const { address, port, heard } = options;
  const socket = dgram.createSocket({ type: family === 6 ? "udp6" : "udp4", ipv6Only });
  socket.on("message", (bytes, from) => heard(bytes, { address: plain(from.address), port: from.port }));
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(error);
    };
    socket.once("error", failed);
    socket.bind({ port, ...(address === undefined ? {} : { address }) }, () => {
      socket.off("error", failed);
      // A datagram that could not be sent, or a port that was closed at the other end: neither ends the socket.
      socket.on("error", () => {});
      enlarge(socket, options.bufferBytes);
      resolve(open(socket, family));
    });
  });
}

function open(socket: dgram.Socket, family: 4 | 6): UdpSocket {
  let isOpen = true;
  const local = socket.address();
  // An IPv6 socket has IPv4 addresses as a part of its own.
  const written = ({ address }: Endpoint) =>
    family === 6 && !address.includes(":") ? `::ffff:${address}` : address;
  return {
    local: { address: plain(local.address), port: local.port },
    send(bytes, to) {
      if (isOpen) socket.send(bytes, to.port, written(to), () => {});
    },
    sent: (bytes, to) =>
      new Promise((done, lost) => {
        socket.send(bytes, to.port, written(to), (error) => {
          const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
          // ECONNREFUSED reports that the previous datagram found no listener; this one may find one.
          if (code === undefined || code === "ECONNREFUSED") done();
          else lost(new Refused(`Cannot send to ${to.address} port ${to.port}: ${message}`));
        });
      }),
    close() {
      if (isOpen) socket.close();
      isOpen = false;
    },
  };
}

function enlarge(socket: dgram.Socket, bufferBytes: number | undefined): void {
  if (bufferBytes === undefined) return;
  try {
    socket.setRecvBufferSize(bufferBytes);
  } catch {
    // The system keeps its own size.
  }
}

/** Without the zone of a link-local address; IPv4 as such where it is a part of IPv6. */
function plain(address: string): string {
  // The usual form of an address, handled first: in a flood thousands of them arrive each second.
  if (address.startsWith("::ffff:") && address.includes(".")) return address.slice(7);
  return address.replace(/%.*$/, "");
}

/** Our source address for datagrams to that host; undefined where there is no route. No datagram is sent. */
export function routeTo(to: Endpoint): Promise<string | undefined> {
  const socket = dgram.createSocket(isIPv6(to.address) ? "udp6" : "udp4");
  return new Promise((resolve) => {
    const done = (address: string | undefined) => {
      socket.close();
      resolve(address);
    };
    socket.once("error", () => done(undefined));
    socket.connect(to.port, to.address, () => done(plain(socket.address().address)));
  });
}

/** The module is loaded with the first signed datagram: that costs half a millisecond, which a start would pay. */
export const hmacSha1: HmacSha1 = (key, text) =>
  process.getBuiltinModule("node:crypto").createHmac("sha1", key).update(text, "latin1").digest("hex");
