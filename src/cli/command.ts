/** Table: the parts of a command. Parsing, help and docs/commands.md are all derived from it. */

/** An option without a value. */
export interface Flag {
  readonly is: "flag";
  readonly summary: string;
}

/** An option with a value. */
export interface Value {
  readonly is: "value";
  readonly placeholder: string;
  readonly summary: string;
  readonly default?: string;
  readonly oneOf?: readonly string[];
  /** The empty text is a value too; absent: it is taken for a forgotten one. */
  readonly mayBeEmpty?: true;
}

/** An option that may be given several times; its values in their order. */
export interface Several {
  readonly is: "several";
  readonly placeholder: string;
  readonly summary: string;
}

/** Options by name without dashes; a name of one letter has one dash. */
export type Options = Readonly<Record<string, Flag | Value | Several>>;

/** A command. Its name in the table is a word, or the word of its family and its own: `package verify`. */
export interface Command {
  readonly summary: string;
  /** The operands after the options, as usage shows them; empty: none are allowed. */
  readonly operands: string;
  readonly operandsMin: number;
  readonly operandsMax: number;
  readonly group: "agent" | "talk" | "tools";
  /** Paragraphs; lines that begin with a blank keep their breaks. */
  readonly help: readonly string[];
  readonly examples: readonly { readonly run: string; readonly tells: string }[];
  readonly options: Options;
  /** The meaning of exit codes beyond the usual ones. */
  readonly exits?: string;
}

/** The options of a command as its handler gets them. */
export type OptionsOf<C extends { readonly options: Options }> = {
  readonly [K in keyof C["options"]]: C["options"][K] extends Flag
    ? boolean
    : C["options"][K] extends Several
      ? readonly string[]
      : C["options"][K] extends { readonly default: string }
        ? string
        : string | undefined;
};

/** The outcome of a command: text for the two outputs and the exit code (0 done, 1 failed, 2 usage). */
export interface Outcome {
  readonly exit: 0 | 1 | 2;
  /** Bytes where the text need not be UTF-8 (UCI files). */
  readonly out?: string | Uint8Array;
  readonly err?: string;
}

/** The root option of every command that talks to the agent. */
export const rootOption = {
  root: {
    is: "value",
    placeholder: "DIR",
    summary: "the device's root directory; the agent's socket is var/run/cwmpd.sock below it",
    default: "/",
  },
} as const satisfies Options;
