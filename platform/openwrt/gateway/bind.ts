/** Table: makers of bindings: how one parameter is kept in a UCI option or in a fact, in one line.
 * Values from UCI are as hostile as values from the ACS: a value that cannot be parsed reads as the default. */
import { Fault } from "../../../src/errors.ts";
import type { At, Binding, Env, Thing } from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import type { Netdev, Sheet } from "../../../src/ports/facts.ts";

/** The section of a package that holds an option. If the section can be created, the first write creates it. */
export interface Place {
  readonly package: string;
  /** Name of the section, whether it is there or not; undefined: there is none and none can be made. */
  name(at: At, env: Env): string | undefined;
  /** Type of the section to make; undefined: an absent section refuses writes. */
  readonly type?: string;
  /** Options of a section that is made, beside the one written. */
  readonly with?: (at: At, env: Env) => Readonly<Record<string, string>>;
}

/** The section that the instance stands for. */
export const instance = (pkg: string, thing: Thing): Place => ({ package: pkg, name: (at) => at[thing] });

/** A section of a fixed name. */
export const named = (pkg: string, name: string, type: string): Place => ({
  package: pkg,
  name: () => name,
  type,
});

/** The first section of a type, often anonymous (`system.@system[0]`). */
export const first = (pkg: string, type: string): Place => ({
  package: pkg,
  name: (_at, env) => env.config.package(pkg)?.ofType(type)[0]?.name,
});

export function sectionAt(place: Place, at: At, env: Env): Section | undefined {
  const name = place.name(at, env);
  return name === undefined ? undefined : env.config.package(place.package)?.section(name);
}

/** A name for a new section: a section of that name may be left from an earlier life of the agent. */
export function freeName(pkg: string, wish: string, env: Env): string {
  let name = wish;
  for (let turn = 2; env.config.package(pkg)?.section(name); turn++) name = `${wish}_${turn}`;
  return name;
}

/** The value of an option; undefined where it is absent or a list of several. */
export function single(section: Section | undefined, option: string): string | undefined {
  const value = section?.options.get(option);
  if (value === undefined || typeof value === "string") return value;
  return value.length === 1 ? value[0] : undefined;
}

/** The members of a list; an option in its place is split at blanks, as all readers do. */
export function members(section: Section | undefined, option: string): readonly string[] {
  const value = section?.options.get(option);
  if (value === undefined) return [];
  return typeof value === "string" ? value.split(/\s+/).filter((word) => word !== "") : value;
}

/** The program that reads a package decides which spellings are booleans: netifd knows four of them, fw4 six,
 * the shell more. */
const truths: Readonly<Record<string, Readonly<Record<string, boolean>>>> = (() => {
  const netifd = { "1": true, true: true, "0": false, false: false };
  const fw4 = { "1": true, on: true, true: true, yes: true, "0": false, off: false, false: false, no: false };
  return { network: netifd, wireless: netifd, firewall: fw4, "": { ...fw4, enabled: true, disabled: false } };
})();

const truthsOf = (pkg: string): Readonly<Record<string, boolean>> => truths[pkg] ?? truths[""]!;

/** Whether the option has a value that the program reading it does not know: the effect of that value is a guess. */
export const isMuddled = (
  section: Section | undefined,
  option: string,
  understood: (value: string) => boolean,
): boolean => {
  if (section?.options.has(option) !== true) return false;
  const value = single(section, option);
  return value === undefined || !understood(value);
};

const isTruth =
  (pkg: string) =>
  (value: string): boolean =>
    Object.hasOwn(truthsOf(pkg), value);

export function truth(pkg: string, section: Section | undefined, option: string, initial: boolean): boolean {
  const value = single(section, option);
  return value !== undefined && isTruth(pkg)(value) ? truthsOf(pkg)[value]! : initial;
}

/** A whole number in decimal; undefined for everything else. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Text as XML can carry it: other characters (control characters, lone surrogates) become "?". */
export function shown(text: string): string {
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/gu, "?");
}

/** @throws Fault 9007 */
export function refuse(why: string): never {
  throw new Fault(9007, why);
}

/** The edits that give an option a value, or take it away; the section is made where it is not there. */
export function put(
  place: Place,
  at: At,
  env: Env,
  option: string,
  value: string | readonly string[] | undefined,
): readonly Edit[] {
  const name = place.name(at, env);
  const there = sectionAt(place, at, env);
  if (name === undefined || (!there && place.type === undefined))
    return refuse(`There is no section in ${place.package} to keep this in`);
  const where = { package: place.package, section: name };
  const edits: Edit[] = [];
  if (!there) {
    if (value === undefined) return [];
    edits.push({ edit: "add", ...where, type: place.type ?? "" });
    for (const [key, text] of Object.entries(place.with?.(at, env) ?? {}))
      edits.push({ edit: "set", ...where, option: key, value: text });
  }
  if (value !== undefined) edits.push({ edit: "set", ...where, option, value });
  else if (there?.options.has(option)) edits.push({ edit: "unset", ...where, option });
  return edits;
}

