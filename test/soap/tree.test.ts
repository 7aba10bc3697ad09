import { describe, expect, test } from "vitest";
import { Malformed } from "../../src/errors.ts";
import { soapLimits } from "../../src/soap/limits.ts";
import { type Element, parseTree } from "../../src/soap/tree.ts";

function parse(text: string, truncated = false): Element {
  return parseTree(text, truncated, new Set()).root;
}

/** Its shape: names, texts and children. */
function shape(element: Element): unknown {
  return [element.name, element.text, ...element.children.map(shape)];
}

describe("well-formed", () => {
  test("XML 2.4, 4.1 text, CDATA and references are joined to one text", () => {
    expect(shape(parse("<a>1&lt;<![CDATA[<b>&amp;]]>&#65;&#x1F600;&quot;<!-- no --><?no no?>2</a>"))).toEqual(
      ["a", '1<<b>&amp;A😀"2'],
    );
  });

  test("XML 3.1 elements nest and close", () => {
    expect(shape(parse("<?xml version='1.0'?><!-- x --><a ><b/><c\n></c ></a>\n<!-- y --><?z?>"))).toEqual([
      "a",
      "",
      ["b", ""],
      ["c", ""],
    ]);
  });

  test("Namespaces in XML 5 prefixes are resolved by the nearest declaration", () => {
    const root = parse(
      '<p:a xmlns:p="one" xmlns="none"><p:b xmlns:p="two"><c xmlns=""/></p:b><d/><q:e/></p:a>',
    );
    const [b, d, e] = root.children;
    expect([root.uri, b?.uri, b?.children[0]?.uri, d?.uri, e?.uri]).toEqual([
      "one",
      "two",
      "",
      "none",
      undefined,
    ]);
    expect([...(b?.declared() ?? [])]).toEqual(["two", "one", "none"]);
  });

  test("Namespaces in XML 6 attributes are found by their local name; namespace declarations are not attributes", () => {
    const root = parse("<a xmlns:type='u' mytype='0' x:type='1' type='2'/>");
    expect(root.attribute("type")).toEqual({ prefix: "x", value: "1" });
    expect(root.attribute("ype")).toBeUndefined();
    expect(parse("<a xmlns:type='u'/>").attribute("type")).toBeUndefined();
  });

  test("XML 3.1 attributes with the names of built-in object members do no harm", () => {
    expect(parse("<a __proto__='1' constructor='2'/>").attribute("constructor")?.value).toBe("2");
    expect(() => parse("<a hasOwnProperty='1' b='2'/>")).toThrow(Malformed);
  });
});

describe("refused", () => {
  test.each([
    ["nothing", ""],
    ["white space", " \n"],
    ["text", "hello"],
    ["HTML", "<html><head><meta charset=utf-8></head><body><br></body></html>"],
    ["an end that is missing", "<a><b></b>"],
    ["an end of another name", "<a><b></a></b>"],
    ["an end too many", "<a></a></a>"],
    ["a second root", "<a/><b/>"],
    ["text after the root", "<a/>x"],
    ["an unquoted attribute", "<a b=c/>"],
    ["an attribute without value", "<a b/>"],
    ["a reference to nothing", "<a>&nbsp;</a>"],
    ["a reference to no character", "<a>&#0;</a>"],
    ["a reference to a surrogate", "<a>&#xD800;</a>"],
    ["a reference beyond Unicode", "<a>&#x110000;</a>"],
    ["a comment that does not end", "<a><!-- </a>"],
    ["CDATA that does not end", "<a><![CDATA[ </a>"],
    ["a tag that does not end", "<a><b"],
    ["a second declaration", "<a/><?xml version='1.0'?><b>"],
  ])("XML 2.1 %s", (_what, text) => {
    expect(() => parse(text)).toThrow(Malformed);
  });

  test.each([
    "<!DOCTYPE a><a/>",
    "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
    "<!doctype a><a/>",
    "<!ENTITY x 'y'><a/>",
    "<a><!DOCTYPE b></a>",
    "<a/><!ELEMENT a ANY>",
    "<!DOCTYPE a [",
    `<!DOCTYPE a "${"x".repeat(100_000)}`,
  ])("3.5 a declaration: %j", (text) => {
    expect(() => parse(text)).toThrow(Malformed);
    if (text.length > soapLimits.chunkChars) expect(() => parse(text, true)).toThrow(Malformed);
  });

  test("3.5 errors name the place, and quote little of the peer's text", () => {
    expect(() => parse("<a>\n<b></c></a>")).toThrow(/^Cannot parse XML: Unexpected close tag at 11$/);
    const long = "x".repeat(100_000);
    for (const text of [`<a></${long}>`, `<${long}`, `<a>&${long};</a>`, `<a b${long}></a>`]) {
      try {
        parse(text);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
        expect((error as Error).message.length).toBeLessThan(200);
      }
    }
  });
});

