/** Codec: values of the table's types to elements. TR-069 3.5, A.2.1.
 *
 * Pieces are gathered in one list that is joined once: the whole tree in one response is the common large message. */
import { fromLatin1 } from "../latin1.ts";
import { escapeText, qualifiedType, valueHead, valueRest, writtenBefore } from "../soap/writer.ts";
import type { ParameterValueStruct } from "./messages.ts";
import { type ArrayType, type Fields, memberName, type Type } from "./types.ts";

function writeParameterValues(values: readonly ParameterValueStruct[], out: string[]): void {
  for (const { Name, type, Value } of values) out.push(valueHead("") + valueRest(Name, type, Value));
}

/** 3.5: CWMP's own types have its prefix, the others that of XML Schema or of the SOAP encoding. */
function arrayType(type: Type): string {
  return "name" in type ? `cwmp:${type.name}` : qualifiedType(type.is);
}

function writeEntries(type: ArrayType, values: readonly unknown[], out: string[]): void {
  const before = writtenBefore(values);
  if (before !== undefined) {
    for (const piece of before) out.push(piece);
    return;
  }
  if (type.of.is === "parameterValue") {
    writeParameterValues(values as readonly ParameterValueStruct[], out);
    return;
  }
  const name = memberName(type.of);
  for (const value of values) writeElement(name, type.of, value, out);
}

/** Leaves. Booleans as digits, which every reader and the schema's enumerations take. */
function writeText(type: Type, value: unknown): string {
  if (type.is === "boolean") return value ? "1" : "0";
  if (type.is === "base64") return btoa(fromLatin1(value as Uint8Array));
  return type.is === "string" ? escapeText(value as string) : String(value);
}

function writeElement(name: string, type: Type, value: unknown, out: string[]): void {
  if (type.is === "array") {
    const values = value as readonly unknown[];
    out.push(`<${name} soap-enc:arrayType="${arrayType(type.of)}[${values.length}]">`);
    writeEntries(type, values, out);
  } else if (type.is === "struct") {
    out.push(`<${name}>`);
    writeArguments(type.fields, value as Readonly<Record<string, unknown>>, out);
  } else if (type.is === "parameterValue") {
    writeParameterValues([value as ParameterValueStruct], out);
    return;
  } else out.push(`<${name}>`, writeText(type, value));
  out.push(`</${name}>`);
}

/** In the table's order, not in that of `values` (A.2.2). */
export function writeArguments(
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
  out: string[],
): void {
  for (const name in fields) writeElement(name, fields[name] as Type, values[name], out);
}
