/** Rule: references, which are parameters whose value is the path of another row. TR-106 3.2.4: a reference points at a
 * row that is there, in one of the tables that the data model allows, and is written without its last dot. */
import type { Rule } from "./constraint.ts";
import type { Leaf } from "./node.ts";
import type { Tree } from "./tree.ts";

/** @returns the reference in its one form, or why it cannot be one */
export function judgeReference(
  tree: Tree,
  leaf: Leaf,
  rule: Rule,
  text: string,
): { readonly value: string } | { readonly why: string } {
  if (rule.refersTo === undefined || text === "") return { value: text };
  const words = rule.item === undefined ? [text] : text.split(",");
  const parents = rule.refersTo.map((one) => parentPath(leaf, one));
  const value = words.map((word) => word.replace(/\.$/, ""));
  const wrong = value.some((word) => !pointsAtRow(tree, parents, word));
  if (!wrong) return { value: value.join(",") };
  const where = parents.length === 0 ? "a table" : parents.map((one) => `${one}{i}`).join(" or ");
  return { why: `Expected the path of a row of ${where} that is there` };
}

function pointsAtRow(tree: Tree, parents: readonly string[], path: string): boolean {
  const row = tree.find(`${path}.`);
  if (row?.is !== "object" || row.parent?.is !== "table") return false;
  const table = row.parent.path.replace(/\.\d+(?=\.)/g, ".{i}");
  return parents.length === 0 || parents.includes(table);
}

/** `.IP.Interface.` is a path below the root; each `#` in front climbs one object from the parameter's own. */
function parentPath(leaf: Leaf, written: string): string {
  const [, ups = "", rest = ""] = /^(#*)(.*)$/.exec(written) ?? [];
  const here = leaf.parent.path.replace(/\.\d+(?=\.)/g, ".{i}");
  if (ups === "") return `${here.slice(0, here.indexOf("."))}.${rest.replace(/^\./, "")}`;
  let base = here.replace(/\.$/, "");
  for (let i = 0; i < ups.length; i++) base = base.replace(/(\.\{i\})?$/, "").replace(/\.[^.]*$/, "");
  return base + rest;
}
