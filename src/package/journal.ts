/** Codec: the journal of an installation: its steps, in absolute paths, and its progress.
 *
 * The first line holds the steps, written whole before anything moves; a line for each phase follows. A line that
 * a crash tore does not count. */
import { Malformed } from "../errors.ts";

/** A move whose state follows from the files that exist: the move is done while its `slot` is filled (take) or empty
 * (write, put). */
export type Move =
  | { readonly do: "take"; readonly path: string; readonly slot: string }
  | { readonly do: "make"; readonly path: string }
  | {
      readonly do: "write";
      readonly path: string;
      readonly slot: string;
      /** The second name that keeps the file that is replaced. */
      readonly kept: string | undefined;
      /** Of the content, hexadecimal. */
      readonly sha1: string;
    }
  | { readonly do: "put"; readonly path: string; readonly slot: string };

/** The stages of the installation, in this order or, where something failed, by way of `undo`. `open`: nothing has
 * moved. `staged`: all new files lie ready, on the medium. `taken`: all old files have been moved out. `undo`:
 * new files are removed again. `back`: only the removed files are still to be restored. `done`: nothing remains
 * but to clear away. */
export type Phase = "open" | "staged" | "taken" | "undo" | "back" | "done";

export interface Journal {
  /** Directories of the installer's own, removed in the end. */
  readonly places: readonly string[];
  readonly moves: readonly Move[];
  readonly phase: Phase;
}

/** A directory of this name beside the installed files, on a file system where the state directory is not. */
export const placeName = ".cwmpd-package";

const phases: readonly string[] = ["staged", "taken", "undo", "back", "done"] satisfies Phase[];

/** Octets of one line of a phase. */
export const phaseBytes = 8;

/** The journal of an installation that begins, with room for every phase: to write one takes no more of a full disk. */
export function writeJournal({ places, moves }: Pick<Journal, "places" | "moves">): string {
  return `${JSON.stringify({ journal: 1, places, moves })}\n${phaseLine("").repeat(phases.length)}`;
}

/** A phase as a line of `phaseBytes` octets. */
export function phaseLine(phase: Phase | ""): string {
  return `${phase.padEnd(phaseBytes - 1)}\n`;
}

/** @throws Malformed for one that this program did not write */
export function parseJournal(text: string): Journal {
  const lines = text.split("\n");
  let head: unknown;
  try {
    head = lines.length < 2 ? undefined : JSON.parse(lines[0]!);
  } catch {
    head = undefined;
  }
  if (!isHead(head)) throw new Malformed("Cannot read the journal of the installation: it is damaged");
  // The last piece has no line end: it is empty, or torn.
  const phase = lines
    .slice(1, -1)
    .map((line) => line.trimEnd())
    .findLast((line) => phases.includes(line));
  return { places: head.places, moves: head.moves, phase: (phase as Phase | undefined) ?? "open" };
}

function isHead(value: unknown): value is { places: string[]; moves: Move[] } {
  if (typeof value !== "object" || value === null) return false;
  const { journal, places, moves } = value as Record<string, unknown>;
  return (
    journal === 1 &&
    Array.isArray(places) &&
    places.every((place) => typeof place === "string") &&
    Array.isArray(moves) &&
    moves.every(isMove)
  );
}

function isMove(value: unknown): value is Move {
  if (typeof value !== "object" || value === null) return false;
  const move = value as Record<string, unknown>;
  if (typeof move.path !== "string") return false;
  if (move.do === "make") return true;
  if (typeof move.slot !== "string") return false;
  return move.do === "take" || move.do === "put" || (move.do === "write" && typeof move.sha1 === "string");
}
