/** A process that changes package t five times while another one keeps its first file open, then five times more. Prints
 * after each half how many replaced files it has open.
 *   bun replaced-child.ts ROOT */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { openConfig } from "../../platform/openwrt/config.ts";

const [, , root] = process.argv;
const config = openConfig(root!);

async function change(values: readonly string[]): Promise<void> {
  for (const value of values) {
    const edits = [{ edit: "set", package: "t", section: "x", option: "own", value }] as const;
    (await config.stage(config.view(), edits)).commit();
  }
}

function replacedOpen(): number {
  let count = 0;
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      if (/\/t \(deleted\)$/.test(readlinkSync(`/proc/self/fd/${fd}`))) count++;
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return count;
}

const other = spawn("sh", ["-c", 'exec 3<>"$0"; echo open; read -r word; cat <&3', `${root}/etc/config/t`], {
  stdio: ["pipe", "pipe", "inherit"],
});
let said = "";
other.stdout.on("data", (bytes: Buffer) => {
  said += bytes.toString();
});
await once(other.stdout, "data");
await change(["1", "2", "3", "4", "5"]);
const beside = replacedOpen();
other.stdin.end("read\n");
await once(other, "close");
await change(["6", "7", "8", "9", "10"]);
console.log(JSON.stringify({ beside, alone: replacedOpen(), said }));
