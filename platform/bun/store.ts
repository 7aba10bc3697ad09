/** Port: state in one SQLite file, durable when a write returns. In the binary `bun:sqlite` answers, on Node
 * better-sqlite3: both have the same API.
 *
 * WAL with synchronous=FULL: a committed transaction is on the medium. A database that cannot be read is set
 * aside, never deleted, and the agent starts as from a factory reset of its own state. */
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Refused } from "../../src/errors.ts";
import type { Shelf, Store, Write } from "../../src/ports/store.ts";
import { storeLimits } from "./limits.ts";

interface Statement {
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): unknown;
  /** Of bun:sqlite: a database stays open until each of its statements has ended. */
  finalize?(): void;
}

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

export interface FileStore extends Store {
  /** The path to which a damaged database was moved; undefined: the database was sound. */
  readonly setAside: string | undefined;
  close(): void;
}

/** Of the tables below. A file of a later version is not ours to touch. */
const schemaVersion = 1;

const schema = `
  CREATE TABLE row (
    shelf TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (shelf, key)
  ) WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};`;

/** @param directory made if it is not there; only the owner can read it, for the state holds secrets
 * @throws Refused when nothing can be written there, or a later version of the agent wrote it */
export async function openStore(directory: string): Promise<FileStore> {
  const path = join(directory, "state.db");
  const open = await driver();
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Refused(
      `Cannot make the state directory ${directory}: ${message(error)}. Choose another with --state.`,
    );
  }
  let setAside: string | undefined;
  let database = tryOpen(open, path);
  if (database === undefined) {
    setAside = putAside(path);
    database = tryOpen(open, path);
  }
  if (database === undefined)
    throw new Refused(`Cannot make ${path}: the medium returns other bytes than were written.`);
  return storeOn(database, join(directory, "session"), setAside);
}

async function driver(): Promise<(path: string) => Database> {
  // Names in variables keep each runtime's bundler from looking for the other's module.
  const [bun, node] = ["bun:sqlite", "better-sqlite3"];
  if (process.versions.bun !== undefined) {
    const { Database } = (await import(bun as string)) as { Database: new (path: string) => Database };
    return (path) => new Database(path);
  }
  const { default: Better } = (await import(node as string)) as { default: new (path: string) => Database };
  return (path) => new Better(path);
}

/** undefined: the file is no sound database. */
function tryOpen(open: (path: string) => Database, path: string): Database | undefined {
  let database: Database | undefined;
  try {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
    database = open(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
    database.exec(`PRAGMA wal_autocheckpoint = ${storeLimits.logPagesMax};`);
    prepareSchema(database, path);
    return database;
  } catch (error) {
    database?.close();
    if (damaged(error)) return undefined;
    if (error instanceof Refused) throw error;
    throw new Refused(`Cannot open ${path}: ${message(error)}. Check the medium and its permissions.`);
  }
}

const damaged = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));

function prepareSchema(database: Database, path: string): void {
  const { user_version: version } = answer<{ user_version: number }>(database, "PRAGMA user_version");
  if (version > schemaVersion) {
    throw new Refused(
      `${path} was written by a later version of cwmpd (schema ${version}). Install that again.`,
    );
  }
  if (version === 0) database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
  const { quick_check: verdict } = answer<{ quick_check: string }>(database, "PRAGMA quick_check(1)");
  if (verdict !== "ok") throw Object.assign(new Error(verdict), { code: "SQLITE_CORRUPT" });
  // The check is of SQLite's own structure: the text of a row has to be looked at apart.
  const { rotten } = answer<{ rotten: number }>(
    database,
    "SELECT count(*) AS rotten FROM row WHERE NOT json_valid(value)",
  );
  if (rotten > 0) throw Object.assign(new Error(`${rotten} rows are rotten`), { code: "SQLITE_CORRUPT" });
}

function answer<Row>(database: Database, sql: string): Row {
  const statement = database.prepare(sql);
  try {
    return statement.get() as Row;
  } finally {
    statement.finalize?.();
  }
}

/** Keeps the damaged files under the first free number, for a later analysis. */
function putAside(path: string): string {
  let number = 1;
  while (existsSync(`${path}.damaged-${number}`)) number += 1;
  const target = `${path}.damaged-${number}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  return target;
}

/** @param markPath one character, written in place: a system call, and no wait for the medium */
function storeOn(database: Database, markPath: string, setAside: string | undefined): FileStore {
  const mark = openSync(markPath, constants.O_RDWR | constants.O_CREAT, 0o600);
  const marked = readFileSync(markPath, "latin1") === "1";
  const every = database.prepare("SELECT shelf, key, value FROM row");
  const put = database.prepare("INSERT OR REPLACE INTO row (shelf, key, value) VALUES (?, ?, ?)");
  const drop = database.prepare("DELETE FROM row WHERE shelf = ? AND key = ?");
  // No other process writes the file, so the rows in memory equal those in the file.
  const rows = new Map<string, Map<string, string>>();
  const shelfOf = (name: string): Map<string, string> => {
    const shelf = rows.get(name) ?? new Map<string, string>();
    rows.set(name, shelf);
    return shelf;
  };
  for (const row of every.all() as { shelf: string; key: string; value: string }[]) {
    shelfOf(row.shelf).set(row.key, row.value);
  }
  function commit(writes: readonly Write[]): void {
    let texts: (string | undefined)[];
    try {
      texts = writes.map((w) => (w.value === null ? undefined : JSON.stringify(w.value)));
      database.exec("BEGIN IMMEDIATE");
      writes.forEach((w, i) => {
        if (texts[i] === undefined) drop.run(w.shelf, w.key);
        else put.run(w.shelf, w.key, texts[i]);
      });
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      throw new Refused(`The state cannot be written: ${message(error)}`);
    }
    writes.forEach((w, i) => {
      if (texts[i] === undefined) shelfOf(w.shelf).delete(w.key);
      else shelfOf(w.shelf).set(w.key, texts[i]);
    });
  }
  return {
    setAside,
    get(name: Shelf, key: string): unknown {
      const text = rows.get(name)?.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    all(name: Shelf): Map<string, unknown> {
      return new Map([...shelfOf(name)].map(([key, text]) => [key, JSON.parse(text)]));
    },
    write: commit,
    mark(on) {
      writeSync(mark, on ? "1" : "0", 0);
    },
    marked,
    close() {
      for (const statement of [every, put, drop]) statement.finalize?.();
      database.close();
      closeSync(mark);
    },
  };
}

/** A commit that failed may have ended the transaction by itself. */
function rollBack(database: Database): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There was no transaction any more.
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
