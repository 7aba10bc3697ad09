/** A process that changes three packages, or finishes such a change, and kills itself at one file-system step.
 *
 *   bun crash-child.ts set|recover ROOT STEP [torn]
 *
 * STEP 0 lives to the end and prints how many steps there were, which of them were writes, and after which the intent
 * was durable. With `torn` the step is a write, and is done by half first. */
import { readFileSync } from "node:fs";
import { openConfig } from "../../platform/openwrt/config.ts";
import { type Files, systemFiles } from "../../platform/openwrt/uci/files.ts";
import { edits } from "./crash-sample.ts";

const [, , mode, root, stepText, torn] = process.argv;
const killAt = Number(stepText);
const writes: number[] = [];
let step = 0;

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("still alive");
}

const files = new Proxy(systemFiles, {
  get(target, name: keyof Files) {
    const real = target[name] as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => {
      step++;
      if (name === "write") writes.push(step);
      if (step === killAt) {
        if (torn === "torn") {
          const [fd, bytes, at] = args as [number, Uint8Array, number?];
          target.write(fd, bytes.subarray(0, bytes.length / 2), at);
        }
        die();
      }
      return real(...args);
    };
  },
});

/** The store's part: the intent is there as a whole and for good, or not at all. */
function keep(intent: unknown): void {
  const fd = files.open(`${root}/intent.part`, "create");
  files.write(fd, Buffer.from(JSON.stringify(intent)));
  files.sync(fd);
  files.close(fd);
  files.rename(`${root}/intent.part`, `${root}/intent.json`);
}

const config = openConfig(root!, undefined, { files });
let durable = 0;
if (mode === "set") {
  const staged = await config.stage(config.view(), edits);
  keep(staged.intent);
  durable = step;
  staged.commit();
} else {
  await config.recover(JSON.parse(readFileSync(`${root}/intent.json`, "utf8")));
}
process.stdout.write(JSON.stringify({ steps: step, writes, durable }));
