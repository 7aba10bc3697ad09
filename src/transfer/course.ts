/** Handler: the bounds of a file in transit, for every transport: the free room, the speed that UCI allows, and
 * patience with a server that hardly says anything. TR-069 3.4.3, A.3.2.8. */
import { linkLimits } from "../http/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { Receiving, Sending } from "../ports/files.ts";
import type { Told } from "../ports/installer.ts";
import { counted, TransferFailure } from "./failure.ts";
import { transferLimits } from "./limits.ts";

export interface Bounds {
  readonly clock: Pick<Clock, "now" | "wake">;
  /** Bytes a second; 0: no bound. */
  readonly speedMax: number;
  /** Bytes that the file may have; undefined: found out by writing. */
  readonly room: number | undefined;
}

/** The file on its way in, and the receiver of its progress. The file takes no more than there is room for, no more
 * than its server has announced, and no faster than it may. A size that is too large ends it before it begins.
 * @throws TransferFailure from `take` and `told` */
export function bounded(
  file: Receiving,
  bounds: Bounds,
  tell: Told,
): { readonly file: Receiving; readonly told: Told } {
  const { room, clock } = bounds;
  const pass = passage(bounds);
  let announced: number | undefined;
  return {
    told: (progress) => {
      announced = progress.total;
      if (announced !== undefined) judgeRoom(announced, room, "");
      tell(progress);
    },
    file: {
      get bytes() {
        return file.bytes;
      },
      take(piece) {
        const bytes = file.bytes + piece.length;
        judgeRoom(bytes, room, "at least ");
        if (announced !== undefined && bytes > announced) {
          const text = `The file server sends more than the ${counted(announced)} bytes that it announced`;
          throw new TransferFailure("corrupted", text);
        }
        const wait = pass(piece.length);
        const taken = file.take(piece);
        return wait <= 0 ? taken : Promise.resolve(taken).then(() => pause(clock, wait));
      },
      restart: () => file.restart(),
      finish: () => file.finish(),
      drop: () => file.drop(),
      ...(file.failed && { failed: file.failed }),
    },
  };
}

/** The file, handed out in pieces no faster than it may be. @throws TransferFailure while it is read */
export function paced(file: Sending, bounds: Bounds): Sending {
  return {
    length: file.length,
    async *pieces() {
      const pass = passage(bounds);
      const { sentBytesAtOnce: size } = transferLimits;
      for await (const piece of file.pieces()) {
        for (let at = 0; at < piece.length; at += size) {
          const part = piece.subarray(at, at + size);
          yield part;
          const wait = pass(part.length);
          if (wait > 0) await pause(bounds.clock, wait);
        }
      }
    },
    close: () => file.close(),
  };
}

function judgeRoom(bytes: number, room: number | undefined, least: string): void {
  const max = Math.min(room ?? transferLimits.fileBytesMax, transferLimits.fileBytesMax);
  if (bytes <= max) return;
  const text = `The file has ${least}${counted(bytes)} bytes, and there is room for ${counted(max)}`;
  throw new TransferFailure("space", text);
}

/** Milliseconds that a file server may take for so many bytes.
 * @param answerMsMax milliseconds for which it may say nothing */
export const allowedMs = (bytes: number, answerMsMax: number = transferLimits.answerMsMax): number =>
  answerMsMax + (1000 * bytes) / linkLimits.bytesPerSecondMin;

export const slowText = `The file server moves fewer than ${linkLimits.bytesPerSecondMin} bytes a second`;

/** @returns for each piece the milliseconds to wait after it, so that the bound on speed is kept
 * @throws TransferFailure from it, where the server needs longer than anybody can wait */
function passage({ speedMax, clock }: Bounds): (bytes: number) => number {
  const began = clock.now().mono;
  const speed = speedMax === 0 ? Number.POSITIVE_INFINITY : Math.max(speedMax, transferLimits.speedMin);
  let passed = 0;
  let waited = 0;
  return (bytes) => {
    passed += bytes;
    const elapsed = clock.now().mono - began;
    if (elapsed - waited > allowedMs(passed)) {
      throw new TransferFailure("incomplete", `${slowText}: ${counted(passed)} bytes until now`);
    }
    const wait = Math.max(0, (1000 * passed) / speed - elapsed);
    waited += wait;
    return wait;
  };
}

const pause = (clock: Bounds["clock"], ms: number): Promise<void> =>
  new Promise((resolve) => void clock.wake(clock.now().mono + ms, resolve));
