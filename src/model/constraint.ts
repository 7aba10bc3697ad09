/** Codec: the `constraints` text of a parameter, as the data model tables write it:
 * `key=value; ...` with `item` (type of list members), `items`, `listLen`, `len=min..max` (characters),
 * `range=min..max[/step],...`, `enum=a|b{ro}`, `pattern`, `dataType`; `%XX` escapes. TR-106 3.2, TR-069 A.2.1.
 * `pathRef=strength:kind:parents` names the tables whose rows a reference may name (reference.ts judges those);
 * `enumRef` speaks of another parameter: bindings judge that. */
import type { XsdType } from "../soap/names.ts";
import type { ParameterFact } from "./define.ts";
import { modelLimits } from "./limits.ts";

/** Both ends inclusive. */
export interface Span {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The constraints of a value. In a list, all but `items` and `listLength` apply to each member. */
export interface Rule {
  readonly type: XsdType;
  /** The type of the members; undefined: not a list. */
  readonly item: XsdType | undefined;
  readonly items: readonly Span[];
  readonly listLength: readonly Span[];
  readonly length: readonly Span[];
  readonly range: readonly Span[];
  /** Every value that may be read and, true, also be set. */
  readonly values: ReadonlyMap<string, boolean>;
  readonly patterns: readonly RegExp[];
  readonly dataType: string | undefined;
  /** Of a reference: paths of the tables that it may point into, as the data model writes them; none: any row. */
  readonly refersTo: readonly string[] | undefined;
}

const itemTypes: Readonly<Record<string, XsdType>> = {
  int: "int",
  unsignedInt: "unsignedInt",
  boolean: "boolean",
  dateTime: "dateTime",
  base64: "base64",
};

export function parseRule(fact: Pick<ParameterFact, "type" | "constraints">): Rule {
  const fields = new Map<string, string[]>();
  for (const field of fact.constraints.split(";")) {
    const at = field.indexOf("=");
    if (at < 0) continue;
    const key = field.slice(0, at).trim();
    fields.set(key, [...(fields.get(key) ?? []), field.slice(at + 1)]);
  }
  const all = (key: string): string[] => fields.get(key) ?? [];
  const item = all("item")[0];
  const rule = {
    type: fact.type,
    item: item === undefined ? undefined : (itemTypes[item] ?? "string"),
    items: all("items").flatMap(parseSpans),
    listLength: all("listLen").flatMap(parseSpans),
    length: all("len").flatMap(parseSpans),
    range: all("range").flatMap(parseSpans),
    values: new Map(all("enum").flatMap((text) => text.split("|").map(parseEnumerated))),
    patterns: all("pattern").map((text) => new RegExp(`^(?:${unquote(text)})$`)),
    dataType: all("dataType")[0],
    refersTo: parentsOf(all("pathRef")[0]),
  };
  return needsDefault(rule, fields) ? { ...rule, length: [defaultLength] } : rule;
}

const defaultLength: Span = { min: 0, max: modelLimits.stringCharsDefault, step: 1 };

/** A.2.1: 16 characters, unless a length is given or follows from the parts of the value. */
function needsDefault(rule: Rule, fields: ReadonlyMap<string, unknown>): boolean {
  if (rule.type !== "string" || rule.item !== undefined) return false;
  return !["len", "range", "enum", "pattern", "dataType", "pathRef", "enumRef"].some((key) =>
    fields.has(key),
  );
}

/** `strong:row:.IP.Interface.,.PPP.Interface.` */
function parentsOf(field: string | undefined): readonly string[] | undefined {
  const [, kind, parents = ""] = field?.split(":") ?? [];
  return kind === "row" ? parents.split(",").filter((one) => one !== "") : undefined;
}

function parseSpans(text: string): Span[] {
  return text.split(",").map((one) => {
    const [bounds = "", step = "1"] = one.trim().split("/");
    const [min = "", max = min] = bounds.split("..");
    const bound = (end: string, none: number): number => (end === "" ? none : Number(end));
    return {
      min: bound(min, Number.NEGATIVE_INFINITY),
      max: bound(max, Number.POSITIVE_INFINITY),
      step: Number(step),
    };
  });
}

/** A member with its flags: `{ro}` may not be set; `{opt}`, `{dep}` and `{obs}` may, if the device can (its binding
 * says). */
function parseEnumerated(member: string): [string, boolean] {
  const flags = /(?:\{[a-z,]+\})*$/.exec(member)?.[0] ?? "";
  return [unquote(member.slice(0, member.length - flags.length)), !/\bro\b/.test(flags)];
}

function unquote(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Length in characters, not in UTF-16 units. A.2.1. */
export function characters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) count--;
  return count;
}

export function within(value: number, spans: readonly Span[]): boolean {
  if (spans.length === 0) return true;
  return spans.some(
    (s) => value >= s.min && value <= s.max && (s.step === 1 || (value - s.min) % s.step === 0),
  );
}
