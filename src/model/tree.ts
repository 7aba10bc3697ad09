/** Rule: the tree of objects and parameters that a root has at one moment. TR-069 A.3.2.2, A.3.2.3.
 *
 * Nodes come into being when first walked over and stay. The rows of a table and the text of a parameter are read
 * again only when a package that they depend on has another version or a fact that they depend on another answer (trace.ts).
 * Between two calls of `at` nothing changes, so one RPC sees one state (3.7.1.1). */
import { Unread } from "../ports/facts.ts";
import type { Log } from "../ports/log.ts";
import type { ParameterValueStruct } from "../rpc/messages.ts";
import { escapeText, keepWritten, valueHead, valueTail } from "../soap/writer.ts";
import { agree, standsFor } from "./at.ts";
import type { At, Binding, Env, Root, Row, Thing } from "./define.ts";
import type { Instances } from "./instances.ts";
import { counted, lawful } from "./judge.ts";
import { Leaf, type Node, ObjectNode, stays, TableNode } from "./node.ts";
import { parseInstance, parsePath } from "./path.ts";
import { type Deps, shapeOf, shows, waysTo } from "./shape.ts";
import { Traces } from "./trace.ts";
import { emptyValue } from "./value.ts";

export interface Tree {
  /** Every package that the root reads. */
  readonly packages: readonly string[];
  readonly root: ObjectNode;
  /** From here on everything is as in `env`. See Instances.numbers for `lineage`. */
  at(env: Env, lineage: number): void;
  /** The parameter or object that the path names exactly, if present. The empty path is the root object. */
  find(path: string): Leaf | Node | undefined;
  /** See Env.refer and Env.resolve. */
  refer(thing: Thing, at: At): string;
  resolve(thing: Thing, path: string): At | undefined;
  /** The parameter that shows the binding for the same things as the object: in it, else the nearest around it. */
  leafOf(object: ObjectNode, binding: Binding): Leaf | undefined;
  leavesOf(object: ObjectNode): readonly Leaf[];
  /** The children that are present: all, or those of that name. */
  childrenOf(object: ObjectNode, names?: Iterable<string>): readonly Node[];
  rowsOf(table: TableNode): readonly ObjectNode[];
  /** Calls `visit` for every parameter at and below the node, in declaration order. */
  walk(node: Node, visit: (leaf: Leaf) => void): void;
  /** As it is, hidden or not; the type's empty value if it cannot be read. */
  raw(leaf: Leaf): string;
  /** As the ACS sees it: hidden ones empty, always lawful for the type. */
  value(leaf: Leaf): ParameterValueStruct;
  /** Numbers the rows of every table of the configuration at and below the node, whether anybody asks for them or not:
   * the number of a row that is gone by now is spent (A.3.2.6). Rows that are facts alone have keys of their own, by which they come
   * back. */
  number(node: Node): void;
  /** The values of all parameters at and below the node, in declaration order. */
  collect(node: Node, out: ParameterValueStruct[]): void;
}

