/** Table: the record of a change by the ACS that may have to be undone. */
import type { Staged, Undo } from "../ports/config.ts";
import type { Write } from "../ports/store.ts";
import type { RootName } from "./roots.ts";

export interface MadeChange {
  readonly undo: Undo;
  readonly packages: readonly string[];
  /** The parameters by which the ACS sees that it was undone. */
  readonly parameters: readonly string[];
  readonly root: RootName;
  /** The ParameterKey before; null: the change left it as it was. */
  readonly parameterKey: string | null;
  /** Rows that the change has replaced or removed, as they were. */
  readonly rows: readonly Write<"src/model">[];
}

/** Keeps the rows that are needed to undo changes. */
export interface Guard {
  /** Called for each change by the ACS, once it is staged.
   * @returns undefined: the change need not prove itself
   * @throws Fault 9004 */
  watch(change: Omit<MadeChange, "undo">, staged: Staged): Watched | undefined;
}

export interface Watched {
  /** Rows that last together with the change. */
  readonly rows: readonly Write<"src/trial">[];
  /** The change is certain. */
  made(): void;
}
