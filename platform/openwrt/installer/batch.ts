/** Rule: a batch of uci commands, applied to packages in memory: all of it or nothing. Each line is a command as one
 * would give it to `uci batch`; comments, blank lines and `commit` change nothing. */
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { parseTuple, replay } from "../uci/delta.ts";
import type { Document } from "../uci/package.ts";
import { isPackageName } from "../uci/places.ts";
import { write } from "../uci/write.ts";
import { installLimits } from "./limits.ts";

/** The sign that opens a line of uci's own record of changes, for each command. */
const signs = {
  set: "",
  delete: "-",
  add_list: "|",
  del_list: "~",
  rename: "@",
  reorder: "^",
} as const;

type Verb = keyof typeof signs;

const line = /^\s*(?:uci\s+(?:-q\s+)?)?([a-z_]+)(?:\s+(.*?))?\s*$/;

const passed = (text: string): boolean => /^\s*(#.*)?$/.test(text) || /^\s*(?:uci\s+)?commit\b/.test(text);

/** True where the first line that says something is a command. */
export function looksLikeBatch(text: string): boolean {
  const first = text.split("\n").find((one) => !/^\s*(#.*)?$/.test(one)) ?? "";
  const verb = line.exec(first)?.[1] ?? "";
  return Object.hasOwn(signs, verb) || verb === "add" || verb === "commit";
}

/** @param open the package as it is now; asked once for each
 * @returns the texts of the packages that it changes; @throws TransferFailure naming the line */
export function applyBatch(text: string, open: (name: string) => Document): Map<string, string> {
  const documents = new Map<string, Document>();
  const opened = (name: string): Document => {
    const known = documents.get(name) ?? open(name);
    documents.set(name, known);
    return known;
  };
  const lines = text.split("\n");
  if (lines.length > installLimits.batchLinesMax) {
    throw new TransferFailure("corrupted", `The file has more than ${installLimits.batchLinesMax} lines`);
  }
  lines.forEach((one, index) => {
    if (passed(one)) return;
    const why = run(one, opened);
    if (why !== undefined) throw new TransferFailure("corrupted", `Line ${index + 1} of the file: ${why}`);
  });
  return new Map([...documents].map(([name, document]) => [name, write(document)]));
}

/** @returns why the line cannot be carried out */
function run(text: string, open: (name: string) => Document): string | undefined {
  const [, verb = "", rest = ""] = line.exec(text) ?? [];
  if (verb === "add") {
    const [, name = "", type = ""] = /^([A-Za-z0-9_-]+)\s+([A-Za-z0-9_-]+)$/.exec(rest) ?? [];
    if (name === "") return "expected add PACKAGE TYPE";
    open(name).add(type);
    return undefined;
  }
  if (!Object.hasOwn(signs, verb)) return "expected set, delete, add, add_list, del_list, rename or reorder";
  const equals = rest.indexOf("=");
  const target = equals < 0 ? rest : rest.slice(0, equals);
  const tuple = parseTuple(target);
  if (tuple === undefined || tuple.section === undefined || !isPackageName(tuple.package)) {
    return "expected PACKAGE.SECTION[.OPTION]";
  }
  const document = open(tuple.package);
  const section = named(document, tuple.section);
  if (section === undefined) return `there is no section ${tuple.section}`;
  const path = [tuple.package, section, ...(tuple.option === undefined ? [] : [tuple.option])].join(".");
  const value = equals < 0 ? "" : rest.slice(equals);
  const { applied } = replay(`${signs[verb as Verb]}${path}${value}\n`, tuple.package, document);
  return applied === 1 ? undefined : "it names nothing that is there, or its value cannot be";
}

/** `@TYPE[INDEX]` is the anonymous or named section of that type, counted from either end. */
function named(document: Document, name: string): string | undefined {
  const [, type, digits] = /^@([A-Za-z0-9_-]+)\[(-?\d{1,6})\]$/.exec(name) ?? [];
  if (type === undefined) return /^[A-Za-z0-9_]+$/.test(name) ? name : undefined;
  const ofType = document.sections.filter((section) => section.type === type);
  return ofType.at(Number(digits))?.name;
}
