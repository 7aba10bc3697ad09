/** Adapter: the UDP ports of the agent: the one that takes UDP Connection Requests, beside the one of TCP, and another
 * one for probes while they last. TR-069 G.2.1.4. */
import { connectionRequestLimits } from "../../src/connreq/limits.ts";
import { Refused } from "../../src/errors.ts";
import { familyOf } from "../../src/nat/endpoint.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Endpoint, Source, Udp } from "../../src/ports/udp.ts";
import { udpLimits } from "../bun/limits.ts";
import { hmacSha1, openUdp, routeTo, type UdpOptions, type UdpSocket } from "../bun/udp.ts";
import { filterRubbish } from "../bun/udpfilter.ts";

/** The reports of this adapter and their recipients. */
export interface DatagramsTold {
  listeningUdp(port: number | undefined): void;
  datagram(at: Source, from: Endpoint, bytes: Uint8Array): void;
}

export interface Datagrams {
  readonly udp: Udp;
  /** Takes datagrams on that port from now on. Never rejects: where it cannot, the log reports it and
   * it tries again. */
  follow(port: number, told: DatagramsTold): Promise<void>;
  close(): Promise<void>;
}

/** @param plays on a machine that is not the device another agent may have the port; there any free one will do */
export function datagrams(
  plays: boolean,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Datagrams {
  let primary: UdpSocket | undefined;
  let wanted: number | undefined;
  let hearer: DatagramsTold | undefined;
  let cancel: (() => void) | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** Makes changes one after the other. */
  const after = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work).catch((error: unknown) => {
      log("error", "Cannot accept UDP Connection Requests", { reason: String(error) });
    });
    return turn;
  };
  const heard = (at: Source) => (bytes: Uint8Array, from: Endpoint) => hearer?.datagram(at, from, bytes);
  const secondary = secondaryPort(heard("secondary"), log);

  async function listen(told: DatagramsTold, level?: "error"): Promise<void> {
    if (wanted === undefined) return;
    try {
      primary = await openPrimary(wanted, plays, heard("primary"));
      log("info", "Listening for UDP Connection Requests", { port: primary.local.port });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (level !== undefined) log(level, `${error.message}; the port is retried until it is free`);
      cancel = clock.wake(clock.now().mono + connectionRequestLimits.portRetryMs, () => {
        void after(async () => {
          if (primary === undefined) await listen(told);
        });
      });
    }
    told.listeningUdp(primary?.local.port);
  }

  return {
    udp: {
      send(at, to, bytes) {
        if (at === "primary") primary?.send(bytes, to);
        else secondary.send(to, bytes);
      },
      release: secondary.release,
      source: routeTo,
      hmacSha1,
    },
    follow: (port, told) =>
      after(async () => {
        hearer = told;
        if (wanted === port) return;
        wanted = port;
        cancel?.();
        primary?.close();
        primary = undefined;
        await listen(told, "error");
      }),
    close: () =>
      after(async () => {
        wanted = undefined;
        cancel?.();
        secondary.release();
        primary?.close();
        primary = undefined;
      }),
  };
}

/** A port that is opened when something is to be sent from it, another one each time. */
function secondaryPort(heard: (bytes: Uint8Array, from: Endpoint) => void, log: Log) {
  let opened: Promise<UdpSocket> | undefined;
  return {
    send(to: Endpoint, bytes: Uint8Array): void {
      opened ??= openUdp({ family: familyOf(to.address), port: 0, heard });
      opened.then(
        (socket) => socket.send(bytes, to),
        (error: unknown) => {
          opened = undefined;
          log("warn", "A STUN probe cannot be sent", { reason: String(error) });
        },
      );
    },
    release(): void {
      void opened?.then((socket) => socket.close()).catch(() => {});
      opened = undefined;
    },
  };
}

/** @throws Refused the port cannot be had */
async function openPrimary(port: number, plays: boolean, heard: UdpOptions["heard"]): Promise<UdpSocket> {
  const options = { family: "both", bufferBytes: udpLimits.bufferBytes, heard } as const;
  try {
    return filtered(await openUdp({ ...options, port }));
  } catch (error) {
    if (!plays || !(error instanceof Refused)) throw error;
    return filtered(await openUdp({ ...options, port: 0 }));
  }
}

function filtered(socket: UdpSocket): UdpSocket {
  filterRubbish(socket.local.port);
  return socket;
}
