/** `make flash DEV=/dev/sdX`: the A/B disk image onto a card, and never onto a disk that is in use. */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { agreed, progress, Stop, say } from "./plan.ts";

/** Files and directories in which the kernel describes disks. */
export interface Views {
  readonly mounts: string;
  readonly swaps: string;
  readonly block: string;
  readonly devices: string;
}

const views: Views = {
  mounts: "/proc/mounts",
  swaps: "/proc/swaps",
  block: "/sys/class/block",
  devices: "/dev/",
};
const pieceBytes = 1_048_576;

/** Bytes and name of a disk that may be overwritten.
 * @throws Stop for anything else, with the reason */
export function usableDisk(
  device: string,
  { mounts, swaps, block, devices }: Views = views,
): { size: number; model: string } {
  const path = resolved(device);
  const name = basename(path);
  const entry = join(block, name);
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8").trim();
    } catch {
      return "";
    }
  };
  if (!path.startsWith(devices) || read(join(entry, "size")) === "")
    throw new Stop(`${device} is no disk. See what there is: lsblk`);
  if (read(join(entry, "partition")) !== "")
    throw new Stop(`${device} is a partition; the image is for a whole disk`);
  const parts = readdirSync(entry).filter((part) => read(join(entry, part, "partition")) !== "");
  const taken = [name, ...parts];
  const used = (text: string) =>
    text
      .split("\n")
      .map((line) => line.split(/\s/)[0]!)
      .find((one) => one.startsWith(devices) && taken.includes(basename(resolved(one))));
  const mounted = used(read(mounts));
  if (mounted !== undefined)
    throw new Stop(`${mounted} is mounted: this disk is in use. Unmount it if it is the right one`);
  const swap = used(read(swaps));
  if (swap !== undefined) throw new Stop(`${swap} is swap of this system`);
  const held = taken.find((one) => heldBy(join(entry, one === name ? "" : one)).length > 0);
  if (held !== undefined) throw new Stop(`${held} is held by another device (LVM, RAID or encryption)`);
  if (read(join(entry, "ro")) === "1")
    throw new Stop(`${device} can only be read: see the switch of the card`);
  const model = [read(join(entry, "device/vendor")), read(join(entry, "device/model"))].join(" ").trim();
  return { size: Number(read(join(entry, "size"))) * 512, model: model || name };
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function heldBy(entry: string): readonly string[] {
  try {
    return readdirSync(join(entry, "holders"));
  } catch {
    return [];
  }
}

export async function flashCard(device: string, image: string): Promise<void> {
  const { size, model } = usableDisk(device);
  if (!existsSync(image)) throw new Stop(`There is no ${image}: call make image first, or name one: FILE=…`);
  const bytes = statSync(image).size;
  if (size < bytes) throw new Stop(`${device} has ${size} bytes and the image ${bytes}`);
  const go = await agreed({
    target: `${device} (${model}, ${(size / 1e9).toFixed(1)} GB)`,
    steps: [
      `overwrite the first ${(bytes / 1_048_576).toFixed(0)} MiB of ${device} with ${image}; what is on it is lost`,
      "read it back and compare",
    ],
    back: "there is no way back: keep a copy of what is on the disk",
  });
  if (!go) return;
  // The disk may have been mounted while somebody thought about the answer: check it again.
  usableDisk(device);
  copyOnto(device, image, bytes);
  say(`${device} holds the image. Put it into the gateway; slot a is started.`);
}

/** Copies the image onto the disk, makes it durable and reads it back.
 * @throws Stop when the disk does not hold what was written */
export function copyOnto(device: string, image: string, bytes: number): void {
  const written = createHash("sha256");
  each(image, bytes, progress("writing", bytes), (piece) => written.update(piece), device);
  const back = createHash("sha256");
  each(device, bytes, progress("comparing", bytes), (piece) => back.update(piece));
  if (written.digest("hex") !== back.digest("hex"))
    throw new Stop(`${device} does not hold what was written: it is worn out`);
}

function each(
  from: string,
  bytes: number,
  told: (done: number) => void,
  take: (piece: Buffer) => void,
  to?: string,
): void {
  const source = openSync(from, "r");
  const sink = to === undefined ? undefined : openSync(to, "r+");
  try {
    const piece = Buffer.alloc(pieceBytes);
    for (let at = 0; at < bytes; ) {
      const count = readSync(source, piece, 0, Math.min(pieceBytes, bytes - at), at);
      if (count === 0) throw new Stop(`${from} ends after ${at} bytes`);
      take(piece.subarray(0, count));
      for (let done = 0; sink !== undefined && done < count; )
        done += writeSync(sink, piece, done, count - done, at + done);
      at += count;
      told(at);
    }
    if (sink !== undefined) fsyncSync(sink);
  } finally {
    closeSync(source);
    if (sink !== undefined) closeSync(sink);
  }
}
