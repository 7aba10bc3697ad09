/** Codec: HTML. A value that is filled into a template is text. It is escaped, so that no value becomes markup. */

/** Markup that needs no escaping. */
export class Html {
  constructor(readonly text: string) {}
}

type Piece = string | number | Html | undefined | readonly Piece[];

const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => names[char]!);

function written(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Html) return piece.text;
  if (typeof piece === "object") return piece.map(written).join("");
  return escaped(String(piece));
}

/** Attributes are written in double quotes. */
export const html = (texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  new Html(texts.map((text, i) => (i < pieces.length ? text + written(pieces[i]) : text)).join(""));
