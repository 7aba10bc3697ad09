/** Codec: argv into a command, by the table. */
import { nearest } from "../nearest.ts";
import type { Command, Flag, Several, Value } from "./command.ts";
import type { Arguments, CommandName } from "./table.ts";

type Call = {
  [N in CommandName]: {
    readonly is: "call";
    readonly name: N;
    readonly options: Arguments<N>;
    readonly operands: readonly string[];
  };
}[CommandName];

export type Parsed =
  | Call
  /** `of`: a command or a family; undefined: all of them. */
  | { readonly is: "help"; readonly of: string | undefined }
  /** The complaint, without "cwmpd: " and with the next step. */
  | { readonly is: "usage"; readonly text: string };

type Table = Readonly<Record<string, Command>>;

function usage(text: string, name?: string): Parsed {
  return { is: "usage", text: `${text}\nTry: cwmpd ${name === undefined ? "--help" : `${name} --help`}` };
}

function meant(guess: string | undefined): string {
  return guess === undefined ? "" : ` Did you mean ${guess}?`;
}

const dashed = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`);

/** First words of all names. */
const firstWords = (table: Table): string[] => [
  ...new Set(Object.keys(table).map((name) => name.split(" ")[0]!)),
];

/** Second words of a family; none where the word is no family. */
const secondWords = (table: Table, family: string): string[] =>
  Object.keys(table)
    .filter((name) => name.startsWith(`${family} `))
    .map((name) => name.slice(family.length + 1));

/** @param argv the words after the program's name
 * @param table the commands that there are */
export function parse(argv: readonly string[], table: Table): Parsed {
  const [first, ...rest] = argv;
  if (first === undefined) return usage("No command given.");
  if (first === "--help" || first === "-h") return { is: "help", of: undefined };
  if (first === "--version" || first === "-V") return parse(["version", ...rest], table);
  if (first === "help") return helpOf(rest, table);
  if (Object.hasOwn(table, first)) return new Arguing(first, table[first]!, rest).parse();
  const verbs = secondWords(table, first);
  if (verbs.length > 0) return inFamily(first, verbs, rest, table);
  const kind = first.startsWith("-") ? "option" : "command";
  const known = kind === "option" ? ["--help", "--version"] : [...firstWords(table), "help"];
  return usage(`Unknown ${kind} "${first}".${meant(nearest(first, known))}`);
}

function inFamily(family: string, verbs: readonly string[], rest: readonly string[], table: Table): Parsed {
  const [verb, ...more] = rest;
  const choice = `cwmpd ${family} ${verbs.join("|")}`;
  if (verb === undefined) return usage(`Missing word: ${choice}`, family);
  if (verb === "--help" || verb === "-h") return { is: "help", of: family };
  const name = `${family} ${verb}`;
  if (verbs.includes(verb)) return new Arguing(name, table[name]!, more).parse();
  return usage(`Unknown word "${verb}": expected ${choice}.${meant(nearest(verb, verbs))}`, family);
}

function helpOf(names: readonly string[], table: Table): Parsed {
  const [name, verb] = names;
  if (name === undefined) return { is: "help", of: undefined };
  if (verb !== undefined && Object.hasOwn(table, `${name} ${verb}`)) {
    return { is: "help", of: `${name} ${verb}` };
  }
  if (firstWords(table).includes(name)) return { is: "help", of: name };
  return usage(`No help on "${name}": no such command.${meant(nearest(name, firstWords(table)))}`);
}

/** A walk over the arguments of a command. */
class Arguing {
  private readonly options: Record<string, string | boolean | readonly string[] | undefined> = {};
  private readonly operands: string[] = [];
  private at = 0;

  constructor(
    private readonly name: string,
    private readonly command: Command,
    private readonly words: readonly string[],
  ) {
    for (const [key, spec] of Object.entries(this.command.options)) {
      this.options[key] = spec.is === "flag" ? false : spec.is === "several" ? [] : spec.default;
    }
  }

  parse(): Parsed {
    while (this.at < this.words.length) {
      const word = this.words[this.at++]!;
      if (word === "--") {
        this.operands.push(...this.words.slice(this.at));
        break;
      }
      if (word === "--help" || word === "-h") return { is: "help", of: this.name };
      const wrong = word.startsWith("--") ? this.long(word) : this.other(word);
      if (wrong !== undefined) return usage(wrong, this.name);
    }
    const wrong = this.count();
    if (wrong !== undefined) return usage(wrong, this.name);
    // The table made the keys and the walk the values: the compiler cannot follow that.
    return {
      is: "call",
      name: this.name,
      options: this.options,
      operands: this.operands,
    } as unknown as Call;
  }

  private spec(key: string): Flag | Value | Several | undefined {
    return Object.hasOwn(this.command.options, key) ? this.command.options[key] : undefined;
  }

  private unknown(word: string): string {
    const known = [...Object.keys(this.command.options), "help"].map(dashed);
    return `Unknown option "${word}".${meant(nearest(word, known))}`;
  }

  private long(word: string): string | undefined {
    const equals = word.indexOf("=");
    const key = word.slice(2, equals < 0 ? undefined : equals);
    const spec = key.length > 1 ? this.spec(key) : undefined;
    if (spec === undefined) return this.unknown(equals < 0 ? word : word.slice(0, equals));
    return this.take(key, spec, equals < 0 ? undefined : word.slice(equals + 1));
  }

  /** An operand, or letters after one dash. A single dash is an operand: standard input. */
  private other(word: string): string | undefined {
    if (!word.startsWith("-") || word === "-") {
      this.operands.push(word);
      return undefined;
    }
    for (const letter of word.slice(1)) {
      const spec = this.spec(letter);
      if (spec === undefined) return this.unknown(word);
      const wrong = this.take(letter, spec, undefined);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  private take(key: string, spec: Flag | Value | Several, given: string | undefined): string | undefined {
    if (spec.is === "flag") {
      if (given !== undefined) return `Option ${dashed(key)} takes no value.`;
      this.options[key] = true;
      return undefined;
    }
    const value = given ?? this.words[this.at++];
    const empty = value === "" && !(spec.is === "value" && spec.mayBeEmpty);
    if (value === undefined || empty) return `Option ${dashed(key)} needs a value: ${spec.placeholder}.`;
    if (spec.is === "several") {
      this.options[key] = [...(this.options[key] as readonly string[]), value];
      return undefined;
    }
    if (spec.oneOf !== undefined && !spec.oneOf.includes(value)) {
      return `Option ${dashed(key)} is one of ${spec.oneOf.join(", ")}, not "${value}".${meant(nearest(value, spec.oneOf))}`;
    }
    this.options[key] = value;
    return undefined;
  }

  private count(): string | undefined {
    const { operands, operandsMin, operandsMax } = this.command;
    const extra = this.operands[operandsMax];
    if (extra !== undefined) {
      return operandsMax > 1
        ? `Too many arguments: at most ${operandsMax}.`
        : `Unexpected argument "${extra}".`;
    }
    if (this.operands.length >= operandsMin) return undefined;
    return `Missing argument: cwmpd ${this.name} ${operands}`;
  }
}
