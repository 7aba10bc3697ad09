/** Codec: argv into a command, by the table. */
import type { Command, Flag, Value } from "./command.ts";
import { nearest } from "./nearest.ts";
import { type Arguments, type CommandName, commands, isCommand } from "./table.ts";

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
  | { readonly is: "help"; readonly of: CommandName | undefined }
  /** The complaint, without "cwmpd: " and with what to do next. */
  | { readonly is: "usage"; readonly text: string };

function usage(text: string, name?: CommandName): Parsed {
  return { is: "usage", text: `${text}\nTry: cwmpd ${name === undefined ? "--help" : `${name} --help`}` };
}

function meant(guess: string | undefined): string {
  return guess === undefined ? "" : ` Did you mean ${guess}?`;
}

const dashed = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`);

/** @param argv what follows the program's name */
export function parse(argv: readonly string[]): Parsed {
  const [first, ...rest] = argv;
  if (first === undefined) return usage("No command given.");
  if (first === "--help" || first === "-h") return { is: "help", of: undefined };
  if (first === "--version" || first === "-V") return parse(["version", ...rest]);
  if (first === "help") return helpOf(rest);
  if (isCommand(first)) return new Arguing(first, rest).parse();
  const kind = first.startsWith("-") ? "option" : "command";
  const known = kind === "option" ? ["--help", "--version"] : [...Object.keys(commands), "help"];
  return usage(`Unknown ${kind} "${first}".${meant(nearest(first, known))}`);
}

function helpOf(names: readonly string[]): Parsed {
  const [name] = names;
  if (name === undefined) return { is: "help", of: undefined };
  if (isCommand(name)) return { is: "help", of: name };
  return usage(`No help on "${name}": no such command.${meant(nearest(name, Object.keys(commands)))}`);
}

/** One walk over the arguments of one command. */
class Arguing {
  private readonly command: Command;
  private readonly options: Record<string, string | boolean | undefined> = {};
  private readonly operands: string[] = [];
  private at = 0;

  constructor(
    private readonly name: CommandName,
    private readonly words: readonly string[],
  ) {
    this.command = commands[name];
    for (const [key, spec] of Object.entries(this.command.options)) {
      this.options[key] = spec.is === "flag" ? false : spec.default;
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

  private spec(key: string): Flag | Value | undefined {
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

  private take(key: string, spec: Flag | Value, given: string | undefined): string | undefined {
    if (spec.is === "flag") {
      if (given !== undefined) return `Option ${dashed(key)} takes no value.`;
      this.options[key] = true;
      return undefined;
    }
    const value = given ?? this.words[this.at++];
    if (value === undefined || value === "")
      return `Option ${dashed(key)} needs a value: ${spec.placeholder}.`;
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