/** Judges a value that the ACS sends: the reason why not, or undefined. */
export type Judge = (value: string) => string | undefined;

const judgeText: Judge = (value) =>
  /[\x00-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/u.test(value) ? "Control characters cannot be kept" : undefined;

const withText =
  (judge: Judge | undefined): Judge =>
  (value) =>
    judgeText(value) ?? judge?.(value);

function judged(judge: Judge, value: string): void {
  const why = judge(value);
  if (why !== undefined) refuse(why);
}

/** Any text; the empty one takes the option away. */
export function text(
  place: Place,
  option: string,
  more: { readonly initial?: string; readonly judge?: Judge } = {},
): Binding {
  const judge = withText(more.judge);
  return {
    packages: [place.package],
    judge,
    read: (at, env) => shown(single(sectionAt(place, at, env), option) ?? more.initial ?? ""),
    write: (at, value, env) => {
      judged(judge, value);
      return put(place, at, env, option, value === "" ? undefined : value);
    },
  };
}

/** A boolean; `inverse` where the option says the opposite of the parameter. Always written as 1 or 0.
 * @param initial the value of an absent option, in the option's own sense */
export function flag(place: Place, option: string, initial: boolean, inverse?: "inverse"): Binding {
  const same = inverse === undefined;
  return {
    packages: [place.package],
    read: (at, env) => bit(truth(place.package, sectionAt(place, at, env), option, initial) === same),
    guessed: (at, env) => isMuddled(sectionAt(place, at, env), option, isTruth(place.package)),
    write: (at, value, env) => put(place, at, env, option, bit((value === "1") === same)),
  };
}

/** A number with its bounds, both inclusive; a number outside them reads as `initial`. */
export function number(place: Place, option: string, initial: number, min: number, max: number): Binding {
  const inside = (value: number | undefined): value is number =>
    value !== undefined && value >= min && value <= max;
  return {
    packages: [place.package],
    read: (at, env) => {
      const value = decimal(single(sectionAt(place, at, env), option));
      return String(inside(value) ? value : initial);
    },
    guessed: (at, env) => isMuddled(sectionAt(place, at, env), option, (value) => inside(decimal(value))),
    write: (at, value, env) =>
      inside(decimal(value))
        ? put(place, at, env, option, value)
        : refuse(`Expected a number from ${min} to ${max}`),
  };
}

/** A word for a word, option to parameter; a word that is not in the table reads as `initial`. */
export function choice(
  place: Place,
  option: string,
  table: Readonly<Record<string, string>>,
  initial: string,
): Binding {
  const back = new Map(Object.entries(table).map(([uci, cwmp]) => [cwmp, uci]));
  return {
    packages: [place.package],
    read: (at, env) => {
      const value = single(sectionAt(place, at, env), option) ?? "";
      return Object.hasOwn(table, value) ? table[value]! : initial;
    },
    guessed: (at, env) =>
      isMuddled(sectionAt(place, at, env), option, (value) => Object.hasOwn(table, value)),
    write: (at, value, env) => {
      const uci = back.get(value);
      return uci === undefined
        ? refuse(`Expected one of ${[...back.keys()].join(", ")}`)
        : put(place, at, env, option, uci);
    },
  };
}

/** A member of a list. Missing members before it are kept as empty ones, so that no other member moves. */
export function member(place: Place, option: string, index: number, more?: Judge): Binding {
  const judge = withText(more);
  return {
    packages: [place.package],
    judge,
    read: (at, env) => shown(members(sectionAt(place, at, env), option)[index] ?? ""),
    write: (at, value, env) => {
      judged(judge, value);
      const list = [...members(sectionAt(place, at, env), option)];
      while (list.length < index) list.push("");
      list[index] = value;
      while (list.at(-1) === "") list.pop();
      return put(place, at, env, option, list.length === 0 ? undefined : list);
    },
  };
}

/** A fact of the device.
 * @param packages the UCI packages that `read` uses besides */
export const fact = (
  read: (sheet: Sheet, at: At, env: Env) => string,
  packages: readonly string[] = [],
): Binding => ({ packages, fresh: true, read: (at, env) => read(env.sheet, at, env) });

export const bit = (value: boolean): string => (value ? "1" : "0");

export const netdev = (sheet: Sheet, name: string | undefined): Netdev | undefined =>
  name === undefined ? undefined : sheet.netdev(name);
