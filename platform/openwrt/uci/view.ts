/** Rule: a Document as the rest of the agent sees it, and the tree at one moment. */
import type { ConfigView, Edit, Package, Section as SectionView } from "../../../src/ports/config.ts";
import { applyEdits } from "./edit.ts";
import { uciLimits } from "./limits.ts";
import { Document, named, type Section, sameOptions } from "./package.ts";
import { toText } from "./text.ts";

export class PackageView implements Package {
  #sections: readonly SectionView[] | undefined;
  #byName: Map<string, SectionView> | undefined;
  #lookups = 0;
  #byType: Map<string, SectionView[]> | undefined;

  constructor(
    readonly name: string,
    readonly version: number,
    /** The package as it is shown: the file with the pending changes of others. */
    readonly document: Document,
    /** The file alone. Anonymous sections are found again by it. */
    readonly base: Document,
  ) {}

  get damaged(): string | undefined {
    return this.base.damaged;
  }

  get sections(): readonly SectionView[] {
    this.#sections ??= this.document.sections.map(shown);
    return this.#sections;
  }

  /** A call of the ACS makes a view for each of its parameters, and asks each for a section or two: an index of all
   * would cost more than it saves. */
  section(name: string): SectionView | undefined {
    if (this.#byName === undefined && this.#lookups++ < uciLimits.lookupsUnindexed) {
      const found = named(this.document.sections, name);
      return found && shown(found);
    }
    if (this.#byName === undefined) {
      this.#byName = new Map();
      for (const section of this.sections)
        if (!this.#byName.has(section.name)) this.#byName.set(section.name, section);
    }
    return this.#byName.get(name);
  }

  ofType(type: string): readonly SectionView[] {
    if (this.#byType === undefined) {
      this.#byType = new Map();
      for (const section of this.sections) {
        const known = this.#byType.get(section.type);
        if (known === undefined) this.#byType.set(section.type, [section]);
        else known.push(section);
      }
    }
    return this.#byType.get(type) ?? [];
  }

  /** Whether the same can be seen of both. */
  saysTheSame(other: PackageView): boolean {
    return this.damaged === other.damaged && alike(this.document, other.document);
  }
}

/** The views of sections that have been shown before. A section that is in a view never changes. */
const shownBefore = new WeakMap<Section, SectionView>();

function shown(section: Section): SectionView {
  const there = shownBefore.get(section) ?? show(section);
  shownBefore.set(section, there);
  return there;
}

function show(section: Section): SectionView {
  const options = new Map<string, string | readonly string[]>();
  for (const { name, value } of section.options) {
    if (!options.has(name)) options.set(name, typeof value === "string" ? toText(value) : value.map(toText));
  }
  return { name: section.name, anonymous: section.anonymous, type: section.type, options };
}

/** The source of packages and of new version numbers for a view. */
export interface Shelf {
  package(name: string): PackageView | undefined;
  nextVersion(): number;
}

export class View implements ConfigView {
  readonly #shelf: Shelf;
  readonly #edits: readonly Edit[];
  readonly #seen = new Map<string, PackageView | undefined>();
  /** Each package as it was before these edits; a package that no edit has touched yet is in the first view of all.
   * Packages and not views: a session makes a view with each change, and would else keep all of them. */
  readonly #before: ReadonlyMap<string, PackageView | undefined>;
  readonly #first: View;

  constructor(
    shelf: Shelf,
    edits: readonly Edit[] = [],
    before: ReadonlyMap<string, PackageView | undefined> = new Map(),
    first?: View,
  ) {
    this.#shelf = shelf;
    this.#edits = edits;
    this.#before = before;
    this.#first = first ?? this;
  }

  package(name: string): PackageView | undefined {
    if (!this.#seen.has(name)) this.#seen.set(name, this.#read(name));
    return this.#seen.get(name);
  }

  /** Straight to where a package was changed last: a call of the ACS makes a view for each of its parameters. */
  with(edits: readonly Edit[]): View {
    const before = new Map(this.#before);
    for (const name of this.#edited()) before.set(name, this.package(name));
    return new View(this.#shelf, edits, before, this.#first);
  }

  #edited(): ReadonlySet<string> {
    return new Set(this.#edits.map((edit) => edit.package));
  }

  /** A session sees the tree through one view, and each change it stages continues from the edits of the last one,
   * which are in the files by then: so the edits are applied to the document of the file, too. */
  #read(name: string): PackageView | undefined {
    const known = this.#last(name);
    const edits = this.#edits.filter((edit) => edit.package === name);
    if (edits.length === 0) return known;
    const document = edited(known?.document, edits);
    const pending = known !== undefined && known.base !== known.document;
    const base = pending ? edited(known.base, inFile(known.base, edits)) : document;
    if (known !== undefined && known.damaged === undefined && alike(known.document, document)) return known;
    return new PackageView(name, this.#shelf.nextVersion(), document, base);
  }

  #last(name: string): PackageView | undefined {
    if (this.#before.has(name)) return this.#before.get(name);
    return this.#first === this ? this.#shelf.package(name) : this.#first.package(name);
  }
}

function alike(one: Document, other: Document): boolean {
  const { sections } = other;
  return (
    one.sections.length === sections.length && one.sections.every((a, i) => sameSection(a, sections[i]!))
  );
}

const sameSection = (a: Section, b: Section): boolean =>
  a.name === b.name && a.anonymous === b.anonymous && a.type === b.type && sameOptions(a, b);

function edited(document: Document | undefined, edits: readonly Edit[]): Document {
  const copy = document?.draft() ?? new Document();
  applyEdits(copy, edits, (section) => copy.section(section));
  return copy;
}

/** Without the edits of sections that only a pending change makes. */
function inFile(base: Document, edits: readonly Edit[]): readonly Edit[] {
  const names = new Set(base.sections.map((section) => section.name));
  for (const edit of edits) if (edit.edit === "add") names.add(edit.section);
  return edits.filter((edit) => names.has(edit.section));
}
