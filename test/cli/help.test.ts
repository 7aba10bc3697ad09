import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { helpText, manual, overview } from "../../src/cli/help.ts";
import { commands, isCommand } from "../../src/cli/table.ts";

const top = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The file's text; with UPDATE_GOLDEN=1 the file is written first. */
function golden(file: string, text: string): string {
  const name = join(top, file);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
  return readFileSync(name, "utf8");
}

describe("command line: help", () => {
  it("prints the overview of the golden text", () => {
    expect(overview()).toBe(golden("test/cli/golden/help.txt", overview()));
  });

  for (const name of Object.keys(commands).filter(isCommand)) {
    it(`prints the help of ${name} of the golden text`, () => {
      expect(helpText(name)).toBe(
        golden(`test/cli/golden/help-${name.replace(" ", "-")}.txt`, helpText(name)),
      );
    });
  }

  it("keeps docs/commands.md current", () => {
    expect(manual()).toBe(golden("docs/commands.md", manual()));
  });

  it("README.md names every command, or its family", () => {
    const readme = readFileSync(join(top, "README.md"), "utf8");
    const table = readme.slice(readme.indexOf("## Commands"), readme.indexOf("## What it does"));
    const words = Object.keys(commands).map((name) => name.split(" ")[0]!);
    expect(words.filter((word) => !new RegExp(`\`(cwmpd )?${word}\\b`).test(table))).toEqual([]);
  });

  it("every help text has an example, the options, and a pointer to further help", () => {
    for (const name of Object.keys(commands).filter(isCommand)) {
      const text = helpText(name);
      expect(text).toContain("Examples\n  ");
      expect(text).toContain("docs/commands.md");
      for (const option of Object.keys(commands[name].options)) expect(text).toContain(`-${option}`);
    }
  });

  it("fits a terminal", () => {
    const texts = [overview(), ...Object.keys(commands).filter(isCommand).map(helpText)];
    for (const line of texts.join("").split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});
