/** What the real uci made of some 330 files and changes, byte for byte (fixtures/uci: base64, one case a line). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { uci } from "../../platform/openwrt/uci/cli.ts";
import { replay } from "../../platform/openwrt/uci/delta.ts";
import { BadPackage, parse } from "../../platform/openwrt/uci/parse.ts";
import { quote, write } from "../../platform/openwrt/uci/write.ts";
import { Tree } from "./tree.ts";

interface Run {
  readonly exitCode: number;
  readonly stderr: string;
  readonly stdout: string;
}

interface ReadCase {
  readonly name: string;
  readonly package: string;
  readonly input: string;
  readonly runs: Readonly<Record<string, Run>>;
  readonly committed?: string | null;
}

interface ChangeCase {
  readonly name: string;
  readonly package: string;
  readonly input: string;
  readonly delta: string | null;
  readonly changes: string;
  readonly export: string;
  readonly showX: string;
  readonly output: string;
  readonly deltaAfter: number | null;
}

const options: Readonly<Record<string, { verb: "show" | "export"; n?: boolean; S?: boolean; X?: boolean }>> =
  {
    export: { verb: "export" },
    export_n: { verb: "export", n: true },
    export_nonstrict_n: { verb: "export", n: true, S: true },
    show: { verb: "show" },
    show_X: { verb: "show", X: true },
  };

const fixtures = <T>(name: string): T[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/uci/${name}.json`), "utf8")) as T[];
const latin1 = (base64: string | null | undefined): string =>
  Buffer.from(base64 ?? "", "base64").toString("latin1");
const bytes = (base64: string | null): Uint8Array => Buffer.from(base64 ?? "", "base64");

for (const group of ["parse", "fuzz"]) {
  describe(`packages are read as the real uci reads them: ${group}`, () => {
    test.each(fixtures<ReadCase>(group).map((one) => [one.name, one] as const))("%s", (_, one) => {
      const tree = new Tree({ [one.package]: bytes(one.input) });
      for (const [run, expected] of Object.entries(one.runs)) {
        const { stdout, stderr, exitCode } = uci({
          ...options[run]!,
          name: one.package,
          root: tree.root,
          override: "",
          savedir: tree.path("saved"),
        });
        const out = Buffer.from(stdout).toString("latin1");
        expect({ run, exitCode, stderr, out }).toEqual({
          run,
          exitCode: expected.exitCode,
          stderr: expected.stderr,
          out: latin1(expected.stdout),
        });
      }
      if (one.committed) expect(write(parse(latin1(one.input), true).document)).toBe(latin1(one.committed));
    });
  });
}

for (const group of ["edit", "delta"]) {
  describe(`changes are replayed as the real uci replays them: ${group}`, () => {
    test.each(fixtures<ChangeCase>(group).map((one) => [one.name, one] as const))("%s", (_, one) => {
      const tree = new Tree({ [one.package]: bytes(one.input) });
      if (one.delta !== null) tree.write(`saved/${one.package}`, bytes(one.delta));
      const call = { name: one.package, root: tree.root, savedir: tree.path("saved") };
      const exported = uci({ ...call, verb: "export" });
      const shown = uci({ ...call, verb: "show", X: true });
      expect(Buffer.from(exported.stdout).toString("latin1")).toBe(latin1(one.export));
      expect(Buffer.from(shown.stdout).toString("latin1")).toBe(latin1(one.showX));
      const { output, changes, applied } = commit(latin1(one.input), latin1(one.delta), one.package);
      expect(output).toBe(latin1(one.output));
      expect(changes).toBe(latin1(one.changes));
      // The real tool empties the delta file when a line of it took effect, and only then.
      expect(applied > 0 ? 0 : bytes(one.delta).length).toBe(one.deltaAfter ?? 0);
    });
  });
}

/** What `uci commit` and `uci changes` do, out of the parts that the agent has of them. */
function commit(
  input: string,
  delta: string,
  name: string,
): { output: string; changes: string; applied: number } {
  try {
    const { document } = parse(input, true);
    const { changes, applied } = replay(delta, name, document);
    const lines = changes.map(({ command, section, option, value }) => {
      const target = `${name}.${section}${option === undefined ? "" : `.${option}`}`;
      if (command === "remove") return `-${target}\n`;
      return `${target}${command === "addItem" ? "+" : command === "removeItem" ? "-" : ""}=${quote(value!)}\n`;
    });
    return { output: applied > 0 ? write(document) : input, changes: lines.join(""), applied };
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    return { output: input, changes: "", applied: 0 };
  }
}
