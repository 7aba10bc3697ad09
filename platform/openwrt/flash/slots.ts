/** Adapter: the Flash port on two slots with a boot environment, on any Linux. TR-069 A.3.2.8.
 *
 * The image is written to the slot that does not run. The boot environment then names that slot and counts its starts:
 * `boot_slot`, `upgrade_available`, `bootcount`, as boot loaders know them. A slot that is not committed within
 * `bootlimit` starts is left by the boot loader for the other one.
 *
 *   write      verify, copy, read back, flip, reboot: a power cut before the flip leaves the running slot in charge
 *   commit     the boot loader counts no longer
 *   fallBack   the other slot is named again, reboot */
import type { Hash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  realpathSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { Flash, ImageIdentity } from "../../../src/ports/installer.ts";
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { assignments, filesUnder } from "../read.ts";
import type { Environment } from "./environment.ts";
import { type ImageMetadata, readMetadata } from "./fwtool.ts";
import { flashLimits } from "./limits.ts";

export interface SlotPorts {
  readonly root: string;
  readonly environment: () => Environment;
  /** Devices or files of the slots, below the root. */
  readonly slots: Readonly<Record<"a" | "b", string>>;
  /** The path of a received image. */
  readonly path: (id: number) => string;
  readonly reboot: () => Promise<void>;
  /** Milliseconds in which a new image has to hold a session; 0: none has to. */
  readonly trialMs: () => number;
}

export function slotFlash(ports: SlotPorts): Flash {
  const { root, environment, slots, path, reboot } = ports;
  const files = filesUnder(root);

  const runningSlot = (): "a" | "b" => {
    const named = /(?:^|\s)cwmpd\.slot=([ab])(?:\s|$)/.exec(files.line("proc/cmdline"))?.[1];
    return (named ?? environment().read().get("boot_slot") ?? "a") === "b" ? "b" : "a";
  };

  const otherSlot = () => (runningSlot() === "a" ? "b" : "a");

  /** Before anything of the other slot, to which the boot loader may have to return, is overwritten.
   * @throws TransferFailure for an image that is larger than the slot */
  const fits = (size: number): void => {
    const name = basename(withoutLinks(join(root, slots[otherSlot()])));
    const sectors = files.number(`sys/class/block/${name}/size`);
    if (sectors !== undefined && size > sectors * flashLimits.sectorBytes)
      throw new TransferFailure("space", tooLarge(size));
  };

  const identity = (): ImageIdentity => ({ revision: revisionOf(root), slot: runningSlot() });

  return {
    get trialMs() {
      return ports.trialMs();
    },
    // The slot in the identity distinguishes a new image from the old one: no mark is needed.
    running: async () => ({ identity: identity(), replaced: false }),
    async check(id) {
      const image = opened(path(id));
      try {
        const { revision } = judged(image, files.line("tmp/sysinfo/board_name"));
        fits(image.size);
        return revision;
      } finally {
        closeSync(image.fd);
      }
    },
    mark: async () => {},
    async write(id) {
      const image = opened(path(id));
      try {
        judged(image, files.line("tmp/sysinfo/board_name"));
        fits(image.size);
        // The image is written with its metadata, so that the slot itself names its image.
        await copied(image, join(root, slots[otherSlot()]));
      } finally {
        closeSync(image.fd);
      }
      environment().set({ boot_slot: otherSlot(), upgrade_available: "1", bootcount: "0" });
      await reboot();
    },
    commit: async () =>
      environment().set({ boot_slot: runningSlot(), upgrade_available: "0", bootcount: "0" }),
    async fallBack() {
      environment().set({ boot_slot: otherSlot(), upgrade_available: "0", bootcount: "0" });
      await reboot();
    },
  };
}

const tooLarge = (size: number): string => `The image has ${size} bytes, which the slot cannot hold`;

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** DISTRIB_REVISION, which an image's metadata names as its `version.revision`. */
export const revisionOf = (root: string): string =>
  assignments(filesUnder(root).text("etc/openwrt_release")).get("DISTRIB_REVISION") ?? "";

interface Image {
  readonly fd: number;
  readonly size: number;
  readonly read: (at: number, length: number) => Uint8Array;
}

function opened(path: string): Image {
  const fd = openSync(path, "r");
  const read = (at: number, length: number) => {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const count = readSync(fd, bytes, done, length - done, at + done);
      if (count === 0) throw new TransferFailure("corrupted", "The image ends in the middle");
      done += count;
    }
    return bytes;
  };
  return { fd, size: fstatSync(fd).size, read };
}

/** @throws TransferFailure for an image that is damaged, or for another board */
export function judged(image: Pick<Image, "read" | "size">, board: string): ImageMetadata {
  const metadata = readMetadata(image.read, image.size);
  if (metadata === undefined) {
    throw new TransferFailure("corrupted", "The file is no image: it has no metadata at its end");
  }
  if (!metadata.boards.includes(board)) {
    const named = metadata.boards.join(", ").slice(0, flashLimits.quotedCharsMax) || "no board";
    throw new TransferFailure("unauthentic", `The image is for ${named}, and this is ${board || "unknown"}`);
  }
  return metadata;
}

/** Copies the image to the slot, makes it durable and reads it back. */
async function copied(image: Image, slot: string): Promise<void> {
  const length = image.size;
  const { createHash } = await import("node:crypto");
  const source = createHash("sha256");
  const fd = openSync(slot, "r+");
  try {
    // A slot that is a file gets the image's length. The length of a device is fixed, and a write past its end fails.
    if (fstatSync(fd).isFile()) ftruncateSync(fd, length);
    for (let at = 0; at < length; at += flashLimits.copyBytes) {
      const piece = image.read(at, Math.min(flashLimits.copyBytes, length - at));
      source.update(piece);
      writeAll(fd, piece, at);
      // Between two pieces the agent answers other requests.
      await new Promise((done) => setImmediate(done));
    }
    fsyncSync(fd);
  } catch (error) {
    if (error instanceof TransferFailure) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
      throw new TransferFailure("space", tooLarge(length));
    }
    throw new TransferFailure("internal", `The slot cannot be written: ${(error as Error).message}`);
  } finally {
    closeSync(fd);
  }
  if (digested(slot, length, createHash("sha256")) !== source.digest("hex")) {
    throw new TransferFailure("internal", "The slot does not hold what was written to it");
  }
}

function writeAll(fd: number, piece: Uint8Array, at: number): void {
  for (let done = 0; done < piece.length; )
    done += writeSync(fd, piece, done, piece.length - done, at + done);
}

function digested(slot: string, length: number, hash: Hash): string {
  const back = opened(slot);
  try {
    for (let at = 0; at < length; at += flashLimits.copyBytes) {
      hash.update(back.read(at, Math.min(flashLimits.copyBytes, length - at)));
    }
  } finally {
    closeSync(back.fd);
  }
  return hash.digest("hex");
}
