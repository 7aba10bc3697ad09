/** Codec: a changed Document written into the text that it was read from. Lines that the change does not touch stay
 * byte for byte: comments, blank lines, spelling, order. Only the real tool's own writing loses those. */
import { type Document, type Option, Section, sameOptions, sameValue } from "./package.ts";
import { writeOption, writeSection } from "./write.ts";

/** A line as the parser sees it: a newline inside quotes does not end the line. */
interface Line {
  readonly from: number;
  readonly to: number;
  /** The comment after the commands, from the blanks before its `#` on. */
  readonly comment: string;
}

/** The effect of one command of a line. */
interface Act {
  readonly line: number;
  readonly section: Section;
  /** undefined: the command opens the section. */
  readonly option: string | undefined;
  readonly list: boolean;
  readonly value: string;
}

/** The place of each command of a package in its file. The parser fills it in. */
export class Layout {
  constructor(
    readonly lines: Line[] = [],
    readonly acts: Act[] = [],
  ) {}

  /** The layout of this text with another one behind it. @param length characters of this text */
  followedBy({ lines, acts }: Layout, length: number): Layout {
    const moved = lines.map((line) => ({ ...line, from: line.from + length, to: line.to + length }));
    const later = acts.map((act) => ({ ...act, line: act.line + this.lines.length }));
    return new Layout(this.lines.concat(moved), this.acts.concat(later));
  }

  opened(section: Section): void {
    this.acts.push({ line: this.lines.length, section, option: undefined, list: false, value: "" });
  }

  put(section: Section, option: string, value: string, list: boolean): void {
    this.acts.push({ line: this.lines.length, section, option, list, value });
  }

  /** The line of the last acts is over. */
  lineEnds(from: number, to: number, comment: string): void {
    this.lines.push({ from, to, comment });
  }
}

/** @param layout of the sections as they were read
 * @param before the document of the text
 * @param after the new document, a draft of the one before */
export function writeInto(raw: string, layout: Layout, before: Document, after: Document): string {
  const plan = new Plan(raw, layout);
  const left = new Set(after.sections);
  for (const was of before.sections) {
    const section = after.standIn(was);
    if (!left.delete(section)) plan.remove(was);
    else if (!sameOptions(section, was)) plan.change(section, was);
  }
  return withSections(plan.text(), [...left]);
}

const same = (one: Option, other: Option | undefined): boolean =>
  other !== undefined && sameValue(one.value, other.value);

class Plan {
  readonly #raw: string;
  readonly #layout: Layout;
  /** The text that replaces a command; an empty text removes the command. */
  readonly #fates = new Map<Act, string>();
  readonly #dropped = new Set<number>();
  readonly #ahead = new Map<number, string>();
  readonly #behind = new Map<number, string>();
  #acts: ReadonlyMap<Section, readonly Act[]> | undefined;

  constructor(raw: string, layout: Layout) {
    this.#raw = raw;
    this.#layout = layout;
  }

