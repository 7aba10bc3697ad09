/** Adapter: one installation by its journal: staged, moved into place, read back; or undone. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import {
  type Journal,
  type Move,
  type Phase,
  phaseBytes,
  phaseLine,
  writeJournal,
} from "../../src/package/journal.ts";
import type { Piece } from "../../src/package/judge.ts";
import { packageLimits } from "../../src/package/limits.ts";
import type { Plan } from "../../src/package/plan.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Disk } from "./disk.ts";
import { come, comeBack, discard, give, make, makeBack, take, takeBack } from "./moves.ts";
import { breathe, type PackageFile } from "./reading.ts";

export const journalName = "journal";

/** The outcome of an installation that a crash had interrupted. */
export type Recovered = "nothing" | "finished" | "taken back";

/** Each phase has its own line in the journal, the later further down. */
const order: readonly Phase[] = ["staged", "taken", "undo", "back", "done"];

/** A journal while its moves are made. */
export class Course {
  private phase: Phase;

  constructor(
    private readonly disk: Disk,
    private readonly state: string,
    private readonly journal: Pick<Journal, "places" | "moves"> & { readonly phase: Phase },
  ) {
    this.phase = journal.phase;
  }

  private get path(): string {
    return join(this.state, journalName);
  }

  /** Writes the journal: from here on `recover` knows of everything that may be lying about. */
  static begin(disk: Disk, state: string, journal: Pick<Journal, "places" | "moves">): Course {
    const course = new Course(disk, state, { ...journal, phase: "open" });
    const part = `${course.path}.part`;
    const fd = disk.create(part);
    try {
      disk.write(fd, Buffer.from(writeJournal(journal)));
      disk.sync(fd);
    } finally {
      disk.close(fd);
    }
    disk.rename(part, course.path);
    course.syncState();
    return course;
  }

  private syncState(): void {
    const fd = this.disk.open(this.state);
    try {
      this.disk.sync(fd);
    } finally {
      this.disk.close(fd);
    }
  }

  private mark(phase: Phase): void {
    const head = Buffer.byteLength(writeJournal(this.journal)) - phaseBytes * order.length;
    const fd = this.disk.edit(this.path);
    try {
      this.disk.write(fd, Buffer.from(phaseLine(phase)), head + phaseBytes * order.indexOf(phase));
      this.disk.sync(fd);
    } finally {
      this.disk.close(fd);
    }
    this.phase = phase;
  }

  private syncAll(): void {
    for (const place of this.journal.places) this.disk.syncAll(dirname(place));
  }

  /** Every new file lies whole in its slot, on the medium. */
  async stage(
    plan: Plan,
    root: string,
    pieces: ReadonlyMap<number, Piece>,
    file: PackageFile,
  ): Promise<void> {
    for (const place of this.journal.places) this.disk.makeDirectory(place, 0o700);
    for (const [number, step] of plan.steps.entries()) {
      const move = this.journal.moves[number]!;
      if (step.do !== "write" || move.do !== "write") continue;
      const fd = this.disk.create(move.slot);
      try {
        for (const chunk of file.chunks(pieces.get(step.command)!)) {
          this.disk.write(fd, chunk);
          await breathe(chunk.length);
        }
      } finally {
        this.disk.close(fd);
      }
      this.dress(move.slot, step.replaces ? join(root, step.path) : undefined);
    }
    this.syncAll();
    this.mark("staged");
  }

  /** A file that replaces another has its mode and owner; a new one is open to be read. */
  private dress(slot: string, model: string | undefined): void {
    const old = model === undefined ? undefined : this.disk.stat(model);
    if (old !== undefined) give(this.disk, slot, old.uid, old.gid);
    this.disk.chmod(slot, old === undefined ? 0o644 : old.mode & 0o7777);
  }

  private of<Do extends Move["do"]>(...what: readonly Do[]): Extract<Move, { do: Do }>[] {
    return this.journal.moves.filter((move): move is Extract<Move, { do: Do }> =>
      (what as readonly string[]).includes(move.do),
    );
  }

  async forward(): Promise<void> {
    const { disk } = this;
    const leaving = this.of("take");
    if (this.phase === "staged" && leaving.length > 0) {
      for (const move of leaving) take(disk, move);
      this.syncAll();
      this.mark("taken");
    }
    for (const move of this.of("make")) make(disk, move);
    for (const move of this.of("write", "put")) come(disk, move);
    this.syncAll();
    await this.readBack();
    this.mark("done");
  }

  private async readBack(): Promise<void> {
    const chunk = Buffer.allocUnsafe(packageLimits.chunkBytes);
    for (const { path, sha1 } of this.of("write")) {
      const hash = createHash("sha1");
      const fd = this.disk.open(path);
      try {
        for (let at = 0; ; ) {
          const got = this.disk.read(fd, chunk, at);
          if (got === 0) break;
          hash.update(chunk.subarray(0, got));
          at += got;
          await breathe(got);
        }
      } finally {
        this.disk.close(fd);
      }
      if (hash.digest("hex") !== sha1) {
        throw new PackageRefused("write", `${path} reads back other than it was written.`);
      }
    }
  }

  /** Everything as it was before. */
  back(): void {
    const { disk } = this;
    // All removals are done before the first arrival, so that no new file has to be removed again.
    const only = this.phase === "back" || (this.phase === "staged" && this.of("take").length > 0);
    if (!only) {
      if (this.phase !== "undo") this.mark("undo");
      for (const move of this.of("write", "put").reverse()) comeBack(disk, move);
      for (const move of this.of("make").reverse()) makeBack(disk, move);
      this.syncAll();
    }
    if (this.phase !== "back") this.mark("back");
    for (const move of this.of("take").reverse()) takeBack(disk, move);
    this.syncAll();
  }

  /** Removes the remains. The outcome is decided already: if the removal fails, `recover` does the rest. */
  clearQuietly(): void {
    try {
      this.clear();
    } catch {
      // The journal is still there, and says so.
    }
  }

  clear(): void {
    for (const place of this.journal.places) discard(this.disk, place);
    if (this.disk.stat(this.path) !== undefined) this.disk.unlink(this.path);
    this.syncState();
  }

  /** After a crash, wherever it was. */
  async end(): Promise<Recovered> {
    const forward = this.phase === "staged" || this.phase === "taken";
    let recovered: Recovered = this.phase === "done" ? "finished" : "taken back";
    if (forward) {
      try {
        await this.forward();
        recovered = "finished";
      } catch {
        this.back();
      }
    } else if (this.phase === "undo" || this.phase === "back") {
      this.back();
    }
    this.clear();
    return recovered;
  }
}
