/** Rule: the list of GetParameterNames. TR-069 A.3.2.3 Tables 17 to 19. */
import { Fault } from "../errors.ts";
import type { ParameterInfoStruct } from "../rpc/messages.ts";
import { keepWritten, nameText } from "../soap/writer.ts";
import type { Env } from "./define.ts";
import type { Leaf, Listed, Node, Told } from "./node.ts";
import type { Tree } from "./tree.ts";

/** @param start undefined: the level above the root object
 * @throws Fault 9003 for the next level of a parameter */
export function listNames(
  tree: Tree,
  env: Env,
  start: Leaf | Node | undefined,
  nextLevel: boolean,
): readonly ParameterInfoStruct[] {
  if (start === undefined) return [{ Name: tree.root.path, Writable: isWritable(tree.root, env) }];
  if (start.is === "leaf") {
    if (nextLevel) throw new Fault(9003, `${start.name} is a parameter: it has no next level`);
    return [parameter(start)];
  }
  const found: ParameterInfoStruct[] = [];
  const pieces: string[] = [];
  if (!nextLevel) put(start);
  below(start);
  keepWritten(found, pieces);
  return found;

  function put(node: Node): void {
    const writable = isWritable(node, env);
    if (node.told?.info.Writable !== writable) node.told = told(node.path, writable);
    found.push(node.told.info);
    pieces.push(node.told.text);
  }

  function below(node: Node): void {
    if (node.is === "object") {
      node.listed ??= parameters(tree.leavesOf(node));
      for (const info of node.listed.infos) found.push(info);
      pieces.push(node.listed.text);
    }
    for (const child of node.is === "object" ? tree.childrenOf(node) : tree.rowsOf(node)) {
      put(child);
      if (!nextLevel) below(child);
    }
  }
}

const parameter = ({ name, shape }: Leaf): ParameterInfoStruct => ({ Name: name, Writable: shape.writable });

/** The parameters of an object and their text: in one piece, for a large tree has as many of them as names. */
function parameters(leaves: readonly Leaf[]): Listed {
  const infos = leaves.map(parameter);
  return { infos, text: infos.map(({ Name, Writable }) => nameText(Name, Writable)).join("") };
}

/** Of a table: can AddObject add to it; of an instance: can DeleteObject remove it; of other objects it says nothing. */
function isWritable(node: Node, env: Env): boolean {
  if (node.is === "table") return node.shape.def.add !== undefined;
  return node.parent?.is === "table" && node.parent.shape.def.remove?.(node.at, env) !== undefined;
}

const told = (Name: string, Writable: boolean): Told => ({
  info: { Name, Writable },
  text: nameText(Name, Writable),
});
