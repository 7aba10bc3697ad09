/** `make flash DEV=/dev/sdX`: the A/B disk image onto a card, and never onto a disk that is in use. */
import { spawnSync } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { project } from "../tree.ts";
import { agreed, flag, progress, Stop, say } from "./plan.ts";

/** Files and directories in which the kernel describes disks. */
export interface Views {
  readonly mounts: string;
  readonly swaps: string;
  readonly block: string;
  readonly devices: string;
}

const views: Views = {
  mounts: "/proc/self/mountinfo",
  swaps: "/proc/swaps",
  block: "/sys/class/block",
  devices: "/dev/",
};
const pieceBytes = 1_048_576;

/** A disk that may be overwritten. */
export interface Disk {
  /** Without links. */
  readonly path: string;
  readonly size: number;
  readonly model: string;
  readonly removable: boolean;
  /** Names of the partitions that are on it now. */
  readonly parts: readonly string[];
}

/** Memory, flash chips and optical discs, which have drivers of block devices too. */
const noCard = /^(?:ram|zram|mtdblock|sr|fd|nbd)\d/;

/** @throws Stop for what is no disk, or one that may not be overwritten, with the reason */
export function usableDisk(device: string, { mounts, swaps, block, devices }: Views = views): Disk {
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
    throw new Stop(`${device} is no disk. List the disks: lsblk`);
  if (noCard.test(name)) throw new Stop(`${device} is no disk for a gateway`);
  if (read(join(entry, "partition")) !== "")
    throw new Stop(`${device} is a partition; the image is for a whole disk`);
  const parts = readdirSync(entry).filter((part) => read(join(entry, part, "partition")) !== "");
  const taken = [name, ...parts];
  // The kernel may call the disk of the system by another name, /dev/root: its number tells.
  const numbers = taken.map((one) => read(join(block, one, "dev"))).filter((one) => one !== "");
  const isTaken = (one: string) => one.startsWith(devices) && taken.includes(basename(resolved(one)));
  const mounted = mountsIn(read(mounts)).find(
    ({ from, number }) => isTaken(from) || numbers.includes(number),
  );
  if (mounted !== undefined)
    throw new Stop(
      `${mounted.from} is mounted at ${mounted.at}: this disk is in use. Unmount it if it is the right one`,
    );
  const swap = read(swaps)
    .split("\n")
    .map((line) => line.split(/\s/)[0]!)
    .find(isTaken);
  if (swap !== undefined) throw new Stop(`${swap} is swap of this system`);
  const held = taken.find((one) => heldBy(join(entry, one === name ? "" : one)).length > 0);
  if (held !== undefined) throw new Stop(`${held} is held by another device (LVM, RAID or encryption)`);
  if (read(join(entry, "ro")) === "1")
    throw new Stop(`${device} can only be read: see the switch of the card`);
  const model = [read(join(entry, "device/vendor")), read(join(entry, "device/model"))].join(" ").trim();
  return {
    path,
    size: Number(read(join(entry, "size"))) * 512,
    model: model || name,
    removable: read(join(entry, "removable")) === "1",
    parts,
  };
}

/** Linux proc(5), /proc/PID/mountinfo: the number of the device is the third field, its name the second one after " - ". */
const mountsIn = (text: string) =>
  text.split("\n").flatMap((line) => {
    const [place = "", what = ""] = line.split(" - ");
    const fields = place.split(" ");
    return fields.length < 5 ? [] : [{ number: fields[2]!, at: fields[4]!, from: what.split(" ")[1] ?? "" }];
  });

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

/** The name of the file that keeps what the image has overwritten. */
const keptFor = (disk: Disk): string =>
  join(project, "dist/flash", `${disk.model.replace(/[^\w.-]+/g, "-")}-${disk.size}.before`);

export async function flashCard(device: string, image: string): Promise<void> {
  const disk = usableDisk(device);
  if (flag("UNDO")) return putBack(disk);
  if (!existsSync(image)) throw new Stop(`There is no ${image}: call make image first, or name one: FILE=…`);
  const bytes = statSync(image).size;
  if (!isDiskImage(image))
    throw new Stop(
      `${image} is no image of a disk: it has no table of partitions. make image makes gateway.img`,
    );
  if (disk.size < bytes) throw new Stop(`${device} has ${disk.size} bytes and the image ${bytes}`);
  const kept = flag("KEEP", true) ? keptFor(disk) : undefined;
  if (kept !== undefined && existsSync(kept))
    throw new Stop(
      `${kept} is there from before: UNDO=1 writes it back to the disk that it is of. Remove it if nobody needs it, or keep no copy this time: KEEP=0`,
    );
  const lost = disk.parts.length > 0 ? ` (${disk.parts.join(", ")})` : "";
  const go = await agreed({
    target: told(disk),
    steps: [
      ...(kept === undefined ? [] : [`copy the first ${mib(bytes)} of ${disk.path} to ${kept}`]),
      `overwrite the first ${mib(bytes)} of ${disk.path} with ${image}; what is on the disk${lost} is lost`,
      "read it back and compare",
    ],
    back:
      kept === undefined
        ? "there is no way back: keep a copy of what is on the disk"
        : `make flash DEV=${device} UNDO=1, which writes that copy back`,
  });
  if (!go) return;
  // The disk may have been mounted, or another one put in its place, while somebody thought about the answer.
  if (told(usableDisk(device)) !== told(disk))
    throw new Stop(`${device} is another disk now. Nothing has been done.`);
  if (kept !== undefined) keep(disk.path, kept, bytes);
  copyOnto(disk.path, image, bytes);
  say(`${disk.path} holds the image. Put it into the gateway; slot a is started.`);
}

