/** Doubles of the ports that a data model stands on: a disk that outlives the process, with UCI packages and the
 * store on it, facts and a clock that are set by hand. A fuse kills the process at a chosen step. */
import { Refused } from "../../src/errors.ts";
import type { Clock, Now } from "../../src/ports/clock.ts";
import type { Config, ConfigView, Edit, Package, Section, Staged } from "../../src/ports/config.ts";
import type {
  Account,
  BoardFact,
  Facts,
  Interface,
  Lease,
  Neighbour,
  Netdev,
  Sheet,
} from "../../src/ports/facts.ts";
import type { Level, Log } from "../../src/ports/log.ts";
import type { Shelf, Store, Write } from "../../src/ports/store.ts";

// ---------------------------------------------------------------- the process and its end

/** The process is gone. Nothing may catch it but the test. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Counts the steps at which a process can die, and dies at one. After that every port is dead. */
export interface Fuse {
  step(what: string): void;
  readonly steps: readonly string[];
}

/** @param killAt index of the step that is not reached any more; none by default */
export function fuse(killAt = Number.POSITIVE_INFINITY): Fuse {
  const steps: string[] = [];
  return {
    steps,
    step(what) {
      if (steps.length >= killAt) throw new Killed(`killed before: ${what}`);
      steps.push(what);
    },
  };
}

// ---------------------------------------------------------------- what outlives the process

export type Options = Readonly<Record<string, string | readonly string[]>>;

/** A section as a test writes it; without a name it is anonymous. */
export interface SectionText {
  readonly type: string;
  readonly name?: string;
  readonly options: Options;
}

export type Packages = Readonly<Record<string, readonly SectionText[]>>;

/** `id` is the section's identity, which a real file does not show. */
interface Stored extends SectionText {
  readonly id: number;
}

interface File {
  readonly version: number;
  readonly sections: readonly Stored[];
}

export class Disk {
  readonly files = new Map<string, File>();
  readonly rows = new Map<Shelf, Map<string, string>>();
  /** The store's mark. */
  marked = false;
  #ids = 0;
  #versions = 0;

  constructor(packages: Packages) {
    for (const [name, sections] of Object.entries(packages)) this.replace(name, sections);
  }

  readonly nextId = (): number => ++this.#ids;
  readonly nextVersion = (): number => ++this.#versions;

  write(name: string, sections: readonly Stored[]): void {
    this.files.set(name, { version: this.nextVersion(), sections });
  }

  /** The whole file anew, by another hand: every section is a new one. */
  replace(name: string, sections: readonly SectionText[]): void {
    this.write(
      name,
      sections.map((section) => ({ ...section, id: this.nextId() })),
    );
  }

  /** Edits by another hand; anonymous sections by their present names. */
  edit(edits: readonly Edit[]): void {
    for (const edit of edits) {
      const file = this.files.get(edit.package);
      this.write(edit.package, applied(file?.sections ?? [], [resolved(loaded(file), edit, this.nextId)]));
    }
  }

  /** Another order of the sections, by another hand. */
  reorder(name: string, order: (sections: readonly SectionText[]) => readonly SectionText[]): void {
    this.write(name, order(this.files.get(name)?.sections ?? []) as readonly Stored[]);
  }

  /** Everything that a restart would find, to compare. */
  dump(): string {
    const files = [...this.files].map(([name, { sections }]) => [
      name,
      sections.map(({ id: _, ...rest }) => rest),
    ]);
    return JSON.stringify(files);
  }
}

// ---------------------------------------------------------------- UCI

interface Named extends Stored {
  readonly shown: string;
}

/** libuci's names: the running count of all sections and a hash of the type. */
function anonymousName(index: number, type: string): string {
  let hash = 5381;
  for (const char of type) hash = (Math.imul(hash, 33) + char.charCodeAt(0)) & 0x7fffffff;
  return `cfg${(index + 1).toString(16).padStart(2, "0")}${(hash % 65536).toString(16).padStart(4, "0")}`;
}

const loaded = (file: File | undefined): Named[] =>
  (file?.sections ?? []).map((s, i) => ({ ...s, shown: s.name ?? anonymousName(i, s.type) }));

