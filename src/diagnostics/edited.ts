/** Rule: edits of the configuration, carried out on the sections of the diagnostics. */
import { Refused } from "../errors.ts";
import type { Edit } from "../ports/config.ts";
import type { KeptSection, Sections } from "./sections.ts";

/** @throws Refused a section that is not there */
export function edited(sections: Sections, edits: readonly Edit[]): Sections {
  const after = new Map(sections);
  for (const edit of edits) {
    const found = after.get(edit.section);
    if (edit.edit === "add") after.set(edit.section, found ?? { type: edit.type, options: {} });
    else if (found === undefined) throw new Refused(`There is no section ${edit.section} of the diagnostics`);
    else if (edit.edit === "remove") after.delete(edit.section);
    else after.set(edit.section, changed(found, edit));
  }
  return after;
}

function changed(
  { type, options }: KeptSection,
  edit: Extract<Edit, { edit: "set" | "unset" }>,
): KeptSection {
  const { [edit.option]: _, ...others } = options;
  if (edit.edit === "unset") return { type, options: others };
  const value = typeof edit.value === "string" ? edit.value : edit.value.join(" ");
  return { type, options: { ...others, [edit.option]: value } };
}
