/** Faults of the file system beneath the real adapters: each call of node:fs that changes something is counted, and at one of
 * them the process dies, or the file system has no room or is read-only. Nothing of the adapters is replaced. */
import fs, { type PathLike, type RmOptions } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

type How =
  /** From that call on nothing is done any more, as in a killed process; `torn` does a part of it first. */
  | "killed"
  | "torn"
  /** Every call that needs room fails from that one on. */
  | "ENOSPC"
  /** Every call fails from that one on. */
  | "EROFS";

export interface Faulted {
  /** The calls that changed something, or would have. */
  readonly calls: readonly string[];
  readonly error: unknown;
}

const changing = [
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "ftruncateSync",
  "fchmodSync",
  "fchownSync",
  "chmodSync",
  "chownSync",
  "utimesSync",
  "renameSync",
  "linkSync",
  "symlinkSync",
  "unlinkSync",
  "rmSync",
  "rmdirSync",
  "mkdirSync",
] as const;

const roomy: readonly string[] = [
  "openSync",
  "writeSync",
  "writeFileSync",
  "symlinkSync",
  "linkSync",
  "mkdirSync",
];

type Call = (...args: unknown[]) => unknown;

const table = fs as unknown as Record<string, Call>;

/** An open that only reads changes nothing. */
const onlyReads = (name: string, args: readonly unknown[]): boolean =>
  name === "openSync" && (args[1] === undefined || args[1] === "r" || args[1] === fs.constants.O_RDONLY);

/** Does the work while the file system has that fault at the call of that number, from 1; 0: it has none. */
export async function faulted(how: How, at: number, work: () => Promise<unknown>): Promise<Faulted> {
  const real = new Map(changing.map((name) => [name, table[name]!]));
  const { open, rename } = fs.promises;
  const calls: string[] = [];
  let over = false;
  const guarded =
    (name: string, call: Call): Call =>
    (...args) => {
      if (onlyReads(name, args)) return call(...args);
      calls.push(name);
      // A call that needs no room does not fail for want of it: the next one does.
      const now = calls.length >= at && at > 0 && !over && (how !== "ENOSPC" || roomy.includes(name));
      if (now && how === "torn") tear(name, call, args);
      over ||= now;
      if (over && (how === "killed" || how === "torn")) throw new Error("killed");
      if (over && (how === "EROFS" || roomy.includes(name)) && name !== "fsyncSync") {
        throw Object.assign(new Error(`${how}: it fails, ${name}`), { code: how, syscall: name });
      }
      // A killed process loses nothing that was written: the medium is not what is tested.
      return name === "fsyncSync" ? undefined : call(...args);
    };
  for (const [name, call] of real) table[name] = guarded(name, call);
  const promises = fs.promises as unknown as Record<string, Call>;
  promises.open = async (...args) => {
    const handle = (await guarded("openSync", open as Call)(...args)) as Record<string, Call>;
    for (const [method, name] of handleCalls)
      handle[method] = async (...rest) => guarded(name, handleCall(handle, method))(...rest);
    return handle;
  };
  promises.rename = async (...args) => guarded("renameSync", rename as Call)(...args);
  syncBuiltinESMExports();
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
  } finally {
    for (const [name, call] of real) table[name] = call;
    Object.assign(fs.promises, { open, rename });
    syncBuiltinESMExports();
  }
  return { calls, error };
}

/** Calls of an open file, by the names that they have without one. */
const handleCalls = [
  ["write", "writeSync"],
  ["truncate", "ftruncateSync"],
  ["sync", "fsyncSync"],
] as const;

const handleCall = (handle: Record<string, Call>, method: string): Call => {
  const call = Object.getPrototypeOf(handle)[method] as Call;
  return (...args) => call.apply(handle, args);
};

/** A part of a call: half of a write, one file of a tree. */
function tear(name: string, call: Call, args: unknown[]): void {
  const [first, second] = args;
  if (name === "writeSync" || name === "writeFileSync") {
    const bytes = typeof second === "string" ? Buffer.from(second) : (second as Uint8Array);
    const half = bytes.subarray(0, bytes.length / 2);
    if (name === "writeFileSync") call(first, half);
    else call(first, half, 0, half.length, args[4]);
  }
  if (name === "rmSync" && (second as RmOptions | undefined)?.recursive === true) {
    const path = String(first as PathLike);
    const [one] = fs.existsSync(path) && fs.statSync(path).isDirectory() ? fs.readdirSync(path) : [];
    if (one !== undefined) call(join(path, one), second);
  }
}