/** An edit by identity, so that it can be carried out on a file that others have changed meanwhile. */
type IdEdit =
  | {
      readonly edit: "set";
      readonly id: number;
      readonly option: string;
      readonly value: string | readonly string[];
    }
  | { readonly edit: "unset"; readonly id: number; readonly option: string }
  | { readonly edit: "add"; readonly id: number; readonly name: string; readonly type: string }
  | { readonly edit: "remove"; readonly id: number };

function resolved(sections: readonly Named[], edit: Edit, nextId: () => number): IdEdit {
  if (edit.edit === "add") return { edit: "add", id: nextId(), name: edit.section, type: edit.type };
  const section = sections.find((s) => s.shown === edit.section);
  if (section === undefined) throw new Refused(`${edit.package} has no section ${edit.section}`);
  const { id } = section;
  if (edit.edit === "remove") return { edit: "remove", id };
  if (edit.edit === "unset") return { edit: "unset", id, option: edit.option };
  if ([edit.value].flat().some((value) => /[\x00-\x08]/.test(value))) {
    throw new Refused(`${edit.package}.${edit.option} cannot hold control characters`);
  }
  return { edit: "set", id, option: edit.option, value: edit.value };
}

/** Doing it twice does no harm. */
function applied(sections: readonly Stored[], edits: readonly IdEdit[]): readonly Stored[] {
  let all = [...sections];
  for (const edit of edits) {
    if (edit.edit === "add") {
      if (all.every((s) => s.id !== edit.id))
        all.push({ id: edit.id, type: edit.type, name: edit.name, options: {} });
    } else if (edit.edit === "remove") all = all.filter((s) => s.id !== edit.id);
    else {
      all = all.map((s) => {
        if (s.id !== edit.id) return s;
        const { [edit.option]: _, ...rest } = s.options;
        if (edit.edit === "unset") return { ...s, options: rest };
        return {
          ...s,
          options:
            edit.option in s.options
              ? { ...s.options, [edit.option]: edit.value }
              : { ...rest, [edit.option]: edit.value },
        };
      });
    }
  }
  return all;
}

class MemoryPackage implements Package {
  readonly sections: readonly Section[];
  readonly #byName: Map<string, Section>;
  readonly #byType = new Map<string, Section[]>();
  constructor(
    readonly name: string,
    readonly version: number,
    readonly named: readonly Named[],
  ) {
    this.sections = named.map((s) => ({
      name: s.shown,
      anonymous: s.name === undefined,
      type: s.type,
      options: new Map(Object.entries(s.options)),
    }));
    this.#byName = new Map(this.sections.map((s) => [s.name, s]));
    for (const s of this.sections) this.#byType.set(s.type, [...(this.#byType.get(s.type) ?? []), s]);
  }
  section(name: string): Section | undefined {
    return this.#byName.get(name);
  }
  ofType(type: string): readonly Section[] {
    return this.#byType.get(type) ?? [];
  }
}

class MemoryView implements ConfigView {
  readonly read = new Map<string, MemoryPackage | undefined>();
  constructor(
    readonly disk: Disk,
    readonly parsed: Map<string, MemoryPackage>,
  ) {}

  /** Read when first asked for, then as it was: as the real one. */
  package(name: string): MemoryPackage | undefined {
    if (!this.read.has(name)) this.read.set(name, this.#load(name));
    return this.read.get(name);
  }

  #load(name: string): MemoryPackage | undefined {
    const file = this.disk.files.get(name);
    if (file === undefined) return undefined;
    const known = this.parsed.get(name);
    if (known?.version === file.version) return known;
    const made = new MemoryPackage(name, file.version, loaded(file));
    this.parsed.set(name, made);
    return made;
  }

  with(edits: readonly Edit[]): MemoryView {
    const next = new MemoryView(this.disk, this.parsed);
    for (const [name, pkg] of this.read) next.read.set(name, pkg);
    for (const edit of edits) {
      const named = next.package(edit.package)?.named ?? [];
      const shown = new Map(named.map((s) => [s.id, s.shown]));
      const after = applied(named, [resolved(named, edit, this.disk.nextId)]);
      const renamed = after.map((s) => ({ ...s, shown: shown.get(s.id) ?? s.name ?? "" }));
      next.read.set(edit.package, new MemoryPackage(edit.package, this.disk.nextVersion(), renamed));
    }
    return next;
  }
}

