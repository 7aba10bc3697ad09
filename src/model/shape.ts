/** Table: a declared root with its facts, object by object, worked out when first met. TR-069 A.3.2.3. */
import { valueOpening } from "../soap/writer.ts";
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
  /** The part of it on the wire that all instances share. */
  readonly opening: string;
}

type Shape = ObjectShape | TableShape;

export interface Notable {
  readonly leaves: readonly number[];
  readonly children: readonly string[];
}

export class ObjectShape {
  readonly is = "object";
  /** Names of the objects and tables in it. */
  readonly names: readonly string[];
  readonly #children = new Map<string, Shape>();
  #leaves: readonly LeafShape[] | undefined;
  #notable: Notable | undefined;
  #configured: readonly string[] | undefined;

  /** @param path below the root with `{i}` for instance numbers, empty or with its dot */
  constructor(
    readonly def: ObjectDef,
    readonly path: string,
    readonly shared: Shared,
  ) {
    this.names = Object.keys(def.objects);
  }

  get leaves(): readonly LeafShape[] {
    return this.#leaves ?? this.#grown();
  }

  #grown(): readonly LeafShape[] {
    const { params } = this.def;
    this.#leaves = Object.keys(params).map((name) =>
      leafShape(name, params[name]!, this.path + name, this.shared),
    );
    return this.#leaves;
  }

  child(name: string): Shape | undefined {
    const known = this.#children.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.def.objects, name)) return undefined;
    const def = this.def.objects[name]!;
    const path = `${this.path}${name}.`;
    const made =
      def.is === "object"
        ? new ObjectShape(def, path, this.shared)
        : new TableShape(def, `${path}{i}.`, this.shared);
    this.#children.set(name, made);
    return made;
  }

  /** The places of the parameters that are in every Inform or notified without being asked for, and the names of the
   * children with such parameters. */
  notable(): Notable {
    this.#notable ??= notableOf(this);
    return this.#notable;
  }

  /** The names of the children that are tables of the configuration, or hold one. */
  configured(): readonly string[] {
    this.#configured ??= this.names.filter((name) => isConfigured(this.def.objects[name]!));
    return this.#configured;
  }
}

export class TableShape {
  readonly is = "table";
  readonly deps: Deps;
  #instance: ObjectShape | undefined;

  /** @param path of its instances, below the root */
  constructor(
    readonly def: TableDef,
    readonly path: string,
    readonly shared: Shared,
  ) {
    this.deps = shared.depsOf(def);
  }

  get instance(): ObjectShape {
    this.#instance ??= new ObjectShape(this.def.instance, this.path, this.shared);
    return this.#instance;
  }
}

/** Things that parameters share: few packages and constraints exist, however many parameters do. */
interface Shared {
  readonly schema: Schema;
  /** Paths of the declared parameters that the schema marks. */
  marked(): readonly string[];
  depsOf(of: { readonly packages: readonly string[]; readonly fresh?: boolean }): Deps;
  ruleOf(fact: ParameterFact): Rule;
}

export function shapeOf(root: Root): { readonly shape: ObjectShape; readonly packages: readonly string[] } {
  const deps = new Map<string, Deps>();
  const rules = new Map<string, Rule>();
  const ofFacts = depsOn([], true);
  let marked: readonly string[] | undefined;
  const shared: Shared = {
    schema: root.schema,
    marked() {
      marked ??= root.schema.marked().filter((path) => declares(root.object, path));
      return marked;
    },
    depsOf(of) {
      if (of.fresh === true || of.packages.length === 0) return ofFacts;
      const packages = of.packages.length === 1 ? of.packages : of.packages.toSorted();
      const key = packages.join(" ");
      const known = deps.get(key) ?? depsOn(packages, false);
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
  return { shape: new ObjectShape(root.object, "", shared), packages: [...packagesOf(root.object)] };
}

const depsOn = (packages: readonly string[], fresh: boolean): Deps => ({
  packages,
  fresh,
  versions: [],
  stamp: -1,
  moment: -1,
});

/** @param path of a parameter below the root, with `{i}` for instance numbers */
function declares(root: ObjectDef, path: string): boolean {
  const names = path.split(".").filter((name) => name !== "{i}");
  const parameter = names.pop()!;
  let def: ObjectDef | undefined = root;
  for (const name of names) {
    const below: ObjectDef | TableDef | undefined = def?.objects[name];
    def = below?.is === "table" ? below.instance : below;
  }
  return def?.params[parameter] !== undefined;
}

function notableOf({ path, def, names, shared }: ObjectShape): Notable {
  const below = shared.marked().filter((one) => one.startsWith(path));
  if (below.length === 0) return nothing;
  const next = new Set(below.map((one) => one.slice(path.length).replace(/\..*/, ".")));
  return {
    leaves: Object.keys(def.params).flatMap((name, i) => (next.has(name) ? [i] : [])),
    children: names.filter((name) => next.has(`${name}.`)),
  };
}

const nothing: Notable = { leaves: [], children: [] };

function isConfigured(def: ObjectDef | TableDef): boolean {
  if (def.is === "table") return def.packages.length > 0 || isConfigured(def.instance);
  return Object.values(def.objects).some(isConfigured);
}

export const isForced = (leaf: LeafShape): boolean => leaf.fact.activeNotify === "forceEnabled";

function leafShape(name: string, binding: Binding, path: string, shared: Shared): LeafShape {
  const fact = shared.schema.parameter(path);
  if (fact === undefined) throw new Error(`The schema has no parameter ${path}`);
  let rule: Rule | undefined;
  return {
    name,
    fact,
    binding,
    writable: fact.writable && binding.write !== undefined,
    deps: shared.depsOf(binding),
    rule: () => (rule ??= shared.ruleOf(fact)),
    opening: valueOpening(name, fact.type),
  };
}

/** Every package that the declaration reads: a session freezes them all (3.7.1.1). */
function packagesOf(def: ObjectDef | TableDef, found = new Set<string>()): Set<string> {
  if (def.is === "table") {
    for (const name of def.packages) found.add(name);
    return packagesOf(def.instance, found);
  }
  for (const parameter in def.params) for (const name of def.params[parameter]!.packages) found.add(name);
  for (const child in def.objects) packagesOf(def.objects[child]!, found);
  return found;
}

type Ways = ReadonlyMap<Thing, readonly (readonly string[])[]>;

const ways = new WeakMap<ObjectDef, Ways>();

/** Names of objects from the root to the tables of the thing, without instance numbers. */
export function waysTo(root: Root, thing: Thing): readonly (readonly string[])[] {
  const known = ways.get(root.object) ?? waysFrom(root.object, [], new Map());
  ways.set(root.object, known);
  return known.get(thing) ?? [];
}

/** The ways of all things, from one walk through the declaration. */
function waysFrom(def: ObjectDef, way: readonly string[], found: Map<Thing, (readonly string[])[]>): Ways {
  for (const [name, child] of Object.entries(def.objects)) {
    const below = [...way, name];
    const thing = child.is === "table" ? child.of : undefined;
    if (thing !== undefined) found.set(thing, [...(found.get(thing) ?? []), below]);
    waysFrom(child.is === "table" ? child.instance : child, below, found);
  }
  return found;
}

/** Whether a parameter of the object or of one in it shows the binding. */
export function shows(def: ObjectDef | TableDef, binding: Binding): boolean {
  if (def.is === "table") return shows(def.instance, binding);
  return (
    Object.values(def.params).includes(binding) ||
    Object.values(def.objects).some((child) => shows(child, binding))
  );
}
