/** Handler: `cwmpd uci show|export`, with the bytes, words and exit code of the real `uci`. */
import { basename, join, resolve } from "node:path";
import { Refused } from "../../../src/errors.ts";
import { leadingInteger, parseTuple, replay, type Tuple } from "./delta.ts";
import { errorCode, type Files, systemFiles } from "./files.ts";
import type { Document, Section } from "./package.ts";
import { BadPackage, parse } from "./parse.ts";
import { type Places, packagePath, placesUnder } from "./places.ts";
import { readFile } from "./reading.ts";
import { isName, isType } from "./scan.ts";
import { showOption, showPackage, showSection } from "./show.ts";
import { toBytes } from "./text.ts";
import { writeExport } from "./write.ts";

export interface Printed {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exitCode: 0 | 1;
}

export interface UciCall {
  readonly verb: "show" | "export";
  /** `PACKAGE[.SECTION[.OPTION]]`; a package with a slash in front is the file of that path. Without it, every package
   * of the directory. */
  readonly name?: string | undefined;
  /** export: print the names of anonymous sections. */
  readonly n?: boolean;
  /** Not strict: report each bad line and skip it; otherwise the first one is an error. */
  readonly S?: boolean;
  /** show: anonymous sections by the names that the system gave them, not as `@type[index]`. */
  readonly X?: boolean;
  readonly root: string;
  /** `uci -c`; undefined: under the root. */
  readonly confdir?: string | undefined;
  /** `uci -C`; empty: no such directory. */
  readonly override?: string | undefined;
  /** `uci -t`: one more directory of uncommitted changes; changes in the usual directory are still applied first. */
  readonly savedir?: string | undefined;
}

interface Tool {
  readonly call: UciCall;
  readonly files: Files;
  readonly places: Places;
  /** Directories of uncommitted changes, in the order in which they are done. */
  readonly savedirs: readonly string[];
}

/** @throws Refused for a file past the limit */
export function uci(call: UciCall, files: Files = systemFiles): Printed {
  const tool = toolOf(call, files);
  if (call.name !== undefined) return print(tool, call.name);
  const names = packageNames(files, tool.places.confdir);
  if (names === undefined) return failed("", new UciError("Entry not found"));
  // A package that cannot be read gives an error line; the others are still printed and the exit code stays 0.
  const all = names.map((name) => print(tool, name));
  const stdout = Buffer.concat(all.map((one) => one.stdout));
  return { stdout, stderr: all.map((one) => one.stderr).join(""), exitCode: 0 };
}

function toolOf(call: UciCall, files: Files): Tool {
  const usual = placesUnder(call.root);
  const places = {
    ...usual,
    confdir: call.confdir ?? usual.confdir,
    override: (call.override ?? usual.override) || undefined,
  };
  const savedirs = new Set([usual.savedir, call.savedir ?? usual.savedir].map((path) => resolve(path)));
  return { call, files, places, savedirs: [...savedirs] };
}

/** The packages that `uci show` lists if none is named; undefined: the directory is missing or empty. */
function packageNames(files: Files, directory: string): readonly string[] | undefined {
  const seen = files.list(directory).filter((name) => !name.startsWith("."));
  if (seen.length === 0) return undefined;
  return seen.filter((name) => isPackageFile(files, directory, name)).sort();
}

function isPackageFile(files: Files, directory: string, name: string): boolean {
  return !name.includes(".") && isType(name) && files.stat(join(directory, name))?.isDirectory !== true;
}

function print(tool: Tool, name: string): Printed {
  let told = "";
  try {
    const tuple = parseTuple(name);
    if (tuple === undefined) throw new UciError("Parse error");
    const document = load(tool, tuple.package, (line) => {
      told += `${line}\n`;
    });
    return { stdout: toBytes(text(tool.call, tuple, document)), stderr: told, exitCode: 0 };
  } catch (error) {
    return failed(told, error);
  }
}

function text({ verb, n, X }: UciCall, tuple: Tuple, document: Document): string {
  const name = tuple.package.startsWith("/") ? basename(tuple.package) : tuple.package;
  // export looks the section up too, and then prints the whole package whether it is there or not.
  const section = tuple.section === undefined ? undefined : lookUp(document, tuple.section);
  if (verb === "export") return writeExport(name, document, n === true);
  if (tuple.section === undefined) return showPackage(name, document, X !== true);
  return show(name, section, tuple.option);
}

function failed(told: string, error: unknown): Printed {
  if (!(error instanceof UciError || error instanceof BadPackage)) throw error;
  return { stdout: new Uint8Array(), stderr: `${told}uci: ${error.message}\n`, exitCode: 1 };
}

/** An error of libuci, with libuci's message. */
class UciError extends Error {}

function load({ call, files, places, savedirs }: Tool, name: string, tell: (line: string) => void): Document {
  const elsewhere = name.startsWith("/");
  const raw = readPackage(files, () => (elsewhere ? name : packagePath(files, places, name)));
  const { document, complaints } = parse(raw, call.S !== true);
  for (const complaint of complaints) tell(complaint.toString());
  if (elsewhere) return document;
  for (const directory of savedirs) replay(readDelta(files, join(directory, name)), name, document);
  return document;
}

/** The bytes of a package: only a plain file is one. */
function readPackage(files: Files, find: () => string): string {
  const path = plainFile(files, find);
  if (path === undefined) throw new UciError("Entry not found");
  try {
    return readFile(files, path).raw ?? "";
  } catch (error) {
    throw error instanceof Refused ? error : new UciError("I/O error");
  }
}

/** @returns undefined too where nobody may look, or the name is too long for a path */
function plainFile(files: Files, find: () => string): string | undefined {
  try {
    const path = find();
    return files.stat(path)?.isFile === true ? path : undefined;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Uncommitted changes that cannot be read are none. */
function readDelta(files: Files, path: string): string {
  try {
    return readFile(files, path).raw ?? "";
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return "";
  }
}

function show(name: string, section: Section | undefined, wanted: string | undefined): string {
  if (section === undefined) throw new UciError("Entry not found");
  if (wanted === undefined) return showSection(name, section, section.name);
  const option = section.option(wanted);
  if (option === undefined) throw new UciError("Entry not found");
  return showOption(name, section.name, option);
}

/** A section by its name, or `@type[index]` or `@[index]`, from the end where negative; no index is the first. */
function lookUp(document: Document, text: string): Section | undefined {
  if (isName(text)) return document.section(text);
  const parts = /^@([^[]*)\[([^\]]*)\]$/.exec(text);
  const [, type = "", digits = ""] = parts ?? [];
  const index = digits === "" ? { value: 0, rest: "" } : leadingInteger(digits, "long");
  if (parts === null || index?.rest !== "" || (type !== "" && !isType(type))) {
    throw new UciError("Invalid argument");
  }
  const sections = document.sections.filter((section) => type === "" || section.type === type);
  return sections.at(index.value);
}