/** @param spellings of lists; absent: our own */
export function growTree(
  declared: Root,
  instances: Instances,
  log: Log,
  spellings?: { of(leaf: Leaf, value: string): string },
): Tree {
  const { shape, packages } = shapeOf(declared);
  const root = new ObjectNode(shape, undefined, `${declared.name}.`, {}, 0);
  let env: Env;
  let lineage = -1;
  let moment = 0;
  let stamps = 0;
  const traces = new Traces(() => ++stamps);

  /** The stamp of everything that depends on these packages now. */
  const fresh = (deps: Deps): number => (deps.moment === moment ? deps.stamp : refreshed(deps));

  // A function with a function in it that uses its arguments makes an environment for them at each call. So what is called
  // for every parameter has its rare part in a function of its own, here and below.
  function refreshed(deps: Deps): number {
    deps.moment = moment;
    const versions = deps.packages.map((name) => env.config.package(name)?.version ?? -1);
    if (deps.fresh || versions.some((v, i) => v !== deps.versions[i])) deps.stamp = ++stamps;
    deps.versions = versions;
    return deps.stamp;
  }

  function present(node: ObjectNode): boolean {
    const { present: look } = node.shape.def;
    if (look === undefined) return true;
    if (node.trace === undefined || node.stamp !== traces.fresh(node.trace)) {
      const { value, trace } = traces.noting((from) => look(node.at, from));
      node.present = value;
      node.trace = trace;
      node.stamp = trace?.stamp ?? -1;
    }
    return node.present;
  }

  const leavesOf = (object: ObjectNode): readonly Leaf[] => object.leaves ?? grown(object);

  function grown(object: ObjectNode): readonly Leaf[] {
    object.leaves = object.shape.leaves.map((leaf, i) => new Leaf(leaf, object, object.path + leaf.name, i));
    return object.leaves;
  }

  function child(object: ObjectNode, name: string): Node | undefined {
    const known = object.children?.get(name);
    if (known !== undefined) return known.is === "table" || present(known) ? known : undefined;
    const childShape = object.shape.child(name);
    if (childShape === undefined) return undefined;
    const path = `${object.path}${name}.`;
    const order = Object.keys(object.shape.def.params).length + object.shape.names.indexOf(name);
    const made =
      childShape.is === "table"
        ? new TableNode(childShape, object, path, order)
        : new ObjectNode(childShape, object, path, object.at, order);
    object.children ??= new Map();
    object.children.set(name, made);
    return made.is === "table" || present(made) ? made : undefined;
  }

  function childrenOf(object: ObjectNode, names?: Iterable<string>): readonly Node[] {
    if (names === undefined && object.all !== undefined) return object.all;
    const found: Node[] = [];
    for (const name of names ?? object.shape.names) {
      const node = child(object, name);
      if (node !== undefined) found.push(node);
    }
    if (names === undefined && found.length === object.shape.names.length && found.every(stays))
      object.all = found;
    return found;
  }

  function rowsOf(table: TableNode): readonly ObjectNode[] {
    if (table.stamp !== stampOf(table)) return renewed(table);
    return table.lineage === lineage ? table.rows : carried(table);
  }

  function renewed(table: TableNode): readonly ObjectNode[] {
    const rows = read(table, (from) => table.shape.def.rows(table.parent.at, from));
    if (rows === table.given) return carried(table);
    const numbers = instances.numbers(table.path, rows, lineage);
    const nodes = rows.map((row, i) => nodeOf(table, row, numbers[i]!));
    if (nodes.length !== table.rows.length || nodes.some((node) => table.byNumber.get(node.order) !== node)) {
      table.byNumber = new Map(nodes.map((node) => [node.order, node]));
      table.rows = [...table.byNumber.values()].sort((a, b) => a.order - b.order);
    }
    table.given = rows;
    table.lineage = lineage;
    return table.rows;
  }

  /** The node of a row: the one of that number, if it still stands for the same. */
  function nodeOf(table: TableNode, row: Row, number: number): ObjectNode {
    const { at: around } = table.parent;
    const known = table.byNumber.get(number);
    if (known !== undefined && standsFor(known.at, around, row.at)) return known;
    return new ObjectNode(
      table.shape.instance,
      table,
      `${table.path}${number}.`,
      { ...around, ...row.at },
      number,
    );
  }

  /** The rows have not changed since they were numbered, maybe in another lineage: their keys hold in this one. */
  function carried(table: TableNode): readonly ObjectNode[] {
    instances.carry(table.path, lineage);
    table.lineage = lineage;
    return table.rows;
  }

  function number(node: Node): void {
    for (const below of node.is === "table" ? rowsOf(node) : childrenOf(node, node.shape.configured()))
      number(below);
  }

  function walk(node: Node, visit: (leaf: Leaf) => void): void {
    if (node.is === "table") {
      for (const row of rowsOf(node)) walk(row, visit);
      return;
    }
    for (const leaf of leavesOf(node)) visit(leaf);
    for (const name of node.shape.names) {
      const below = child(node, name);
      if (below !== undefined) walk(below, visit);
    }
  }

  /** The stamp of the packages or questions that a value or rows were read from, as it is now. */
  const stampOf = ({ trace, shape }: Leaf | TableNode): number =>
    trace === undefined ? fresh(shape.deps) : traces.fresh(trace);

  /** Reads a value or rows anew, and notes the questions. Those of a value are noted from its second reading on: the
   * first session of a process reads most values once, and noting costs as much as reading. */
  function read<T>(node: Leaf | TableNode, look: (env: Env) => T): T {
    if (!node.shape.deps.fresh || (node.is === "leaf" && node.stamp < 0)) {
      node.stamp = fresh(node.shape.deps);
      return look(env);
    }
    const { value, trace } = traces.noting(look);
    node.trace = trace;
    node.stamp = stampOf(node);
    return value;
  }

  function raw(leaf: Leaf, from: Env = env): string {
    const { fact, binding } = leaf.shape;
    try {
      return binding.read(leaf.parent.at, from);
    } catch (error) {
      if (error instanceof Unread) throw error;
      traces.spoil();
      // A parameter that cannot be read must not hide all the others from the ACS.
      log("error", "A parameter cannot be read", { name: leaf.name, reason: String(error) });
      return emptyValue[fact.type];
    }
  }

  const value = (leaf: Leaf): ParameterValueStruct =>
    leaf.struct !== undefined && leaf.stamp === stampOf(leaf) ? leaf.struct : valued(leaf);

  const traced = (leaf: Leaf): string => read(leaf, (from) => raw(leaf, from));

  /** Of a value that depends on packages alone. */
  function untraced(leaf: Leaf): string {
    leaf.stamp = fresh(leaf.shape.deps);
    return raw(leaf);
  }

  function valued(leaf: Leaf): ParameterValueStruct {
    const { shape, parent } = leaf;
    const { type, hidden } = shape.fact;
    const said = hidden ? emptyValue[type] : shape.deps.fresh ? traced(leaf) : untraced(leaf);
    const own = hidden ? said : lawful(type, shape.rule, shape.binding.counts ? counted(type, said) : said);
    const text = spellings?.of(leaf, own) ?? own;
    if (hidden) leaf.stamp = stampOf(leaf);
    if (leaf.struct?.Value === text) return leaf.struct;
    parent.text = undefined;
    leaf.struct = { Name: leaf.name, Value: text, type };
    return leaf.struct;
  }

  /** The common large read, so without a call for each parameter that has not changed.
   * @param pieces get the parameters of each object as they stand on the wire */
  function gather(node: Node, out: ParameterValueStruct[], pieces: string[]): void {
    if (node.is === "table") {
      for (const row of rowsOf(node)) gather(row, out, pieces);
      return;
    }
    const from = out.length;
    for (const leaf of leavesOf(node)) {
      const { struct } = leaf;
      const deps = leaf.trace ?? leaf.shape.deps;
      const known = struct !== undefined && deps.moment === moment && leaf.stamp === deps.stamp;
      out.push(known ? struct : value(leaf));
    }
    node.text ??= valuesText(node, out, from);
    pieces.push(node.text);
    if (node.shape.names.length === 0) return;
    for (const child of childrenOf(node)) gather(child, out, pieces);
  }

  /** The row of the thing at the end of the way, past rows that stand for nothing else than `at` says. */
  function follow(node: Node, way: readonly string[], thing: Thing, at: At): ObjectNode | undefined {
    if (node.is === "table") {
      if (way.length === 0) return standingFor(node, thing, at);
      for (const row of rowsOf(node)) {
        const found = agree(row.at, at) ? follow(row, way, thing, at) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    }
    const [name = "", ...rest] = way;
    const below = child(node, name);
    return below && follow(below, rest, thing, at);
  }

  /** A long table is not walked through for each reference into it. */
  function standingFor(table: TableNode, thing: Thing, at: At): ObjectNode | undefined {
    const rows = rowsOf(table);
    if (table.indexed !== rows) {
      const all = new Map<string, ObjectNode[]>();
      for (const row of rows) {
        const key = row.at[thing] ?? "";
        const there = all.get(key);
        if (there === undefined) all.set(key, [row]);
        else there.push(row);
      }
      table.byThing = all;
      table.indexed = rows;
    }
    return table.byThing.get(at[thing] ?? "")?.find((row) => agree(row.at, at));
  }

  function leafOf(object: ObjectNode, binding: Binding): Leaf | undefined {
    for (let node: Node | undefined = object; node !== undefined; node = node.parent) {
      const found = shows(node.shape.def, binding) ? below(node, binding, object.at) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function below(node: Node, binding: Binding, at: At): Leaf | undefined {
    if (node.is === "object") {
      const own = leavesOf(node).find((leaf) => leaf.shape.binding === binding);
      if (own !== undefined) return own;
    }
    for (const next of node.is === "object" ? childrenOf(node) : rowsOf(node)) {
      if (!shows(next.shape.def, binding) || (next.is === "object" && !agree(next.at, at))) continue;
      const found = below(next, binding, at);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return {
    packages,
    root,
    refer(thing, at) {
      for (const way of at[thing] === undefined ? [] : waysTo(declared, thing)) {
        const found = follow(root, way, thing, at);
        if (found !== undefined) return found.path.slice(0, -1);
      }
      return "";
    },
    resolve(thing, path) {
      const found = path === "" ? undefined : find(path.endsWith(".") ? path : `${path}.`);
      if (found?.is !== "object" || found.parent?.is !== "table") return undefined;
      return found.parent.shape.def.of === thing ? found.at : undefined;
    },
    leafOf,
    at(next, line) {
      env = next;
      lineage = line;
      moment++;
      traces.at(env, moment);
    },
    find,
    leavesOf,
    childrenOf,
    rowsOf,
    walk,
    number,
    raw,
    value,
    collect(node, out) {
      const pieces: string[] = [];
      gather(node, out, pieces);
      keepWritten(out, pieces);
    },
  };

  function find(path: string): Leaf | Node | undefined {
    const parsed = parsePath(path);
    if (parsed === undefined) return undefined;
    const { nodes, partial } = parsed;
    if (nodes.length === 0) return root;
    if (nodes[0] !== declared.name) return undefined;
    let node: Node = root;
    const depth = partial ? nodes.length : nodes.length - 1;
    for (let i = 1; i < depth; i++) {
      const name = nodes[i]!;
      const below: Node | undefined = node.is === "object" ? child(node, name) : instance(node, name);
      if (below === undefined) return undefined;
      node = below;
    }
    if (partial) return node;
    const last = nodes[nodes.length - 1];
    return node.is === "object" && nodes.length > 1
      ? leavesOf(node).find((l) => l.shape.name === last)
      : undefined;
  }

  function instance(table: TableNode, name: string): ObjectNode | undefined {
    const number = parseInstance(name);
    if (number === undefined) return undefined;
    rowsOf(table);
    return table.byNumber.get(number);
  }
}

/** The parameters of an object on the wire: in one piece, for a large tree has as many of them as values.
 * @param values hold those of the object from there on */
function valuesText(
  { path, shape }: ObjectNode,
  values: readonly ParameterValueStruct[],
  from: number,
): string {
  const head = valueHead(path);
  let text = "";
  let i = from;
  for (const { opening } of shape.leaves)
    text = `${text}${head}${opening}${escapeText(values[i++]!.Value)}${valueTail}`;
  return text;
}
