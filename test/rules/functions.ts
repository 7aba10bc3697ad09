/** Every function of a source file with its length, by the indentation that the formatter keeps. */
import type { Source } from "./source.ts";

export interface Measured {
  readonly name: string;
  /** From its first line to its last, signature included. */
  readonly lines: number;
}

const control = /^\s*(?:\} )?(?:if|else|for|while|do|switch|try|catch|finally|case|default)\b/;
/** The head of a function on one line: `function`, an arrow with a body, a method. */
const head =
  /\bfunction\b.*\{$|=>(?: [{[(`])?$|^\s*(?:(?:async|private|protected|static|get|set|readonly) )*[\w#]+\(.*\)[^=]*\{$/;
/** The last line of a head that takes several: it begins where the line before it was indented as much. */
const headEnd = /^\s*\)(?:: .*)?(?: =>)? \{$/;

export function functionsOf(file: Pick<Source, "code">): Measured[] {
  const lines = file.code.split("\n");
  return lines.flatMap((line, at) => {
    if (control.test(line)) return [];
    const indent = indentOf(line);
    const begin = headEnd.test(line) ? lastBefore(lines, at, indent) : head.test(line) ? at : undefined;
    if (begin === undefined || control.test(lines[begin]!)) return [];
    const next = lines.findIndex((other, i) => i > at && other.trim() !== "" && indentOf(other) <= indent);
    // A body in brackets ends with the closing one; an expression ends before the next line as far to the left.
    const end = next === -1 ? lines.length : /^\s*[}\])`]/.test(lines[next]!) ? next + 1 : next;
    return [{ name: nameOf(lines[begin]!), lines: end - begin }];
  });
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

function lastBefore(lines: readonly string[], at: number, indent: number): number {
  let begin = at - 1;
  while (begin > 0 && (lines[begin]!.trim() === "" || indentOf(lines[begin]!) > indent)) begin -= 1;
  return begin;
}

function nameOf(line: string): string {
  const named = /\bfunction\*? (\w+)|(?:const|let) (\w+)|([\w#]+)(?:: |\()/.exec(line);
  return named?.[1] ?? named?.[2] ?? named?.[3] ?? line.trim();
}
