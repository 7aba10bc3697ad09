/** Codec: the manifest from which a package is built: JSON, one entry a command. Described in docs/packages.md. */
import { Malformed } from "../errors.ts";
import type { Content } from "./commands.ts";
import { judgePath } from "./path.ts";
import { PackageRefused } from "./reason.ts";

/** A command as the manifest has it; a file's place in the payload and its hash are not known yet. */
export interface Draft {
  readonly type: number;
  readonly content: Content;
  /** The file whose content it carries, relative to the manifest. */
  readonly file: string | undefined;
}

const verbs = {
  end: 0,
  extract: 1,
  "extract-versioned": 2,
  add: 3,
  "add-versioned": 4,
  remove: 5,
  "remove-versioned": 6,
  "remove-tree": 7,
  move: 8,
  "move-versioned": 9,
  version: 10,
  description: 11,
  "recoverable-timeout": 12,
  "unrecoverable-timeout": 13,
  "initial-timeout": 14,
  "initial-activity-timeout": 15,
  reboot: 16,
  format: 17,
  "minimum-version": 18,
  "maximum-version": 19,
  role: 20,
  "minimum-nonvolatile-storage": 21,
  "minimum-volatile-storage": 22,
  "required-attributes": 25,
} as const;

type Verb = keyof typeof verbs;

/** @throws Malformed */
export function parseManifest(text: string): Draft[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Malformed(`The manifest is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
  const commands = (value as { commands?: unknown } | null)?.commands;
  if (!Array.isArray(commands)) throw new Malformed('The manifest has no list "commands".');
  return commands.map((entry, index) => new Entry(entry, index).draft());
}

class Entry {
  private readonly of: Readonly<Record<string, unknown>>;

  constructor(
    entry: unknown,
    private readonly index: number,
  ) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) this.refuse("is no object");
    this.of = entry as Record<string, unknown>;
  }

  private refuse(why: string): never {
    throw new Malformed(`Command ${this.index} of the manifest ${why}.`);
  }

  private text(key: string): string {
    const value = this.of[key];
    return typeof value === "string" ? value : this.refuse(`needs a text "${key}"`);
  }

  private number(key: string): number {
    const value = this.of[key];
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff) {
      return value as number;
    }
    return this.refuse(`needs a number "${key}" from 0 to 4294967295`);
  }

  private path(key: string, what: "file" | "tree" = "file"): Uint8Array {
    const path = new TextEncoder().encode(this.text(key));
    try {
      judgePath(path, this.index, what);
    } catch (error) {
      if (error instanceof PackageRefused) this.refuse(`is refused: ${error.reason.text}`);
      throw error;
    }
    return path;
  }

  draft(): Draft {
    if (this.of.do === "vendor") {
      const type = this.number("type");
      return { type, content: { is: "unknown", value: this.octets("value") }, file: undefined };
    }
    const verb = this.text("do");
    if (!Object.hasOwn(verbs, verb)) this.refuse(`has an unknown "do": "${verb}"`);
    const file = /^(extract|add)/.test(verb) ? this.text("file") : undefined;
    return { type: verbs[verb as Verb], content: this.content(verb as Verb), file };
  }

  private content(verb: Verb): Content {
    const unsafe = this.of.unsafe === true;
    switch (verb) {
      case "end":
      case "reboot":
      case "format":
        return { is: verb };
      case "extract":
      case "extract-versioned":
      case "add":
      case "add-versioned": {
        const how = verb.startsWith("add") ? "add" : "extract";
        const versioned = verb.endsWith("versioned");
        const empty = { hashType: 1, hash: new Uint8Array(20), offset: 0, length: 0 };
        return { is: "put", how, versioned, unsafe, path: this.path("path"), ...empty };
      }
      case "remove":
        return { is: "remove", how: "file", unsafe, path: this.path("path") };
      case "remove-versioned":
        return { is: "remove", how: "versioned", unsafe, path: this.path("path") };
      case "remove-tree":
        return { is: "remove", how: "tree", unsafe, path: this.path("path", "tree") };
      case "move":
      case "move-versioned": {
        const versioned = verb === "move-versioned";
        return { is: "move", versioned, unsafe, path: this.path("path"), to: this.path("to") };
      }
      default:
        return this.parameter(verb);
    }
  }

  private parameter(verb: Verb): Content {
    switch (verb) {
      case "version":
      case "description":
        return { is: "text", of: verb, text: this.text("text") };
      case "recoverable-timeout":
        return { is: "timeout", of: "recoverable", seconds: this.number("seconds") };
      case "unrecoverable-timeout":
        return { is: "timeout", of: "unrecoverable", seconds: this.number("seconds") };
      case "initial-timeout":
        return { is: "timeout", of: "initial", seconds: this.number("seconds") };
      case "initial-activity-timeout":
        return { is: "timeout", of: "activity", seconds: this.number("seconds") };
      case "minimum-version":
        return { is: "bound", of: "minimum", version: this.version() };
      case "maximum-version":
        return { is: "bound", of: "maximum", version: this.version() };
      case "role":
        return { is: "role", role: this.number("role"), more: this.octets("more") };
      case "minimum-nonvolatile-storage":
        return { is: "storage", of: "nonvolatile", bytes: this.number("bytes") };
      case "minimum-volatile-storage":
        return { is: "storage", of: "volatile", bytes: this.number("bytes") };
      default:
        return this.attributes();
    }
  }

  private attributes(): Content {
    const values = this.of.values;
    if (!Array.isArray(values)) this.refuse('needs a list "values"');
    const numbers = values.map((value, at) =>
      new Entry({ [`values[${at}]`]: value }, this.index).number(`values[${at}]`),
    );
    return { is: "attributes", entity: this.number("entity"), class: this.number("class"), values: numbers };
  }

  private version(): number[] {
    const text = this.text("version");
    const numbers = text.split(".").map(Number);
    const sound = /^\d{1,10}(\.\d{1,10})*$/.test(text) && numbers.every((one) => one <= 0xffff_ffff);
    return sound ? numbers : this.refuse(`has a version "${text}", which is not numbers with dots between`);
  }

  private octets(key: string): Uint8Array {
    const text = this.of[key] === undefined ? "" : this.text(key);
    if (!/^([0-9a-f]{2})*$/i.test(text)) this.refuse(`needs hexadecimal digits in "${key}"`);
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
}