export interface MemoryConfig extends Config {
  view(): ConfigView;
  /** The next calls of `stage` are refused. */
  refuseStages: number;
  /** The next file cannot be put in its place: one for each count. */
  refuseCommits: number;
  readonly staged: number;
}

type MemoryIntent = readonly { readonly package: string; readonly edits: readonly IdEdit[] }[];

export function memoryConfig(disk: Disk, wire: Fuse = fuse()): MemoryConfig {
  const parsed = new Map<string, MemoryPackage>();
  const watchers = new Set<() => void>();
  let locked = false;
  const put = (part: MemoryIntent[number]): void => {
    wire.step(`rename ${part.package}`);
    disk.write(part.package, applied(disk.files.get(part.package)?.sections ?? [], part.edits));
    for (const changed of watchers) changed();
  };
  const config = {
    refuseStages: 0,
    refuseCommits: 0,
    staged: 0,
    view: () => new MemoryView(disk, parsed),
    troubles: () => [],
    async stage(view: ConfigView, edits: readonly Edit[]): Promise<Staged> {
      await Promise.resolve();
      if (locked) throw new Error("two changes are staged at once");
      if (config.refuseStages > 0) {
        config.refuseStages--;
        throw new Refused("The disk is full; free some of it");
      }
      const intent = merged(view as MemoryView, edits);
      for (const { package: name } of intent) wire.step(`stage ${name}`);
      locked = true;
      config.staged++;
      return {
        intent,
        undo: () => null,
        commit() {
          for (const part of intent) {
            if (config.refuseCommits > 0) {
              config.refuseCommits--;
              throw new Refused("The file cannot be put in its place");
            }
            put(part);
          }
          wire.step("unlock");
          locked = false;
        },
        abort() {
          wire.step("abort");
          locked = false;
        },
      };
    },
    // Taking back is tried on files: it is a merge of what they say.
    revert: () => Promise.reject(new Error("this configuration undoes nothing")),
    async recover(intent: unknown) {
      locked = false;
      for (const part of intent as MemoryIntent) {
        if (config.refuseCommits > 0) {
          config.refuseCommits--;
          throw new Refused("The file cannot be put in its place");
        }
        put(part);
      }
    },
    watch(changed: () => void) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };

  function merged(view: MemoryView, edits: readonly Edit[]): MemoryIntent {
    const parts = new Map<string, IdEdit[]>();
    const added = new Map<string, number>();
    for (const edit of edits) {
      const part = parts.get(edit.package) ?? [];
      parts.set(edit.package, part);
      const key = `${edit.package}.${edit.section}`;
      const own = added.get(key);
      if (edit.edit === "add") {
        const made = resolved([], edit, disk.nextId);
        added.set(key, made.id);
        part.push(made);
      } else if (own !== undefined) {
        part.push(resolved([{ id: own, shown: edit.section, type: "", options: {} }], edit, disk.nextId));
      } else part.push(resolved(onDisk(view, edit.package), edit, disk.nextId));
    }
    return [...parts].map(([name, part]) => ({ package: name, edits: part }));
  }

  /** The sections that are still there, under the names of the view; what the view made itself by its own name. */
  function onDisk(view: MemoryView, name: string): Named[] {
    const now = loaded(disk.files.get(name));
    const shown = new Map((view.package(name)?.named ?? []).map((s) => [s.id, s.shown]));
    return now.flatMap((s) => {
      const own = shown.get(s.id) ?? s.name;
      return own === undefined ? [] : [{ ...s, shown: own }];
    });
  }

  return config;
}

// ---------------------------------------------------------------- the store

export interface MemoryStore extends Store {
  /** The next writes are refused. */
  refuse: number;
  readonly writes: number;
}

export function memoryStore(disk: Disk, wire: Fuse = fuse()): MemoryStore {
  const store = {
    refuse: 0,
    writes: 0,
    get: (shelf: Shelf, key: string) => parsedRow(disk.rows.get(shelf)?.get(key)),
    all: (shelf: Shelf) =>
      new Map([...(disk.rows.get(shelf) ?? [])].map(([key, text]) => [key, parsedRow(text)])),
    write(writes: readonly Write[]) {
      const texts = writes.map((w) => ({
        ...w,
        text: w.value === null ? undefined : JSON.stringify(w.value),
      }));
      wire.step("write");
      if (store.refuse > 0) {
        store.refuse--;
        throw new Refused("The store is full; free some space");
      }
      store.writes++;
      for (const { shelf, key, text } of texts) {
        const rows = disk.rows.get(shelf) ?? new Map<string, string>();
        disk.rows.set(shelf, rows);
        if (text === undefined) rows.delete(key);
        else rows.set(key, text);
      }
      wire.step("written");
    },
    mark(on: boolean) {
      wire.step("mark");
      disk.marked = on;
    },
    marked: disk.marked,
  };
  return store;
}