describe("bounds", () => {
  const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);
  const attributes = (count: number) =>
    `<a${Array.from({ length: count }, (_, i) => ` b${i}="1"`).join("")}><c/></a>`;

  test("3.5 depth is bounded", () => {
    expect(parse(nested(soapLimits.depthMax)).name).toBe("a");
    expect(() => parse(nested(soapLimits.depthMax + 1))).toThrow(Malformed);
  });

  test("3.5 the attributes of one element are bounded, not those of all together", () => {
    expect(parse(attributes(soapLimits.attributesMax)).children.length).toBe(1);
    expect(() => parse(attributes(soapLimits.attributesMax + 1))).toThrow(Malformed);
    expect(parse(`<r>${"<a b='1'/>".repeat(soapLimits.attributesMax + 1)}</r>`).name).toBe("r");
  });

  test("3.5 elements and text are bounded: the tree is cut, its head stays", () => {
    const many = parseTree(`<r><i>7</i>${"<a/>".repeat(soapLimits.elementsMax)}</r>`, false, new Set());
    expect([many.cut, many.root.closed, many.root.children[0]?.text]).toEqual([true, false, "7"]);
    const long = parseTree(`<r><i>${"t".repeat(soapLimits.textCharsMax + 1)}</i></r>`, false, new Set());
    expect([long.cut, long.root.children[0]?.closed]).toEqual([true, false]);
    const parts = "<![CDATA[t]]>t".repeat(soapLimits.textCharsMax / 2 + 1);
    expect(parseTree(`<r><i>${parts}</i></r>`, false, new Set()).cut).toBe(true);
  });

  /** Each used to be mended, and a megabyte of them took a second and a hundred megabytes. */
  test("3.5 a bounded number of ampersands that begin no reference are read literally", () => {
    const text = (count: number) => `<r>${"&".repeat(count)}</r>`;
    expect(parse(text(soapLimits.rawAmpersandsMax)).text).toBe("&".repeat(soapLimits.rawAmpersandsMax));
    expect(() => parse(text(soapLimits.rawAmpersandsMax + 1))).toThrow(Malformed);
    expect(() => parse(text(1_000_000))).toThrow(Malformed);
    // Those that are written as they should be do not count.
    expect(parse(`<r>${"&amp;".repeat(50_000)}</r>`).text).toBe("&".repeat(50_000));
  });

  /** sax looks through the whole of `<!aaaa…` again for each of its characters: a megabyte took half a minute. It is
   * given up after the first piece. */
  test.each(["<!", "<!-", "<!a", "<a><![", "<!'", "<!DOCTYPE "])(
    "3.5 a megabyte after %j is not read",
    (start) => {
      const early = /not allowed at [1-4]?\d{1,3}$/;
      expect(() => parse(start + "a".repeat(1_000_000))).toThrow(early);
      expect(() => parse(start.repeat(200_000))).toThrow(early);
    },
  );

  test.each(["<?", "<", "<a ", "<a b='", "<a>&", "</", "<!--", "<a>&#"])(
    "3.5 a megabyte after %j is malformed",
    (start) => {
      expect(() => parse(start + "a".repeat(1_000_000))).toThrow(Malformed);
      expect(() => parse(start.repeat(200_000))).toThrow(Malformed);
    },
  );
});
