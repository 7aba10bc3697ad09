import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replay } from "../../platform/openwrt/uci/delta.ts";
import { anonymousName, Document } from "../../platform/openwrt/uci/package.ts";
import { BadPackage, parse } from "../../platform/openwrt/uci/parse.ts";
import { showPackage } from "../../platform/openwrt/uci/show.ts";
import { fromBytes, toBytes, toRaw, toText } from "../../platform/openwrt/uci/text.ts";
import { write, writeExport } from "../../platform/openwrt/uci/write.ts";

const runs = { numRuns: 500 };

/** Byte strings without NUL, heavy in what the grammar cares about. */
const value = fc
  .array(
    fc.oneof(
      fc.constantFrom("'", '"', "\\", "\n", "\r", "\t", " ", "#", ";", "$()", "`", "="),
      fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
const name = fc.stringMatching(/^[A-Za-z0-9_]{1,8}$/);
const type = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
const option = fc.tuple(
  name,
  fc.oneof(
    value.filter((text) => text !== ""),
    fc.array(value, { minLength: 1, maxLength: 4 }),
  ),
);
const section = fc.tuple(type, fc.option(name, { nil: undefined }), fc.array(option, { maxLength: 20 }));
const document = fc.array(section, { maxLength: 12 }).map((sections) => {
  const made = new Document();
  for (const [kind, own, options] of sections) {
    if (own !== undefined && made.section(own) !== undefined) continue;
    const target = made.add(kind, own);
    for (const [key, content] of options) target.set(key, content);
  }
  return made;
});

const whole = (made: Document): string => writeExport("t", made, true);

describe("written documents", () => {
  test("read back, whatever bytes but NUL they hold", () => {
    fc.assert(
      fc.property(document, (made) => {
        expect(whole(parse(write(made), true).document)).toBe(whole(made));
      }),
      runs,
    );
  });

  /** The short cut for ordinary lines must mean the same as the scanner; another spelling keeps a line from it. */
  test.each([
    ["two blanks", (text: string) => text.replace(/^(config|\toption|\tlist) /gm, "$1  ")],
    ["one letter", (text: string) => text.replace(/^(\t?)(c|o|l)(onfig|ption|ist) /gm, "$1$2 ")],
    ["a comment behind", (text: string) => text.replace(/^(config .*)$/gm, "$1 # c")],
  ])("ordinary lines and the same with %s", (_, respell) => {
    const plain = fc.stringMatching(/^[a-z0-9 .:/-]{1,10}$/);
    const options = fc.array(
      fc.tuple(
        fc.constantFrom("p", "q", "r"),
        fc.oneof(plain, fc.array(plain, { minLength: 1, maxLength: 3 })),
      ),
      { maxLength: 6 },
    );
    const sections = fc.array(
      fc.tuple(
        fc.constantFrom("a", "b-c"),
        fc.option(fc.constantFrom("x", "y", "cfg010061"), { nil: undefined }),
        options,
      ),
      { maxLength: 6 },
    );
    const text = sections.map((all) =>
      all
        .map(([kind, own, list]) => {
          const lines = list.flatMap(([key, content]) =>
            typeof content === "string"
              ? [`\toption ${key} '${content}'`]
              : content.map((item) => `\tlist ${key} '${item}'`),
          );
          return [`config ${kind}${own === undefined ? "" : ` '${own}'`}`, ...lines, ""].join("\n");
        })
        .join("\n"),
    );
    fc.assert(
      fc.property(text, (source) => {
        expect(whole(parse(respell(source), false).document)).toBe(whole(parse(source, false).document));
      }),
      runs,
    );
  });
});

describe("hostile bytes", () => {
  const soup = fc
    .array(
      fc.oneof(
        value,
        fc.constantFrom("config a 'x'\n", "\toption p ", "list q", "package", "\0", "config", "\n"),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(""));

  test("end as a document or a BadPackage, whose first complaint is the one of the strict mode or an earlier one", () => {
    fc.assert(
      fc.property(soup, (source) => {
        const lenient = parse(source, false);
        try {
          expect(parse(source, true).complaints).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(BadPackage);
        }
        whole(lenient.document);
      }),
      runs,
    );
  });

  test("are ignored or applied as delta lines", () => {
    const line = fc
      .tuple(
        fc.constantFrom("", "+", "-", "@", "^", "|", "~"),
        fc.constantFrom("t.x", "t.x.p", "t.x.l", "t.y", "u.x", "t.@a[0]"),
        fc.constantFrom("", "=", "='1'", "='-1'", "='y'", "='99999999999999999999'", "=''"),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(fc.oneof(line, soup), { maxLength: 10 }), (lines) => {
        const { document: made } = parse(
          "config a 'x'\n\toption p '1'\n\tlist l 'a'\n\tlist l 'b'\nconfig a 'y'\n",
          true,
        );
        const { changes, applied } = replay(lines.join("\n"), "t", made);
        expect(applied).toBeLessThanOrEqual(changes.length);
        expect(new Set(made.sections).size).toBe(made.sections.length);
        showPackage("t", made, true);
      }),
      runs,
    );
  });

  /** Bounded work, not bounded time: each of these took minutes if any step looked at all that came before. */
  test.each([
    ["an open quote over every line", `config a 'x'\noption p '${"line\n".repeat(100_000)}`],
    ["lines joined by backslashes", `config a 'x'\noption p ${"a\\\n".repeat(100_000)}`],
    [
      "one section of many options",
      `config a 'x'\n${Array.from({ length: 50_000 }, (_, i) => `option o${i} ${i}\n`).join("")}`,
    ],
    ["many sections by name", Array.from({ length: 50_000 }, (_, i) => `config a 's${i}'\n`).join("")],
    ["nothing but bad lines", "x\n".repeat(200_000)],
    ["NUL bytes", "config a\0b\n".repeat(20_000)],
  ])("large: %s", (_, source) => {
    const { document: made, complaints } = parse(source, false);
    expect(made.sections.length + complaints.length).toBeGreaterThan(0);
  });
});

describe("names of anonymous sections", () => {
  test.each([
    [1, "dnsmasq", "cfg01411c"],
    [1, "system", "cfg01e48a"],
    [3, "device", "cfg030f15"],
    [256, "r", "cfg100b617"],
  ])("section %i, a %s, is %s", (count, kind, expected) => {
    expect(anonymousName(count, kind)).toBe(expected);
  });
});

describe("values as text", () => {
  test("every byte is written unchanged, whatever the encoding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(toBytes(toRaw(toText(fromBytes(bytes))))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test("text is UTF-8 on disk and text again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(toText(toRaw(text))).toBe(text);
        expect(toRaw(text)).toBe(Buffer.from(text, "utf8").toString("latin1"));
      }),
      runs,
    );
  });

  test("a value of two encodings keeps both", () => {
    const raw = "Caf\xc3\xa9 M\xfcller";
    expect(toText(raw)).toBe("Café M\udcfcller");
    expect(toRaw("Café M\udcfcller")).toBe(raw);
  });
});
