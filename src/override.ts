/** Port: a configuration in which one option has another value than in its file, until somebody sets it.
 *
 * `cwmpd run --acs-url` wins over the configured URL for that run. The ACS sees the URL that it is called by; when it
 * sets another one, that holds from then on, as TR-069 3.1 has it, and so does one that is written by hand. */
import type { Config, ConfigView, Edit, Package, Section, Staged } from "./ports/config.ts";

export interface Override {
  readonly package: string;
  readonly section: string;
  /** Of the section, should it have to be made up. */
  readonly type: string;
  readonly option: string;
  readonly value: string;
}

export interface OverriddenConfig extends Config {
  /** False once the option has been set by anybody. */
  readonly holds: boolean;
}

export function overriding(config: Config, by: Override): OverriddenConfig {
  const initial = written(config.view(), by);
  let holds = true;
  const shown = lastMade((found) => overridden(found, by));
  return {
    get holds() {
      return holds;
    },
    view() {
      const view = config.view();
      holds &&= written(view, by) === initial;
      return new View(view, by, holds, shown);
    },
    async stage(view, edits): Promise<Staged> {
      const staged = await config.stage(view instanceof View ? view.base : view, edits);
      if (!edits.some((edit) => sets(edit, by))) return staged;
      return {
        intent: staged.intent,
        undo: (earlier) => staged.undo(earlier),
        commit() {
          staged.commit();
          holds = false;
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

class View implements ConfigView {
  constructor(
    readonly base: ConfigView,
    private readonly by: Override,
    private readonly holds: boolean,
    private readonly shown: (found: Package | undefined) => Package,
  ) {}

  package(name: string): Package | undefined {
    const found = this.base.package(name);
    return this.holds && name === this.by.package ? this.shown(found) : found;
  }

  with(edits: readonly Edit[]): ConfigView {
    const holds = this.holds && !edits.some((edit) => sets(edit, this.by));
    return new View(this.base.with(edits), this.by, holds, this.shown);
  }
}

const written = (view: ConfigView, by: Override) =>
  view.package(by.package)?.section(by.section)?.options.get(by.option);

const sets = (edit: Edit, by: Override): boolean =>
  (edit.edit === "set" || edit.edit === "unset") &&
  edit.package === by.package &&
  edit.section === by.section &&
  edit.option === by.option;

/** Returns the last result for a package, as long as the package is the same: every look asks several times, and
 * the package changes seldom. */
export function lastMade(
  make: (found: Package | undefined) => Package,
): (found: Package | undefined) => Package {
  let last: { readonly of: Package | undefined; readonly made: Package } | undefined;
  return (found) => {
    if (last === undefined || last.of !== found) last = { of: found, made: make(found) };
    return last.made;
  };
}

/** The package with the option set to the override. */
export function overridden(found: Package | undefined, by: Override): Package {
  const base = found?.section(by.section) ?? {
    name: by.section,
    anonymous: false,
    type: by.type,
    options: new Map(),
  };
  const section: Section = { ...base, options: new Map([...base.options, [by.option, by.value]]) };
  const others = found?.sections ?? [];
  const sections = others.includes(base)
    ? others.map((s) => (s === base ? section : s))
    : [...others, section];
  return {
    name: by.package,
    // Between two versions of the file: equal to none of them, and the same for the same file.
    version: (found?.version ?? 0) + 0.5,
    sections,
    damaged: found?.damaged,
    section: (name) => sections.find((s) => s.name === name),
    ofType: (type) => sections.filter((s) => s.type === type),
  };
}
