/** A text is read as the same tree with the parser and without it. */
import { describe, expect, test } from "vitest";
import { encodeCall, encodeReply } from "../../src/rpc/encode.ts";
import type { MethodName } from "../../src/rpc/table.ts";
import type { Lenience } from "../../src/soap/lenience.ts";
import { soapLimits } from "../../src/soap/limits.ts";
import { type Element, parseTree } from "../../src/soap/tree.ts";
import { seeded } from "../connreq/desk.ts";
import { mutate } from "../fuzz/mutate.ts";
import { samples } from "../rpc/samples.ts";
import { bytes, envelope, idHeader } from "./envelopes.ts";

const seen = (element: Element): unknown => ({
  ...element,
  uri: element.uri,
  declared: [...element.declared()],
  children: element.children.map(seen),
});

/** The tree, or the word that there is none. */
function outcome(text: string): unknown {
  const leniences = new Set<Lenience>();
  try {
    const { root, cut } = parseTree(text, false, leniences);
    return { root: seen(root), cut, leniences };
  } catch {
    return "no tree";
  }
}

/** A text that is longer than the plain form goes to the parser; white space at its end means nothing. */
const parsed = (text: string): unknown => outcome(text + " ".repeat(soapLimits.chunkChars));

const options = { version: "cwmp-1-1", id: "12" } as const;
const originals = [
  ...(Object.keys(samples) as MethodName[]).flatMap((name) => [
    encodeCall(name, samples[name].args as never, options),
    encodeReply(name, samples[name].reply as never, options),
  ]),
  bytes(envelope("<cwmp:Reboot><CommandKey/></cwmp:Reboot>", idHeader)),
];

describe("a text is read as the same tree with the parser and without it", () => {
  test.each([
    "",
    " ",
    "<a/>",
    " <a/> ",
    "<a></a><b/>",
    "<a></a>x",
    "x<a/>",
    "<a><b></a></b>",
    "<a>",
    "</a>",
    "<a/",
    "<a>]]></a>",
    "<a>b>c</a>",
    "<a b='1'/>",
    '<a b="1" b="2"/>',
    '<a b="1"c="2"/>',
    '<a b="<"/>',
    '<a b="\n\t>"/>',
    '<a b = "1"/>',
    '<a\n\tb="1"\n/>',
    '<a hasOwnProperty="1" b="2"/>',
    '<a constructor="1" __proto__="2"/>',
    "<a:b:c/>",
    '<a:b a:c:d="1"/>',
    "<a.b-c_d/>",
    "<\u00e4/>",
    "<a\u00a0/>",
    "\ufeff<a/>",
    "<a >x</a >",
    "<a></a b='1'>",
    "</a/>",
    '<?xml version="1.0" encoding="UTF-8"?><a/>',
    '<?xml version="1.0" encoding="UTF-8"?>\n<a/>\n',
    "<?xml?><a/>",
    '\n<?xml version="1.0"?><a/>',
    '<?xml version="1.0"?><?xml version="1.0"?><a/>',
    '<?xml version="1.0"?>x<a/>',
    '<a xmlns="u" xmlns:p="v"><p:b xmlns:p=""/><c xmlns=""/></a>',
    "<a>".repeat(soapLimits.depthMax) + "</a>".repeat(soapLimits.depthMax),
    "<a>".repeat(soapLimits.depthMax + 1) + "</a>".repeat(soapLimits.depthMax + 1),
    `<a ${Array.from({ length: soapLimits.attributesMax }, (_, i) => `b${i}=""`).join(" ")}/>`,
    `<a ${Array.from({ length: soapLimits.attributesMax + 1 }, (_, i) => `b${i}=""`).join(" ")}/>`,
  ])("%j", (text) => {
    expect(outcome(text)).toEqual(parsed(text));
  });

  test("messages of each kind, whole and mutated", () => {
    const dice = seeded(20_261_128);
    const decoder = new TextDecoder();
    const splices = [
      "<a/>",
      "<a>",
      "</a>",
      ' b="1"',
      "<",
      ">",
      '"',
      "=",
      "/",
      " ",
      "<!-- -->",
      "&amp;",
      "<?x?>",
    ];
    let trees = 0;
    for (const original of originals) {
      for (let turn = 0; turn < 25; turn++) {
        const text = decoder.decode(turn === 0 ? original : mutate(original, splices, dice));
        const plain = outcome(text);
        expect(plain).toEqual(parsed(text));
        if (plain !== "no tree") trees++;
      }
    }
    expect(trees).toBeGreaterThan(originals.length * 2);
  });
});
