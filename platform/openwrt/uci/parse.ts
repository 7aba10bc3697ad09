/** Codec: the bytes of a package file to a Document.
 *
 * Ordinary lines, as `uci commit` writes them, take a short cut; every other line goes through the scanner, which knows
 * the whole grammar. Both end in the same three acts: open a section, set an option, add a list item. */
import { Malformed } from "../../../src/errors.ts";
import type { Layout } from "./layout.ts";
import { Document, type Section } from "./package.ts";
import { Complaint, isType, Scanner } from "./scan.ts";

/** A package that libuci refuses: the first complaint about it. */
export class BadPackage extends Malformed {
  constructor(readonly complaint: Complaint) {
    super(complaint.toString());
  }
}

export interface Parsed {
  readonly document: Document;
  /** The lines that were skipped; empty after a strict parse. */
  readonly complaints: readonly Complaint[];
}

/** @param strict the first bad line fails the whole package, as in the CLI; otherwise it is skipped, as netifd does
 * @param layout receives the place of each command
 * @throws BadPackage in a strict parse */
export function parse(raw: string, strict: boolean, layout?: Layout): Parsed {
  const parser = new Parser(raw, strict, layout);
  const { scan } = parser;
  const complaints: Complaint[] = [];
  for (let from = 0; scan.nextLine(); from = scan.next) {
    try {
      parser.line();
      layout?.lineEnds(from, scan.next, scan.comment);
    } catch (complaint) {
      if (!(complaint instanceof Complaint)) throw complaint;
      if (strict) throw new BadPackage(complaint);
      complaints.push(complaint);
    }
  }
  return { document: parser.document, complaints };
}

class Parser {
  readonly document = new Document();
  readonly scan: Scanner;
  #section: Section | undefined;
  readonly #strict: boolean;
  readonly #layout: Layout | undefined;

  constructor(raw: string, strict: boolean, layout: Layout | undefined) {
    this.scan = new Scanner(raw);
    this.#strict = strict;
    this.#layout = layout;
  }

  line(): void {
    const { scan } = this;
    scan.skipSpace();
    if (this.#ordinary()) return;
    for (;;) {
      const word = scan.command();
      if (word === undefined || word[0] === "#") return;
      if (word === "config" || word === "c") this.#config();
      else if (word === "option" || word === "o") this.#option(false);
      else if (word === "list" || word === "l") this.#option(true);
      else if (word === "package" || word === "p") this.#package();
      else scan.complain("invalid command");
    }
  }

  /** `config TYPE`, `config TYPE 'NAME'`, `option NAME 'VALUE'`, `list NAME 'VALUE'`, with that spelling exactly.
   * @returns false where the line is of another form; nothing is done then */
  #ordinary(): boolean {
    const { scan } = this;
    const { text, at } = scan;
    const last = scan.end - 1;
    if (at >= last || text.charCodeAt(last) !== 10) return false;
    const first = text.charCodeAt(at);
    if (first === 111 && this.#section !== undefined && text.startsWith("option ", at)) {
      return this.#ordinaryOption(at + 7, last, false);
    }
    if (first === 108 && this.#section !== undefined && text.startsWith("list ", at)) {
      return this.#ordinaryOption(at + 5, last, true);
    }
    if (first === 99 && text.startsWith("config ", at)) return this.#ordinaryConfig(at + 7, last);
    return false;
  }

  #ordinaryOption(from: number, last: number, list: boolean): boolean {
    const { text } = this.scan;
    const to = nameEnd(text, from);
    if (to === from || text.charCodeAt(to) !== 32 || text.charCodeAt(to + 1) !== 39) return false;
    if (text.indexOf("'", to + 2) !== last - 1 || to + 2 >= last) return false;
    this.#put(text.slice(from, to), text.slice(to + 2, last - 1), list);
    return true;
  }

  #ordinaryConfig(from: number, last: number): boolean {
    const { text } = this.scan;
    const to = plainTypeEnd(text, from);
    if (to === from) return false;
    const type = text.slice(from, to);
    if (to === last) {
      this.#add(type);
      return true;
    }
    if (text.charCodeAt(to) !== 32 || text.charCodeAt(to + 1) !== 39) return false;
    const end = nameEnd(text, to + 2);
    if (end === to + 2 || end !== last - 1 || text.charCodeAt(end) !== 39) return false;
    this.scan.at = this.scan.end;
    this.#open(type, text.slice(to + 2, end));
    return true;
  }

  #config(): void {
    const { scan } = this;
    if (!scan.passCommand()) scan.complain("config without name");
    const type = scan.required();
    if (!isType(type)) scan.complain("invalid character in type field");
    const name = scan.checkName(scan.word(), "section");
    this.#endOfCommand();
    if (name === "") this.#add(type);
    else this.#open(type, name);
  }

  #option(list: boolean): void {
    const { scan } = this;
    if (this.#section === undefined) scan.complain("option/list command found before the first section");
    if (!scan.passCommand()) scan.complain("option without name");
    const name = scan.checkName(scan.required(), "section");
    const value = scan.word();
    this.#endOfCommand();
    this.#put(name, value, list);
  }

  /** Checked and otherwise ignored: the file's name names the package. */
  #package(): void {
    const { scan } = this;
    if (!scan.passCommand()) scan.complain("package without name");
    scan.checkName(scan.required(), "package");
    this.#endOfCommand();
  }

  #endOfCommand(): void {
    if (this.scan.word() !== "" && this.#strict) this.scan.complain("too many arguments");
  }

  #add(type: string): void {
    this.#section = this.document.add(type);
    this.#layout?.opened(this.#section);
  }

  /** A section that is named again is continued in its first place. */
  #open(type: string, name: string): void {
    const known = this.document.section(name);
    if (known !== undefined && known.type !== type) {
      if (this.#strict)
        this.scan.complain("section of different type overwrites prior section with same name");
      this.document.retype(known, type);
    }
    this.#section = known ?? this.document.add(type, name);
    this.#layout?.opened(this.#section);
  }

  #put(name: string, value: string, list: boolean): void {
    this.#layout?.put(this.#section!, name, value, list);
    if (list) this.#section!.addItem(name, value);
    // An empty option is none; an empty list item is one.
    else if (value !== "") this.#section!.set(name, value);
  }
}

function nameEnd(text: string, from: number): number {
  let to = from;
  while (isNameCode(text.charCodeAt(to))) to++;
  return to;
}

/** The types that need no second look: names, and dashes as in `wifi-iface`. */
function plainTypeEnd(text: string, from: number): number {
  let to = from;
  for (;;) {
    const code = text.charCodeAt(to);
    if (!isNameCode(code) && code !== 45) return to;
    to++;
  }
}

function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95
  );
}