  /** The section's lines are removed, with blank lines among them and the blank line above it. Comments in lines of
   * their own stay: they may belong to the next section. */
  remove(section: Section): void {
    const acts = this.#of(section);
    for (const act of acts) this.#fates.set(act, "");
    this.#dropBlanks((acts[0]?.line ?? 0) - 1, acts[0]?.line ?? 0);
    this.#layout.acts.forEach((act, i, all) => {
      const before = all[i - 1];
      if (act.section === section && before?.section === section) this.#dropBlanks(before.line, act.line);
    });
  }

  #dropBlanks(from: number, to: number): void {
    for (let line = Math.max(from, 0); line < to; line++)
      if (this.#text(line).trim() === "") this.#dropped.add(line);
  }

  change(section: Section, was: Section): void {
    const acts = this.#of(was);
    const gone = was.options.filter(({ name }) => section.option(name) === undefined);
    for (const act of acts) if (gone.some(({ name }) => name === act.option)) this.#fates.set(act, "");
    let news = "";
    const moved = new Set(readded(section, was));
    for (const option of section.options) {
      const old = was.option(option.name);
      if (same(option, old) && !moved.has(option)) continue;
      const own = acts.filter((act) => act.option === option.name);
      if (old === undefined || own.length === 0 || moved.has(option)) {
        for (const act of own) this.#fates.set(act, "");
        news += writeOption(option, this.#indent(acts));
      } else if (!this.#changeItems(own, old, option)) this.#replace(own, option);
    }
    const last = acts.at(-1);
    if (last !== undefined && news !== "") add(this.#behind, last.line, news);
  }

  text(): string {
    const plans = [this.#fates, this.#dropped, this.#ahead, this.#behind];
    if (plans.every(({ size }) => size === 0)) return this.#raw;
    const touched = this.#touched();
    let out = "";
    this.#layout.lines.forEach((_line, i) => {
      out += this.#ahead.get(i) ?? "";
      const acts = touched.get(i);
      if (acts !== undefined) out += this.#changed(i, acts);
      else if (!this.#dropped.has(i)) out += this.#text(i);
      const news = this.#behind.get(i);
      if (news === undefined) return;
      if (!out.endsWith("\n")) out += "\n";
      out += news;
    });
    return out;
  }

  /** All commands of each line that has one with a fate. */
  #touched(): ReadonlyMap<number, readonly Act[]> {
    const lines = new Map<number, Act[]>();
    for (const act of this.#fates.keys()) lines.set(act.line, []);
    for (const act of this.#layout.acts) lines.get(act.line)?.push(act);
    return lines;
  }

  /** Several commands of one line get a line each. */
  #changed(line: number, acts: readonly Act[]): string {
    const lines = acts.map((act) => this.#fates.get(act) ?? this.#plain(act)).join("");
    const { comment } = this.#layout.lines[line]!;
    if (lines === "") return "";
    const end = this.#text(line).endsWith("\r\n") ? "\r\n" : "\n";
    return lines.slice(0, -1) + comment + end;
  }

  #plain({ section, option, value, list }: Act): string {
    if (option !== undefined) return writeOption({ name: option, value: list ? [value] : value }, "\t");
    const bare = new Section(section.name, section.type, section.anonymous);
    return writeSection(bare).slice(1);
  }

  #of(section: Section): readonly Act[] {
    this.#acts ??= bySection(this.#layout.acts);
    return this.#acts.get(section) ?? [];
  }

  /** The first command gets the new value, the others are removed. */
  #replace([first, ...others]: readonly Act[], option: Option): void {
    for (const act of others) this.#fates.set(act, "");
    this.#fates.set(first!, writeOption(option, this.#indent([first!])));
  }

  /** Items at both ends of a list that stay the same keep their lines.
   * @returns false where it is no list, or its lines are not one an item */
  #changeItems(own: readonly Act[], { value: was }: Option, now: Option): boolean {
    const { name, value: is } = now;
    if (typeof was === "string" || typeof is === "string") return false;
    if (own.length !== was.length || !own.every((act, i) => act.list && act.value === was[i])) return false;
    let head = 0;
    while (head < was.length && head < is.length && was[head] === is[head]) head++;
    let tail = 0;
    const left = Math.min(was.length, is.length) - head;
    while (tail < left && was.at(-1 - tail) === is.at(-1 - tail)) tail++;
    const fresh = is.slice(head, is.length - tail);
    const gone = own.slice(head, own.length - tail);
    const text = writeOption({ name, value: fresh }, this.#indent(own));
    for (const act of gone) this.#fates.set(act, "");
    if (gone[0] !== undefined) this.#fates.set(gone[0], text);
    else if (head > 0) add(this.#behind, own[head - 1]!.line, text);
    else add(this.#ahead, own[0]!.line, text);
    return true;
  }

  #text(line: number): string {
    const { from, to } = this.#layout.lines[line]!;
    return this.#raw.slice(from, to);
  }

  /** Blanks before the last option of these commands. */
  #indent(acts: readonly Act[]): string {
    const act = acts.findLast((one) => one.option !== undefined);
    return act === undefined ? "\t" : /^[ \t]*/.exec(this.#text(act.line))![0];
  }
}

/** Options that were removed and added again: like new options they are written behind all kept options. */
function readded(section: Section, was: Section): readonly Option[] {
  const places = section.options.map(({ name }) => was.options.findIndex((old) => old.name === name));
  const first = places.findIndex((place, i) => place < (places[i - 1] ?? 0));
  return first < 0 ? [] : section.options.slice(first);
}

function add(to: Map<number, string>, line: number, text: string): void {
  to.set(line, (to.get(line) ?? "") + text);
}

function bySection(acts: readonly Act[]): ReadonlyMap<Section, readonly Act[]> {
  const all = new Map<Section, Act[]>();
  for (const act of acts) {
    const known = all.get(act.section);
    if (known === undefined) all.set(act.section, [act]);
    else known.push(act);
  }
  return all;
}

function withSections(text: string, sections: readonly Section[]): string {
  if (sections.length === 0) return text;
  const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  // As uci writes them: a blank line before each, and one at the end of the file where there was one.
  const closed = whole === "\n" || whole.endsWith("\n\n");
  const body = sections.map(writeSection).join("");
  return closed ? `${whole.slice(0, -1)}${body}\n` : whole + body;
}
