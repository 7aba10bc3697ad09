/** Adapter: a planned package is installed on the disk, whole or not at all. TR-069 E.4.
 *
 * The journal is written first. Then all new files are staged on the file systems where they will lie, and made durable
 * together. Then everything is moved into place by renames, made durable again, read back and hashed. A crash before
 * `staged` leaves the tree as it was; one after it is followed by the rest at the next start. An error on the way takes
 * everything back. */
import { dirname, join } from "node:path";
import { Malformed, Refused } from "../../src/errors.ts";
import { type Journal, parseJournal } from "../../src/package/journal.ts";
import type { Piece } from "../../src/package/judge.ts";
import { packageLimits } from "../../src/package/limits.ts";
import type { Plan } from "../../src/package/plan.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { VerifiedPackage } from "../../src/package/verify.ts";
import { Course, journalName, type Recovered } from "./course.ts";
import { type Disk, failedWith } from "./disk.ts";
import { discard } from "./moves.ts";
import { movesOf, Places, stagingName } from "./places.ts";
import type { PackageFile } from "./reading.ts";

/** The installer of one root. The caller of the constructor has locked its state directory. */
export class Installer {
  constructor(
    private readonly disk: Disk,
    /** Without symbolic links in it. */
    private readonly root: string,
    private readonly state: string,
  ) {}

  /** Ends an installation that a crash interrupted: to be called before every plan, and when the agent starts.
   * @throws PackageRefused "journal" where the installation can be neither finished nor undone */
  async recover(): Promise<Recovered> {
    const path = join(this.state, journalName);
    if (this.disk.stat(path) === undefined) {
      discard(this.disk, join(this.state, stagingName));
      discard(this.disk, `${path}.part`);
      return "nothing";
    }
    const journal = this.readJournal(path);
    const course = new Course(this.disk, this.state, journal);
    try {
      return await course.end();
    } catch (error) {
      throw new PackageRefused(
        "journal",
        `The installation that was interrupted can be neither finished nor undone yet: ${told(error)}. Mend that, then start again.`,
      );
    }
  }

  private readJournal(path: string): Journal {
    try {
      if (this.disk.stat(path)!.size > packageLimits.journalBytesMax) throw new Malformed("it is too long");
      return parseJournal(this.disk.readText(path));
    } catch (error) {
      throw new PackageRefused(
        "journal",
        `${path} cannot be read: ${told(error)}. Look at what it names, then remove it and ${stagingName} beside it.`,
      );
    }
  }

  /** @returns when everything is in place and durable
   * @throws PackageRefused and everything is as it was; with "journal" it is neither, and `recover` is due */
  async install(verified: VerifiedPackage, plan: Plan, file: PackageFile): Promise<void> {
    if (plan.steps.length === 0) return;
    const places = new Places(this.disk, this.root, this.state);
    const pieces = new Map(verified.pieces.map((piece) => [piece.command, piece]));
    let course: Course | undefined;
    try {
      const moves = movesOf(plan, places, this.root, pieces);
      this.judgeSpace(plan, places, pieces);
      course = Course.begin(this.disk, this.state, { places: places.all(), moves });
      await course.stage(plan, this.root, pieces, file);
    } catch (error) {
      course?.clearQuietly();
      throw refusal(error);
    }
    let failure: unknown;
    try {
      await course.forward();
    } catch (error) {
      failure = error;
    }
    if (failure === undefined) {
      course.clearQuietly();
      return;
    }
    await this.takeBack(course, failure);
  }

  private async takeBack(course: Course, failure: unknown): Promise<never> {
    try {
      course.back();
    } catch (error) {
      throw new PackageRefused(
        "journal",
        `${told(failure)}; and what had been done cannot be undone yet: ${told(error)}. Mend that, then install again: it is finished or undone first.`,
      );
    }
    course.clearQuietly();
    throw refusal(failure);
  }

  private judgeSpace(plan: Plan, places: Places, pieces: ReadonlyMap<number, Piece>): void {
    const wanted = new Map<string, number>();
    for (const step of plan.steps) {
      if (step.do !== "write") continue;
      const place = dirname(places.placeFor(join(this.root, step.path)));
      wanted.set(place, (wanted.get(place) ?? 0) + pieces.get(step.command)!.length);
    }
    for (const [place, bytes] of wanted) {
      const free = this.disk.free(place);
      if (free < bytes) {
        throw new PackageRefused(
          "space",
          `The files need ${bytes} octets on ${place}, and ${free} are free.`,
        );
      }
    }
  }
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error of the file system as a refusal of the package. */
function refusal(error: unknown): unknown {
  if (error instanceof Refused) return error;
  const code = failedWith(error, "ENOSPC", "EDQUOT") ? "space" : "write";
  return failedWith(error, "ENOSPC", "EDQUOT") || (error instanceof Error && "syscall" in error)
    ? new PackageRefused(code, `Nothing was installed: ${told(error)}.`)
    : error;
}
