/** Port: the configuration of the device, UCI. Its syntax is platform's. */

export interface Section {
  /** Own name, or the one that the system gives an anonymous section (`cfg01411c`). */
  readonly name: string;
  readonly anonymous: boolean;
  readonly type: string;
  readonly options: ReadonlyMap<string, string | readonly string[]>;
}

/** A package as read at one moment. It never changes. Two packages with the same name and `version` are equal. */
export interface Package {
  readonly name: string;
  readonly version: number;
  readonly sections: readonly Section[];
  /** The first of its lines that does not parse, and why; all the others are here. */
  readonly damaged?: string | undefined;
  section(name: string): Section | undefined;
  ofType(type: string): readonly Section[];
}

export type Edit =
  | { edit: "set"; package: string; section: string; option: string; value: string | readonly string[] }
  | { edit: "unset"; package: string; section: string; option: string }
  /** A new named section at the end; the package's file is made if it is not there. */
  | { edit: "add"; package: string; section: string; type: string }
  | { edit: "remove"; package: string; section: string };

/** The whole tree at one moment. Packages are read when first asked for, then stay as they are. */
export interface ConfigView {
  /** The package; undefined: it does not exist or has never been read. If it cannot be read now, its last reading. */
  package(name: string): Package | undefined;
  /** This view with the edits applied, in memory only. */
  with(edits: readonly Edit[]): ConfigView;
}

/** A change as JSON, complete enough to finish it after a crash. It holds values: keep it as secret as they are. */
export type Intent = unknown;

/** The effect of a change as JSON, complete enough to take it back later. It holds values, as an intent does. */
export type Undo = unknown;

/** A change that waits under locks: every file is written beside its target and fsynced, none renamed yet. */
export interface Staged {
  readonly intent: Intent;
  /** @param earlier changes that would be undone together with this one: texts that they hold are left out */
  undo(earlier: readonly Undo[]): Undo;
  /** Puts every file in its place. May be repeated after a crash by `Config.recover`. */
  commit(): void;
  /** Gives the change up; nothing of it stays. */
  abort(): void;
}

/** The way back, staged. */
export interface Reverted extends Staged {
  readonly packages: readonly string[];
  /** Options and sections that others have changed since: they stay. */
  readonly left: readonly string[];
}

export interface Config {
  /** The tree as it is now: cheap when nothing has changed since the last view. */
  view(): ConfigView;
  /** Locks the packages, merges the edits with changes of others since `view`.
   * @throws Refused when it cannot be written, or a section that the edits name is missing */
  stage(view: ConfigView, edits: readonly Edit[]): Promise<Staged>;
  /** Undoes changes, all together: every value that still is as they made it. @param changes oldest first
   * @throws Refused */
  revert(changes: readonly Undo[]): Promise<Reverted>;
  /** Complaints, for people, about the packages that have been looked at: unreadable, damaged. */
  troubles(): readonly string[];
  /** Finishes a staged change that a crash interrupted; doing it twice does no harm. */
  recover(intent: Intent): Promise<void>;
  /** Calls `changed` after files have changed by any hand; the returned function ends that. */
  watch(changed: () => void): () => void;
}
