/** Table: DHCP options that the ACS has made. Each is a section `cwmp_option` beside the section whose list it is for:
 * no program reads that type, so that an option can be there and off. While it is on, its item is in the list. */
import { Fault } from "../../../src/errors.ts";
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Row,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import { decimal, freeName, members, type Place, put, refuse, sectionAt, single, truth } from "./bind.ts";

export interface Option {
  readonly tag: number;
  readonly value: Uint8Array;
}

export interface OwnOption extends Option {
  readonly enabled: boolean;
}

/** A list of options in a section. */
export interface OptionList {
  readonly place: Place;
  readonly option: string;
  /** The items are in one text with blanks between them. */
  readonly joined?: true;
  /** The other end sends the values: they cannot be set. */
  readonly told?: true;
  /** Why the list cannot have the option; undefined: it can. */
  judge(section: Section | undefined, option: Option): string | undefined;
  /** The item of an option that `judge` has accepted. */
  item(option: Option): string;
}

const type = "cwmp_option";

/** The first tag for private use (RFC 3942): a new option has to have a tag. */
const privateTag = 224;

const optionOf = (pkg: string, section: Section): OwnOption => ({
  tag: decimal(single(section, "tag")) ?? privateTag,
  value: Uint8Array.from(Buffer.from(single(section, "value") ?? "", "hex")),
  enabled: truth(pkg, section, "enabled", false),
});

/** The edits that write the option into the section. */
function differences(pkg: string, section: Section, { tag, value, enabled }: OwnOption): readonly Edit[] {
  const where = { package: pkg, section: section.name };
  const texts = { tag: String(tag), value: Buffer.from(value).toString("hex"), enabled: enabled ? "1" : "0" };
  return Object.entries(texts).flatMap(([option, text]): readonly Edit[] => {
    if ((single(section, option) ?? "") === text) return [];
    return [
      text === "" ? { edit: "unset", ...where, option } : { edit: "set", ...where, option, value: text },
    ];
  });
}

/** A new one is off. */
function added(list: OptionList, thing: string, at: At, number: number, env: Env) {
  const target = list.place.name(at, env);
  if (target === undefined) throw new Fault(9001, "There is no section for this option");
  const where = {
    package: list.place.package,
    section: freeName(list.place.package, `${type}_${number}`, env),
  };
  const options = { section: target, list: list.option, tag: String(privateTag), enabled: "0" };
  const edits: Edit[] = [
    { edit: "add", ...where, type },
    ...Object.entries(options).map(([option, value]): Edit => ({ edit: "set", ...where, option, value })),
  ];
  return { row: { key: where.section, at: { [thing]: where.section } }, edits };
}

/** The sections of the options that belong to a list. */
const owned = ({ place, option }: OptionList, at: At, env: Env): readonly Section[] => {
  const name = place.name(at, env);
  return (env.config.package(place.package)?.ofType(type) ?? []).filter(
    (one) => single(one, "section") === name && single(one, "list") === option,
  );
};

const itemsOf = ({ place, option }: OptionList, at: At, env: Env): readonly string[] =>
  members(sectionAt(place, at, env), option);

/** The items without the first that is this one. @returns the place of that, or the end */
function without(items: readonly string[], item: string | undefined): { left: string[]; there: number } {
  const left = [...items];
  const there = item === undefined ? -1 : left.indexOf(item);
  if (there >= 0) left.splice(there, 1);
  return { left, there: there >= 0 ? there : left.length };
}

/** The list with one item in the place of another. */
function replaced(
  list: OptionList,
  at: At,
  env: Env,
  before: string | undefined,
  after: string | undefined,
): readonly Edit[] {
  const items = itemsOf(list, at, env);
  if (before === after && (after === undefined || items.includes(after))) return [];
  const { left, there } = without(items, before);
  if (after !== undefined) left.splice(there, 0, after);
  const value = left.length === 0 ? undefined : list.joined ? left.join(" ") : left;
  return put(list.place, at, env, list.option, value);
}

/** @param thing names the row */
export function ownOptions(list: OptionList, thing: string) {
  const pkg = list.place.package;
  const sectionOf = (at: At, env: Env): Section | undefined => {
    const section = env.config.package(pkg)?.section(at[thing] ?? "");
    return section?.type === type ? section : undefined;
  };
  const itemOf = (option: OwnOption): string | undefined => (option.enabled ? list.item(option) : undefined);
  const complaintOf = (at: At, env: Env, option: OwnOption): string | undefined =>
    option.enabled ? list.judge(sectionAt(list.place, at, env), option) : undefined;
  return {
    isOwn: (at: At, env: Env): boolean => sectionOf(at, env) !== undefined,
    optionAt: (at: At, env: Env): OwnOption | undefined => {
      const section = sectionOf(at, env);
      return section && optionOf(pkg, section);
    },
    /** Others may have taken the item out of the list. */
    isOn: (at: At, env: Env): boolean => {
      const section = sectionOf(at, env);
      const item = section && itemOf(optionOf(pkg, section));
      return item !== undefined && itemsOf(list, at, env).includes(item);
    },
    itemsOfOthers: (at: At, env: Env): readonly string[] =>
      owned(list, at, env).reduce<readonly string[]>(
        (items, section) => without(items, itemOf(optionOf(pkg, section))).left,
        itemsOf(list, at, env),
      ),
    rows: (at: At, env: Env): readonly Row[] =>
      owned(list, at, env).map((section) => sectionRow(section, { [thing]: section.name })),
    write(at: At, env: Env, changed: (option: OwnOption) => OwnOption): readonly Edit[] {
      const section = sectionOf(at, env);
      if (section === undefined) return refuse("Others have written this option: it is not changed");
      const [before, after] = [optionOf(pkg, section), changed(optionOf(pkg, section))];
      const isPossible = complaintOf(at, env, after) === undefined;
      const edits = differences(pkg, section, after);
      return [...edits, ...replaced(list, at, env, itemOf(before), isPossible ? itemOf(after) : undefined)];
    },
    add: (at: At, number: number, env: Env) => added(list, thing, at, number, env),
    remove(at: At, env: Env): readonly Edit[] | undefined {
      const section = sectionOf(at, env);
      if (section === undefined) return undefined;
      const gone: Edit = { edit: "remove", package: pkg, section: section.name };
      return [gone, ...replaced(list, at, env, itemOf(optionOf(pkg, section)), undefined)];
    },
    /** @param about the parameter that turns the option on */
    complaint(at: At, env: Env, about: Binding): ReturnType<Check> {
      const section = sectionOf(at, env);
      const why = section && complaintOf(at, env, optionOf(pkg, section));
      return why === undefined ? [] : [{ about, why }];
    },
  };
}
