/** Hook: every temporary directory of a run lies in one of the run's own, which goes with the run. That of a run that was
 * killed goes when the next one begins. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "cwmpd-run-";

/** @returns removes the directory of this run */
export default function ownTemporary(base = tmpdir()): () => void {
  for (const name of readdirSync(base)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0;
    if (pid > 0 && !runs(pid)) rmSync(join(base, name), { recursive: true, force: true });
  }
  const before = process.env.TMPDIR;
  const own = join(base, `${prefix}${process.pid}`);
  mkdirSync(own, { recursive: true });
  // Workers and the programs that tests start inherit it.
  process.env.TMPDIR = own;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(own, { recursive: true, force: true });
  };
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
