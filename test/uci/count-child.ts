/** A process that adds one to `option NAME` of t.x, many times, as an engine would: read a view, stage, commit.
 *   bun count-child.ts ROOT NAME ROUNDS */
import { openConfig } from "../../platform/openwrt/config.ts";

const [, , root, name, rounds] = process.argv;
const config = openConfig(root!);
for (let round = 0; round < Number(rounds); round++) {
  const view = config.view();
  const value = String(Number(view.package("t")!.section("x")!.options.get(name!)) + 1);
  const edits = [{ edit: "set", package: "t", section: "x", option: name!, value }] as const;
  (await config.stage(view, edits)).commit();
}
