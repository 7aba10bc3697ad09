import { describe, expect, it } from "vitest";
import { parse as parseBy } from "../../src/cli/parse.ts";
import { commands } from "../../src/cli/table.ts";

const parse = (argv: readonly string[]) => parseBy(argv, commands);

const usage = (...argv: string[]) => {
  const parsed = parse(argv);
  if (parsed.is !== "usage") throw new Error(`expected a complaint, got ${JSON.stringify(parsed)}`);
  return parsed.text;
};

const told = {
  summary: "s",
  operands: "HEX",
  operandsMin: 1,
  operandsMax: 2,
  help: [],
  examples: [],
} as const;

/** A family of two commands, one of them with an option that repeats. */
const family = {
  version: { ...told, group: "tools", options: {} },
  "box open": {
    ...told,
    group: "tools",
    options: {
      trust: { is: "several", placeholder: "PEM", summary: "s" },
      username: { is: "value", placeholder: "NAME", summary: "s", mayBeEmpty: true },
    },
  },
  "box close": { ...told, group: "tools", options: {} },
} as const;

const inFamily = (...argv: string[]) => parseBy(argv, family) as { is: string; text?: string };

describe("command line: families of commands", () => {
  it("reads the second word as part of the name, and keeps repeated options in their order", () => {
    expect(inFamily("box", "open", "--trust", "a", "--trust=b", "", "--username", "")).toEqual({
      is: "call",
      name: "box open",
      options: { trust: ["a", "b"], username: "" },
      operands: [""],
    });
    expect(inFamily("box", "open", "x")).toMatchObject({ options: { trust: [], username: undefined } });
  });

  it("prints help for the family and for each of its commands", () => {
    expect(inFamily("box", "--help")).toEqual({ is: "help", of: "box" });
    expect(inFamily("help", "box")).toEqual({ is: "help", of: "box" });
    expect(inFamily("help", "box", "close")).toEqual({ is: "help", of: "box close" });
    expect(inFamily("box", "close", "-h")).toEqual({ is: "help", of: "box close" });
  });

  it("lists the possible second words, and suggests the nearest", () => {
    expect(inFamily("box").text).toBe("Missing word: cwmpd box open|close\nTry: cwmpd box --help");
    expect(inFamily("box", "opne").text).toContain("expected cwmpd box open|close. Did you mean open?");
    expect(inFamily("bxo").text).toContain("Did you mean box?");
    expect(inFamily("box", "open", "--trust", "").text).toContain("Option --trust needs a value: PEM.");
    expect(inFamily("box", "open").text).toContain("Missing argument: cwmpd box open HEX");
  });
});

describe("command line: arguments", () => {
  it("fills in defaults", () => {
    expect(parse(["run"])).toEqual({
      is: "call",
      name: "run",
      options: { root: "/", state: undefined, "acs-url": undefined, "log-level": undefined, syslog: false },
      operands: [],
    });
  });

  it("reads --option VALUE and --option=VALUE alike, before and after operands", () => {
    const expected = {
      is: "call",
      name: "get",
      options: { json: false, root: "/tmp/a=b" },
      operands: ["X.", "Y"],
    };
    expect(parse(["get", "--root", "/tmp/a=b", "X.", "Y"])).toEqual(expected);
    expect(parse(["get", "X.", "--root=/tmp/a=b", "Y"])).toEqual(expected);
  });

  it("takes everything after -- as operands, a single dash too", () => {
    expect(parse(["get", "--", "--root", "-x"])).toMatchObject({ operands: ["--root", "-x"] });
    expect(parse(["set", "-"])).toMatchObject({ operands: ["-"] });
  });

  it("reads single-letter options apart and combined", () => {
    const expected = { options: { n: true, S: true, X: false, root: "/" }, operands: ["export", "network"] };
    expect(parse(["uci", "-nS", "export", "network"])).toMatchObject(expected);
    expect(parse(["uci", "export", "-S", "network", "-n"])).toMatchObject(expected);
    expect(usage("uci", "-nq", "show", "x")).toContain('Unknown option "-nq"');
  });

  it("prints help at any position of --help", () => {
    expect(parse(["--help"])).toEqual({ is: "help", of: undefined });
    expect(parse(["-h"])).toEqual({ is: "help", of: undefined });
    expect(parse(["help"])).toEqual({ is: "help", of: undefined });
    expect(parse(["help", "run"])).toEqual({ is: "help", of: "run" });
    expect(parse(["run", "--root", "x", "--help"])).toEqual({ is: "help", of: "run" });
    expect(parse(["get", "-h"])).toEqual({ is: "help", of: "get" });
    expect(parse(["--version"])).toMatchObject({ is: "call", name: "version" });
  });

  it("suggests the nearest name for a misspelt one", () => {
    expect(usage("statsu")).toBe('Unknown command "statsu". Did you mean status?\nTry: cwmpd --help');
    expect(usage("run", "--acsurl", "x")).toContain("Did you mean --acs-url?");
    expect(usage("run", "--rot=x")).toContain('Unknown option "--rot". Did you mean --root?');
    expect(usage("run", "--log-level", "warning")).toContain('not "warning". Did you mean warn?');
    expect(usage("help", "stat")).toContain("Did you mean status?");
    expect(usage("frobnicate")).not.toContain("Did you mean");
    expect(usage("--hepl")).toContain("Did you mean --help?");
  });

  it("complains about missing and surplus operands, and points to the help", () => {
    expect(usage()).toContain("No command given.");
    expect(usage("get")).toBe("Missing argument: cwmpd get PATH...\nTry: cwmpd get --help");
    expect(usage("uci")).toContain("Missing argument: cwmpd uci show|export [PACKAGE");
    expect(usage("uci", "show", "a", "b")).toContain("Too many arguments: at most 2.");
    expect(usage("inform", "now")).toContain('Unexpected argument "now".');
    expect(usage("names", "a", "b")).toContain('Unexpected argument "b".');
    expect(usage("run", "--root")).toContain("Option --root needs a value: DIR.");
    expect(usage("run", "--root=")).toContain("Option --root needs a value: DIR.");
    expect(usage("status", "--json=yes")).toContain("Option --json takes no value.");
  });

  it("knows no command or option by a name that every object inherits", () => {
    expect(usage("constructor")).toContain("Unknown command");
    expect(usage("run", "--constructor", "x")).toContain("Unknown option");
    expect(usage("run", "--__proto__=x")).toContain("Unknown option");
  });
});
