/** Handler: `cwmpd uci show|export`, in bytes, words and exit code what the real `uci` gives. */
import { join } from "node:path";
import { Refused } from "../../../src/errors.ts";
import { parseTuple, replay, type Tuple } from "./delta.ts";
import { type Files, systemFiles } from "./files.ts";
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
  /** `PACKAGE`, or `PACKAGE.SECTION[.OPTION]` as `uci show` takes it. */
  readonly name: string;
  /** export: print the names of anonymous sections. */
  readonly n?: boolean;
  /** Not strict: tell each bad line and skip it; otherwise the first one is an error. */
  readonly S?: boolean;
  /** show: anonymous sections by the names that the system gave them, not as `@type[index]`. */
  readonly X?: boolean;
  readonly root: string;
  /** `uci -c`; undefined: under the root. */
  readonly confdir?: string | undefined;
  /** `uci -C`; empty: no such directory. */
  readonly override?: string | undefined;
  /** `uci -t`. */
  readonly savedir?: string | undefined;
}

/** @throws Refused for a file past the limit */
export function uci(call: UciCall, files: Files = systemFiles): Printed {
  let told = "";
  try {
    const tuple = parseTuple(call.name);
    if (tuple === undefined) throw new UciError("Parse error");
    const document = load(files, placesOf(call), tuple.package, call.S !== true, (line) => {
      told += `${line}\n`;
    });
    const out =
      call.verb === "export"
        ? writeExport(tuple.package, document, call.n === true)
        : show(document, tuple, call.X !== true);
    return { stdout: toBytes(out), stderr: told, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof UciError || error instanceof BadPackage)) throw error;
    return { stdout: new Uint8Array(), stderr: `${told}uci: ${error.message}\n`, exitCode: 1 };
  }
}

function placesOf(call: UciCall): Places {
  const usual = placesUnder(call.root);
  return {
    ...usual,
    confdir: call.confdir ?? usual.confdir,
    override: (call.override ?? usual.override) || undefined,
    savedir: call.savedir ?? usual.savedir,
  };
}

/** What libuci calls an error, by its words for it. */
class UciError extends Error {}

function load(
  files: Files,
  places: Places,
  name: string,
  strict: boolean,
  tell: (line: string) => void,
): Document {
  const path = packagePath(files, places, name);
  const raw = readOr(files, path);
  if (raw === undefined) throw new UciError("Entry not found");
  const { document, complaints } = parse(raw, strict);
  for (const complaint of complaints) tell(complaint.toString());
  replay(readOr(files, join(places.savedir, name)) ?? "", name, document);
  return document;
}

function readOr(files: Files, path: string): string | undefined {
  try {
    return readFile(files, path).raw;
  } catch (error) {
    throw error instanceof Refused ? error : new UciError("I/O error");
  }
}

function show(document: Document, tuple: Tuple, extended: boolean): string {
  if (tuple.section === undefined) return showPackage(tuple.package, document, extended);
  const section = isName(tuple.section) ? document.section(tuple.section) : lookUp(document, tuple.section);
  if (section === undefined) throw new UciError("Entry not found");
  if (tuple.option === undefined) return showSection(tuple.package, section, section.name);
  const option = section.option(tuple.option);
  if (option === undefined) throw new UciError("Entry not found");
  return showOption(tuple.package, section.name, option);
}

/** `@type[index]` or `@[index]`, from the end where negative. */
function lookUp(document: Document, text: string): Section | undefined {
  const parts = /^@([^[]*)\[\s*([+-]?\d+|)\]$/.exec(text);
  if (parts === null || (parts[1] !== "" && !isType(parts[1]!))) throw new UciError("Invalid argument");
  const sections = document.sections.filter((section) => parts[1] === "" || section.type === parts[1]);
  return sections.at(Number(parts[2]));
}
