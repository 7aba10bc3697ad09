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
  let rows: Map<string, string | ParameterFact> | undefined;
  return {
    version,
    asked: () => profilesOf(table),
    parameter(path) {
      rows ??= index(table);
      const row = rows.get(path);
      if (typeof row !== "string") return row;
      const fact = factOf(row);
      rows.set(path, fact);
      return fact;
    },
  };
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

/** The lines of the table, by path. */
function index(table: string): Map<string, string> {
  const rows = new Map<string, string>();
  let object = "";
  for (const line of table.split("\n")) {
    if (line.startsWith(">")) object = objectOf(line);
    else if (line !== "") rows.set(object + line.slice(0, line.indexOf("\t")), line);
  }
  return rows;
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
