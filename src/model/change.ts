/** Rule: the effect of a SetParameterValues, AddObject or DeleteObject, computed whole before anything is done.
 * TR-069 A.3.2.1, A.3.2.6, A.3.2.7. The result does not depend on the order in the call: changes are made in the
 * order of the declaration, each seeing those before it. */
import { Fault, type FaultCode, type ParameterFault, Refused } from "../errors.ts";
import type { ConfigView, Edit } from "../ports/config.ts";
import type { AttributeBook } from "./attributes.ts";
import type { Env } from "./define.ts";
import { holds, notHeld } from "./hold.ts";
import type { Instances } from "./instances.ts";
import { judge } from "./judge.ts";
import { modelLimits } from "./limits.ts";
import { inOrder, type Leaf, type ObjectNode } from "./node.ts";
import { shown } from "./path.ts";
import { judgeReference } from "./reference.ts";
import type { Tree } from "./tree.ts";

export type Author = "acs" | "local";

/** The tree as it is before the change, and the author of the change. */
export interface Ground {
  readonly tree: Tree;
  readonly instances: Instances;
  readonly book: AttributeBook;
  readonly env: Env;
  readonly lineage: number;
  readonly by: Author;
}

export interface Plan {
  readonly edits: readonly Edit[];
  /** The configuration with them. */
  readonly view: ConfigView;
  /** The parameters that were set, with their values as the ACS wrote them. */
  readonly set?: readonly { readonly leaf: Leaf; readonly written: string }[];
}

export interface Setting {
  readonly Name: string;
  readonly Value: string;
  /** Local name of the xsi:type. */
  readonly type: string;
}

interface Assignment {
  readonly leaf: Leaf;
  readonly value: string;
  /** As the ACS sent it. */
  readonly written: string;
  /** The value is accepted only if the parameter has it by then: `unless` is the reason to refuse any other value. */
  readonly unless?: ParameterFault;
}

/** @throws Fault 9003 with an entry for each parameter in error; 9001 for a local author that may not
 * write a parameter */
export function planSet(ground: Ground, list: readonly Setting[]): Plan {
  const names = new Set(list.map((setting) => setting.Name));
  if (names.size < list.length) throw new Fault(9003, "A parameter is named more than once");
  const faults: ParameterFault[] = [];
  const assignments: Assignment[] = [];
  for (const setting of list) {
    const judged = judgeSetting(ground, setting);
    if ("code" in judged) faults.push(judged);
    else assignments.push(judged);
  }
  // The others are tried as well: each parameter in error has its entry (A.3.2.1), whenever the error shows.
  const follows = consequenceOf(faults);
  const complain = (fault: ParameterFault): void => {
    if (!follows(fault.name) && !faults.some(({ name }) => name === fault.name)) faults.push(fault);
  };
  const ordered = assignments.sort((a, b) => inOrder(a.leaf, b.leaf));
  const changed = new Set<string>();
  const plan = apply(
    ground,
    ordered,
    (leaf, fault, value) => {
      const entry = faultOf(leaf.name, fault.code, fault.message);
      if (leaf.shape.binding.judge?.(value) === undefined) complain(entry);
      else faults.push(entry);
    },
    (leaf) => changed.add(leaf.name),
  );
  for (const fault of complaints(ground, ordered, plan.view, changed)) complain(fault);
  if (faults.length === 0) faults.push(...losses(ground, ordered, plan.view));
  refuseIf(faults);
  refuseIf(renumber(ground, ordered, plan.view));
  return { ...plan, set: ordered };
}

/** @returns whether the complaint about a parameter may only follow from a value beside, above or below it that was
 * refused already. Such a parameter gets no fault of its own. A parameter that can never be set (9005, 9008) causes no
 * other complaint. */
function consequenceOf(faults: readonly ParameterFault[]): (name: string) => boolean {
  const objectOf = (name: string) => name.slice(0, name.lastIndexOf(".") + 1);
  const objects = faults.filter(({ code }) => code === 9006 || code === 9007).map((f) => objectOf(f.name));
  return (name) => objects.some((object) => name.startsWith(object) || object.startsWith(objectOf(name)));
}

function refuseIf(faults: readonly ParameterFault[]): void {
  if (faults.length === 0) return;
  const [first] = faults;
  const more = faults.length === 1 ? "" : ` and ${faults.length - 1} more`;
  throw new Fault(9003, `Invalid arguments: ${first?.name}${more}`, faults);
}

/** A.5.1: parameters in error are pointed at with 9005 to 9008 only. */
function faultOf(name: string, code: FaultCode, text: string): ParameterFault {
  return { name: shown(name), code: [9005, 9006, 9007, 9008].includes(code) ? code : 9007, text };
}

