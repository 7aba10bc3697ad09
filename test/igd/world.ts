/** Double: a configuration written as UCI text, a sheet of facts, and a walk over declarations by path. */
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { At, Binding, Env, ObjectDef, TableDef } from "../../src/model/define.ts";
import { counted } from "../../src/model/judge.ts";
import type { ConfigView, Edit, Package, Section } from "../../src/ports/config.ts";
import type { Netdev, Sheet } from "../../src/ports/facts.ts";
import { absent } from "../model/world.ts";

type Options = Map<string, string | readonly string[]>;

/** Reads the plain form of UCI that these tests are written in. */
export function parsePackage(name: string, text: string): Package {
  const sections: { name: string; anonymous: boolean; type: string; options: Options }[] = [];
  for (const line of text.split("\n")) {
    const [, command, key = "", , value] =
      /^\s*(config|option|list)\s+(\S+)(\s+'(.*)')?\s*$/.exec(line) ?? [];
    const options = sections.at(-1)?.options;
    if (command === "config")
      sections.push({
        name: value ?? `cfg${String(sections.length + 1).padStart(2, "0")}0000`,
        anonymous: value === undefined,
        type: key,
        options: new Map(),
      });
    else if (command === "option") options?.set(key, value ?? "");
    else if (command === "list") options?.set(key, [...((options.get(key) as string[]) ?? []), value ?? ""]);
  }
  return packageOf(name, sections);
}

let versions = 0;

function packageOf(name: string, sections: readonly Section[]): Package {
  const byName = new Map(sections.map((section) => [section.name, section]));
  versions += 1;
  return {
    name,
    version: versions,
    sections,
    section: (one) => byName.get(one),
    ofType: (type) => sections.filter((section) => section.type === type),
  };
}

export function viewOf(packages: ReadonlyMap<string, Package>): ConfigView {
  return {
    package: (name) => packages.get(name),
    with: (edits) => {
      const after = new Map(packages);
      for (const edit of edits) after.set(edit.package, edited(after.get(edit.package), edit));
      return viewOf(after);
    },
  };
}

function edited(pkg: Package | undefined, edit: Edit): Package {
  const sections = [...(pkg?.sections ?? [])];
  const at = sections.findIndex((section) => section.name === edit.section);
  if (edit.edit === "add") {
    if (at >= 0) throw new Error(`${edit.section} is there already`);
    sections.push({ name: edit.section, anonymous: false, type: edit.type, options: new Map() });
  } else if (at < 0) throw new Error(`${edit.package}.${edit.section} is not there`);
  else if (edit.edit === "remove") sections.splice(at, 1);
  else {
    const options: Options = new Map(sections[at]!.options);
    if (edit.edit === "set") options.set(edit.option, edit.value);
    else options.delete(edit.option);
    sections[at] = { ...sections[at]!, options };
  }
  return packageOf(edit.package, sections);
}

export const netdev = (
  name: string,
  more: Partial<Netdev> & { counters?: Record<string, number> } = {},
): Netdev => ({
  name,
  mac: "00:00:5E:00:53:01",
  up: true,
  carrier: true,
  mtu: 1500,
  speed: 1000,
  duplex: "full",
  counter: (file) => more.counters?.[file] ?? 0,
  ...more,
});

export const sheetOf = (more: Partial<Sheet> & { devices?: readonly Netdev[] } = {}): Sheet => ({
  board: (fact) => `a ${fact}`,
  uptime: () => 12.9,
  memory: () => ({ total: 1000, free: 400 }),
  cpuUsage: () => 12.4,
  netdev: (name) => more.devices?.find((device) => device.name === name),
  ports: () => [],
  bridgePort: () => undefined,
  interface: () => undefined,
  ...absent,
  wifiDevice: () => undefined,
  leases: () => [],
  neighbours: () => [],
  logTail: () => "",
  ...more,
});

export interface World {
  env: Env;
  get(path: string): string;
  /** Applies the write and its object's check. @returns the edits */
  set(path: string, value: string): readonly Edit[];
  /** @returns the path of the new instance */
  add(path: string): string;
  remove(path: string): void;
  /** Values of an option in the package as it is now. */
  option(pkg: string, section: string, option: string): string | readonly string[] | undefined;
  check(path: string): Readonly<Record<string, string>>;
  rows(path: string): readonly string[];
}

interface Found {
  readonly def: ObjectDef | TableDef;
  readonly at: At;
}

export function world(packages: Readonly<Record<string, string>>, sheet: Partial<Sheet> = {}): World {
  const parsed = Object.entries(packages).map(([name, text]) => [name, parsePackage(name, text)] as const);
  return worldOf(viewOf(new Map(parsed)), sheetOf(sheet));
}

