/** Port: where the agent keeps its own state. */

/** Where state is kept. One shelf, one kind of row; the engine's rooms own their shelves. */
export type Shelf = "kept" | "errand" | "attribute" | "known" | "instance" | "intent";

export interface Write {
  readonly shelf: Shelf;
  readonly key: string;
  /** Any JSON value; `null` removes the row. */
  readonly value: unknown;
}

export interface Store {
  get(shelf: Shelf, key: string): unknown;
  all(shelf: Shelf): Map<string, unknown>;
  /** All of the writes or none, on the medium when the call returns.
   * @throws Refused and nothing is written */
  write(writes: readonly Write[]): void;
  /** A mark that outlives the process, though perhaps not a power cut: cheap enough to be set for every session. */
  mark(on: boolean): void;
  readonly marked: boolean;
}
