/** Rule: one package in memory, and the effect of each change on it, as in libuci.
 * All strings are byte strings (text.ts). */
import { uciLimits } from "./limits.ts";

export interface Option {
  name: string;
  value: string | string[];
}

/** From this many options on, a section keeps an index of them. */
const indexFrom = 16;

export class Section {
  readonly options: Option[] = [];
  #index: Map<string, Option> | undefined;

  constructor(
    public name: string,
    public type: string,
    public anonymous: boolean,
  ) {}

  /** The first option of that name: `rename` can make two. */
  option(name: string): Option | undefined {
    if (this.options.length < indexFrom) {
      for (const option of this.options) if (option.name === name) return option;
      return undefined;
    }
    if (this.#index === undefined) {
      this.#index = new Map();
      for (const option of this.options)
        if (!this.#index.has(option.name)) this.#index.set(option.name, option);
    }
    return this.#index.get(name);
  }

  append(name: string, value: string | string[]): void {
    const option = { name, value };
    this.options.push(option);
    if (this.#index !== undefined && !this.#index.has(name)) this.#index.set(name, option);
  }

  /** Sets an option: the last value wins, at the position of the first. */
  set(name: string, value: string | string[]): void {
    const option = this.option(name);
    if (option === undefined) this.append(name, value);
    else option.value = value;
  }

  /** Adds a list item; a plain option becomes the first item. */
  addItem(name: string, item: string): void {
    const option = this.option(name);
    if (option === undefined) this.append(name, [item]);
    else if (typeof option.value === "string") option.value = [option.value, item];
    else option.value.push(item);
  }

  remove(option: Option): void {
    this.options.splice(this.options.indexOf(option), 1);
    this.#index = undefined;
  }

  rename(option: Option, name: string): void {
    option.name = name;
    this.#index = undefined;
  }

  clone(): Section {
    const copy = new Section(this.name, this.type, this.anonymous);
    for (const { name, value } of this.options)
      copy.options.push({ name, value: typeof value === "string" ? value : [...value] });
    return copy;
  }
}

export class Document {
  /** The first line that was skipped, and why, where it did not parse strictly. */
  damaged: string | undefined;
  /** Sections made so far, named ones too: the counter in the names of anonymous ones. It never goes back. */
  #made = 0;
  #index: Map<string, Section> | undefined = new Map();
  #lookups = 0;
  /** Of a draft: the sections that it has made, which no other document has. */
  #own: Set<Section> | undefined;
  /** Of a draft: the copies among its own sections, by the sections for which they stand. */
  #copies: Map<Section, Section> | undefined;

  constructor(readonly sections: Section[] = []) {}

  /** The first section of that name: names can repeat. */
  section(name: string): Section | undefined {
    if (this.#index === undefined && this.#lookups++ < uciLimits.lookupsUnindexed)
      return named(this.sections, name);
    if (this.#index === undefined) {
      this.#index = new Map();
      for (const section of this.sections)
        if (!this.#index.has(section.name)) this.#index.set(section.name, section);
    }
    return this.#index.get(name);
  }

  /** A new section at the end; without a name it is anonymous and gets the system's. */
  add(type: string, name?: string): Section {
    this.#made++;
    const section = new Section(name ?? anonymousName(this.#made, type), type, name === undefined);
    this.sections.push(section);
    this.#own?.add(section);
    if (this.#index !== undefined && !this.#index.has(section.name)) this.#index.set(section.name, section);
    return section;
  }

  remove(section: Section): void {
    this.sections.splice(this.sections.indexOf(section), 1);
    this.#index = undefined;
  }

  rename(section: Section, name: string): void {
    section.name = name;
    section.anonymous = false;
    this.#index = undefined;
  }

  /** Gives a section another type. libuci puts a type of another length into a new section of the old name, and a
   * section made with a name is not anonymous: the name that the system gave is in the file from then on. */
  retype(section: Section, type: string): void {
    if (section.type.length !== type.length) section.anonymous = false;
    section.type = type;
  }

  /** Moves a section so that `index` others stand before it; beyond the end is the end, below 0 the start. */
  reorder(section: Section, index: number): void {
    this.sections.splice(this.sections.indexOf(section), 1);
    this.sections.splice(Math.max(0, index), 0, section);
    this.#index = undefined;
  }

  clone(): Document {
    return this.#with(this.sections.map((section) => section.clone()));
  }

  /** A document to be changed, which leaves this one as it is. Both share the sections until `own` copies one of them, so
   * that a change of one section costs little however many there are. */
  draft(): Document {
    const draft = this.#with(this.sections.slice());
    draft.#own = new Set();
    return draft;
  }

  #with(sections: Section[]): Document {
    const copy = new Document(sections);
    copy.#index = undefined;
    copy.#made = this.#made;
    return copy;
  }

  /** The section as it may be changed: in a draft a copy, which takes the place of a section that is shared. */
  own(section: Section): Section {
    const there = this.standIn(section);
    if (this.#own === undefined || this.#own.has(there)) return there;
    const copy = section.clone();
    this.#own.add(copy);
    this.#copies ??= new Map();
    this.#copies.set(section, copy);
    const index = this.sections.indexOf(section);
    if (index >= 0) this.sections[index] = copy;
    if (this.#index?.get(section.name) === section) this.#index.set(section.name, copy);
    return copy;
  }

  /** The section of a draft that stands for one of the document from which the draft was made: itself as long as nobody
   * changes it. It may have been removed since. */
  standIn(section: Section): Section {
    return this.#copies?.get(section) ?? section;
  }

  /** A document with the sections of this one, and those of another behind them. Both documents share them. */
  followedBy(other: Document): Document {
    const both = this.#with(this.sections.concat(other.sections));
    both.#made += other.#made;
    return both;
  }
}

/** The first section of that name. */
export function named(sections: readonly Section[], name: string): Section | undefined {
  for (const section of sections) if (section.name === name) return section;
  return undefined;
}

export function sameValue(one: string | readonly string[], other: string | readonly string[]): boolean {
  if (typeof one === "string" || typeof other === "string") return one === other;
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

/** Whether both have the same options in the same order. */
export const sameOptions = (one: Section, other: Section): boolean =>
  one === other ||
  (one.options.length === other.options.length &&
    one.options.every(({ name, value }, i) => {
      const option = other.options[i]!;
      return name === option.name && sameValue(value, option.value);
    }));

/** `cfg`, the counter, and djb2 of the type: `cfg01411c` is the first section if that is a `dnsmasq`. */
export function anonymousName(count: number, type: string): string {
  let hash = 5381;
  for (let i = 0; i < type.length; i++) hash = (hash * 33 + type.charCodeAt(i)) & 0xffff;
  return `cfg${count.toString(16).padStart(2, "0")}${hash.toString(16).padStart(4, "0")}`;
}
