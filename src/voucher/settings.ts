/** Rule: the accepted vouchers and the Options of the device, as `/etc/config/cwmp` says. TR-069 Annex C. */
import type { ConfigView, Package, Section } from "../ports/config.ts";
import { type AlgorithmName, algorithmNames, isAlgorithm } from "./algorithms.ts";
import { voucherLimits } from "./limits.ts";

export interface VoucherSettings {
  /** Files of certificates in PEM. */
  readonly trust: readonly string[];
  readonly algorithms: readonly AlgorithmName[];
  readonly bytesMax: number;
}

/** An option of a section of the configuration; the section by its name, or as `@type[index]`. */
export interface Place {
  readonly package: string;
  readonly section: string;
  readonly option: string;
}

/** The switch that turns an Option of the device on and off. */
export type Switch =
  | { readonly is: "uci"; readonly place: Place; readonly on: string; readonly off: string }
  /** Called with the Option's name and `on` or `off`. */
  | { readonly is: "program"; readonly program: string };

export interface OptionSetting {
  /** OptionIdent. */
  readonly name: string;
  /** undefined: nothing is switched, the state alone counts. */
  readonly switch: Switch | undefined;
  /** A value that is there once the user has set the Option up; undefined: he has nothing to do. */
  readonly setUp: Place | undefined;
}

const texts = (section: Section | undefined, option: string): readonly string[] => {
  const value = section?.options.get(option) ?? [];
  return (typeof value === "string" ? value.split(/[ \t]+/) : value).filter((text) => text !== "");
};

const textOf = (section: Section, option: string): string => {
  const value = section.options.get(option) ?? "";
  return typeof value === "string" ? value : (value[0] ?? "");
};

export function readVoucherSettings(file: Package | undefined, problems: string[]): VoucherSettings {
  const section = file?.section("voucher");
  const named = texts(section, "algorithms");
  const known = named.filter(isAlgorithm);
  for (const name of named.filter((one) => !isAlgorithm(one)))
    problems.push(`cwmp.voucher.algorithms names ${JSON.stringify(name)}, which is none; it is passed over.`);
  const bytes = section === undefined ? "" : textOf(section, "bytes_max");
  const bytesMax = /^\d{1,9}$/.test(bytes) ? Number(bytes) : 0;
  const { bytesMax: initial, bytesCeiling } = voucherLimits;
  const good = bytesMax >= 1 && bytesMax <= bytesCeiling;
  if (bytes !== "" && !good)
    problems.push(`cwmp.voucher.bytes_max is not a number from 1 to ${bytesCeiling}; its default is taken.`);
  return {
    trust: texts(section, "trust"),
    // A list without any known name accepts nothing; only its absence means the default.
    algorithms: named.length === 0 ? algorithmNames : known,
    bytesMax: good ? bytesMax : initial,
  };
}

/** @returns undefined: the file cannot be read as a whole, which says nothing of the Options */
export function readOptionSettings(
  file: Package | undefined,
  problems: string[],
): readonly OptionSetting[] | undefined {
  if (file === undefined || file.damaged !== undefined) return undefined;
  const found: OptionSetting[] = [];
  for (const section of file.ofType("option")) {
    const name = textOf(section, "name") || section.name;
    const where = `section option ${JSON.stringify(name)} of /etc/config/cwmp`;
    if ([...name].length > voucherLimits.nameCharsMax || found.some((one) => one.name === name)) {
      problems.push(`The name of ${where} is too long or there twice; it is passed over.`);
      continue;
    }
    found.push({
      name,
      switch: switchOf(section, where, problems),
      setUp: placeOf(textOf(section, "setup")),
    });
  }
  return found;
}

function switchOf(section: Section, where: string, problems: string[]): Switch | undefined {
  const [uci, program] = [textOf(section, "uci"), textOf(section, "program")];
  const place = placeOf(uci);
  if (place !== undefined)
    return { is: "uci", place, on: textOf(section, "on") || "1", off: textOf(section, "off") || "0" };
  if (uci !== "") problems.push(`The uci of ${where} is not PACKAGE.SECTION.OPTION; nothing is switched.`);
  else if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(program)) return { is: "program", program };
  else if (program !== "")
    problems.push(`The program of ${where} is no plain file name; nothing is switched.`);
  return undefined;
}

function placeOf(text: string): Place | undefined {
  const [, name, section, option] = /^([\w-]+)\.(\w+|@[\w-]+\[\d{1,4}\])\.(\w+)$/.exec(text) ?? [];
  return name === undefined || section === undefined || option === undefined
    ? undefined
    : { package: name, section, option };
}

/** The section of a place; undefined: there is none now. */
export function sectionAt(view: ConfigView, { package: name, section }: Place): Section | undefined {
  const found = view.package(name);
  const [, type, index] = /^@(.+)\[(\d+)\]$/.exec(section) ?? [];
  return type === undefined ? found?.section(section) : found?.ofType(type)[Number(index)];
}