function worldOf(view: ConfigView, sheet: Sheet): World {
  const here: World = {
    env: {
      config: view,
      sheet,
      own: {
        read: (name) => {
          if (name === "echoFirst" || name === "echoLast") return "0001-01-01T00:00:00Z";
          return name.startsWith("echo") ? "0" : `own ${name}`;
        },
      },
      now: { mono: 0, wall: Date.UTC(2026, 10, 24, 3, 30, 0), known: true },
      zone: 60,
      // TR-098 has no rows of DHCP clients.
      refer: (thing, at) => (thing === "dhcpClient" ? "" : `${thing} ${JSON.stringify(at)}`),
      resolve: () => undefined,
    },
    get: (path) => {
      const { at, binding } = leaf(path, here.env);
      const text = binding.read(at, here.env);
      return binding.counts ? counted("unsignedInt", text) : text;
    },
    set: (path, value) => {
      const { at, binding, def } = leaf(path, here.env);
      if (!binding.write) throw new Error(`${path} is read-only`);
      const edits = binding.write(at, value, here.env);
      here.env = { ...here.env, config: here.env.config.with(edits) };
      const complaints = named(def, at, here.env);
      if (Object.keys(complaints).length > 0) throw new Error(JSON.stringify(complaints));
      return edits;
    },
    add: (path) => {
      const { def, at } = find(path, here.env);
      if (def.is !== "table") throw new Error(path);
      const number = def.rows(at, here.env).length + 1;
      const made = def.add?.(at, number, here.env);
      here.env = { ...here.env, config: here.env.config.with(made?.edits ?? []) };
      return `${path}.${def.rows(at, here.env).findIndex((row) => row.key === made?.row.key) + 1}`;
    },
    remove: (path) => {
      const table = find(path.replace(/\.\d+$/, ""), here.env).def as TableDef;
      const edits = table.remove?.(find(path, here.env).at, here.env);
      if (!edits) throw new Error(`${path} cannot be deleted`);
      here.env = { ...here.env, config: here.env.config.with(edits) };
    },
    option: (pkg, section, option) => here.env.config.package(pkg)?.section(section)?.options.get(option),
    check: (path) => {
      const { def, at } = find(path, here.env);
      return def.is === "object" ? named(def, at, here.env) : {};
    },
    rows: (path) => {
      const { def, at } = find(path, here.env);
      return def.is === "table" ? def.rows(at, here.env).map((row) => row.key) : [];
    },
  };
  return here;
}

/** The complaints of an object by the parameters that show what they are about. */
function named(def: ObjectDef, at: At, env: Env): Readonly<Record<string, string>> {
  const leaves = Object.entries(def.params);
  const found = def.check?.(at, env) ?? [];
  return Object.fromEntries(
    found.map(({ about, why }) => [leaves.find(([, binding]) => binding === about)?.[0], why]),
  );
}

function find(path: string, env: Env): Found {
  let found: Found = { def: igdRoot.object, at: {} };
  for (const name of path === "" ? [] : path.split(".")) found = step(found, name, env);
  return found;
}

function step({ def, at }: Found, name: string, env: Env): Found {
  if (def.is === "object") {
    const next = def.objects[name];
    if (!next) throw new Error(`There is no ${name}`);
    return { def: next, at };
  }
  const row = def.rows(at, env)[Number(name) - 1];
  if (!row) throw new Error(`There is no instance ${name}`);
  return { def: def.instance, at: { ...at, ...row.at } };
}

function leaf(path: string, env: Env): { def: ObjectDef; at: At; binding: Binding } {
  const cut = path.lastIndexOf(".");
  const { def, at } = find(path.slice(0, Math.max(cut, 0)), env);
  const binding = def.is === "object" ? def.params[path.slice(cut + 1)] : undefined;
  if (def.is !== "object" || !binding) throw new Error(`There is no ${path}`);
  return { def, at, binding };
}

export interface Leaf {
  /** Below the root, with `{i}`. */
  readonly path: string;
  readonly binding: Binding;
}

/** Every declared parameter. */
export function declared(def: ObjectDef = igdRoot.object, path = ""): readonly Leaf[] {
  return [
    ...Object.entries(def.params).map(([name, binding]) => ({ path: path + name, binding })),
    ...Object.entries(def.objects).flatMap(([name, child]) =>
      child.is === "object"
        ? declared(child, `${path}${name}.`)
        : declared(child.instance, `${path}${name}.{i}.`),
    ),
  ];
}

/** Every parameter that there is: its declared path, and its own with numbers in the order of the rows. */
export function present(
  env: Env,
  found: Found = { def: igdRoot.object, at: {} },
  path = "",
): readonly string[] {
  const { def, at } = found;
  if (def.is === "table")
    return def
      .rows(at, env)
      .flatMap((row, index) =>
        present(env, { def: def.instance, at: { ...at, ...row.at } }, `${path}${index + 1}.`),
      );
  return [
    ...Object.keys(def.params).map((name) => path + name),
    ...Object.entries(def.objects).flatMap(([name, child]) =>
      present(env, { def: child, at }, `${path}${name}.`),
    ),
  ];
}
