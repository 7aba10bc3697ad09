/** Codec: elements to the values of the table's types, with all the checks that A.2 asks for. TR-069 A.2.1, A.2.2. */

import { parseDateTime } from "../datetime.ts";
import { Fault } from "../errors.ts";
import { isMixed, localName, parseBoolean } from "../soap/envelope.ts";
import type { Lenience } from "../soap/lenience.ts";
import { type Element, quote } from "../soap/tree.ts";
import { trimmed } from "../space.ts";
import type { ParameterValueStruct } from "./messages.ts";
import {
  type ArrayType,
  type Fields,
  type IntegerType,
  memberName,
  type StringType,
  type Type,
} from "./types.ts";

export interface Reading {
  /** A call is judged by the letter (A.2.2); a response is only read. */
  readonly strict: boolean;
  readonly leniences: Set<Lenience>;
}

function invalid(what: string): never {
  throw new Fault(9003, what);
}

/** The text of an element that may hold nothing else. */
function textOf(element: Element): string {
  if (element.children.length > 0) invalid(`${element.local} holds elements`);
  return element.text;
}

/** Characters, not the halves of those beyond 16 bits. */
function isLonger(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || [...text].length > max);
}

function unpadded(text: string, reading: Reading): string {
  const name = trimmed(text);
  if (name.length !== text.length) reading.leniences.add("paddedName");
  return name;
}

function readString(type: StringType, element: Element, reading: Reading): string {
  const text = textOf(element);
  const value = type.path ? unpadded(text, reading) : text;
  if (reading.strict && isLonger(value, type.max)) {
    invalid(`${element.local} is longer than ${type.max} characters`);
  }
  return value;
}

function readInteger(type: IntegerType, element: Element): number {
  if (type.ignored) return 1;
  const text = trimmed(textOf(element));
  const value = /^[+-]?\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= type.min && value <= type.max)) {
    invalid(`${element.local} is no ${type.is} from ${type.min} to ${type.max}: ${quote(text)}`);
  }
  return value;
}

function readBoolean(element: Element): boolean {
  return parseBoolean(textOf(element)) ?? invalid(`${element.local} is no boolean: ${quote(element.text)}`);
}

function readDateTime(element: Element): string {
  const text = trimmed(textOf(element));
  if (!parseDateTime(text)) invalid(`${element.local} is no dateTime: ${quote(text)}`);
  return text;
}

