/** Codec: a package read to be changed, and the text that the change makes of it. */
import { Refused } from "../../../src/errors.ts";
import { Layout, writeInto } from "./layout.ts";
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
  /** All of it as uci would write it. */
  readonly canonical: string;
}

/** @throws Refused: what is written back would lack the bad lines, so nothing is */
export function readStrictly(path: string, raw: string | undefined): Origin {
  const layout = new Layout();
  const document = raw === undefined ? new Document() : parsed(path, raw, layout);
  const before = new Map(document.sections.map((section) => [section, section.clone()]));
  return { path, raw, document, layout, before, canonical: write(document) };
}

function parsed(path: string, raw: string, layout: Layout): Document {
  try {
    return parse(raw, true, layout).document;
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    const { line, reason } = error.complaint;
    throw new Refused(`Cannot write ${path}: line ${line}: ${reason}; repair that line, then retry`);
  }
}

/** @returns undefined: the document says what it said before
 * @throws Refused where uci itself would not read back what was written */
export function written({ path, raw, document, layout, before, canonical }: Origin): string | undefined {
  const plain = write(document);
  if (plain === canonical) return undefined;
  // A NUL byte breaks lines, so that the parser's do not stand in the text as they are.
  const whole = raw !== undefined && raw !== "" && !raw.includes("\0");
  const kept = whole ? writeInto(raw, layout, before, document) : undefined;
  if (kept !== undefined && says(kept, plain)) return kept;
  if (says(plain, plain)) return plain;
  throw new Refused(
    `Cannot write ${path}: it has section types or repeated names that uci cannot write back; give them plain ones`,
  );
}

/** Whether a text reads as the document of that canonical text. */
function says(text: string, canonical: string): boolean {
  try {
    return write(parse(text, true).document) === canonical;
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    return false;
  }
}
