/** Table: a declared root with its facts, object by object, worked out when first met. TR-069 A.3.2.3. */
import { parseRule, type Rule } from "./constraint.ts";
import type { Binding, ObjectDef, ParameterFact, Root, Schema, TableDef, Thing } from "./define.ts";

/** Whether the last reading is still good: `stamp` changes when one of the packages does. */
export interface Deps {
  readonly packages: readonly string[];
  /** Depends on facts as well. Until a trace tells which ones, another stamp in every moment. */
  readonly fresh: boolean;
  versions: number[];
  stamp: number;
  /** The moment in which `stamp` was last looked after. */
  moment: number;
}

export interface LeafShape {
  readonly name: string;
  readonly fact: ParameterFact;
  readonly binding: Binding;
  /** A.3.2.3: true only where this implementation really lets it be set. */
  readonly writable: boolean;
  readonly deps: Deps;
  readonly rule: () => Rule;
}

export interface ObjectShape {
  readonly is: "object";
  readonly def: ObjectDef;
  readonly leaves: readonly LeafShape[];
  readonly children: ReadonlyMap<string, () => ObjectShape | TableShape>;
  /** The places of the parameters that are in every Inform or notified without being asked for, and the names of the
   * children with such parameters. */
  readonly notable: () => Notable;
  /** The names of the children that are tables of the configuration, or hold one. */
  readonly configured: () => readonly string[];
}

export interface Notable {
  readonly leaves: readonly number[];
  readonly children: readonly string[];
}

export interface TableShape {
  readonly is: "table";
  readonly def: TableDef;
  readonly deps: Deps;
  readonly instance: ObjectShape;
}

/** Things that parameters share: few packages and constraints exist, however many parameters do. */
interface Shared {
  depsOf(of: { readonly packages: readonly string[]; readonly fresh?: boolean }): Deps;
  ruleOf(fact: ParameterFact): Rule;
}

export function shapeOf(root: Root): { readonly shape: ObjectShape; readonly packages: readonly string[] } {
  const deps = new Map<string, Deps>();
  const rules = new Map<string, Rule>();
  const shared: Shared = {
    depsOf(of) {
      const fresh = of.fresh === true || of.packages.length === 0;
      const packages = fresh ? [] : [...of.packages].sort();
      const key = packages.join(" ");
      const known = deps.get(key) ?? { packages, fresh, versions: [], stamp: -1, moment: -1 };
      deps.set(key, known);
      return known;
    },
    ruleOf(fact) {
      const key = `${fact.type} ${fact.constraints}`;
      const known = rules.get(key) ?? parseRule(fact);
      rules.set(key, known);
      return known;
    },
  };
  return { shape: objectShape(root.object, "", root.schema, shared), packages: [...packagesOf(root.object)] };
}

/** @param path below the root with `{i}` for instance numbers, empty or with its dot */
function objectShape(def: ObjectDef, path: string, schema: Schema, shared: Shared): ObjectShape {
  const leaves = Object.entries(def.params).map(([name, binding]) =>
    leafShape(name, binding, schema.parameter(path + name), shared, path),
  );
  const children = new Map(
    Object.entries(def.objects).map(([name, child]) => [
      name,
      once(() =>
        child.is === "object"
          ? objectShape(child, `${path}${name}.`, schema, shared)
          : tableShape(child, `${path}${name}.{i}.`, schema, shared),
      ),
    ]),
  );
  const notable = once(() => ({
    leaves: leaves.flatMap((leaf, i) => (isNotable(leaf) ? [i] : [])),
    children: [...children].filter(([, child]) => hasNotable(child())).map(([name]) => name),
  }));
  const configured = once(() =>
    [...children].filter(([, child]) => isConfigured(child())).map(([name]) => name),
  );
  return { is: "object", def, leaves, children, notable, configured };
}

function isConfigured(shape: ObjectShape | TableShape): boolean {
  if (shape.is === "object") return shape.configured().length > 0;
  return shape.def.packages.length > 0 || isConfigured(shape.instance);
}

function hasNotable(shape: ObjectShape | TableShape): boolean {
  if (shape.is === "table") return hasNotable(shape.instance);
  const { leaves, children } = shape.notable();
  return leaves.length > 0 || children.length > 0;
}

export const isForced = (leaf: LeafShape): boolean => leaf.fact.activeNotify === "forceEnabled";

const isNotable = (leaf: LeafShape): boolean =>
  leaf.fact.forcedInform || isForced(leaf) || leaf.fact.activeNotify === "forceDefaultEnabled";

function tableShape(def: TableDef, path: string, schema: Schema, shared: Shared): TableShape {
  return {
    is: "table",
    def,
    deps: shared.depsOf(def),
    instance: objectShape(def.instance, path, schema, shared),
  };
}

function leafShape(
  name: string,
  binding: Binding,
  fact: ParameterFact | undefined,
  shared: Shared,
  path: string,
): LeafShape {
  if (fact === undefined) throw new Error(`The schema has no parameter ${path}${name}`);
  const writable = fact.writable && binding.write !== undefined;
  return {
    name,
    fact,
    binding,
    writable,
    deps: shared.depsOf(binding),
    rule: once(() => shared.ruleOf(fact)),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Every package that the declaration reads: a session freezes them all (3.7.1.1). */
function packagesOf(def: ObjectDef | TableDef, found = new Set<string>()): Set<string> {
  const own = def.is === "table" ? def.packages : Object.values(def.params).flatMap((b) => b.packages);
  for (const name of own) found.add(name);
  for (const child of def.is === "table" ? [def.instance] : Object.values(def.objects))
    packagesOf(child, found);
  return found;
}

const ways = new WeakMap<ObjectDef, Map<Thing, readonly (readonly string[])[]>>();

/** Names of objects from the root to the tables of the thing, without instance numbers. */
export function waysTo(root: Root, thing: Thing): readonly (readonly string[])[] {
  const ofRoot = ways.get(root.object) ?? new Map<Thing, readonly (readonly string[])[]>();
  ways.set(root.object, ofRoot);
  const known = ofRoot.get(thing) ?? waysFrom(root.object, thing);
  ofRoot.set(thing, known);
  return known;
}

function waysFrom(def: ObjectDef, thing: Thing): readonly (readonly string[])[] {
  return Object.entries(def.objects).flatMap(([name, child]) => [
    ...(child.is === "table" && child.of === thing ? [[name]] : []),
    ...waysFrom(child.is === "table" ? child.instance : child, thing).map((way) => [name, ...way]),
  ]);
}

/** Whether a parameter of the object or of one in it shows the binding. */
export function shows(shape: ObjectShape | TableShape, binding: Binding): boolean {
  if (shape.is === "table") return shows(shape.instance, binding);
  return (
    shape.leaves.some((leaf) => leaf.binding === binding) ||
    [...shape.children.values()].some((child) => shows(child(), binding))
  );
}
