/** Adapter: events that wait on disk. Each is a file that gets its name when it is whole; names sort by time. */
import fs from "node:fs";
import path from "node:path";
import { eventLimits } from "../../src/dhcp/limits.ts";
import type { Events } from "../../src/ports/events.ts";

const directoryOf = (root: string): string => path.join(root, "var", "run", "cwmpd-events");

const named = (directory: string): string[] =>
  fs
    .readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .sort();

/** Puts the event on disk. Of too many the oldest is discarded: the newest shows the present state. */
export function putEvent(root: string, event: unknown): void {
  const directory = directoryOf(root);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = `${process.hrtime.bigint().toString().padStart(20, "0")}-${process.pid}`;
  const made = path.join(directory, `.${name}`);
  fs.writeFileSync(made, JSON.stringify(event), { mode: 0o600 });
  fs.renameSync(made, path.join(directory, `${name}.json`));
  const all = named(directory);
  for (const old of all.slice(0, Math.max(0, all.length - eventLimits.waitingMax))) remove(directory, old);
}

/** Another process may have removed it. */
const remove = (directory: string, name: string): void =>
  fs.rmSync(path.join(directory, name), { force: true });

export function waitingEvents(root: string): Events {
  const directory = directoryOf(root);
  return {
    waiting() {
      if (!fs.existsSync(directory)) return [];
      return named(directory).map((id) => ({ id, value: read(path.join(directory, id)) }));
    },
    done: (id) => remove(directory, id),
  };
}

function read(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
