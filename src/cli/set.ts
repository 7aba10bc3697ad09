/** Handler: `cwmpd set`. A.3.2.1 for people and scripts. */
import type { Control } from "../control/control.ts";
import { Malformed } from "../errors.ts";
import type { Edit } from "../ports/config.ts";
import { escapeText, unescapeText } from "../terminal.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";

export const setCommand = {
  summary: "Change parameters",
  operands: "PATH=VALUE...",
  operandsMin: 1,
  operandsMax: 1000,
  group: "talk",
  help: [
    "Changes all of the parameters or none: every value is checked against the data model, then all are written to /etc/config in one step and put into effect. Values are taken as they stand, up to the end of the argument.",
    "With a single dash instead of pairs, lines PATH=VALUE are read from standard input, escaped as `cwmpd get` prints them. Use that for passwords: arguments can be seen in the list of processes.",
  ],
  examples: [
    {
      run: "cwmpd set InternetGatewayDevice.ManagementServer.PeriodicInformInterval=3600",
      tells: "one parameter",
    },
    {
      run: "cwmpd get InternetGatewayDevice.Time.NTPServer1 >kept; cwmpd set - <kept",
      tells: "keep, restore",
    },
    { run: "cwmpd set - <secrets.txt", tells: "passwords, unseen" },
  ],
  options: {
    "dry-run": { is: "flag", summary: "print the change of each file, and write nothing" },
    ...rootOption,
  },
} as const satisfies Command;

export interface Pair {
  readonly name: string;
  readonly value: string;
}

function pair(text: string): Pair {
  const at = text.indexOf("=");
  if (at <= 0) throw new Malformed(`Cannot read "${text}": expected PATH=VALUE`);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** The runtime has put this character in the place of bytes that are no text. */
const noText = "\ufffd";

function textual<T extends { readonly name: string; readonly value: string }>(
  pairs: readonly T[],
): readonly T[] {
  const wrong = pairs.find((one) => one.value.includes(noText));
  if (wrong !== undefined) throw new Malformed(`The value of ${wrong.name} is not UTF-8 text`);
  return pairs;
}

/** The pairs that the operands give, or the lines of `input` where the operand is a dash.
 * @throws Malformed the words of the complaint */
export function readPairs(operands: readonly string[], input: string): readonly Pair[] {
  if (!(operands.length === 1 && operands[0] === "-")) return textual(operands.map(pair));
  const lines = input.split("\n").filter((line) => line.trim() !== "");
  const pairs = lines.map((line, index) => {
    const at = line.indexOf("=");
    // The line may hold a password: the complaint names its number only.
    if (at <= 0) throw new Malformed(`Cannot read line ${index + 1}: expected PATH=VALUE`);
    return { name: line.slice(0, at), value: unescapeText(line.slice(at + 1).replace(/\r$/, "")) };
  });
  return textual(pairs);
}

export async function set(control: Control, pairs: readonly Pair[], dryRun: boolean): Promise<Outcome> {
  if (dryRun) return { exit: 0, out: (await control.rehearse(pairs)).map(line).join("") };
  await control.set(pairs);
  return { exit: 0 };
}

/** As commands of the tool `uci`. Passwords are not shown. */
function line(edit: Edit): string {
  const section = `${edit.package}.${edit.section}`;
  const quoted = (value: string) => `'${escapeText(value)}'`;
  switch (edit.edit) {
    case "add":
      return `add ${section}=${edit.type}\n`;
    case "remove":
      return `delete ${section}\n`;
    case "unset":
      return `delete ${section}.${edit.option}\n`;
    case "set":
      return `set ${section}.${edit.option}=${[edit.value].flat().map(quoted).join(" ")}\n`;
  }
}
