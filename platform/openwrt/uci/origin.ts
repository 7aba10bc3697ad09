/** Codec: a package read to be changed, and the text that the change makes of it. */
import { Refused } from "../../../src/errors.ts";
import { alike, Layout, writeInto } from "./layout.ts";
import { uciLimits } from "./limits.ts";
import { Document, type Section } from "./package.ts";
import { BadPackage, parse } from "./parse.ts";
import { write } from "./write.ts";

export interface Origin {
  readonly path: string;
  /** undefined: there is no file. */
  readonly raw: string | undefined;
  /** To be changed in place. */
  readonly document: Document;
  readonly layout: Layout;
  /** Each section as it was read. */
  readonly before: ReadonlyMap<Section, Section>;
}

/** A text, and what it says. */
interface Reading {
  readonly raw: string;
  readonly document: Document;
  readonly layout: Layout;
}

/** By path the last text that was written there, as it was read to be checked: the next change most often begins with it,
 * and need not read it again. It goes with that change, or after a while. */
const checked = new Map<string, Reading>();
let forgetting: NodeJS.Timeout | undefined;

function keep(path: string, reading: Reading): void {
  checked.set(path, reading);
  clearTimeout(forgetting);
  forgetting = setTimeout(() => checked.clear(), uciLimits.checkedMs).unref();
}

/** @returns the reading of the text, for one to change; undefined: nobody has checked it lately */
function take(path: string, raw: string): Reading | undefined {
  const known = checked.get(path);
  checked.delete(path);
  return known?.raw === raw ? known : undefined;
}

/** @throws Refused: what is written back would lack the bad lines, so nothing is */
export function readStrictly(path: string, raw: string | undefined): Origin {
  const { document, layout } =
    raw === undefined
      ? { document: new Document(), layout: new Layout() }
      : (take(path, raw) ?? parsed(path, raw));
  const before = new Map(document.sections.map((section) => [section, section.clone()]));
  return { path, raw, document, layout, before };
}

function parsed(path: string, raw: string): Reading {
  try {
    return read(raw);
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    const { line, reason } = error.complaint;
    throw new Refused(`Cannot write ${path}: line ${line}: ${reason}; repair that line, then retry`);
  }
}

function read(raw: string): Reading {
  const layout = new Layout();
  return { raw, document: parse(raw, true, layout).document, layout };
}

/** @returns undefined: the document says what it said before
 * @throws Refused where uci itself would not read back what was written */
export function written({ path, raw, document, layout, before }: Origin): string | undefined {
  if (sayTheSame([...before.values()], document.sections)) return undefined;
  // A NUL byte breaks lines, so that the parser's do not stand in the text as they are.
  const whole = raw !== undefined && raw !== "" && !raw.includes("\0");
  const kept = whole ? writeInto(raw, layout, before, document) : undefined;
  if (kept !== undefined && says(path, kept, document)) return kept;
  const plain = write(document);
  if (says(path, plain, document)) return plain;
  throw new Refused(
    `Cannot write ${path}: it has section types or repeated names that uci cannot write back; give them plain ones`,
  );
}

/** Whether a text reads as the document. */
function says(path: string, text: string, { sections }: Document): boolean {
  try {
    const reading = read(text);
    const good = sayTheSame(reading.document.sections, sections);
    if (good) keep(path, reading);
    return good;
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    return false;
  }
}

/** Whether uci would write the same text for both. The name of an anonymous section is not in it. */
function sayTheSame(some: readonly Section[], others: readonly Section[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, i) => {
      const other = others[i]!;
      const sameName = one.anonymous ? other.anonymous : !other.anonymous && one.name === other.name;
      return sameName && one.type === other.type && alike(one, other);
    })
  );
}
