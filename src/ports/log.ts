/** Port: the log. */

export type Level = "debug" | "info" | "warn" | "error";

export interface Log {
  /** Writes a line to the log: `what` in plain words, the rest as fields. Never a secret. */
  (level: Level, what: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  /** False: lines of that level are dropped, and their fields need not be made. Absent: every level is written. */
  readonly wants?: (level: Level) => boolean;
}
