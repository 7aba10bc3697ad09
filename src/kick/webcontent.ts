/** Handler: texts, style, pictures and fonts that "2 Web Content" brings to the LAN page. TR-069 Table 30. */
import { pageLimits as limits } from "../page/limits.ts";
import { type Language, languageFor } from "../page/words.ts";
import type { Clock } from "../ports/clock.ts";
import type { Content } from "../ports/content.ts";

export interface WebContent {
  language(wanted: string): Language;
  /** The style sheet; undefined: web content brings none. */
  style(): Uint8Array | undefined;
  /** A picture or a font, by the path of its URL. */
  file(path: string): { readonly type: string; readonly bytes: Uint8Array } | undefined;
}

const types: Readonly<Record<string, string>> = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  ico: "image/x-icon",
  woff: "font/woff",
  woff2: "font/woff2",
};

/** Parts that begin with a letter or a digit: no way leads upwards, and none to a hidden file. */
const fileName = /^\/((?:[A-Za-z0-9][\w.-]{0,63}\/){0,3}[A-Za-z0-9][\w.-]{0,63}\.([a-z0-9]{2,5}))$/;

export function webContent(content: Content, clock: Clock): WebContent {
  /** Texts by language, kept for some seconds, since every page needs them. */
  const known = new Map<string, { readonly at: number; readonly text: string | undefined }>();

  function texts(code: string): string | undefined {
    const now = clock.now().mono;
    const found = known.get(code);
    if (found !== undefined && now - found.at < limits.textsMs) return found.text;
    const bytes = content.read(`${code}.json`, limits.textsBytesMax);
    const text = bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    if (known.size >= limits.languagesMax) known.clear();
    known.set(code, { at: now, text });
    return text;
  }

  return {
    language: (wanted) => languageFor(wanted, texts),
    style: () => content.read("style.css", limits.contentBytesMax),
    file(path) {
      const [, name, ending] = fileName.exec(path) ?? [];
      const type = ending === undefined ? undefined : types[ending];
      if (name === undefined || type === undefined) return undefined;
      const bytes = content.read(name, limits.contentBytesMax);
      return bytes === undefined ? undefined : { type, bytes };
    },
  };
}
