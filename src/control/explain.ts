/** Handler: what the command line asks for engineers: parameters with their sources, a change that is only tried, profiles. */
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
