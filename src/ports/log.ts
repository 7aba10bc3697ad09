/** Port: the log. */

export type Level = "debug" | "info" | "warn" | "error";

/** Writes a line to the log: `what` in plain words, the rest as fields. Never a secret. */
export type Log = (
  level: Level,
  what: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;
