/** Rule: netifd's codes of errors as values of LastConnectionError. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import type { Interface } from "../../../src/ports/facts.ts";
import { fact } from "./bind.ts";

/** netifd keeps the error of the last attempt until the interface is up.
 * @param words of the model by netifd's codes; a code without a word is ERROR_UNKNOWN */
export const lastErrorOf = (
  live: (at: At, env: Env) => Interface | undefined,
  words: Readonly<Record<string, string>>,
): Binding =>
  fact((_sheet, at, env) => {
    const code = live(at, env)?.errors.at(-1);
    if (code === undefined) return "ERROR_NONE";
    return Object.hasOwn(words, code) ? words[code]! : "ERROR_UNKNOWN";
  });
