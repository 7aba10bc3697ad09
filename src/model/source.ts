/** Rule: the source of a value, found by watching a binding read it: options of the configuration, facts of the device,
 * state of the agent. For engineers, who ask for the origin of a value. */
import type { ConfigView, Package, Section } from "../ports/config.ts";
import type { Sheet } from "../ports/facts.ts";
import type { Env } from "./define.ts";
import { modelLimits } from "./limits.ts";

/** @param read reads the value out of the environment that it is given
 * @returns `network.wan.proto` for an option; `device: interface wan` for a fact; `agent: parameterKey` for own
 * state */
export function sourcesOf(env: Env, read: (env: Env) => unknown): readonly string[] {
  const found = new Set<string>();
  read({
    ...env,
    config: watchedView(env.config, found),
    sheet: watchedSheet(env.sheet, found),
    own: {
      ...env.own,
      read(name) {
        found.add(`agent: ${name}`);
        return env.own.read(name);
      },
    },
  });
  return [...found].slice(0, modelLimits.sourcesMax);
}

function watchedView(view: ConfigView, found: Set<string>): ConfigView {
  return {
    package(name) {
      const pkg = view.package(name);
      return pkg === undefined ? undefined : watchedPackage(pkg, found);
    },
    with: (edits) => watchedView(view.with(edits), found),
  };
}

function watchedPackage(pkg: Package, found: Set<string>): Package {
  const watched = (section: Section): Section => {
    const note = (option: string) => found.add(`${pkg.name}.${section.name}.${option}`);
    const options = new Map(section.options);
    const { get, has } = options;
    options.get = (option) => {
      note(option);
      return get.call(options, option);
    };
    options.has = (option) => {
      note(option);
      return has.call(options, option);
    };
    return { ...plain(section), options };
  };
  return {
    name: pkg.name,
    version: pkg.version,
    damaged: pkg.damaged,
    get sections() {
      return pkg.sections.map(watched);
    },
    section(name) {
      const section = pkg.section(name);
      return section === undefined ? undefined : watched(section);
    },
    ofType: (type) => pkg.ofType(type).map(watched),
  };
}

const plain = ({ name, anonymous, type }: Section) => ({ name, anonymous, type });

/** Every question to the sheet, with the words that it was asked with. */
function watchedSheet(sheet: Sheet, found: Set<string>): Sheet {
  const asked = new Proxy(sheet, {
    get(target, name) {
      const answer = Reflect.get(target, name) as unknown;
      if (typeof answer !== "function" || typeof name !== "string") return answer;
      return (...words: unknown[]) => {
        const plainWords = words.filter((word) => typeof word === "string");
        found.add(["device:", name, ...plainWords].join(" "));
        return answer.apply(target, words) as unknown;
      };
    },
  });
  return asked;
}
