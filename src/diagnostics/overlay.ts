/** Port: the configuration with a package in it that no file holds: the package is made from the state of a
 * machine, and writes to it reach that machine. */
import type { Config, ConfigView, Edit, Package, Section, Staged } from "../ports/config.ts";
import { edited } from "./edited.ts";
import type { Sections } from "./sections.ts";

/** The name of the package of the diagnostics, which no device uses for a file of its configuration. */
export const diagnosticsPackage = "cwmp_diagnostics";

/** @param name of the package
 * @param kept the sections as they are now
 * @param written takes the sections that a change has written, before the change is confirmed */
export function overlaid(
  config: Config,
  name: string,
  kept: () => Sections,
  written: (edits: readonly Edit[]) => void,
): Config {
  const packages = new WeakMap<Sections, Package>();
  let versions = 0;
  const packageOf = (sections: Sections): Package => {
    const known = packages.get(sections) ?? made(name, sections, ++versions);
    packages.set(sections, known);
    return known;
  };
  class View implements ConfigView {
    constructor(
      readonly base: ConfigView,
      private readonly sections: Sections,
    ) {}

    package(asked: string): Package | undefined {
      return asked === name ? packageOf(this.sections) : this.base.package(asked);
    }

    with(edits: readonly Edit[]): ConfigView {
      const { own, others } = parted(edits, name);
      const sections = own.length === 0 ? this.sections : edited(this.sections, own);
      return new View(others.length === 0 ? this.base : this.base.with(others), sections);
    }
  }
  return {
    view: () => new View(config.view(), kept()),
    async stage(view, edits) {
      const { own, others } = parted(edits, name);
      const base = view instanceof View ? view.base : view;
      const staged = others.length === 0 ? nothing : await config.stage(base, others);
      if (own.length === 0) return staged;
      return {
        intent: staged.intent,
        undo: (earlier) => staged.undo(earlier),
        commit() {
          staged.commit();
          written(own);
        },
        abort: () => staged.abort(),
      };
    },
    revert: (changes) => config.revert(changes),
    recover: (intent) => config.recover(intent),
    troubles: () => config.troubles(),
    watch: (changed) => config.watch(changed),
  };
}

const nothing: Staged = { intent: null, undo: () => null, commit() {}, abort() {} };

function parted(
  edits: readonly Edit[],
  name: string,
): { readonly own: readonly Edit[]; readonly others: readonly Edit[] } {
  const own = edits.filter((edit) => edit.package === name);
  return own.length === 0 ? { own, others: edits } : { own, others: edits.filter((e) => e.package !== name) };
}

function made(name: string, kept: Sections, version: number): Package {
  const sections = [...kept].map(
    ([section, { type, options }]): Section => ({
      name: section,
      anonymous: false,
      type,
      options: new Map(Object.entries(options)),
    }),
  );
  const byName = new Map(sections.map((section) => [section.name, section]));
  return {
    name,
    version,
    sections,
    section: (one) => byName.get(one),
    ofType: (type) => sections.filter((section) => section.type === type),
  };
}
