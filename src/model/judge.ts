/** Rule: whether a parameter may take a value, and how a value that is read is made lawful. TR-069 A.3.2.1, A.5.1.
 *
 * 9006, the wrong type: the xsi:type cannot be the parameter's, or it is a string and its text is not of the
 * parameter's type. 9007, the wrong value: the type fits and the text or its range does not. A server that repeats
 * the type that we sent, sends xsd:string or no type for everything, or another integer type is judged by the
 * parameter's own type; a string parameter takes a value of every type (A.2.1, anySimpleType). */
import type { Now } from "../ports/clock.ts";
import type { XsdType } from "../soap/names.ts";
import { trimmed } from "../space.ts";
import { addressTypes } from "./address.ts";
import { characters, type Rule, type Span, within } from "./constraint.ts";
import { canonicalText, emptyValue } from "./value.ts";

export type Judgement =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: 9006 | 9007; readonly text: string };

/** Types that may replace one another; a type that is not listed (string, anyURI, a misspelt one) is ignored. */
const families = {
  integer: [
    "int",
    "unsignedInt",
    "integer",
    "long",
    "unsignedLong",
    "short",
    "unsignedShort",
    "byte",
    "unsignedByte",
  ],
  boolean: ["boolean"],
  decimal: ["decimal", "float", "double"],
  time: ["dateTime", "date", "time"],
  binary: ["base64", "base64Binary", "hexBinary"],
} as const;

const familyOf: ReadonlyMap<string, string> = new Map(
  Object.entries(families).flatMap(([family, types]) => types.map((type) => [type, family] as const)),
);

const wrongType = (text: string): Judgement => ({ ok: false, code: 9006, text });
const wrongValue = (text: string): Judgement => ({ ok: false, code: 9007, text });

/** The value is never part of the text: it may be a secret.
 * @param declared local name of the request's xsi:type */
export function judge(rule: Rule, declared: string, text: string, now: Now): Judgement {
  const family = familyOf.get(declared);
  if (rule.type !== "string" && family !== undefined && family !== familyOf.get(rule.type)) {
    return wrongType(`The parameter is of type ${rule.type}`);
  }
  const value =
    rule.item === undefined ? canonicalText[rule.type](text, now) : canonicalList(rule.item, text, now);
  if (value === undefined) {
    const reason = `The text is not of type ${rule.item === undefined ? rule.type : `list of ${rule.item}`}`;
    return family === undefined && rule.type !== "string" ? wrongType(reason) : wrongValue(reason);
  }
  const complaint =
    rule.item === undefined ? complaintOf(rule, rule.type, value) : listComplaint(rule, rule.item, value);
  return complaint === undefined ? { ok: true, value } : wrongValue(complaint);
}

const members = (list: string): string[] => (list === "" ? [] : list.split(","));

function canonicalList(item: XsdType, text: string, now: Now): string | undefined {
  const all = members(trimmed(text)).map((member) => canonicalText[item](trimmed(member), now));
  return all.includes(undefined) ? undefined : all.join(",");
}

function listComplaint(rule: Rule, item: XsdType, list: string): string | undefined {
  const all = members(list);
  if (!within(all.length, rule.items)) return "The list has too many or too few members";
  if (!within(characters(list), rule.listLength)) return "The list is too long";
  if (all.includes("")) return "A member of the list is empty";
  for (const member of all) {
    const complaint = complaintOf(rule, item, member);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

const integers: Readonly<Partial<Record<XsdType, readonly Span[]>>> = {
  int: [{ min: -2_147_483_648, max: 2_147_483_647, step: 1 }],
  unsignedInt: [{ min: 0, max: 4_294_967_295, step: 1 }],
};

/** @returns why the value may not be set; undefined: it may */
function complaintOf(rule: Rule, type: XsdType, value: string): string | undefined {
  const ofType = integers[type];
  if (ofType !== undefined && !within(Number(value), ofType))
    return `The number is out of the range of ${type}`;
  if (rule.range.length > 0) {
    if (!/^-?[0-9]+$/.test(value) || !within(Number(value), rule.range)) return "The number is out of range";
  }
  if (rule.enumerated && rule.values.get(value) !== true) {
    return rule.values.has(value) ? "The value can be read only" : "The value is not among those enumerated";
  }
  if (type !== "int" && type !== "unsignedInt" && !within(characters(value), rule.length)) {
    return "The text is too long or too short";
  }
  return complaintOfForm(rule, value);
}

function complaintOfForm(rule: Rule, value: string): string | undefined {
  if (rule.patterns.length > 0 && !rule.patterns.some((p) => p.test(value))) {
    return "The text does not have the form that is asked for";
  }
  const check = rule.dataType === undefined ? undefined : addressTypes[rule.dataType];
  if (check !== undefined && value !== "" && !check(value)) return `The text is no ${rule.dataType}`;
  return undefined;
}

/** Makes a value that a binding has read lawful for its type. Whatever a file holds, the ACS gets a value that parses
 * as that type and is no longer than A.2.1 allows.
 * @param ruleOf is asked for a string alone */
export function lawful(type: XsdType, ruleOf: () => Rule, text: string): string {
  switch (type) {
    case "string":
      return text === "" ? text : cut(text, ruleOf());
    case "int":
    case "unsignedInt":
      return lawfulInteger(type, text);
    case "dateTime":
      return lawfulTime(text);
    case "boolean":
      if (text === "0" || text === "1") return text;
  }
  return canonicalText[type](text, absolute) ?? emptyValue[type];
}

/** A counter as its type can carry it: 32 bits begin again at 0. */
export function counted(type: XsdType, text: string): string {
  if (type !== "unsignedInt" || text.length < 10 || !/^[0-9]+$/.test(text)) return text;
  return String(BigInt(text) % 4_294_967_296n);
}

/** A.2.1: UTC, unless the parameter's definition says otherwise; one that does says its offset, which then stays. */
function lawfulTime(text: string): string {
  const canonical = canonicalText.dateTime(text, absolute);
  if (canonical === undefined) return emptyValue.dateTime;
  return /[+-]\d\d:\d\d$/.test(text) ? text : canonical;
}

/** A time that is read stays as it is: a relative time is not made absolute. */
const absolute: Now = { mono: 0, wall: 0, known: false };

const canonicalDigits = /^(?:0|[1-9][0-9]*)$/;

function lawfulInteger(type: "int" | "unsignedInt", text: string): string {
  if (text.length < 10 && canonicalDigits.test(text)) return text;
  const canonical = canonicalText[type](text, absolute);
  const span = integers[type]?.[0];
  if (canonical === undefined || span === undefined) return emptyValue[type];
  return String(Math.min(Math.max(Number(canonical), span.min), span.max));
}

function cut(text: string, rule: Rule): string {
  const lengths = rule.item === undefined ? rule.length : rule.listLength;
  if (lengths.length === 0 || rule.enumerated) return text;
  const max = lengths.reduce((most, s) => Math.max(most, s.max), 0);
  if (text.length <= max || characters(text) <= max) return text;
  const short = [...text].slice(0, max).join("");
  // A list ends after a whole member.
  return rule.item === undefined ? short : short.slice(0, Math.max(short.lastIndexOf(","), 0));
}
