/** Rule: a Document as the rest of the agent sees it, and the tree at one moment. */
import type { ConfigView, Edit, Package, Section as SectionView } from "../../../src/ports.ts";
import { applyEdits } from "./edit.ts";
import { Document, type Section } from "./package.ts";
import { toText } from "./text.ts";
import { writeExport } from "./write.ts";

export class PackageView implements Package {
  #sections: readonly SectionView[] | undefined;
  #byName: Map<string, SectionView> | undefined;
  #byType: Map<string, SectionView[]> | undefined;

  constructor(
    readonly name: string,
    readonly version: number,
    /** What is shown: the file and the pending changes of others. */
    readonly document: Document,
    /** What the file alone says; anonymous sections are found again by it. */
    readonly base: Document,
  ) {}

  get sections(): readonly SectionView[] {
    this.#sections ??= this.document.sections.map(show);
    return this.#sections;
  }

  section(name: string): SectionView | undefined {
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

  /** All that can be seen of it, as one string: equal strings, equal packages. */
  get content(): string {
    return writeExport(this.name, this.document, true);
  }
}

function show(section: Section): SectionView {
  const options = new Map<string, string | readonly string[]>();
  for (const { name, value } of section.options) {
    if (!options.has(name)) options.set(name, typeof value === "string" ? toText(value) : value.map(toText));
  }
  return { name: section.name, anonymous: section.anonymous, type: section.type, options };
}

/** Where a view gets packages and fresh version numbers from. */
export interface Shelf {
  package(name: string): PackageView | undefined;
  nextVersion(): number;
}

export class View implements ConfigView {
  readonly #shelf: Shelf;
  readonly #edits: readonly Edit[];
  readonly #seen = new Map<string, PackageView | undefined>();

  constructor(shelf: Shelf, edits: readonly Edit[] = []) {
    this.#shelf = shelf;
    this.#edits = edits;
  }

  package(name: string): PackageView | undefined {
    if (!this.#seen.has(name)) this.#seen.set(name, this.#read(name));
    return this.#seen.get(name);
  }

  with(edits: readonly Edit[]): View {
    return new View(
      { package: (name) => this.package(name), nextVersion: () => this.#shelf.nextVersion() },
      edits,
    );
  }

  #read(name: string): PackageView | undefined {
    const known = this.#shelf.package(name);
    const edits = this.#edits.filter((edit) => edit.package === name);
    if (edits.length === 0) return known;
    const document = known?.document.clone() ?? new Document();
    applyEdits(document, edits, (section) => document.section(section));
    // Edits are staged against a view whose own edits are in the file already: it is in it that sections are found.
    const base = known?.base.clone() ?? new Document();
    applyEdits(base, edits, (section) => base.section(section));
    const changed = new PackageView(name, this.#shelf.nextVersion(), document, base);
    return known !== undefined && known.content === changed.content ? known : changed;
  }
}
