/** A draft shares the sections of the document from which it was made, and leaves that document as it is. */
import { expect, test } from "vitest";
import { parse } from "../../platform/openwrt/uci/parse.ts";
import { write } from "../../platform/openwrt/uci/write.ts";

const text = "\nconfig a 'first'\n\toption p '1'\n\nconfig b\n\tlist l 'x'\n\n";

test("changes in a draft do not show in the document that it was made from", () => {
  const { document } = parse(text, true);
  const draft = document.draft();
  const [first, second] = draft.sections;
  draft.own(first!).set("p", "2");
  draft.own(second!).addItem("l", "y");
  draft.add("c", "new").set("q", "3");
  expect(write(document)).toBe(text);
  expect(write(draft)).toBe(
    "\nconfig a 'first'\n\toption p '2'\n\nconfig b\n\tlist l 'x'\n\tlist l 'y'\n\nconfig c 'new'\n\toption q '3'\n\n",
  );
  draft.remove(draft.section("first")!);
  expect(write(document)).toBe(text);
});

test("a draft copies a section once, whichever of the two it is asked for", () => {
  const draft = parse(text, true).document.draft();
  const section = draft.section("first")!;
  expect(draft.standIn(section)).toBe(section);
  const copy = draft.own(section);
  expect(draft.own(section)).toBe(copy);
  expect(draft.own(copy)).toBe(copy);
  expect(draft.standIn(section)).toBe(copy);
  expect(draft.section("first")).toBe(copy);
  const added = draft.add("c", "new");
  expect(draft.own(added)).toBe(added);
});
