/** A change leaves every line alone that it does not touch. The real tool loses all comments of a package with the first
 * commit; people who keep a commented file lost it to an SSID set by the ACS. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readStrictly, written } from "../../platform/openwrt/uci/origin.ts";
import type { Document } from "../../platform/openwrt/uci/package.ts";
import { parse } from "../../platform/openwrt/uci/parse.ts";
import { write } from "../../platform/openwrt/uci/write.ts";

/** What a change makes of a text; undefined where it says what it said. */
function changed(text: string, change: (document: Document) => void): string | undefined {
  const origin = readStrictly("/etc/config/test", text);
  change(origin.document);
  return written(origin);
}

const sample = `# our wireless
config wifi-device radio0
    option  channel "auto"   # let it choose
\toption country DE

# the first one
config wifi-iface\t'home'
\t# for the family
\toption ssid 'Home'
\toption key 'correct horse'\t# ask Ann

\tlist maclist '02:00:00:00:00:01' # phone
\tlist maclist '02:00:00:00:00:02' # tablet
\tlist maclist '02:00:00:00:00:03' # laptop

config wifi-iface
\toption ssid 'Guests'; option disabled 1
#\toption key 'off for now'
`;

/** A section, to be changed. */
const own = (document: Document, index: number) => document.own(document.sections[index]!);
const named = (document: Document, name: string) => document.own(document.section(name)!);
const home = (document: Document) => named(document, "home");

