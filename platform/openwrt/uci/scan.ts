/** Codec: lines and words as libuci takes them from a file.
 *
 * A logical line grows: a quoted newline or a backslash before one fetches the next line of the file, and error
 * positions count bytes of that grown line. libuci does this in one C buffer which it also cuts with NUL bytes; `end`
 * here is where such a cut falls. */

/** The complaint of libuci about a bad line. Thrown and caught inside this room. No Error, because an Error costs more
 * and a file may hold as many bad lines as it has bytes. */
export class Complaint {
  constructor(
    readonly reason: string,
    readonly line: number,
    readonly byte: number,
    /** The line of the file at which the bad command begins. `line` counts newlines as libuci does: it is one less for
     * a last line that has no newline, and the end of the file for a quotation mark that nobody closes. */
    readonly first: number,
  ) {}

  /** As the real tool prints it, without prefix and newline. */
  toString(): string {
    return `Parse error (${this.reason}) at line ${this.line}, byte ${this.byte}`;
  }
}

export type NameKind = "section" | "package";

const blank = 32;
const tab = 9;
const newline = 10;
const backslash = 92;
const singleQuote = 39;
const doubleQuote = 34;
const semicolon = 59;
const hash = 35;

/** isspace() of the C locale. */
function isSpace(code: number): boolean {
  return code === blank || (code >= tab && code <= 13);
}

