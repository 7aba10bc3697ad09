/** Decodes the hostile envelope that the argument names, and tells how many kibibytes more than at rest that took at its
 * most, and how many milliseconds. In the runtime that ships, told that it has 128 MB of memory. proc_pid_status(5) */
import { readFileSync, writeFileSync } from "node:fs";
import { decode } from "../../src/rpc/decode.ts";
import { hostile } from "./peak.ts";

const kibibytes = (name: string) =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "latin1"))?.[1]);

function attempt(bytes: Uint8Array): string {
  try {
    return decode(bytes, { serves: () => true }).is;
  } catch (error) {
    return (error as Error).name;
  }
}

const [name = ""] = process.argv.slice(2);
const bytes = hostile[name]!();
attempt(bytes.subarray(0, 2000));
await new Promise((done) => setTimeout(done, 50));
const rest = kibibytes("VmRSS");
// 5: the peak begins anew.
writeFileSync("/proc/self/clear_refs", "5");
const began = performance.now();
const outcome = attempt(bytes);
const ms = Math.round(performance.now() - began);
console.log(JSON.stringify({ outcome, peak: kibibytes("VmHWM") - rest, ms }));