const parsedRow = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

// ---------------------------------------------------------------- facts and time

/** Facts that a device of the tests does not have unless a test says so. */
export const absent = {
  pppoeSession: () => undefined,
  stations: () => [],
  leases6: () => [],
  optics: () => [],
  bridgeState: () => undefined,
  hasIpv6: () => false,
  radio: () => undefined,
  processes: () => [],
  process: () => undefined,
  sensors: () => [],
  accounts: () => [],
  written: () => undefined,
  startsAtBoot: () => false,
} satisfies Partial<Sheet>;

/** What a sheet shows; a test changes it in place, the next sheet shows it. */
export interface FactState {
  board: Partial<Record<BoardFact, string>>;
  uptime: number;
  memory: { total: number; free: number };
  cpuUsage: number;
  netdevs: Netdev[];
  lan: string[];
  wan: string[];
  interfaces: Interface[];
  wifi: Record<string, string>;
  leases: Lease[];
  neighbours: Neighbour[];
  accounts: Account[];
  log: string;
}

export interface MemoryFacts extends Facts {
  readonly state: FactState;
  readonly sheets: number;
  /** The next sheets are refused. */
  refuse: number;
}

export function memoryFacts(state: Partial<FactState> = {}): MemoryFacts {
  const facts = {
    refuse: 0,
    sheets: 0,
    state: {
      board: {},
      uptime: 0,
      memory: { total: 0, free: 0 },
      cpuUsage: 0,
      netdevs: [],
      lan: [],
      wan: [],
      interfaces: [],
      wifi: {},
      leases: [],
      neighbours: [],
      accounts: [],
      log: "",
      ...state,
    } as FactState,
    async sheet(): Promise<Sheet> {
      await Promise.resolve();
      if (facts.refuse > 0) {
        facts.refuse--;
        throw new Refused("ubus does not answer");
      }
      facts.sheets++;
      // As it is now: arrays and all that hangs directly on the state may change before the next sheet.
      const copies = Object.entries(facts.state).map(([name, value]) => [name, copied(value)]);
      return sheetOf(Object.fromEntries(copies) as FactState);
    },
    troubles: () => [],
  };
  return facts;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return typeof value === "object" ? { ...value } : value;
}

function sheetOf(now: FactState): Sheet {
  return {
    board: (fact) => now.board[fact] ?? "",
    uptime: () => now.uptime,
    memory: () => now.memory,
    cpuUsage: () => now.cpuUsage,
    netdev: (name) => now.netdevs.find((n) => n.name === name),
    ports: (side) => now[side],
    interface: (name) => now.interfaces.find((i) => i.name === name),
    bridgePort: () => undefined,
    wifiDevice: (section) => now.wifi[section],
    leases: () => now.leases,
    neighbours: () => now.neighbours,
    ...absent,
    accounts: () => now.accounts,
    logTail: (bytesMax) => now.log.slice(-bytesMax),
  };
}

export interface MemoryClock extends Clock {
  time: { -readonly [K in keyof Now]: Now[K] };
}

/** 2024-05-01T12:00:00Z, 1000 s after boot. Nothing is ever woken. */
export function memoryClock(): MemoryClock {
  const time = { mono: 1_000_000, wall: 1_714_564_800_000, known: true };
  return { time, now: () => ({ ...time }), wake: () => () => {}, zone: () => 0 };
}

export interface MemoryLog extends Log {
  readonly lines: { readonly level: Level; readonly what: string; readonly fields: unknown }[];
}

export function memoryLog(): MemoryLog {
  const lines: MemoryLog["lines"] = [];
  return Object.assign(
    (level: Level, what: string, fields?: unknown) => void lines.push({ level, what, fields }),
    {
      lines,
    },
  );
}