/** Letters, digits, underscore: section and option names. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9_]+$/.test(text);
}

/** Any visible ASCII: section types, and package names as libuci judges them. */
export function isType(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

export class Scanner {
  /** Newlines read so far: the line number of a complaint. */
  line = 0;
  #first = 1;
  /** The text that holds the current line: the whole input, or one patched line of it. */
  text: string;
  /** The position of the scan in `text`. */
  at = 0;
  /** The position at which the line ends or was cut. A character at this position reads as NUL. */
  end = 0;
  readonly #input: string;
  readonly #nul: boolean;
  /** Added to `at`, gives the position in the logical line. */
  #base = 0;
  #next = 0;
  #commandEnd = 0;
  /** libuci's buffer size, which decides how much text is lost after a NUL byte. */
  #room = 32;

  constructor(input: string) {
    this.#input = input;
    this.text = input;
    this.#nul = input.includes("\0");
  }

  /** Goes to the next line of the file. @returns false at its end */
  nextLine(): boolean {
    this.at = this.#next;
    this.#base = -this.#next;
    this.#first = this.line + 1;
    return this.#fetch(0) || this.#next < this.#input.length;
  }

  get byte(): number {
    return this.#base + this.at;
  }

  /** The position in the input at which the next line begins. */
  get next(): number {
    return this.#next;
  }

  /** The comment after the last command of the line: the blanks before its `#`, and everything from there to the end of
   * the line. */
  get comment(): string {
    const { text, end } = this;
    if (end >= this.#next || text.charCodeAt(end) !== hash) return "";
    let from = end;
    while (isBlank(text.charCodeAt(from - 1))) from--;
    const stop = text.indexOf("\n", end);
    return text.slice(from, stop < 0 ? undefined : stop).trimEnd();
  }

  /** The current character; 0 where the line ends. */
  peek(): number {
    return this.at < this.end ? this.text.charCodeAt(this.at) : 0;
  }

  complain(reason: string): never {
    throw new Complaint(reason, this.line, this.byte, this.#first);
  }

  skipSpace(): void {
    while (this.at < this.end && isSpace(this.text.charCodeAt(this.at))) this.at++;
  }

  /** The command word: up to a blank or TAB, nothing consumed. @returns undefined where nothing is left */
  command(): string | undefined {
    const { text, end } = this;
    let from = this.at;
    while (from < end && isBlank(text.charCodeAt(from))) from++;
    if (from === end) return undefined;
    let to = from;
    while (to < end && !isBlank(text.charCodeAt(to))) to++;
    this.#commandEnd = to;
    return text.slice(from, to);
  }

  /** Steps over that word and the blank behind it. @returns false where there is no such blank */
  passCommand(): boolean {
    if (this.#commandEnd === this.end) return false;
    this.at = this.#commandEnd + 1;
    return true;
  }

  /** The next word, unquoted; empty where none is left. Ends at whitespace, `;`, `#` or the end of the line. */
  word(): string {
    this.skipSpace();
    if (this.peek() === semicolon) {
      this.at++;
      return "";
    }
    return this.#word();
  }

  /** A word that must be there. */
  required(): string {
    const word = this.word();
    if (word === "") this.complain("insufficient arguments");
    return word;
  }

  /** Complains unless the word may be a name; an empty one was none. */
  checkName(word: string, kind: NameKind): string {
    const good = kind === "package" ? /^[A-Za-z0-9_-]*$/.test(word) : word === "" || isName(word);
    if (!good) this.complain("invalid character in name field");
    return word;
  }

  #word(): string {
    let word = "";
    let whole = true;
    for (;;) {
      const code = this.peek();
      if (code === singleQuote) {
        word += this.#singleQuoted();
        whole = false;
      } else if (code === doubleQuote) {
        word += this.#doubleQuoted();
        whole = false;
      } else if (code === 0 || code === hash) {
        this.end = this.at;
        return word;
      } else if (code === semicolon) {
        // The NUL that ends the word lands on the `;` itself unless quotes or escapes made the word shorter:
        // only then is the rest of the line another command.
        if (whole) this.end = this.at;
        return word;
      } else if (code === backslash) {
        whole = false;
        if (this.#escape()) word += this.text[this.at++];
      } else {
        word += this.#plain();
      }
      const next = this.peek();
      if (next === 0) return word;
      if (isSpace(next)) {
        this.at++;
        return word;
      }
    }
  }

  /** The run of ordinary characters from here; at least one. */
  #plain(): string {
    const { text, at, end } = this;
    let to = at + 1;
    while (to < end) {
      const code = text.charCodeAt(to);
      if (isSpace(code) || isSpecial(code)) break;
      to++;
    }
    this.at = to;
    return text.slice(at, to);
  }

  #singleQuoted(): string {
    let value = "";
    this.at++;
    for (;;) {
      value += this.#until(singleQuote, singleQuote);
      if (this.at < this.end) {
        this.at++;
        return value;
      }
      if (!this.#more()) this.complain("EOF with unterminated '");
    }
  }

  #doubleQuoted(): string {
    let value = "";
    this.at++;
    for (;;) {
      value += this.#until(doubleQuote, backslash);
      const code = this.peek();
      if (code === doubleQuote) {
        this.at++;
        return value;
      }
      if (code === backslash) {
        if (this.#escape()) value += this.text[this.at++];
      } else if (!this.#more()) {
        this.complain('EOF with unterminated "');
      }
    }
  }

  /** The text before the next of two characters, or before the end of the line. */
  #until(one: number, other: number): string {
    const { text, at, end } = this;
    let to = at;
    while (to < end) {
      const code = text.charCodeAt(to);
      if (code === one || code === other) break;
      to++;
    }
    this.at = to;
    return text.slice(at, to);
  }

  /** Steps over a backslash. @returns false where it joined the next line: nothing to take here */
  #escape(): boolean {
    this.at++;
    const code = this.peek();
    const crlf = code === 13 && this.at + 2 === this.end && this.text.charCodeAt(this.at + 1) === newline;
    if (code !== 0 && code !== newline && !crlf) return true;
    this.#more();
    return false;
  }

  /** Adds the next line of the file at the position of the scanner. @returns false at the end of the file */
  #more(): boolean {
    const offset = this.byte;
    if (!this.#fetch(offset)) this.end = this.at;
    return this.at < this.end;
  }

  #fetch(offset: number): boolean {
    if (this.#next === this.#input.length) return false;
    if (this.#nul) {
      this.text = this.#patchedLine(offset);
      this.at = 0;
      this.end = this.text.length;
      this.#base = offset;
      return this.end > 0;
    }
    const stop = this.#input.indexOf("\n", this.#next);
    this.at = this.#next;
    this.end = stop < 0 ? this.#input.length : stop + 1;
    this.#base = offset - this.at;
    this.#next = this.end;
    if (stop >= 0) this.line++;
    return true;
  }

  /** A line of an input with NUL bytes. A C string ends at a NUL: libuci loses the rest of an fgets(), and the line
   * continues with the next piece of the file. The size of a piece is that of the buffer, which doubles each time. */
  #patchedLine(offset: number): string {
    let line = "";
    if (offset >= this.#room - 1) this.#room *= 2;
    while (this.#next < this.#input.length) {
      const stop = this.#input.indexOf("\n", this.#next);
      const lineEnd = stop < 0 ? this.#input.length : stop + 1;
      const pieceEnd = Math.min(lineEnd, this.#next + this.#room - 1 - offset - line.length);
      const piece = this.#input.slice(this.#next, pieceEnd);
      const nul = piece.indexOf("\0");
      this.#next = pieceEnd;
      if (nul === 0) break;
      line += nul < 0 ? piece : piece.slice(0, nul);
      if (line.endsWith("\n")) {
        this.line++;
        break;
      }
      this.#room *= 2;
    }
    return line;
  }
}

function isBlank(code: number): boolean {
  return code === blank || code === tab;
}

function isSpecial(code: number): boolean {
  return (
    code === backslash || code === singleQuote || code === doubleQuote || code === semicolon || code === hash
  );
}