/** Servers send whole rows: a parameter that the standard lists as writable takes the value that it has already, also
 * where this device cannot change it or the value, though of the right type, would not be lawful to set. A password,
 * which reads as empty, is none of these: the empty one takes it away. */
function judgeSetting(ground: Ground, setting: Setting): Assignment | ParameterFault {
  const { Name, Value, type } = setting;
  const { tree, book, env, by } = ground;
  const leaf = tree.find(Name);
  if (leaf?.is !== "leaf") return faultOf(Name, 9005, "There is no such parameter");
  const { fact, writable, rule } = leaf.shape;
  if (!fact.writable) return faultOf(Name, 9008, "The parameter is read-only");
  if (writable && by === "local" && !book.subscriber(leaf)) throw denied(leaf);
  const judged = judge(rule(), type, Value, env.now);
  const referred = judged.ok ? judgeReference(tree, leaf, rule(), judged.value) : undefined;
  const fault = judged.ok
    ? referred !== undefined && "why" in referred
      ? faultOf(Name, 9007, referred.why)
      : undefined
    : faultOf(Name, judged.code, judged.text);
  const value = referred !== undefined && "value" in referred ? referred.value : Value;
  if (writable && fault === undefined) return { leaf, value, written: Value };
  // A value of another type can never be the parameter's own (A.5.1: 9006).
  if (fault?.code === 9006) return fault;
  const unless =
    writable && fault !== undefined
      ? fault
      : faultOf(Name, 9008, "This device cannot change the parameter: it takes only the value that it has");
  return fact.hidden || !holds(leaf, value, env) ? unless : { leaf, value, written: Value, unless };
}

const denied = (leaf: Leaf): Fault =>
  new Fault(9001, `${leaf.name} may be changed by the ACS only (its AccessList says so)`);

/** Setting a value that is set already is no edit: servers send passwords again and again. */
function apply(
  ground: Ground,
  list: readonly Assignment[],
  refused: (leaf: Leaf, fault: Fault, value: string) => void,
  changed: (leaf: Leaf) => void = () => {},
): Plan {
  let view = ground.env.config;
  const all: Edit[] = [];
  for (const { leaf, value, unless } of list) {
    const env = { ...ground.env, config: view };
    const { at } = leaf.parent;
    try {
      const { binding } = leaf.shape;
      if (unless !== undefined) {
        if (holds(leaf, value, env)) continue;
        throw new Fault(unless.code, unless.text);
      }
      const guessed = binding.guessed?.(at, env) === true;
      if (binding.read(at, env) === value && !guessed && binding.orders !== true) continue;
      const edits = binding.write?.(at, value, env) ?? [];
      if (edits.length === 0) continue;
      view = view.with(edits);
      all.push(...edits);
      changed(leaf);
    } catch (error) {
      // A value that the configuration cannot hold (control characters) is rejected.
      if (error instanceof Refused) refused(leaf, new Fault(9007, error.message), value);
      else if (error instanceof Fault) refused(leaf, error, value);
      else throw error;
    }
  }
  return { edits: all, view };
}

/** The complaints of the objects about the result. A complaint about a parameter that the call does not change counts
 * only if it is new: a fault that was there before is no reason to reject this call (A.3.2.1, no further restrictions).
 * A complaint about a binding that this root does not show, or about a parameter outside the call, is charged to the
 * parameter of the call that caused it: a fault names only parameters of the request (A.3.2.1). */
function complaints(
  ground: Ground,
  list: readonly Assignment[],
  view: ConfigView,
  changed: ReadonlySet<string>,
): ParameterFault[] {
  const { tree, env } = ground;
  const named = new Set(list.map(({ leaf }) => leaf.name));
  // Of each object its first parameter, or the first that the call changes where there is one.
  const causes = list.toSorted((a, b) => Number(changed.has(b.leaf.name)) - Number(changed.has(a.leaf.name)));
  const objects = new Map(causes.map(({ leaf }) => [leaf.parent, leaf] as const).reverse());
  return [...objects].reverse().flatMap(([object, first]) => {
    const { check } = object.shape.def;
    const found = check?.(object.at, { ...env, config: view }) ?? [];
    if (found.length === 0) return [];
    const before = new Set(check?.(object.at, env).map(({ about }) => about));
    // Of one fact with a spelling for each root only the one that this root shows is complained of.
    const located = found.map((one) => ({ ...one, leaf: tree.leafOf(object, one.about) }));
    const seen = located.filter(({ leaf }) => leaf !== undefined);
    return (seen.length > 0 ? seen : located.slice(0, 1))
      .map(({ about, why, leaf }) => ({ about, why, name: (leaf ?? first).name }))
      .filter(({ about, name }) => changed.has(name) || !before.has(about))
      .map(({ name, why }) =>
        named.has(name)
          ? faultOf(name, 9007, why)
          : faultOf(first.name, 9007, `${name.slice(name.lastIndexOf(".") + 1)} does not go with it: ${why}`),
      );
  });
}

