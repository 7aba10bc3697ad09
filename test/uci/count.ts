/** Adds one to `option NAME` of t.x, many times, as an engine would: read a view, stage, commit. */
import type { Config } from "../../src/ports.ts";

export async function count(config: Config, name: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const view = config.view();
    const value = String(Number(view.package("t")!.section("x")!.options.get(name)) + 1);
    const edits = [{ edit: "set", package: "t", section: "x", option: name, value }] as const;
    (await config.stage(view, edits)).commit();
  }
}
