/** Table: help texts and docs/commands.md, from the table of commands. */
import type { Command, Flag, Several, Value } from "./command.ts";
import { type CommandName, commands, families, isCommand } from "./table.ts";

const groups: Readonly<Record<Command["group"], string>> = {
  agent: "The agent",
  talk: "Talk to the running agent",
  tools: "Tools",
};

const columnsMax = 80;
const nameColumnsMax = 12;
const socketNote =
  "Speaks to the agent over ROOT/var/run/cwmpd.sock, which only the agent's own user (root) can open. If no agent runs, the command says so and fails.";
const exitNote = "0 done, 1 failed (the reason is on standard error), 2 wrong usage";
const documentation = "docs/commands.md (all commands), README.md (first steps)";

const names = Object.keys(commands) as CommandName[];

/** Breaks a paragraph into lines. */
function wrap(text: string, indent: string): string {
  if (text.startsWith(" ")) return `${indent}${text}\n`;
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > columnsMax && line.trim() !== "") {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return `${[...lines, line].join("\n")}\n`;
}

function optionName(name: string, spec: Flag | Value | Several): string {
  const dashes = name.length === 1 ? `-${name}` : `--${name}`;
  return spec.is === "flag" ? dashes : `${dashes} ${spec.placeholder}`;
}

function optionSummary(spec: Flag | Value | Several): string {
  return spec.is === "value" && spec.default !== undefined
    ? `${spec.summary} (default ${spec.default})`
    : spec.summary;
}

/** `cwmpd get [--root DIR] PATH...` */
function usageLine(name: CommandName): string {
  const command: Command = commands[name];
  const options = Object.entries(command.options).map(
    ([key, spec]) => `[${optionName(key, spec)}]${spec.is === "several" ? "..." : ""}`,
  );
  return ["cwmpd", name, ...options, command.operands].filter((word) => word !== "").join(" ");
}

const pick = ({ summary, group }: Command) => ({ summary, group });

/** The text of `cwmpd --help`. */
export function overview(): string {
  const single = names.filter((name) => !name.includes(" "));
  const all = [
    ...single.map((name) => ({ name, ...pick(commands[name]) })),
    ...Object.entries(families).map(([name, family]) => ({ name, ...family })),
  ];
  // A long name has a line of its own, so that the summaries of the others have room.
  const width = Math.max(...all.map(({ name }) => (name.length > nameColumnsMax ? 0 : name.length))) + 2;
  const row = (name: string, summary: string) =>
    name.length + 2 > width
      ? `  ${name}\n  ${" ".repeat(width)}${summary}\n`
      : `  ${name.padEnd(width)}${summary}\n`;
  const listed = (Object.keys(groups) as Command["group"][]).map((group) => {
    const rows = all.filter((one) => one.group === group).map(({ name, summary }) => row(name, summary));
    return `${groups[group]}\n${rows.join("")}`;
  });
  return `cwmpd: a TR-069 (CWMP) agent for home gateways

Usage: cwmpd COMMAND [OPTIONS] [ARGUMENTS]

${listed.join("\n")}
Help on one command: cwmpd help COMMAND, or cwmpd COMMAND --help

Try it on this machine, in two terminals and without root rights
  cwmpd sandbox /tmp/gw && cwmpd acs
  cwmpd run --root /tmp/gw --acs-url http://127.0.0.1:7547/

Exit codes: ${exitNote}
Documentation: ${documentation}
`;
}

/** The text of `cwmpd help FAMILY`: the commands of the family, a line each. */
function familyText(family: string): string {
  const members = names.filter((name) => name.startsWith(`${family} `));
  const width = Math.max(...members.map((name) => name.length)) + 2;
  const rows = members.map((name) => `  ${name.padEnd(width)}${commands[name].summary}\n`);
  return [
    `cwmpd ${family}: ${families[family]?.summary ?? ""}\n`,
    `Commands\n${rows.join("")}`,
    `Help on one: cwmpd help ${members[0]}, or cwmpd ${members[0]} --help\nDocumentation: ${documentation}\n`,
  ].join("\n");
}

/** The text of `cwmpd help NAME`, for a command or a family. */
export function helpText(name: string): string {
  if (!isCommand(name)) return familyText(name);
  const command: Command = commands[name];
  const options = Object.entries(command.options);
  const width = Math.max(0, ...options.map(([key, spec]) => optionName(key, spec).length)) + 2;
  const notes = command.group === "talk" ? [...command.help, socketNote] : command.help;
  const parts = [
    `cwmpd ${name}: ${command.summary}\n`,
    `Usage\n${wrap(usageLine(name), "  ")}`,
    notes.map((paragraph) => wrap(paragraph, "")).join("\n"),
  ];
  if (options.length > 0) {
    const rows = options.map(([key, spec]) => {
      const folded = wrap(optionSummary(spec), " ".repeat(width + 2)).trimStart();
      return `  ${optionName(key, spec).padEnd(width)}${folded}`;
    });
    parts.push(`Options\n${rows.join("")}`);
  }
  const examples = command.examples.map(({ run, tells }) => `  ${run}\n      ${tells}\n`);
  parts.push(`Examples\n${examples.join("")}`);
  parts.push(`Exit codes: ${command.exits ?? exitNote}\nDocumentation: ${documentation}\n`);
  return parts.join("\n");
}

/** The text of docs/commands.md. */
export function manual(): string {
  const index = names.map(
    (name) => `- [\`cwmpd ${name}\`](#cwmpd-${name.replace(" ", "-")}): ${commands[name].summary}`,
  );
  return `# Commands of cwmpd

This page is made from the table in \`src/cli/\` (\`UPDATE_GOLDEN=1 npx vitest run test/cli\` writes it anew).
The program prints the same: \`cwmpd --help\`, \`cwmpd help COMMAND\`.

${index.join("\n")}

Exit codes: ${exitNote}.

Options may stand before or after other arguments; \`--option VALUE\` and \`--option=VALUE\` mean the same; after \`--\`
everything is an argument. Commands that talk to the running agent use the socket \`var/run/cwmpd.sock\` below the
root, which only the agent's own user (root) can open.

${names.map(manualOf).join("\n")}`;
}

function manualOf(name: CommandName): string {
  const command: Command = commands[name];
  const options = Object.entries(command.options).map(
    ([key, spec]) => `| \`${optionName(key, spec)}\` | ${optionSummary(spec)} |\n`,
  );
  const table = options.length === 0 ? "" : `| option | meaning |\n|---|---|\n${options.join("")}\n`;
  const examples = command.examples.map(({ run, tells }) => `${run}    # ${tells}\n`);
  const exits = command.exits === undefined ? "" : `Exit codes: ${command.exits}.\n\n`;
  return `## cwmpd ${name}

${command.summary}.

    ${usageLine(name)}

${command.help.map((paragraph) => `${paragraph}\n\n`).join("")}${table}${exits}\`\`\`sh
${examples.join("")}\`\`\`
`;
}
