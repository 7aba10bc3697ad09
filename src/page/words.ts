/** Rule: the language of a page, and the texts that web content replaces. RFC 9110 12.5.4, TR-069 Table 30. */
import { english, type Words } from "./english.ts";
import { german } from "./german.ts";
import { pageLimits as limits } from "./limits.ts";

export interface Language {
  /** As in `lang`. */
  readonly code: string;
  readonly words: Words;
}

/** A browser that wants none of these languages gets the first. */
const builtIn: readonly Language[] = [
  { code: "en", words: english },
  { code: "de", words: german },
];

/** The first language that the browser wants and that is there.
 * @param texts a file of texts of web content, as `en.json`: undefined where there is none */
export function languageFor(wanted: string, texts: (code: string) => string | undefined): Language {
  for (const code of preferred(wanted)) {
    const words = builtIn.find((one) => one.code === code)?.words;
    const own = replaced(texts(code));
    if (words !== undefined || own !== undefined) return { code, words: { ...(words ?? english), ...own } };
  }
  const own = replaced(texts("en"));
  return { code: "en", words: own === undefined ? english : { ...english, ...own } };
}

/** Language codes without region, the most wanted first. */
function preferred(wanted: string): readonly string[] {
  const found = wanted.split(",", limits.languagesMax).flatMap((part) => {
    const [, code, weight] =
      /^\s*([a-z]{2,3})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(part) ?? [];
    const q = weight === undefined ? 1 : Number(weight);
    return code === undefined || q === 0 ? [] : [{ code: code.toLowerCase(), q }];
  });
  return [...new Set(found.sort((a, b) => b.q - a.q).map(({ code }) => code))];
}

/** Reads texts of web content. Unknown keys and texts that are too long are left out; undefined: the file is no
 * table. */
function replaced(json: string | undefined): Partial<Words> | undefined {
  if (json === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const known = Object.entries(value).filter(
    ([key, text]) =>
      Object.hasOwn(english, key) &&
      typeof text === "string" &&
      text !== "" &&
      text.length <= limits.textCharsMax,
  );
  return Object.fromEntries(known);
}

/** Replaces each placeholder in braces by its value. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : all,
  );
