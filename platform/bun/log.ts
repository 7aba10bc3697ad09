/** Port: log lines, one a line, for a person at the terminal or for the system's log.
 *
 * Text from outside is escaped, so that it can neither forge a line of the log nor control a terminal. */
import type { Level, Log } from "../../src/ports/log.ts";
import { escapeSteering } from "../../src/terminal.ts";

const ranks: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** @param level the lowest level that is written, asked at each line
 * @param write takes one line, its end included, without its level */
export function lineLog(level: () => Level, write: (at: Level, line: string) => void): Log {
  const wants = (at: Level): boolean => ranks[at] >= ranks[level()];
  const log: Log = (at, what, fields = {}) => {
    if (!wants(at)) return;
    const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
    write(at, `${escapedWords(what)}${rest.join("")}\n`);
  };
  return Object.assign(log, { wants });
}

/** In quotes wherever it could be taken for more than one value; nothing in it ends the quotes or begins an escape. */
const shown = (value: string | number | boolean): string => {
  const text = escaped(`${value}`);
  return typeof value === "string" && /[\s"=\\]|^$/.test(value) ? `"${text.replaceAll('"', '\\"')}"` : text;
};

/** A backslash of the text is doubled, so that every other one is ours. */
const escaped = (text: string): string => escapeSteering(text.replaceAll("\\", "\\\\"));

/** The text may hold words of peers; a field begins at an equals sign, and the text has none. */
const escapedWords = (text: string): string => escaped(text).replaceAll("=", "\\u003d");
