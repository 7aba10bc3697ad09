import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openInstances } from "../../src/model/instances.ts";
import { modelLimits } from "../../src/model/limits.ts";
import { printOf, rematch } from "../../src/model/rematch.ts";

const row = (key: string) => ({ key, at: {} });
const named = (key: string, ...lines: string[]) => ({ key, at: {}, content: () => lines });
const anonymous = (key: string, ...lines: string[]) => ({ ...named(key, ...lines), shifts: true });

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
  test("A.3.2.6 unchanged rows are not written again", () => {
    const { open, flush } = stored();
    const instances = open();
    instances.numbers("T.", [row("a"), anonymous("cfg1", "x=1")], 1);
    flush(instances);
    for (let lineage = 1; lineage < 4; lineage++) {
      expect(instances.numbers("T.", [row("a"), anonymous("cfg1", "x=1")], lineage)).toEqual([1, 2]);
      expect(instances.pending()).toEqual([]);
    }
  });

  test("A.3.2.6 only digests of a section's content are stored", () => {
    const { rows, open, flush } = stored();
    const instances = open();
    instances.numbers("T.", [anonymous("cfg1", "key=hunter2")], 1);
    flush(instances);
    expect(JSON.stringify([...rows])).not.toContain("hunter2");
  });

  test("A.3.2.6 a bounded number of vanished rows is remembered; the oldest are discarded with their attributes and children", () => {
    const { rows, dropped, open, flush } = stored();
    const instances = open();
    const count = modelLimits.rowsRememberedMax + 10;
    for (let i = 0; i < count; i++) instances.numbers("T.", [row(`mac${i}`)], 1);
    flush(instances);
    expect(dropped[0]).toBe("T.1.");
    expect(rows.size).toBe(modelLimits.rowsRememberedMax + 2);
    expect(open().numbers("T.", [row("mac0")], 1)).toEqual([count + 1]);
  });

  test("A.3.2.6 unedited sections keep their numbers, whatever others do to anonymous sections", () => {
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

  test("A.3.2.6 a section that is named or renamed keeps its number", () => {
    const { open, flush } = stored();
    const instances = open();
    const content = ["src_dport=80", "target=DNAT"];
    const other = anonymous("cfg2", "src_dport=81", "target=DNAT");
    expect(instances.numbers("T.", [anonymous("cfg1", ...content), other], 1)).toEqual([1, 2]);
    flush(instances);
    // While nobody looked: the digest on disk tells.
    const later = open();
    expect(later.numbers("T.", [named("web", ...content), other], 2)).toEqual([1, 2]);
    expect(later.numbers("T.", [named("www", ...content), other], 3)).toEqual([1, 2]);
    flush(later);
    expect(open().numbers("T.", [named("w3", ...content), other], 4)).toEqual([1, 2]);
  });

  test("A.3.2.6 a section that the ACS has just changed keeps its number when it is renamed", () => {
    const instances = stored().open();
    instances.numbers("T.", [named("web", "src_dport=80")], 1);
    instances.numbers("T.", [named("web", "src_dport=8080")], 1);
    expect(instances.numbers("T.", [named("www", "src_dport=8080")], 2)).toEqual([1]);
  });

  test("A.3.2.6 a section that only resembles a deleted one gets a new number", () => {
    const instances = stored().open();
    instances.numbers("T.", [named("web", "src_dport=80", "target=DNAT"), named("empty")], 1);
    const after = [named("www", "src_dport=81", "target=DNAT"), named("void")];
    expect(instances.numbers("T.", after, 2)).toEqual([3, 4]);
  });

  test("A.3.2.6 many reordered sections are recognised by their content, in little time", () => {
    const all = Array.from({ length: 3000 }, (_, i) => ({
      key: `cfg${i}`,
      print: printOf([`a=${i}`, "b=1"]),
    }));
    expect(rematch(all, all.toReversed())).toEqual(all.map((_, i) => all.length - 1 - i));
  });

  /** A port mapping as fw4 has it: half of its lines stand in every one of them. */
  const mapping = (name: string, port: number, ip: string) => [
    "src=wan",
    "dest=lan",
    "target=DNAT",
    "proto=tcp",
    `name=${name}`,
    `src_dport=${port}`,
    `dest_ip=192.168.1.${ip}`,
    `dest_port=${port}`,
  ];
  const rows = (...all: string[][]) => all.map((lines, i) => anonymous(`cfg${i}`, ...lines));

  test.each([
    ["among others", [mapping("web", 80, "2"), mapping("mail", 25, "3"), mapping("ssh", 22, "4")]],
    ["alone", [mapping("ssh", 22, "4")]],
  ])("A.3.2.6 a section that replaces another in one commit is a new one, %s", (_name, before) => {
    const instances = stored().open();
    const first = instances.numbers("T.", rows(...before), 1);
    const after = [...before.slice(0, -1), mapping("game", 3074, "9")];
    const numbers = instances.numbers("T.", rows(...after), 2);
    expect(numbers).toEqual([...first.slice(0, -1), first.length + 1]);
  });

  test.each([
    ["its port", mapping("ssh", 2222, "4")],
    ["its name", mapping("shell", 22, "4")],
    ["its host", mapping("ssh", 22, "5")],
  ])("A.3.2.6 a section of which others have changed %s is the same section", (_name, changed) => {
    for (const before of [[], [mapping("web", 80, "2"), mapping("mail", 25, "3")]]) {
      const instances = stored().open();
      const first = instances.numbers("T.", rows(...before, mapping("ssh", 22, "4")), 1);
      expect(instances.numbers("T.", rows(...before, changed), 2)).toEqual(first);
    }
  });

  test("A.3.2.6 a section that was renamed and changed in one commit is the same section; another section of its type is not", () => {
    const wlan = (ssid: string, key: string) => [
      "device=radio0",
      "mode=ap",
      "network=lan",
      "encryption=psk2",
      `ssid=${ssid}`,
      `key=${key}`,
    ];
    const instances = stored().open();
    expect(instances.numbers("T.", [named("home", ...wlan("Home", "1"))], 1)).toEqual([1]);
    expect(instances.numbers("T.", [named("house", ...wlan("House", "1"))], 2)).toEqual([1]);
    expect(instances.numbers("T.", [named("guest", ...wlan("Guest", "2"))], 3)).toEqual([2]);
  });

  test("A.3.2.6 many sections, all of them edited at once, are recognised by their order, in little time", () => {
    const make = (word: string) =>
      Array.from({ length: 3000 }, (_, i) => ({ key: `cfg${i}`, print: printOf([`${word}=${i}`]) }));
    expect(rematch(make("a"), make("b"))).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });
});
