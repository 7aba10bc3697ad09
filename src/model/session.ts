/** Handler: the data model as one session, or anybody at the device, works on it. TR-069 3.7.1.1, A.3.2.1 to A.3.2.7.
 *
 * Between `begin` and `end` the configuration is the one of `begin` and the ACS's own changes; changes of others
 * show afterwards. Local authors always change the configuration as it is now. Facts are as fresh as the call. */
import { Fault } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Config, ConfigView } from "../ports/config.ts";
import { type Extent, type Facts, type Sheet, Unread } from "../ports/facts.ts";
import type { Log } from "../ports/log.ts";
import type { Store, Write } from "../ports/store.ts";
import type {
  ParameterAttributeStruct,
  ParameterInfoStruct,
  ParameterValueStruct,
  SetParameterAttributesStruct,
} from "../rpc/messages.ts";
import { afterwards, changeRows, ownPackages, parameterKeyOf } from "./apply.ts";
import { openAttributes } from "./attributes.ts";
import { type Author, type Ground, type Plan, planAdd, planRemove, planSet, type Setting } from "./change.ts";
import { asFault, commit, orFault, recoverIntents } from "./commit.ts";
import { characters } from "./constraint.ts";
import type { Env, Own, Root } from "./define.ts";
import { type Explainer, explainer } from "./explain.ts";
import type { Guard, MadeChange, Watched } from "./guard.ts";
import { openInstances } from "./instances.ts";
import { modelLimits } from "./limits.ts";
import { listNames } from "./names.ts";
import type { Leaf, Node } from "./node.ts";
import { type Changed, openWatch } from "./notify.ts";
import { isParameter, shown } from "./path.ts";
import { countOf, restoredRows, revert, rowsBefore } from "./revert.ts";
import { openSpellings } from "./spelling.ts";
import { growTree } from "./tree.ts";

export interface ModelPorts {
  readonly config: Config;
  readonly facts: Facts;
  readonly store: Store<"src/model" | "src/trial">;
  readonly clock: Clock;
  readonly log: Log;
}

/** 0: in effect. 1: saved, in effect once the session is over and services have been notified. */
export type Status = 0 | 1;

/** The facts and the configuration of the device, read together. */
export interface Moment {
  readonly sheet: Sheet;
  readonly view: ConfigView;
}

export interface Model extends Explainer {
  /** A session starts: freezes the configuration, as it is now or as it was just read. */
  begin(view?: ConfigView): void;
  /** Back to the configuration as it is. */
  end(): void;
  /** @throws Fault 9005 */
  values(paths: readonly string[]): Promise<readonly ParameterValueStruct[]>;
  /** @throws Fault 9005, 9003 for the next level of a parameter */
  names(path: string, nextLevel: boolean): Promise<readonly ParameterInfoStruct[]>;
  /** @throws Fault 9005 */
  attributes(paths: readonly string[]): Promise<readonly ParameterAttributeStruct[]>;
  /** @throws Fault 9003, 9005, 9009 */
  setAttributes(list: readonly SetParameterAttributesStruct[]): Promise<void>;
  /** @throws Fault 9003 with the parameters in error */
  set(
    list: readonly Setting[],
    by: Author,
    parameterKey?: string,
  ): Promise<{ readonly status: Status; readonly packages: readonly string[] }>;
  /** @throws Fault 9005, 9004, 9001 */
  add(
    table: string,
    by: Author,
    parameterKey?: string,
  ): Promise<{ readonly instance: number; readonly status: Status }>;
  /** @throws Fault 9005, 9001 */
  remove(instance: string, by: Author, parameterKey?: string): Promise<{ readonly status: Status }>;
  /** Takes changes of the ACS back, oldest first in the list: numbers, attributes and ParameterKey with them.
   * @param rowsOf further rows that last with it, given the edits of others that stay
   * @returns the edits of others that stay; @throws Fault 9002 */
  takeBack(
    changes: readonly MadeChange[],
    rowsOf: (left: readonly string[]) => readonly Write<"src/trial">[],
  ): Promise<readonly string[]>;
  /** Puts the files in place that a change could not: of a commit refused past its point of no return (commit.ts).
   * @throws Refused and it stays to be done */
  finish(): Promise<void>;
  /** The UCI packages that the tree looks into. */
  readonly packages: readonly string[];
  /** Every Inform carries these: those that are present, in the order of the declaration. */
  informParameters(moment?: Moment): Promise<readonly ParameterValueStruct[]>;
  /** Full names of further parameters for an Inform with these events. Some of them may not be there. */
  wanted(events: readonly string[]): readonly string[];
  /** The parameters that others have changed since the last call. `writes`, the new record, are saved with the next
   * write, or by the caller together with its event: a crash in between repeats the event and never loses it. */
  changes(moment?: Moment): Promise<Changed>;
  /** The URL of the ACS is another one: the Notification that the data model prescribes holds again (F.2.2). */
  renotify(): void;
}

