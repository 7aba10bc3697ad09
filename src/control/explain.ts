/** Handler: answers for engineers at the command line: parameters with their sources, a dry run of a
 * change, profiles. */
import type { Root } from "../model/define.ts";
import type { Explainer } from "../model/explain.ts";
import { profilesOf } from "../model/profiles.ts";
import type { Control } from "./control.ts";

export const explaining = (
  model: Explainer,
  root: Root,
): Pick<Control, "describe" | "rehearse" | "profiles"> => ({
  describe: (paths) => model.described(paths),
  rehearse: (pairs) => model.rehearsed(pairs.map((p) => ({ Name: p.name, Value: p.value, type: "string" }))),
  profiles: async () => profilesOf(root),
});
