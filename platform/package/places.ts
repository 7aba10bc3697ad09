/** Adapter: the staging places of files, and the moves from there into place. */
import { dirname, join } from "node:path";
import { type Move, placeName } from "../../src/package/journal.ts";
import type { Piece } from "../../src/package/judge.ts";
import type { Step } from "../../src/package/picture.ts";
import type { Plan } from "../../src/package/plan.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Disk } from "./disk.ts";

/** Beneath the state directory, for the file system on which that lies. */
export const stagingName = "staging";

/** The directories in which files wait. A rename cannot leave its file system, so each file system has its own. */
export class Places {
  private readonly byDevice = new Map<number, string>();

  constructor(
    private readonly disk: Disk,
    private readonly root: string,
    state: string,
  ) {
    this.byDevice.set(disk.stat(state)!.dev, join(state, stagingName));
  }

  /** The nearest existing directory above the path. */
  private above(path: string): string {
    let at = dirname(path);
    while (at !== this.root && this.disk.stat(at)?.isDirectory() !== true) at = dirname(at);
    return at;
  }

  /** The directory in which the slots of that path's file system lie; it is not there yet. */
  placeFor(path: string): string {
    let at = this.above(path);
    const { dev } = this.disk.stat(at)!;
    const known = this.byDevice.get(dev);
    if (known !== undefined) return known;
    // The top directory of a file system cannot be removed by a package.
    while (at !== this.root && this.disk.stat(dirname(at))?.dev === dev) at = dirname(at);
    const place = join(at, placeName);
    this.byDevice.set(dev, place);
    return place;
  }

  all(): string[] {
    return [...this.byDevice.values()];
  }
}

/** @param root the package's, without symbolic links in it
 * @returns a move for each step, in the same order */
export function movesOf(
  plan: Plan,
  places: Places,
  root: string,
  pieces: ReadonlyMap<number, Piece>,
): Move[] {
  const slots = new Map<string, string>();
  return plan.steps.map((step, number) => {
    const move = moveOf(step, number, places, root, pieces, slots);
    if (move.do === "take") slots.set(step.path, move.slot);
    return move;
  });
}

function moveOf(
  step: Step,
  number: number,
  places: Places,
  root: string,
  pieces: ReadonlyMap<number, Piece>,
  slots: ReadonlyMap<string, string>,
): Move {
  const path = join(root, step.path);
  if (step.do === "make") return { do: "make", path };
  const place = places.placeFor(path);
  if (step.do === "put") {
    const slot = slots.get(step.from)!;
    if (dirname(slot) === place) return { do: "put", path, slot };
    throw new PackageRefused(
      "conflict",
      `"/${step.from}" and "/${step.path}" are on different file systems.`,
    );
  }
  const slot = join(place, String(number));
  if (step.do === "take") return { do: "take", path, slot };
  const kept = step.replaces ? `${slot}.old` : undefined;
  return { do: "write", path, slot, kept, sha1: pieces.get(step.command)!.sha1 };
}
