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
  /** Whether `values` lists all values. */
  readonly enumerated: boolean;
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

/** A value is read far more often than it is judged: its enumeration and its patterns are worked out when judged first. */
export function parseRule({ type, constraints }: Pick<ParameterFact, "type" | "constraints">): Rule {
  const fields = fieldsOf(constraints);
  const [item] = fields.item ?? none;
  let values: Rule["values"] | undefined;
  let patterns: Rule["patterns"] | undefined;
  return {
    type,
    item: item === undefined ? undefined : (itemTypes[item] ?? "string"),
    items: spansOf(fields.items),
    listLength: spansOf(fields.listLen),
    length: needsDefault(type, fields) ? defaultLengths : spansOf(fields.len),
    range: spansOf(fields.range),
    enumerated: fields.enum !== undefined,
    get values() {
      values ??= new Map((fields.enum ?? none).flatMap((text) => text.split("|").map(parseEnumerated)));
      return values;
    },
    get patterns() {
      patterns ??= (fields.pattern ?? none).map((text) => new RegExp(`^(?:${unquote(text)})$`));
      return patterns;
    },
    dataType: fields.dataType?.[0],
    refersTo: parentsOf(fields.pathRef?.[0]),
  };
}

type Fields = Readonly<Record<string, readonly string[]>>;

function fieldsOf(constraints: string): Fields {
  const fields: Record<string, string[]> = {};
  if (constraints === "") return fields;
  for (const field of constraints.split(";")) {
    const at = field.indexOf("=");
    if (at < 0) continue;
    const key = field.slice(0, at).trim();
    const text = field.slice(at + 1);
    if (fields[key] === undefined) fields[key] = [text];
    else fields[key].push(text);
  }
  return fields;
}

const none: readonly string[] = [];
const noSpans: readonly Span[] = [];
const defaultLengths: readonly Span[] = [{ min: 0, max: modelLimits.stringCharsDefault, step: 1 }];

/** A.2.1: 16 characters, unless a length is given or follows from the parts of the value. */
const needsDefault = (type: XsdType, fields: Fields): boolean =>
  type === "string" && fields.item === undefined && !bounding.some((key) => key in fields);

const bounding = ["len", "range", "enum", "pattern", "dataType", "pathRef", "enumRef"] as const;

/** `strong:row:.IP.Interface.,.PPP.Interface.` */
function parentsOf(field: string | undefined): readonly string[] | undefined {
  const [, kind, parents = ""] = field?.split(":") ?? [];
  return kind === "row" ? parents.split(",").filter((one) => one !== "") : undefined;
}

const spansOf = (fields: readonly string[] | undefined): readonly Span[] =>
  fields === undefined ? noSpans : fields.flatMap(parseSpans);

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
