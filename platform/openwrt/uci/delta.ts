/** Codec and rule: delta lines, the changes that `uci set` and its kin have saved and nobody has committed yet. */
import type { Document, Section } from "./package.ts";
import { Complaint, isName, isType, Scanner } from "./scan.ts";

export interface Change {
  readonly command: Command;
  readonly section: string;
  readonly option: string | undefined;
  readonly value: string | undefined;
}

const commands = {
  "+": "add",
  "-": "remove",
  "@": "rename",
  "^": "reorder",
  "|": "addItem",
  "~": "removeItem",
} as const;

export type Command = (typeof commands)[keyof typeof commands] | "set";

export interface Replayed {
  /** Well-formed lines of this package, in order, those without effect too. */
  readonly changes: readonly Change[];
  /** How many took effect; `uci commit` leaves file and delta alone at 0. */
  readonly applied: number;
}

/** Applies every line that can be; the others are skipped one by one. */
export function replay(raw: string, name: string, document: Document): Replayed {
  const scan = new Scanner(raw);
  const changes: Change[] = [];
  let applied = 0;
  while (scan.nextLine()) {
    const change = readChange(scan, name);
    if (change === undefined) continue;
    changes.push(change);
    if (apply(document, change)) applied++;
  }
  return { changes, applied };
}

function readChange(scan: Scanner, name: string): Change | undefined {
  if (scan.peek() === 0) return undefined;
  try {
    const word = scan.word();
    return scan.peek() === 0 ? parseChange(word, name) : undefined;
  } catch (complaint) {
    if (complaint instanceof Complaint) return undefined;
    throw complaint;
  }
}

/** `[PREFIX]PACKAGE.SECTION[.OPTION][=VALUE]`, unquoted. @returns undefined for a line that libuci drops */
function parseChange(word: string, name: string): Change | undefined {
  const prefix = word[0] as keyof typeof commands;
  const command: Command = Object.hasOwn(commands, prefix) ? commands[prefix] : "set";
  const tuple = parseTuple(command === "set" ? word : word.slice(1));
  if (tuple === undefined || tuple.package !== name) return undefined;
  const { section, option, value } = tuple;
  if (section === undefined || !isName(section)) return undefined;
  if (value === undefined && command !== "remove") return undefined;
  if (command === "reorder" && option !== undefined) return undefined;
  if (command === "rename" && !isName(value!)) return undefined;
  if ((command === "addItem" || command === "removeItem") && option === undefined) return undefined;
  return { command, section, option, value };
}

export interface Tuple {
  readonly package: string;
  /** A name, or `@type[index]` where that is allowed. */
  readonly section: string | undefined;
  readonly option: string | undefined;
  readonly value: string | undefined;
}

/** `PACKAGE[.SECTION[.OPTION]][=VALUE]`, as on the command line. @returns undefined where it is none */
export function parseTuple(text: string): Tuple | undefined {
  const equals = text.indexOf("=");
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const [name, section, option, ...rest] = (equals < 0 ? text : text.slice(0, equals)).split(".");
  if (rest.length > 0 || name === undefined || !isType(name)) return undefined;
  if (option !== undefined && !isName(option)) return undefined;
  if (value !== undefined && hasControl(value)) return undefined;
  return { package: name, section, option, value };
}

/** Control bytes other than TAB, LF and CR, which uci takes from a file but not in a new value. */
export function hasControl(value: string): boolean {
  return /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(value);
}

/** @returns false where the target is not there, or the new value cannot be: libuci drops the line then */
function apply(document: Document, change: Change): boolean {
  const section = document.section(change.section);
  const { value, option } = change;
  switch (change.command) {
    case "add":
    case "set":
      return set(document, section, change);
    case "remove":
      return remove(document, section, change);
    case "rename":
      return rename(document, section, option, value!);
    case "reorder":
      if (section !== undefined)
        document.reorder(section, leadingInteger(value!, "unsigned long")?.value ?? 0);
      return section !== undefined;
    case "addItem":
      section?.addItem(option!, value!);
      return section !== undefined;
    case "removeItem": {
      const known = section?.option(option!);
      if (known !== undefined && typeof known.value !== "string") {
        known.value = known.value.filter((item) => item !== value);
      }
      return section !== undefined;
    }
  }
}

function set(document: Document, section: Section | undefined, change: Change): boolean {
  const { option } = change;
  const value = change.value!;
  if (option !== undefined) {
    if (section === undefined) return false;
    const known = section.option(option);
    if (value !== "") section.set(option, value);
    else if (known !== undefined) section.remove(known);
    return true;
  }
  if (value === "") {
    if (section !== undefined) document.remove(section);
    return true;
  }
  if (!isType(value)) return false;
  const target = section ?? document.add(value, change.section);
  document.retype(target, value);
  if (change.command === "add") target.anonymous = true;
  return true;
}

function remove(document: Document, section: Section | undefined, change: Change): boolean {
  if (section === undefined) return false;
  if (change.option === undefined) {
    document.remove(section);
    return true;
  }
  const option = section.option(change.option);
  if (option === undefined) return false;
  if (typeof option.value === "string" || change.value === undefined || change.value === "") {
    section.remove(option);
  } else {
    // Removes the item with this index. A value that is no index changes nothing, yet counts as applied.
    const index = leadingInteger(change.value, "long")?.value ?? -1;
    if (index >= 0) option.value.splice(index, 1);
  }
  return true;
}

function rename(
  document: Document,
  section: Section | undefined,
  option: string | undefined,
  name: string,
): boolean {
  if (section === undefined) return false;
  if (option === undefined) {
    document.rename(section, name);
    return true;
  }
  const known = section.option(option);
  if (known !== undefined) section.rename(known, name);
  return known !== undefined;
}

/** The integer at the head of a text, as C reads it in 64 bits and then keeps it in an int.
 * @returns undefined where there is no integer; `rest` is the text behind it */
export function leadingInteger(
  text: string,
  type: "long" | "unsigned long",
): { readonly value: number; readonly rest: string } | undefined {
  const parts = /^[ \t-\r]*([+-]?)0*(\d+)/.exec(text);
  if (parts === null) return undefined;
  const [head, sign, digits] = parts as unknown as [string, string, string];
  // Twenty digits are past 64 bits already.
  const magnitude = BigInt(digits.slice(0, 21));
  const exact = sign === "-" ? -magnitude : magnitude;
  return { value: Number(BigInt.asIntN(32, clamp(exact, type))), rest: text.slice(head.length) };
}

const longMax = 2n ** 63n - 1n;
const unsignedMax = 2n ** 64n - 1n;

function clamp(value: bigint, type: "long" | "unsigned long"): bigint {
  if (type === "long") return value > longMax ? longMax : value < -longMax - 1n ? -longMax - 1n : value;
  // strtoul() takes a sign and wraps around; only the magnitude is bounded.
  return value > unsignedMax || value < -unsignedMax ? unsignedMax : value;
}
