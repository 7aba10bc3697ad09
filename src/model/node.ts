/** Table: the nodes of the tree of a data model, and their order. TR-069 A.3.2.2, A.3.2.3. */
import type { ParameterInfoStruct, ParameterValueStruct } from "../rpc/messages.ts";
import type { At, Row } from "./define.ts";
import type { LeafShape, ObjectShape, TableShape } from "./shape.ts";
import type { Trace } from "./trace.ts";

export class Leaf {
  readonly is = "leaf";
  stamp = -1;
  /** The questions that the value was read from, of a value that depends on facts. */
  trace: Trace | undefined;
  struct: ParameterValueStruct | undefined;
  /** The moment in which a walk that names every parameter once has met it. */
  met = -1;
  constructor(
    readonly shape: LeafShape,
    readonly parent: ObjectNode,
    readonly name: string,
    /** Place among what stands in the parent. */
    readonly order: number,
  ) {}
}

/** The parameters of an object as GetParameterNames lists them, and the same as encoded for the wire. */
export interface Listed {
  readonly infos: readonly ParameterInfoStruct[];
  readonly text: string;
}

/** An object as GetParameterNames lists it, and the same as encoded for the wire. */
export interface Told {
  readonly info: ParameterInfoStruct;
  readonly text: string;
}

export class ObjectNode {
  readonly is = "object";
  leaves: readonly Leaf[] | undefined;
  /** Made by names.ts when first listed. */
  listed: Listed | undefined;
  /** Whether the object is present, and the questions that this was read from. */
  present = true;
  trace: Trace | undefined;
  stamp = -1;
  /** Made by names.ts when first listed. */
  told: Told | undefined;
  /** Its children, where none of them comes and goes. */
  all: readonly (ObjectNode | TableNode)[] | undefined;
  /** Its parameters as encoded for the wire; undefined: not written since one of them has changed. */
  text: string | undefined;
  children: Map<string, ObjectNode | TableNode> | undefined;
  constructor(
    readonly shape: ObjectShape,
    readonly parent: ObjectNode | TableNode | undefined,
    /** With its last dot. */
    readonly path: string,
    readonly at: At,
    /** Place among what stands in the parent; of an instance its number. */
    readonly order: number,
  ) {}
}

const none: ReadonlyMap<never, never> = new Map<never, never>();
const noRows: readonly never[] = [];

export class TableNode {
  readonly is = "table";
  stamp = -1;
  /** The questions that the rows were read from, of rows that depend on facts. */
  trace: Trace | undefined;
  lineage = -1;
  /** Made by names.ts when first listed. */
  told: Told | undefined;
  /** The list from which `rows` was made last. */
  given: readonly Row[] | undefined;
  /** By number, upwards. */
  rows: readonly ObjectNode[] = noRows;
  byNumber: ReadonlyMap<number, ObjectNode> = none;
  /** `rows` by the thing that they stand for, and the rows from which this index was made. */
  byThing: ReadonlyMap<string, readonly ObjectNode[]> = none;
  indexed: readonly ObjectNode[] | undefined;
  constructor(
    readonly shape: TableShape,
    readonly parent: ObjectNode,
    readonly path: string,
    readonly order: number,
  ) {}
}

export type Node = ObjectNode | TableNode;

/** Whether the node is there as long as its parent is. */
export const stays = (node: Node): boolean => node.is === "table" || node.shape.def.present === undefined;

/** Declaration order, instances by number: the order in which changes are made (A.3.2.1). */
export function inOrder(a: Leaf, b: Leaf): number {
  const [as, bs] = [places(a), places(b)];
  for (let i = 0; i < Math.min(as.length, bs.length); i++) if (as[i] !== bs[i]) return as[i]! - bs[i]!;
  return as.length - bs.length;
}

function places(leaf: Leaf): number[] {
  const found: number[] = [];
  for (let node: Leaf | Node | undefined = leaf; node !== undefined; node = node.parent)
    found.push(node.order);
  return found.reverse();
}