/** The assignments of the call whose parameters would read another value afterwards. */
const losses = ({ env }: Ground, list: readonly Assignment[], view: ConfigView): ParameterFault[] =>
  notHeld(
    list.filter(({ unless }) => unless === undefined),
    { ...env, config: view },
  ).map(({ leaf }) =>
    faultOf(leaf.name, 9007, "The device cannot hold this value beside the others that are set or stand"),
  );

/** Lets the tables on the way to the changed object learn the new content of their anonymous rows, so that it is
 * recorded with the change and the rows keep their numbers when the file is read next.
 * @returns a fault for each parameter whose object the change would make vanish */
function renumber(
  { tree, env, lineage }: Ground,
  list: readonly Assignment[],
  view: ConfigView,
): readonly ParameterFault[] {
  tree.at({ ...env, config: view }, lineage);
  const gone = list.filter(({ leaf }) => tree.find(leaf.name)?.is !== "leaf");
  if (gone.length === 0) return [];
  tree.at(env, lineage);
  for (const { leaf } of list) tree.find(leaf.name);
  return gone.map(({ leaf }) =>
    faultOf(leaf.name, 9007, "With this value its object would no longer be there"),
  );
}

/** @param numbered receives the number as soon as the new instance holds it: to be undone if the plan fails
 * @throws Fault 9005, 9004 for a full table, 9001 where the table does not grow */
export function planAdd(
  ground: Ground,
  path: string,
  numbered: (instance: number) => void,
): Plan & { readonly instance: number } {
  const { tree, env, lineage } = ground;
  const table = tree.find(path);
  if (table?.is !== "table") throw new Fault(9005, `There is no multi-instance object ${shown(path)}`);
  const { add, rowsMax = modelLimits.rowsMaxDefault } = table.shape.def;
  if (add === undefined) throw new Fault(9001, `Instances of ${path} cannot be added`);
  if (tree.rowsOf(table).length >= rowsMax)
    throw new Fault(9004, `${path} has ${rowsMax} instances, the most it can`);
  const instance = ground.instances.next(table.path);
  const { edits } = add(table.parent.at, instance, env);
  const view = env.config.with(edits);
  numbered(instance);
  tree.at({ ...env, config: view }, lineage);
  tree.rowsOf(table);
  const made = table.byNumber.get(instance);
  if (made === undefined) throw new Error(`${path} has no row for what its add() makes`);
  const defaults = apply(
    { ...ground, env: { ...env, config: view } },
    defaultsOf(ground, made),
    (leaf, fault) => {
      throw new Fault(9002, `${leaf.name} does not take its default: ${fault.message}`);
    },
  );
  const plan = { edits: [...edits, ...defaults.edits], view: defaults.view };
  tree.at({ ...env, config: plan.view }, lineage);
  tree.rowsOf(table);
  return { ...plan, instance };
}

/** A.3.2.6: everything in a new object has the data model's default. */
function defaultsOf({ tree, env }: Ground, made: ObjectNode): Assignment[] {
  const found: Assignment[] = [];
  tree.walk(made, (leaf) => {
    const { fact, binding, rule } = leaf.shape;
    if (fact.default === undefined || binding.write === undefined) return;
    const judged = judge(rule(), "string", fact.default, env.now);
    // A default that may not be set (no password, no address) is set all the same.
    const value = judged.ok ? judged.value : fact.default;
    found.push({ leaf, value, written: value });
  });
  return found;
}

/** @throws Fault 9005, 9001 where the instance has to stay */
export function planRemove(ground: Ground, path: string): Plan {
  const { tree, book, env, lineage, by } = ground;
  const instance = tree.find(path);
  const table = instance?.parent;
  if (instance?.is !== "object" || table?.is !== "table")
    throw new Fault(9005, `There is no instance ${shown(path)}`);
  if (by === "local") {
    tree.walk(instance, (leaf) => {
      if (!book.subscriber(leaf)) throw denied(leaf);
    });
  }
  const edits = table.shape.def.remove?.(instance.at, env);
  if (edits === undefined) throw new Fault(9001, `${path} cannot be deleted`);
  const view = env.config.with(edits);
  tree.at({ ...env, config: view }, lineage);
  if (tree.rowsOf(table).includes(instance)) throw new Error(`${path} outlives its own remove()`);
  return { edits, view };
}
