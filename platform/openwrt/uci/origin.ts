/** Codec: a package read to be changed, and the text that the change makes of it. */
import { Refused } from "../../../src/errors.ts";
import { digest } from "./intent.ts";
import { Layout, writeInto } from "./layout.ts";
import { uciLimits } from "./limits.ts";
import { type Document, type Section, sameOptions } from "./package.ts";
import { BadPackage, parse } from "./parse.ts";
import { fromBytes, toBytes } from "./text.ts";
import { write } from "./write.ts";

export interface Origin {
  readonly path: string;
  /** undefined: there is no file. */
  readonly raw: string | undefined;
  /** A draft of the document that was read, to be changed in place. */
  readonly document: Document;
  readonly reading: Reading;
}

/** A text, and the document parsed from it. Neither changes. */
interface Reading {
  readonly raw: string;
  readonly document: Document;
  readonly layout: Layout;
  /** SHA-256 of the text, once somebody has asked for it. */
  digest?: string;
}

/** By path the last text that was written there, as it was read to be checked: the next change most often begins with it,
 * and need not read it again. */
const checked = new Map<string, Reading>();
let forgetting: NodeJS.Timeout | undefined;

function keep(path: string, reading: Reading): void {
  checked.set(path, reading);
  clearTimeout(forgetting);
  forgetting = setTimeout(() => checked.clear(), uciLimits.checkedMs).unref();
}

/** The document of a text that has just been written at that path and was read to be checked. It never changes.
 * @returns undefined: it is another text */
export function checkedAt(path: string, raw: string): Document | undefined {
  const known = checked.get(path);
  return known?.raw === raw ? known.document : undefined;
}

/** SHA-256 of a text of that path: the text after a change most often is the one before the next. */
export function digestAt(path: string, raw: string): string {
  const known = checked.get(path);
  if (known?.raw !== raw) return digest(raw);
  known.digest ??= digest(raw);
  return known.digest;
}

/** @throws Refused for a text with bad lines: written back, it would lack them */
export function readStrictly(path: string, raw: string | undefined): Origin {
  const known = checked.get(path);
  const reading = known !== undefined && known.raw === raw ? known : parsed(path, raw ?? "");
  return { path, raw, document: reading.document.draft(), reading };
}

function parsed(path: string, raw: string): Reading {
  try {
    return read(raw);
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    const { first, reason } = error.complaint;
    throw new Refused(`Cannot write ${path}: line ${first}: ${reason}; repair that line, then retry`);
  }
}

function read(raw: string): Reading {
  const layout = new Layout();
  return { raw, document: parse(raw, true, layout).document, layout };
}

/** @returns undefined: the text has bad lines */
function tryRead(raw: string): Reading | undefined {
  try {
    return read(raw);
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    return undefined;
  }
}

/** @returns undefined: the document has not changed
 * @throws Refused where uci itself would read another document from the new text */
export function written({ path, raw, document, reading }: Origin): string | undefined {
  if (sayTheSame(reading.document.sections, document.sections)) return undefined;
  // A NUL byte breaks lines, so that the parser's do not stand in the text as they are.
  const whole = raw !== undefined && raw !== "" && !raw.includes("\0");
  const kept = whole ? writeInto(raw, reading.layout, reading.document, document) : undefined;
  if (kept !== undefined && says(path, reading, kept, document)) return kept;
  const plain = write(document);
  if (says(path, undefined, plain, document)) return plain;
  throw new Refused(
    `Cannot write ${path}: it has section types or repeated names that uci cannot write back; give them plain ones`,
  );
}

/** Whether a text reads as the document. @param last a text that this one may go on from */
function says(path: string, last: Reading | undefined, text: string, { sections }: Document): boolean {
  const reading = (last && readOn(last, text)) ?? tryRead(text);
  if (reading === undefined || !sayTheSame(reading.document.sections, sections)) return false;
  keep(path, reading);
  return true;
}

/** Reads only the end that a text has more than an earlier one: new sections are last, and the text before may be long.
 * @returns undefined: the text has to be read from its start */
function readOn({ raw, document, layout }: Reading, text: string): Reading | undefined {
  // The next line would go on from a backslash at the end.
  if (!text.startsWith(raw) || !raw.endsWith("\n") || /\\\r?\n$/.test(raw.slice(-3))) return undefined;
  // A copy: a slice refers to the whole text, and would keep it in memory as long as the section.
  const more = tryRead(fromBytes(toBytes(text.slice(raw.length))));
  const isNew = ({ name, anonymous }: Section) => !anonymous && document.section(name) === undefined;
  if (more === undefined || !more.document.sections.every(isNew)) return undefined;
  return {
    raw: text,
    document: document.followedBy(more.document),
    layout: layout.followedBy(more.layout, raw.length),
  };
}

/** Whether uci would write the same text for both. The name of an anonymous section is not in it. */
function sayTheSame(some: readonly Section[], others: readonly Section[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, i) => {
      const other = others[i]!;
      const sameName = one.anonymous ? other.anonymous : !other.anonymous && one.name === other.name;
      return sameName && one.type === other.type && sameOptions(one, other);
    })
  );
}
