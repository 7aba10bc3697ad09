/** Codec: the facts of a data model from their compact table. A line is read when it is first asked for. TR-106 2. */
import type { XsdType } from "../../soap/names.ts";
import type { Asked, ParameterFact, Schema } from "../define.ts";

/** Types of later models on the wire of Amendment 2 (Table 8): it has no lists, no 64-bit numbers, no hexBinary and
 * no decimal, so all of these travel as strings. */
const wireTypes: Readonly<Record<string, XsdType>> = {
  string: "string",
  int: "int",
  unsignedInt: "unsignedInt",
  boolean: "boolean",
  dateTime: "dateTime",
  base64: "base64",
  list: "string",
  long: "string",
  unsignedLong: "string",
  hexBinary: "string",
  decimal: "string",
};

/** @param table ">object" lines, each with the profiles that ask for creating and deleting its rows, each followed by
 * its parameters; see igd-facts.ts */
export function schemaOf(table: string, version: string): Schema {
  let objects: ReadonlyMap<string, Rows> | undefined;
  const all = (): ReadonlyMap<string, Rows> => {
    objects ??= index(table);
    return objects;
  };
  return {
    version,
    asked: () => profilesOf(table),
    parameter(path) {
      const dot = path.lastIndexOf(".") + 1;
      return all().get(path.slice(0, dot))?.fact(path.slice(dot));
    },
    marked: () => [...all()].flatMap(([object, rows]) => rows.marked().map((name) => object + name)),
  };
}

const isMarked = ({ forcedInform, activeNotify }: ParameterFact): boolean =>
  forcedInform || activeNotify === "forceEnabled" || activeNotify === "forceDefaultEnabled";

const nameIn = (line: string): string => line.slice(0, line.indexOf("\t"));

/** The lines of the parameters of one object. */
class Rows {
  #text: string;
  #rows: Map<string, string | ParameterFact> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Before a parameter is asked for. */
  add(text: string): void {
    this.#text += text;
  }

  marked(): readonly string[] {
    if (!this.#text.includes("force")) return [];
    const lines = this.#text.split("\n").filter((line) => line.includes("force"));
    return lines.map(nameIn).filter((name) => isMarked(this.fact(name)!));
  }

  fact(name: string): ParameterFact | undefined {
    const rows = this.#read();
    const row = rows.get(name);
    if (typeof row !== "string") return row;
    const fact = factOf(row);
    rows.set(name, fact);
    return fact;
  }

  #read(): Map<string, string | ParameterFact> {
    if (this.#rows !== undefined) return this.#rows;
    this.#rows = new Map();
    for (const line of this.#text.split("\n")) if (line !== "") this.#rows.set(nameIn(line), line);
    return this.#rows;
  }
}

/** The demands of each profile; see Schema. */
function profilesOf(table: string): ReadonlyMap<string, readonly Asked[]> {
  const found = new Map<string, Asked[]>();
  let object = "";
  for (const line of table.split("\n")) {
    const cells = line.split("\t");
    const isObject = line.startsWith(">");
    if (isObject) object = objectOf(line);
    const profiles = cells[6];
    if (profiles === undefined) continue;
    const toWrite = profiles.startsWith("!");
    for (const profile of profiles.replace(/^!/, "").split(",")) {
      const asked = found.get(profile) ?? [];
      asked.push({ path: isObject ? object : object + cells[0], toWrite });
      found.set(profile, asked);
    }
  }
  return found;
}

const objectOf = (line: string): string => line.slice(1).split("\t", 1)[0] ?? "";

/** The parts of the table, by object. A part may add to the object of an earlier one. */
function index(table: string): ReadonlyMap<string, Rows> {
  const found = new Map<string, Rows>();
  for (const part of table.slice(1).split("\n>")) {
    const line = part.split("\n", 1)[0]!;
    const object = line.split("\t", 1)[0]!;
    const parameters = part.slice(line.length);
    const known = found.get(object);
    if (known === undefined) found.set(object, new Rows(parameters));
    else known.add(parameters);
  }
  return found;
}

/** Lengths of values that travel as a string and are none (A.2.1: 16 characters for a string without a length). */
const written: Readonly<Record<string, string>> = {
  long: "len=..20",
  unsignedLong: "len=..20",
  decimal: "len=..40",
};

/** `hexBinary` counts octets, of two characters each. */
const hexLengths = (constraints: string): string =>
  constraints.replace(/\blen=(\d*)\.\.(\d*)/g, (_, min: string, max: string) => {
    const twice = (text: string): string => (text === "" ? "" : String(Number(text) * 2));
    return `len=${twice(min)}..${twice(max)}`;
  });

function constraintsOf(type: string, constraints: string): string {
  if (type === "hexBinary") return `${hexLengths(constraints)}; pattern=([0-9A-Fa-f][0-9A-Fa-f])*`;
  const length = written[type];
  return length === undefined ? constraints : [constraints, length].filter((one) => one !== "").join("; ");
}

function factOf(line: string): ParameterFact {
  const [, type = "", access, constraints = "", initial = "", flags = ""] = line.split("\t");
  const flag = flags.split(",");
  return {
    type: wireTypes[type] ?? "string",
    writable: access === "W",
    constraints: constraintsOf(type, constraints),
    default: defaultOf(type, initial),
    forcedInform: flag.includes("forcedInform"),
    activeNotify: notifyOf(flag),
    hidden: flag.includes("hidden") || flag.includes("secured"),
  };
}

/** Only `object:` gives the value in a new object (R-A.3.2.6-06); `factory:` is about the device as delivered. */
function defaultOf(type: string, initial: string): string | undefined {
  if (!initial.startsWith("object:")) return undefined;
  const value = initial.slice("object:".length);
  if (type !== "boolean") return value;
  return value === "true" || value === "1" ? "1" : "0";
}

function notifyOf(flags: readonly string[]): ParameterFact["activeNotify"] {
  if (flags.includes("activeNotify=forceEnabled")) return "forceEnabled";
  if (flags.includes("activeNotify=forceDefaultEnabled")) return "forceDefaultEnabled";
  return flags.includes("activeNotify=canDeny") ? "canDeny" : "normal";
}
