/** Rule: the list of GetParameterNames. TR-069 A.3.2.3 Tables 17 to 19. */
import { Fault } from "../errors.ts";
import type { ParameterInfoStruct } from "../rpc/messages.ts";
import type { Env } from "./define.ts";
import type { Leaf, Node, ObjectNode, Tree } from "./tree.ts";

/** @param start undefined: the level above the root object
 * @throws Fault 9003 for the next level of a parameter */
export function listNames(
  tree: Tree,
  env: Env,
  start: Leaf | Node | undefined,
  nextLevel: boolean,
): ParameterInfoStruct[] {
  if (start === undefined) return [object(tree.root, env)];
  if (start.is === "leaf") {
    if (nextLevel) throw new Fault(9003, `${start.name} is a parameter: it has no next level`);
    return [parameter(start)];
  }
  const found: ParameterInfoStruct[] = nextLevel ? [] : [object(start, env)];
  below(start);
  return found;

  function below(node: Node): void {
    if (node.is === "object") for (const leaf of tree.leavesOf(node)) found.push(parameter(leaf));
    for (const child of node.is === "object" ? tree.childrenOf(node) : tree.rowsOf(node)) {
      found.push(object(child, env));
      if (!nextLevel) below(child);
    }
  }
}

function parameter(leaf: Leaf): ParameterInfoStruct {
  leaf.info ??= { Name: leaf.name, Writable: leaf.shape.writable };
  return leaf.info;
}

/** Of a table: can AddObject add to it; of an instance: can DeleteObject remove it; of other objects it says nothing. */
function object(node: Node, env: Env): ParameterInfoStruct {
  const writable = node.is === "table" ? node.shape.def.add !== undefined : removable(node, env);
  return { Name: node.path, Writable: writable };
}

function removable(node: ObjectNode, env: Env): boolean {
  return node.parent?.is === "table" && node.parent.shape.def.remove?.(node.at, env) !== undefined;
}
