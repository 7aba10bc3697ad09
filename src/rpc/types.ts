/** Table: the types of arguments, and their types in this program. TR-069 A.2.1 Table 9.
 * The methods' table is written in these; decoding, encoding and the types of handlers follow from it. */
import type { ParameterValueStruct } from "./messages.ts";

/** A value for an argument that the peer has left out, where real servers do so. */
interface Missing {
  readonly missing?: string;
}

export interface StringType extends Missing {
  readonly is: "string";
  /** Characters. */
  readonly max: number;
  /** A parameter name or path: white space round it is no part of it. */
  readonly path?: true;
}

export interface IntegerType extends Missing {
  readonly is: "int" | "unsignedInt";
  readonly min: number;
  readonly max: number;
  /** Counts only where the boolean of that name before it is true; otherwise it is not judged and reads as 0. */
  readonly onlyIf?: string;
  /** "On reception its value MUST be ignored": every value reads as 1. */
  readonly ignored?: true;
}

export interface BooleanType extends Missing {
  readonly is: "boolean";
}

/** Text as it is sent; see datetime.ts. */
export interface DateTimeType extends Missing {
  readonly is: "dateTime";
}

/** Bytes. */
export interface Base64Type {
  readonly is: "base64";
}

/** Table 14, the one structure with an anySimpleType. */
export interface ParameterValueType {
  readonly is: "parameterValue";
  readonly name: "ParameterValueStruct";
}

export interface StructType<F extends Fields = Fields> {
  readonly is: "struct";
  readonly name: string;
  readonly fields: F;
}

export interface ArrayType<T extends Type = Type> {
  readonly is: "array";
  readonly of: T;
  /** Entries. */
  readonly max: number;
}

export type Type =
  | StringType
  | IntegerType
  | BooleanType
  | DateTimeType
  | Base64Type
  | ParameterValueType
  | StructType<{ readonly [name: string]: Type }>
  | { readonly is: "array"; readonly of: Type; readonly max: number };

/** Arguments or members in the order in which they are sent. */
export type Fields = Readonly<Record<string, Type>>;

/** The type in this program of a value of that CWMP type. */
export type Value<T> = T extends { is: "string" | "dateTime" }
  ? string
  : T extends { is: "int" | "unsignedInt" }
    ? number
    : T extends { is: "boolean" }
      ? boolean
      : T extends { is: "base64" }
        ? Uint8Array
        : T extends { is: "parameterValue" }
          ? ParameterValueStruct
          : T extends { is: "struct"; fields: infer F }
            ? Values<F>
            : T extends { is: "array"; of: infer E }
              ? readonly Value<E>[]
              : never;

export type Values<F> = { readonly [K in keyof F]: Value<F[K]> };

export function string<const M extends Missing>(max: number, more?: M) {
  return { is: "string", max, ...more } as const;
}

export function path(max: number) {
  return { is: "string", max, path: true } as const;
}

export function int(min: number, max: number, more: Pick<IntegerType, "onlyIf"> = {}) {
  return { is: "int", min, max, ...more } as const;
}

export function unsignedInt(min = 0, more: Pick<IntegerType, "ignored" | "missing"> = {}) {
  return { is: "unsignedInt", min, max: 4_294_967_295, ...more } as const;
}

export const boolean = { is: "boolean" } as const;

export function dateTime(more: Missing = {}) {
  return { is: "dateTime", ...more } as const;
}

export const base64 = { is: "base64" } as const;

export const parameterValue = { is: "parameterValue", name: "ParameterValueStruct" } as const;

export function struct<const F extends Fields>(name: string, fields: F) {
  return { is: "struct", name, fields } as const;
}

export function array<const T extends Type>(of: T, max = Number.POSITIVE_INFINITY) {
  return { is: "array", of, max } as const;
}

/** The element name of the members of an array of that type. 3.5: the name of the type without its length limit. */
export function memberName(type: Type): string {
  return "name" in type ? type.name : type.is;
}