describe("lines that a change does not touch stay byte for byte", () => {
  const replaced = (from: string, to: string) => {
    expect(sample).toContain(from);
    return sample.replace(from, to);
  };

  test("an option that changes keeps its place and the comment behind it", () => {
    expect(changed(sample, (d) => home(d).set("key", "it's new"))).toBe(
      replaced("'correct horse'\t# ask Ann", "'it'\\''s new'\t# ask Ann"),
    );
    expect(changed(sample, (d) => named(d, "radio0").set("channel", "6"))).toBe(
      replaced('option  channel "auto"   # let', "option channel '6'   # let"),
    );
  });

  test("a new option is written behind the last line of its section, with the same indentation", () => {
    expect(changed(sample, (d) => home(d).set("hidden", "1"))).toBe(
      replaced("# laptop\n", "# laptop\n\toption hidden '1'\n"),
    );
    expect(changed(sample, (d) => named(d, "radio0").set("band", "2g"))).toBe(
      replaced("country DE\n", "country DE\n\toption band '2g'\n"),
    );
  });

  test("a deleted option removes its line, and no other", () => {
    expect(changed(sample, (d) => home(d).remove(home(d).option("ssid")!))).toBe(
      replaced("\toption ssid 'Home'\n", ""),
    );
  });

  test("unchanged items of a list keep their lines", () => {
    const [one, two, three] = ["1", "2", "3"].map((n) => `02:00:00:00:00:0${n}`);
    const list = (items: string[]) => changed(sample, (d) => home(d).set("maclist", items));
    expect(list([one!, three!])).toBe(replaced(`\tlist maclist '${two}' # tablet\n`, ""));
    expect(list([one!, "x", three!])).toBe(replaced(`'${two}' # tablet`, "'x' # tablet"));
    expect(list([one!, two!, three!, "x"])).toBe(replaced("# laptop\n", "# laptop\n\tlist maclist 'x'\n"));
    expect(list(["x", one!, two!, three!])).toBe(
      replaced(`\tlist maclist '${one}'`, `\tlist maclist 'x'\n\tlist maclist '${one}'`),
    );
    expect(list(["x"])).toBe(
      sample.replace(/\tlist maclist '.*1' # phone\n.*\n.*\n/, "\tlist maclist 'x' # phone\n"),
    );
  });

  test("a deleted section leaves all comments, its own too, and no further blank line", () => {
    const without = changed(sample, (d) => d.remove(home(d)));
    expect(without).toBe(`# our wireless
config wifi-device radio0
    option  channel "auto"   # let it choose
\toption country DE

# the first one
\t# for the family

config wifi-iface
\toption ssid 'Guests'; option disabled 1
#\toption key 'off for now'
`);
  });

  test("a new section is appended to the file, and its deletion restores the file", () => {
    for (const text of [sample, `${sample}\n`, "# nothing yet\n", "\n"]) {
      const add = (d: Document) => d.add("wifi-iface", "new").set("ssid", "New");
      const more = changed(text, add)!;
      expect(more.startsWith(text)).toBe(true);
      expect(changed(more, (d) => d.remove(d.section("new")!))).toBe(text);
    }
  });

  test("an option that is new at the end of the file is no new section", () => {
    const text = "# only\nconfig a 'a'\n\toption b '1'\n";
    expect(changed(text, (d) => own(d, 0).set("c", "2"))).toBe(`${text}\toption c '2'\n`);
  });

  test("a new section is refused if its name is the made-up name of an anonymous one: it would be read as that one", () => {
    const again = (d: Document) => d.add("a", d.sections[0]!.name).set("c", "2");
    expect(() => changed("config a\n\toption b '1'\n", again)).toThrow("cannot write back");
  });

  test("a line of several commands is split only if one of them changes", () => {
    const guests = (d: Document) => own(d, 2);
    expect(changed(sample, (d) => guests(d).set("disabled", "0"))).toBe(
      replaced(
        "\toption ssid 'Guests'; option disabled 1\n",
        "\toption ssid 'Guests'\n\toption disabled '0'\n",
      ),
    );
  });

  test("line ends of other systems are kept, and a last line without one", () => {
    expect(changed("config a 'a'\r\n\toption b 1\r\n# c\r\n", (d) => own(d, 0).set("b", "2"))).toBe(
      "config a 'a'\r\n\toption b '2'\r\n# c\r\n",
    );
    expect(changed("config a 'a'\n\toption b 1", (d) => own(d, 0).set("c", "2"))).toBe(
      "config a 'a'\n\toption b 1\n\toption c '2'\n",
    );
  });

  test("an option that is removed and added again is written at the end of its section; all comments stay", () => {
    const text = "# top\nconfig a 'a'\n\toption p '0'\n\t# beside\n\toption q '1'\n\toption r '2'\n# end\n";
    const again = (name: string, value: string) => (d: Document) => {
      const section = own(d, 0);
      section.remove(section.option(name)!);
      section.set(name, value);
    };
    expect(changed(text, again("p", "0"))).toBe(
      "# top\nconfig a 'a'\n\t# beside\n\toption q '1'\n\toption r '2'\n\toption p '0'\n# end\n",
    );
    const both = (d: Document) => {
      again("p", "1")(d);
      own(d, 0).set("new", "3");
      again("r", "2")(d);
    };
    expect(changed(text, both)).toBe(
      "# top\nconfig a 'a'\n\t# beside\n\toption q '1'\n\toption p '1'\n\toption new '3'\n\toption r '2'\n# end\n",
    );
  });

  test("an edit that changes nothing writes nothing", () => {
    expect(changed(sample, (d) => home(d).set("ssid", "Home"))).toBeUndefined();
  });
});

/** Lines as people and programs write them. */
const line = fc.constantFrom(
  "",
  "# a comment",
  "\t#option x '1'",
  "config a",
  "config b 'one'",
  "config b 'two' # named",
  "c a; o x '1'",
  "\toption x '1'",
  "\toption x 2 # two",
  '\toption y "a b"',
  "\toption y 'many\n lines'",
  "  list l '1'",
  "\tlist l 2 # item",
  "\tlist l '3'; list l '4'",
  "\toption z ''",
  "\toption q a#b",
  "\toption w a\\\nb",
  "option v 'x' ; option u 'y'",
  "package test",
);
const edit = fc.record({
  section: fc.nat(5),
  what: fc.constantFrom("set", "list", "unset", "remove", "add"),
  name: fc.constantFrom("x", "y", "l", "z", "new"),
  items: fc.array(fc.constantFrom("1", "2", "3", "4", "it's"), { minLength: 1, maxLength: 4 }),
});

type RandomEdit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function carryOut(document: Document, edits: readonly RandomEdit[]): void {
  for (const { section: at, what, name, items } of edits) {
    const section = document.sections[at];
    const own = items.length > 1 ? `s${document.sections.length}` : undefined;
    if (what === "add") {
      if (own === undefined || document.section(own) === undefined)
        document.add("new", own).set(name, items[0]!);
    } else if (section === undefined) continue;
    else if (what === "remove") document.remove(section);
    else if (what === "unset") {
      const mine = document.own(section);
      const option = mine.option(name);
      if (option !== undefined) mine.remove(option);
    } else document.own(section).set(name, what === "set" ? items[0]! : items);
  }
}

test("after any change of any file the file reads back correctly, and no comment line is lost or moved", () => {
  const property = fc.property(
    fc.array(line, { maxLength: 24 }),
    fc.array(edit, { maxLength: 4 }),
    (lines, edits) => {
      const text = lines.join("\n");
      let origin: ReturnType<typeof readStrictly>;
      try {
        origin = readStrictly("test", text);
      } catch {
        return;
      }
      const { document } = origin;
      carryOut(document, edits);
      const after = written(origin);
      if (after === undefined) return;
      expect(write(parse(after, true).document)).toBe(write(document));
      const comments = (of: string) => of.split("\n").filter((one) => /^\s*#/.test(one));
      expect(comments(after)).toEqual(comments(text));
    },
  );
  fc.assert(property, { numRuns: 3000 });
});

test("a change of the text that was written last makes the same text as a change of the file read anew", () => {
  const property = fc.property(
    fc.array(line, { maxLength: 24 }),
    fc.array(fc.array(edit, { maxLength: 3 }), { minLength: 2, maxLength: 4 }),
    (lines, changes) => {
      const text = lines.join("\n");
      /** @param anew whether the file is another one each time, so that none of it is known */
      const ended = (name: string, anew: boolean) =>
        changes.reduce((now, edits, i) => {
          const origin = readStrictly(`${name} ${anew ? i : ""}`, now);
          carryOut(origin.document, edits);
          return written(origin) ?? now;
        }, text);
      let there: string;
      try {
        there = ended("anew", true);
      } catch {
        return;
      }
      expect(ended("known", false)).toBe(there);
    },
  );
  fc.assert(property, { numRuns: 2000 });
});
