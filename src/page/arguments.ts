/** Codec: the arguments of a kick, from query, form and headers. TR-069 D.4 Table 69, A.4.2.1 Table 60. */
import { Malformed } from "../errors.ts";
import type { Args } from "../rpc/table.ts";
import { pageLimits as limits } from "./limits.ts";
import type { PageRequest } from "./request.ts";

const lengths = {
  command: limits.commandCharsMax,
  arg: limits.argCharsMax,
  next: limits.urlCharsMax,
} as const;

type Name = keyof typeof lengths;

const malformed = (why: string): Malformed => new Malformed(`Cannot read the arguments: ${why}`);

/** Characters that no envelope can carry, or that end or garble a line of text. XML 1.0 2.2. */
const control = /[\x00-\x1f\x7f-\x9f\ufffe\uffff]/;

/** Reads application/x-www-form-urlencoded. Unknown names are skipped.
 * @throws Malformed a name twice, a broken escape, no UTF-8 */
export function readForm<N extends string>(text: string, known: readonly N[]): Partial<Record<N, string>> {
  const found: Partial<Record<N, string>> = {};
  for (const pair of text.split("&")) {
    const at = pair.indexOf("=");
    const name = known.find((one) => one === plain(at < 0 ? pair : pair.slice(0, at)));
    if (name === undefined) continue;
    if (found[name] !== undefined) throw malformed(`${name} twice`);
    found[name] = plain(at < 0 ? "" : pair.slice(at + 1));
  }
  return found;
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed("a broken escape");
  }
}

/** A form's own arguments win over those of the URL that it is sent to.
 * @throws Malformed */
export function readArguments({ query, body, headers, method }: PageRequest): Args<"Kicked"> {
  const names = Object.keys(lengths) as Name[];
  const form = method === "POST" ? readForm(utf8(body), names) : {};
  const given: Partial<Record<Name, string>> = { ...readForm(query, names), ...form };
  for (const name of names) {
    const value = given[name] ?? "";
    if (control.test(value)) throw malformed(`a control character in ${name}`);
    if (charactersOf(value) > lengths[name])
      throw malformed(`${name} has more than ${lengths[name]} characters`);
  }
  const { command = "", arg = "", next = "" } = given;
  return { Command: command, Referer: refererOf(headers), Arg: arg, Next: next };
}

function utf8(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw malformed("no UTF-8");
  }
}

/** An unpaired surrogate counts as one character. */
export const charactersOf = (text: string): number => [...text].length;

/** A.4.2.1 Table 60: at most 64 characters. Browsers send longer ones, which are cut. */
function refererOf(headers: PageRequest["headers"]): string {
  const text = (headers.get("referer") ?? "").replace(new RegExp(control, "g"), "");
  return [...text].slice(0, limits.refererCharsMax).join("");
}
