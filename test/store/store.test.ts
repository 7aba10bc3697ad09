/** The store contract, on real SQLite files: on better-sqlite3 where Node runs it, and on bun:sqlite, which the device has,
 * where Bun does (bun.test.ts). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { storeLimits } from "../../platform/bun/limits.ts";
import { type FileStore, openStore } from "../../platform/bun/store.ts";

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true });
});

function fresh(): string {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-store-"));
  made.push(directory);
  return join(directory, "state");
}

/** The file by the library of this runtime, past the store. Names in variables: each runtime has one of the two. */
async function openDatabase(path: string): Promise<{ exec(sql: string): unknown; close(): void }> {
  const [bun, node] = ["bun:sqlite", "better-sqlite3"];
  if (process.versions.bun !== undefined) return new (await import(bun!)).Database(path);
  return new (await import(node!)).default(path);
}

const reopened = async (store: FileStore, directory: string): Promise<FileStore> => {
  store.close();
  return openStore(directory);
};

test("rows can be read after the file is opened again, each on its own shelf", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  store.write([
    { shelf: "kept", key: "retryCount", value: 3 },
    { shelf: "known", key: "retryCount", value: "x'; DROP TABLE row; --" },
    { shelf: "kept", key: "gone", value: 1 },
  ]);
  store.write([{ shelf: "kept", key: "gone", value: null }]);
  const again = await reopened(store, directory);
  expect(again.get("kept", "retryCount")).toBe(3);
  expect(again.all("known")).toEqual(new Map([["retryCount", "x'; DROP TABLE row; --"]]));
  expect(again.get("kept", "gone")).toBeUndefined();
  expect(again.setAside).toBeUndefined();
});

// Left to itself SQLite lets its log grow to 4 MiB, which a small overlay does not have.
test("the write-ahead log stays small, however much is written", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  for (let i = 0; i < 1000; i++) store.write([{ shelf: "kept", key: "retryCount", value: i }]);
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
  // What one commit adds may stand beyond the bound until the next.
  expect(Math.max(...sizes)).toBeLessThan((storeLimits.logPagesMax + 16) * 4200);
  expect((await reopened(store, directory)).get("kept", "retryCount")).toBe(999);
});

test("the boot mark is kept when the file is opened again", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  expect(store.marked).toBe(false);
  store.mark(true);
  const again = await reopened(store, directory);
  expect(again.marked).toBe(true);
  again.mark(false);
  expect((await reopened(again, directory)).marked).toBe(false);
});

test("a write that fails undoes its whole transaction", async () => {
  const store = await openStore(fresh());
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  expect(() =>
    store.write([
      { shelf: "kept", key: "a", value: 1 },
      { shelf: "kept", key: "b", value: cyclic },
    ]),
  ).toThrow(/cannot be written/);
  expect(store.get("kept", "a")).toBeUndefined();
  store.write([{ shelf: "kept", key: "a", value: 2 }]);
  expect(store.get("kept", "a")).toBe(2);
});

test("only the owner can read the state", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  store.write([{ shelf: "intent", key: "1", value: { password: "secret" } }]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077).toBe(0);
});

test("a damaged database is set aside whole, and the agent starts with empty state", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  store.write([{ shelf: "kept", key: "retryCount", value: 3 }]);
  store.close();
  const garbage = Buffer.from("SQLite format 3\0 but not for long");
  writeFileSync(join(directory, "state.db"), garbage);
  const again = await openStore(directory);
  expect(again.get("kept", "retryCount")).toBeUndefined();
  expect(readFileSync(again.setAside as string)).toEqual(garbage);
  again.write([{ shelf: "kept", key: "retryCount", value: 4 }]);
  expect((await reopened(again, directory)).get("kept", "retryCount")).toBe(4);
});

test("damage in the middle of the file is found when it is opened", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  const rows = Array.from({ length: 2000 }, (_, i) => ({
    shelf: "known" as const,
    key: `k${i}`,
    value: "v".repeat(50),
  }));
  store.write(rows);
  store.close();
  const path = join(directory, "state.db");
  const bytes = readFileSync(path);
  bytes.fill(0x55, 4096 * 3, 4096 * 6);
  writeFileSync(path, bytes);
  expect((await openStore(directory)).setAside).toContain("damaged-1");
});

// SQLite looks after its own structure only: a row whose text had rotted ended the agent at every start.
test("damage within the text of a row is found when it is opened", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  store.write([{ shelf: "kept", key: "identity", value: { serialNumber: "SG1-0000042" } }]);
  store.close();
  const path = join(directory, "state.db");
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('{"serialNumber')] = 0x5b;
  writeFileSync(path, bytes);
  const again = await openStore(directory);
  expect(again.setAside).toContain("damaged-1");
  expect(again.all("kept")).toEqual(new Map());
});

test("a database of a later version is left unchanged, and the error names the remedy", async () => {
  const directory = fresh();
  const store = await openStore(directory);
  store.write([{ shelf: "kept", key: "a", value: 1 }]);
  store.close();
  const other = await openDatabase(join(directory, "state.db"));
  other.exec("PRAGMA user_version = 99");
  other.close();
  await expect(openStore(directory)).rejects.toThrow(/later version/);
});
