/** Codec: names of parameters and objects. TR-069 A.3.2.1 Table 14, A.3.2.2 Table 15. */
import { modelLimits } from "./limits.ts";

/** `partial`: it ends with a dot and so names an object; no nodes at all is the top of the hierarchy. */
export interface Path {
  readonly nodes: readonly string[];
  readonly partial: boolean;
}

/** @returns undefined for a text that can name nothing: too long, or with an empty node */
export function parsePath(text: string): Path | undefined {
  if (text === "") return { nodes: [], partial: true };
  if (text.length > modelLimits.nameCharsMax) return undefined;
  const partial = text.endsWith(".");
  const nodes = (partial ? text.slice(0, -1) : text).split(".");
  return nodes.includes("") ? undefined : { nodes, partial };
}

/** Whether the text names a parameter, if anything. */
export const isParameter = (path: string): boolean => path !== "" && !path.endsWith(".");

/** Instance numbers are written one way only: `1`, never `01` or `+1`. */
export function parseInstance(node: string): number | undefined {
  if (!/^[1-9][0-9]{0,9}$/.test(node)) return undefined;
  const number = Number(node);
  return number <= modelLimits.instanceNumberMax ? number : undefined;
}

/** The name as an error text may show it: it is the peer's, and as long as the peer likes. */
export function shown(name: string): string {
  return name.length <= modelLimits.nameCharsMax ? name : `${name.slice(0, modelLimits.nameCharsMax)}…`;
}
