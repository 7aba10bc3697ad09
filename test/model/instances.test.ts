import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelLimits } from "../../src/limits.ts";
import { openInstances } from "../../src/model/instances.ts";
import { printOf, rematch } from "../../src/model/rematch.ts";

const row = (key: string) => ({ key, at: {} });
const anonymous = (key: string, ...content: string[]) => ({ key, at: {}, content });

/** What a restart finds. */
function stored() {
  const rows = new Map<string, unknown>();
  const dropped: string[] = [];
  const open = () => openInstances(rows, (path) => dropped.push(path));
  const flush = (instances: ReturnType<typeof open>) => {
    const writes = instances.pending();
    for (const { key, value } of writes)
      value === null ? rows.delete(key) : rows.set(key, JSON.parse(JSON.stringify(value)));
    instances.settled(writes);
  };
  return { rows, dropped, open, flush };
}

describe("A.3.2.6 instance numbers", () => {
  test("A.3.2.6 what is unchanged is not written again", () => {
    const { open, flush } = stored();
    const instances = open();
    instances.numbers("T.", [row("a"), anonymous("cfg1", "x=1")], 1);
    flush(instances);
    for (let lineage = 1; lineage < 4; lineage++) {
      expect(instances.numbers("T.", [row("a"), anonymous("cfg1", "x=1")], lineage)).toEqual([1, 2]);
      expect(instances.pending()).toEqual([]);
    }
  });

  test("A.3.2.6 no line of a section's content is kept, only digests", () => {
    const { rows, open, flush } = stored();
    const instances = open();
    instances.numbers("T.", [anonymous("cfg1", "key=hunter2")], 1);
    flush(instances);
    expect(JSON.stringify([...rows])).not.toContain("hunter2");
  });

  test("A.3.2.6 only so many vanished rows are remembered, the oldest go with all that hangs on them", () => {
    const { rows, dropped, open, flush } = stored();
    const instances = open();
    const count = modelLimits.rowsRememberedMax + 10;
    for (let i = 0; i < count; i++) instances.numbers("T.", [row(`mac${i}`)], 1);
    flush(instances);
    expect(dropped[0]).toBe("T.1.");
    expect(rows.size).toBe(modelLimits.rowsRememberedMax + 2);
    expect(open().numbers("T.", [row("mac0")], 1)).toEqual([count + 1]);
  });

  test("A.3.2.6 whatever others do to anonymous sections, the numbers of the unedited stay", () => {
    const sections = fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sections, sections, (before, after) => {
        const { open, flush } = stored();
        const instances = open();
        const name = (ids: number[]) =>
          ids.map((id, i) => anonymous(`cfg${i}`, `id=${id}`, "enabled=1", "target=DNAT"));
        const first = instances.numbers("T.", name(before), 1);
        flush(instances);
        const second = open().numbers("T.", name(after), 2);
        expect(new Set(second).size).toBe(after.length);
        for (const [i, id] of before.entries()) {
          const j = after.indexOf(id);
          if (j >= 0) expect(second[j]).toBe(first[i]);
        }
      }),
    );
  });

  test("A.3.2.6 many sections in another order are found again by their content, in little time", () => {
    const all = Array.from({ length: 3000 }, (_, i) => ({
      key: `cfg${i}`,
      print: printOf([`a=${i}`, "b=1"]),
    }));
    expect(rematch(all, all.toReversed())).toEqual(all.map((_, i) => all.length - 1 - i));
  });

  test("A.3.2.6 many sections, all of them edited at once, are found again by their order, in little time", () => {
    const make = (word: string) =>
      Array.from({ length: 3000 }, (_, i) => ({ key: `cfg${i}`, print: printOf([`${word}=${i}`]) }));
    expect(rematch(make("a"), make("b"))).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });
});