/** A consistent state of the configuration. */
interface State {
  readonly view: ConfigView;
  readonly lineage: number;
}

export function openModel(root: Root, ports: ModelPorts, own: Own, guard?: Guard): Model {
  const { config, store, clock, log } = ports;
  const book = openAttributes(ofRoot(store.all("attribute"), root));
  /** Rows that the next write takes along. */
  let late: Write<"src/model">[] = [];
  const instances = openInstances(ofRoot(store.all("instance"), root), (gone) => {
    const writes = book.removal(gone);
    book.settle(writes);
    late.push(...writes);
  });
  const spellings = openSpellings(ofRoot(store.all("spelling"), root));
  const tree = growTree(root, instances, log, spellings);
  const watch = openWatch(ofRoot(store.all("known"), root), tree, book);
  let session: State | undefined;
  let lineages = 0;

  const live = (view = config.view()): State => ({ view, lineage: ++lineages });

  /** @param state by default the one that the session sees, or the configuration as it is */
  function enter(sheet: Sheet, state: State = session ?? live()): Env {
    const now = clock.now();
    const zone = clock.zone(now.wall);
    const env = { config: state.view, sheet, own, now, zone, refer: tree.refer, resolve: tree.resolve };
    tree.at(env, state.lineage);
    return env;
  }

  const sheet = (extent: Extent = "brief"): Promise<Sheet> => ports.facts.sheet(extent).catch(asFault);

  /** Reads with that sheet, or with one of that extent, and begins again with a fuller one where something asks for
   * more. */
  async function reading<T>(from: Sheet | Extent, read: (env: Env) => T, state?: State): Promise<T> {
    try {
      return read(enter(typeof from === "string" ? await sheet(from) : from, state));
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      return reading(error.extent, read, state);
    }
  }

  /** A parameter of the configuration needs no word from netifd; a whole object mostly does. */
  function extentOf(paths: readonly string[]): Extent {
    if (paths.every(isParameter)) return "files";
    return root.showsLog && paths.some((path) => tree.root.path.startsWith(path)) ? "whole" : "live";
  }

  /** Tables are otherwise numbered when somebody reads them: a row that others delete, and a like one that they make
   * later, would be one row to an ACS that read neither. */
  let numbered = "";
  function numberAll(env: Env): void {
    const versions = tree.packages.map((name) => env.config.package(name)?.version ?? -1).join();
    if (versions !== numbered) tree.number(tree.root);
    numbered = versions;
  }

  /** Everything is on disk that has to be, together with `rows`, before anything is said. */
  function save(rows: readonly Write<"src/model">[] = []): void {
    const writes = [...late, ...instances.pending(), ...rows];
    if (writes.length === 0) return;
    orFault(() => store.write(writes));
    saved(writes);
  }

  function saved(writes: readonly Write<"src/model">[]): void {
    instances.settled(writes);
    const done = new Set(writes);
    late = late.filter((write) => !done.has(write));
  }

  function find(path: string): Leaf | Node {
    const found = tree.find(path);
    if (found === undefined) throw new Fault(9005, `There is no ${shown(path)}`);
    return found;
  }

  /** Each parameter once, however many of the paths name it (A.3.2.2 Table 16). */
  let pass = 0;
  function eachLeaf(paths: readonly string[], visit: (leaf: Leaf) => void): void {
    const nodes = [...new Set(paths)].map(find);
    pass++;
    const once = (leaf: Leaf): void => {
      if (leaf.met === pass) return;
      leaf.met = pass;
      visit(leaf);
    };
    for (const node of nodes) {
      if (node.is === "leaf") once(node);
      else tree.walk(node, once);
    }
  }

  /** Changes are made one at a time: two plans for one state would undo each other. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  /** Lists are shown as they were written, from the change on that wrote them. */
  function spell(writes: readonly Write<"src/model">[], set: Plan["set"] = []): void {
    spellings.settle(writes);
    for (const { leaf } of writes.length === 0 ? [] : set) leaf.stamp = -1;
  }

  /** Plans and carries out one change.
   * @param parameters those by which the ACS sees it
   * @param rowsOf further rows that last with it */
  async function change<P extends Plan>(
    by: Author,
    parameterKey: string | undefined,
    parameters: readonly string[],
    plan: (ground: Ground) => P,
    rowsOf: () => readonly Write<"src/model">[] = () => [],
  ): Promise<P & { readonly status: Status; readonly packages: readonly string[] }> {
    if (parameterKey !== undefined && characters(parameterKey) > modelLimits.parameterKeyCharsMax) {
      throw new Fault(9003, `ParameterKey is longer than ${modelLimits.parameterKeyCharsMax} characters`);
    }
    const facts = await sheet();
    const state = by === "acs" && session !== undefined ? session : live();
    const env = enter(facts, state);
    const before = by === "acs" ? watch.marks(watch.watched(env)) : undefined;
    const planned = orFault(() => plan({ tree, instances, book, env, lineage: state.lineage, by }));
    const packages = [...new Set(planned.edits.map((edit) => edit.package))];
    const spelt = spellings.plan(planned.set ?? []);
    const respelt = spellings.undo(spelt);
    spell(spelt, planned.set);
    const after = afterwards(env, planned.view, parameterKey);
    tree.at(after, state.lineage);
    const known = before === undefined ? [] : watch.follow(before, watch.marks(watch.watched(after)));
    const further = rowsOf();
    const rows = [
      ...late,
      ...instances.pending(),
      ...known,
      ...spelt,
      ...further,
      ...changeRows(store, root.name, parameterKey, packages),
    ];
    let watched: Watched | undefined;
    await commit(ports, state.view, planned.edits, rows, (staged) => {
      if (by !== "acs") return [];
      const old = rowsBefore(store, further, respelt);
      const key = parameterKey === undefined ? null : parameterKeyOf(store, root.name);
      const made = { packages, parameters, root: root.name, parameterKey: key, rows: old };
      watched = guard?.watch(made, staged);
      return watched?.rows ?? [];
    }).catch((error) => {
      spell(respelt, planned.set);
      throw error;
    });
    watched?.made();
    saved(rows);
    watch.settle(known);
    if (session !== undefined && state === session) session = { ...session, view: planned.view };
    return { ...planned, packages, status: packages.some((name) => !ownPackages.has(name)) ? 1 : 0 };
  }

  return {
    packages: [...tree.packages],
    begin(view) {
      session = live(view);
      // A view reads a package when first asked for it; others may have written by then.
      for (const name of tree.packages) session.view.package(name);
    },
    end() {
      session = undefined;
      try {
        save();
      } catch (error) {
        log("warn", "Cannot write the record of known values; it is retried", { reason: String(error) });
      }
    },
    values: (paths) =>
      reading(extentOf(paths), () => {
        const found: ParameterValueStruct[] = [];
        const only = paths.length === 1 ? find(paths[0] ?? "") : undefined;
        if (only === undefined || only.is === "leaf") eachLeaf(paths, (leaf) => found.push(tree.value(leaf)));
        else tree.collect(only, found);
        save();
        return found;
      }),
    names: (path, nextLevel) =>
      reading(nextLevel ? "files" : "brief", (env) => {
        const found = listNames(tree, env, path === "" && nextLevel ? undefined : find(path), nextLevel);
        save();
        return found;
      }),
    attributes: (paths) =>
      reading(paths.every(isParameter) ? "files" : "brief", () => {
        const found: ParameterAttributeStruct[] = [];
        eachLeaf(paths, (leaf) => found.push(book.read(leaf)));
        save();
        return found;
      }),
    ...explainer({
      tree,
      book,
      eachLeaf,
      done: () => save(),
      now: async () => enter(await sheet("whole")),
      rehearse: (list) =>
        inTurn(async () => {
          const state = live();
          const env = enter(await sheet(), state);
          const ground = { tree, instances, book, env, lineage: state.lineage, by: "local" } as const;
          return orFault(() => planSet(ground, list)).edits;
        }),
    }),
    setAttributes: (list) =>
      inTurn(async () => {
        enter(await sheet());
        const plan = book.plan(list, (name) => {
          const leaves: Leaf[] = [];
          eachLeaf([name], (leaf) => leaves.push(leaf));
          return leaves;
        });
        const known = watch.begin(plan.notified);
        save([...plan.writes, ...known]);
        book.settle(plan.writes);
        watch.settle(known);
      }),
    set: (list, by, parameterKey) =>
      inTurn(async () => {
        const names = list.map(({ Name }) => Name);
        const { status, packages } = await change(by, parameterKey, names, (ground) => planSet(ground, list));
        return { status, packages };
      }),
    add: (table, by, parameterKey) =>
      inTurn(async () => {
        let made: number | undefined;
        const plan = (ground: Ground) => planAdd(ground, table, (instance) => (made = instance));
        try {
          const { instance, status } = await change(by, parameterKey, [countOf(table)], plan);
          return { instance, status };
        } catch (error) {
          if (made !== undefined) instances.removed(`${table}${made}.`);
          throw error;
        }
      }),
    remove: (instance, by, parameterKey) =>
      inTurn(async () => {
        const attributes = () => book.removal(instance);
        const { status } = await change(
          by,
          parameterKey,
          [countOf(instance)],
          (ground) => planRemove(ground, instance),
          () => [...attributes(), ...instances.removal(instance), ...spellings.removal(instance)],
        );
        book.settle(attributes());
        spellings.settle(spellings.removal(instance));
        instances.removed(instance);
        return { status };
      }),
    takeBack: (changes, rowsOf) =>
      inTurn(async () => {
        const { left, rows } = await revert(ports, changes, [...late, ...instances.pending()], rowsOf);
        saved(rows);
        const restored = restoredRows(changes, root.name);
        for (const takeIn of [instances.restored, book.settle, spellings.settle]) takeIn(restored);
        return left;
      }),
    finish: () => inTurn(() => recoverIntents(config, store)),
    informParameters: (moment) =>
      reading(moment?.sheet ?? "wired", (env) => {
        const found = watch.informed(env).map((leaf) => tree.value(leaf));
        save();
        return found;
      }),
    wanted: (events) => root.wanted?.(session?.view ?? config.view(), events) ?? [],
    renotify() {
      const writes = (root.renotified ?? []).flatMap((path) => book.restoration(`${root.name}.${path}`));
      if (writes.length === 0) return;
      save(writes);
      book.settle(writes);
    },
    changes(moment) {
      const look = (env: Env) => {
        numberAll(env);
        const changed = watch.changes(env);
        if (changed.active.length + changed.passive.length > 0) late.push(...changed.writes);
        else save(changed.writes);
        return changed;
      };
      return reading(moment?.sheet ?? "wired", look, session ?? live(moment?.view));
    },
  };
}

/** The rows of a shelf that speak of this root: those of the other one stay until it is served again. */
const ofRoot = (rows: ReadonlyMap<string, unknown>, { name }: Root): ReadonlyMap<string, unknown> =>
  new Map([...rows].filter(([key]) => key.startsWith(`${name}.`)));
