/** Port: log lines, one a line, for a person at the terminal or for the system's log.
 *
 * Whatever comes from outside is escaped: no line of log can be forged, and none can drive a terminal. */
import type { Level, Log } from "../../src/ports/log.ts";

const ranks: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** @param level the lowest level that is written, asked at each line
 * @param write takes one line, its end included, without its level */
export function lineLog(level: () => Level, write: (at: Level, line: string) => void): Log {
  return (at, what, fields = {}) => {
    if (ranks[at] < ranks[level()]) return;
    const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
    write(at, `${escaped(what)}${rest.join("")}\n`);
  };
}

const shown = (value: string | number | boolean): string =>
  typeof value === "string" && /[\s"=]|^$/.test(value)
    ? `"${escaped(value).replaceAll('"', '\\"')}"`
    : escaped(`${value}`);

const escaped = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