const mib = (bytes: number) => `${(bytes / pieceBytes).toFixed(0)} MiB`;
const told = ({ path, model, size, removable }: Disk) =>
  `${path} (${model}, ${(size / 1e9).toFixed(1)} GB, ${removable ? "removable" : "NOT removable"})`;

/** A master boot record ends with 0x55 0xAA. */
function isDiskImage(image: string): boolean {
  const fd = openSync(image, "r");
  try {
    const end = Buffer.alloc(2);
    return readSync(fd, end, 0, 2, 510) === 2 && end.readUInt16LE(0) === 0xaa55;
  } finally {
    closeSync(fd);
  }
}

async function putBack(disk: Disk): Promise<void> {
  const kept = keptFor(disk);
  if (!existsSync(kept)) throw new Stop(`There is no ${kept}: nothing was written to this disk from here`);
  const bytes = statSync(kept).size;
  const go = await agreed({
    target: told(disk),
    steps: [`write ${kept} (${mib(bytes)}) back to where it was`, "read it back and compare"],
    back: "flash it again",
  });
  if (!go) return;
  usableDisk(disk.path);
  copyOnto(disk.path, kept, bytes);
  rmSync(kept);
  say(`${disk.path} is as it was before.`);
}

/** Keeps what is on the disk. */
function keep(disk: string, to: string, bytes: number): void {
  mkdirSync(dirname(to), { recursive: true });
  const part = `${to}.part`;
  const [source, sink] = [openSync(disk, "r"), openSync(part, "w", 0o600)];
  try {
    each(source, bytes, progress("keeping", bytes), (piece, at) => writeWhole(sink, piece, at));
    fsyncSync(sink);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(source);
    closeSync(sink);
  }
  renameSync(part, to);
}

/** Copies the image onto the disk, makes it durable and reads it back. Until the rest is there the table of partitions in
 * the first piece stays away: a card whose writing was cut off starts nothing.
 * @throws Stop when the disk does not hold what was written */
export function copyOnto(disk: string, image: string, bytes: number): void {
  const [written, back] = [createHash("sha256"), createHash("sha256")];
  const source = openSync(image, "r");
  // The kernel gives a disk that is mounted anywhere, also in another namespace, to nobody who asks for it alone.
  const sink = openSync(disk, constants.O_RDWR | constants.O_EXCL);
  try {
    const first = Buffer.alloc(Math.min(pieceBytes, bytes));
    writeWhole(sink, first, 0);
    fsyncSync(sink);
    each(source, bytes, progress("writing", bytes), (piece, at) => {
      written.update(piece);
      if (at === 0) piece.copy(first);
      else writeWhole(sink, piece, at);
    });
    fsyncSync(sink);
    writeWhole(sink, first, 0);
    fsyncSync(sink);
    // What is read back has to come from the medium, not from memory.
    if (statSync(disk).isBlockDevice()) spawnSync("blockdev", ["--flushbufs", disk]);
    each(sink, bytes, progress("comparing", bytes), (piece) => void back.update(piece));
  } finally {
    closeSync(source);
    closeSync(sink);
  }
  if (digest(written) !== digest(back))
    throw new Stop(`${disk} does not hold what was written: it is worn out`);
}

const digest = (hash: Hash): string => hash.digest("hex");

function writeWhole(fd: number, piece: Buffer, at: number): void {
  for (let done = 0; done < piece.length; )
    done += writeSync(fd, piece, done, piece.length - done, at + done);
}

function each(
  fd: number,
  bytes: number,
  told: (done: number) => void,
  take: (piece: Buffer, at: number) => void,
): void {
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; at < bytes; ) {
    const count = readSync(fd, piece, 0, Math.min(pieceBytes, bytes - at), at);
    if (count === 0) throw new Stop(`it ends after ${at} of ${bytes} bytes`);
    take(piece.subarray(0, count), at);
    at += count;
    told(at);
  }
}
