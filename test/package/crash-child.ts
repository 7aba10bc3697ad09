/** A process that installs a package, or ends what another one began, and kills itself at one call to the file system.
 *
 *   bun crash-child.ts FILE ROOT STATE STEP [torn]
 *
 * STEP 0 lives to the end and prints the calls that change something. With `torn` a write is done by half first. */
import { type Disk, systemDisk } from "../../platform/package/disk.ts";
import { examine } from "../../platform/package/hand.ts";
import { nobody } from "./workshop.ts";

const [, , file, root, state, step, torn] = process.argv;
const killAt = Number(step);
const calls: string[] = [];

const changing: readonly (keyof Disk)[] = [
  "create",
  "edit",
  "write",
  "sync",
  "syncAll",
  "rename",
  "link",
  "unlink",
  "makeDirectory",
  "removeDirectory",
  "chmod",
  "chown",
];

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("still alive");
}

const disk = new Proxy(systemDisk, {
  get(target, name: keyof Disk) {
    const real = target[name] as (...args: unknown[]) => unknown;
    if (!changing.includes(name)) return real;
    return (...args: unknown[]) => {
      calls.push(name);
      if (calls.length === killAt) {
        if (torn === "torn") {
          const [fd, bytes, at] = args as [number, Uint8Array, number | undefined];
          target.write(fd, bytes.subarray(0, bytes.length / 2), at);
        }
        die();
      }
      // The medium is not what is tested here: a killed process loses nothing that was written.
      return name === "sync" || name === "syncAll" ? undefined : real(...args);
    };
  },
});

const report = await examine(
  { verb: "install", file: file!, root: root!, state: state!, policy: nobody },
  disk,
);
process.stdout.write(JSON.stringify({ calls, code: report.reason?.code ?? "ok" }));