function readBase64(element: Element): Uint8Array {
  const text = textOf(element).replace(/[ \t\r\n]+/g, "");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    invalid(`${element.local} is not base64`);
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** Table 14. The type is returned unchecked: the owner of the parameter checks it. */
function readParameterValue(element: Element, reading: Reading): ParameterValueStruct {
  const found = membersOf(parameterValueFields, element, reading, "pass");
  const name = readString(parameterValueFields.Name, expect(found.Name, element, "Name"), reading);
  const value = expect(found.Value, element, "Value");
  const type = value.attribute("type");
  if (!type) reading.leniences.add("untypedValue");
  else if (type.prefix !== "" && value.resolve(type.prefix) === undefined) {
    reading.leniences.add("undeclaredPrefix");
  }
  return { Name: name, Value: textOf(value), type: typeName(type?.value) };
}

const parameterValueFields = {
  Name: { is: "string", max: 256, path: true },
  // anySimpleType has no bound of its own; that of the envelope holds.
  Value: { is: "string", max: Number.POSITIVE_INFINITY },
} as const satisfies Fields;

function typeName(qualified: string | undefined): string {
  const name = qualified?.slice(qualified.lastIndexOf(":") + 1).trim();
  return name ? name : "string";
}

function checkCount(element: Element, reading: Reading): void {
  const count = /\[\s*(\d+)\s*\]\s*$/.exec(element.attribute("arrayType")?.value ?? "")?.[1];
  if (count !== undefined && Number(count) !== element.children.length) reading.leniences.add("arrayCount");
}

function readArray(type: ArrayType, element: Element, reading: Reading): unknown[] {
  if (isMixed(element, reading.leniences)) invalid(`${element.local} holds text between its elements`);
  if (reading.strict && element.children.length > type.max) {
    throw new Fault(9004, `${element.local} has more than ${type.max} entries`);
  }
  checkCount(element, reading);
  const name = memberName(type.of);
  // SOAP 1.1 5.4.2: the names of an array's members say nothing; place and content do.
  return element.children.map((member) => {
    if (localName(member, reading.leniences) !== name) reading.leniences.add("memberName");
    return readValue(type.of, member, reading);
  });
}

type Members<F extends Fields> = { [K in keyof F]?: Element };

function expect(member: Element | undefined, element: Element, name: string): Element {
  return member ?? invalid(`${element.local} lacks ${name}`);
}

/** @param unknown the treatment of elements that the table does not have: "refuse" for arguments (A.2.2) */
function membersOf<F extends Fields>(
  fields: F,
  element: Element,
  reading: Reading,
  unknown: "refuse" | "pass",
): Members<F> {
  if (isMixed(element, reading.leniences)) invalid(`${element.local} holds text between its elements`);
  const found: Members<F> = {};
  for (const child of element.children) {
    const name = localName(child, reading.leniences);
    if (Object.hasOwn(fields, name)) {
      if (found[name]) invalid(`${element.local} holds ${name} twice`);
      (found as Record<string, Element>)[name] = child;
    } else if (unknown === "refuse") invalid(`${element.local} has no ${quote(name)}`);
    else reading.leniences.add("unknownElement");
  }
  return found;
}

/** The value of a left out argument, where the table has one. */
function readMissing(type: Type, element: Element, name: string, reading: Reading): unknown {
  if (!("missing" in type) || type.missing === undefined) return invalid(`${element.local} lacks ${name}`);
  reading.leniences.add("missingArgument");
  return type.is === "unsignedInt" ? Number(type.missing) : type.missing;
}

/** Table 22: Notification is to be ignored, not judged, while NotificationChange is false. */
function isOff(type: Type, values: Readonly<Record<string, unknown>>): boolean {
  return type.is === "int" && type.onlyIf !== undefined && values[type.onlyIf] === false;
}

function readMembers(
  fields: Fields,
  element: Element,
  reading: Reading,
  unknown: "refuse" | "pass",
): Record<string, unknown> {
  const found = membersOf(fields, element, reading, unknown);
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const name in fields) {
    const type = fields[name] as Type;
    const member = found[name];
    if (!member) {
      values[name] = readMissing(type, element, name, reading);
      continue;
    }
    if (member.at < at) reading.leniences.add("argumentOrder");
    at = member.at;
    if (isOff(type, values)) {
      if (member.text === "") reading.leniences.add("emptyNotification");
      values[name] = 0;
    } else values[name] = readValue(type, member, reading);
  }
  return values;
}

function readValue(type: Type, element: Element, reading: Reading): unknown {
  switch (type.is) {
    case "string":
      return readString(type, element, reading);
    case "int":
    case "unsignedInt":
      return readInteger(type, element);
    case "boolean":
      return readBoolean(element);
    case "dateTime":
      return readDateTime(element);
    case "base64":
      return readBase64(element);
    case "parameterValue":
      return readParameterValue(element, reading);
    case "struct":
      return readMembers(type.fields, element, reading, "pass");
    case "array":
      return readArray(type, element, reading);
  }
}

/** @returns the arguments by name, as `Args` and `Reply` of the table have them
 * @throws Fault 9003 for arguments that are missing, extra, of the wrong type or too long; 9004 for too many */
export function readArguments(fields: Fields, element: Element, reading: Reading): Record<string, unknown> {
  return readMembers(fields, element, reading, reading.strict ? "refuse" : "pass");
}
