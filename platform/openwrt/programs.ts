/** Adapter: programs that turn an Option on or off: files of /usr/lib/cwmpd/options, nowhere else. TR-069 C.2. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { Refused } from "../../src/errors.ts";
import { optionLimits } from "../../src/options/limits.ts";
import type { Programs } from "../../src/ports/programs.ts";
import { systemExec } from "./exec.ts";

const directory = "usr/lib/cwmpd/options";

const othersMayWrite = 0o022;

export function optionPrograms(root: string): Programs {
  return {
    async turn(program, name, on) {
      const path = join(root, directory, program);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (!found?.isFile()) throw new Refused(`There is no file ${path}: put the program there.`);
      if ((found.mode & othersMayWrite) !== 0)
        throw new Refused(`Others may write ${path}: take that right away (chmod go-w).`);
      const ended = await systemExec([path, name, on ? "on" : "off"], optionLimits.programMsMax);
      if (ended.is === "failed") throw new Refused(`${path} did not end well: ${ended.why}`);
      if (ended.code !== 0) throw new Refused(`${path} ended with exit code ${ended.code}`);
    },
  };
}
