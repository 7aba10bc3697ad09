/** What stands on the wire of every parameter, held against the data model's own table and not against the agent's.
 * A.2.1, A.3.2.2, A.3.2.3, A.3.2.5, TR-098. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Household, notify, root } from "./household.ts";

interface Row {
  readonly kind: string;
  readonly type: string;
  readonly writable: boolean;
}

/** By path, `{i}` for instance numbers. */
const rows = new Map(
  readFileSync(join(import.meta.dirname, "../fixtures/datamodel/tr098-chosen.tsv"), "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .filter(([path]) => path !== undefined && path !== "")
    .map(([path, kind, , , , type, access]): [string, Row] => [
      path!,
      { kind: kind!, type: type!, writable: access === "readWrite" },
    ]),
);

/** The table has what the agent set out to show, and not all of TR-098: what has come since is held against less. */
const known = (name: string): boolean =>
  rowOf(name) !== undefined || rows.has(`${name.replace(/\.\d+(?=\.|$)/g, ".{i}")}{i}.`);

const rowOf = (name: string): Row | undefined => rows.get(name.replace(/\.\d+(?=\.|$)/g, ".{i}"));

/** Table 9: what Amendment 2 has on the wire of types of the data model. */
const wire: Readonly<Record<string, string>> = {
  string: "xsd:string",
  list: "xsd:string",
  int: "xsd:int",
  unsignedInt: "xsd:unsignedInt",
  boolean: "xsd:boolean",
  dateTime: "xsd:dateTime",
  base64: "soap-enc:base64",
};

const valuePattern = /<Name>([^<]+)<\/Name><Value xsi:type="([^"]+)">/g;

/** Names and types of all values in the last POST that holds any. */
function typed(home: Household): [name: string, type: string][] {
  const text = home.posts
    .map((post) => post.text)
    .findLast((one) => one.includes("GetParameterValuesResponse"));
  return [...(text ?? "").matchAll(valuePattern)].map(([, name, type]) => [name!, type!]);
}

describe("A.2.1 every parameter", () => {
  test("A.3.2.2 each value has the xsi:type of the data model", async () => {
    const home = await new Household().settle();
    await home.asks("GetParameterValues", { ParameterNames: [root] });
    const values = typed(home);
    expect(values.length).toBeGreaterThan(150);
    expect(new Set(values.map(([, type]) => type))).toEqual(
      new Set(["xsd:string", "xsd:int", "xsd:unsignedInt", "xsd:boolean", "xsd:dateTime"]),
    );
    const judged = values.filter(([name]) => known(name));
    expect(judged.length / values.length).toBeGreaterThan(0.9);
    expect(judged.filter(([name, type]) => wire[rowOf(name)!.type] !== type)).toEqual([]);
  });

  test("A.3.3.1 each value of an Inform has the xsi:type of the data model", async () => {
    const home = new Household();
    await home.start();
    await home.rest();
    const values = [...home.told[0]!.text.matchAll(valuePattern)];
    expect(values.length).toBeGreaterThan(5);
    for (const [, name, type] of values) expect([name, type]).toEqual([name, wire[rowOf(name!)?.type ?? ""]]);
  });

  test("A.3.2.3 GetParameterNames lists names of the data model only, writable only if the data model allows it", async () => {
    const home = await new Household().settle();
    const result = await home.asks("GetParameterNames", { ParameterPath: root, NextLevel: false });
    if (result?.is !== "reply" || result.method !== "GetParameterNames") return expect.fail("no answer");
    const list = result.args.ParameterList;
    const judged = list.filter(({ Name }) => known(Name));
    expect(judged.length / list.length).toBeGreaterThan(0.85);
    const overwritable = list.filter(({ Name, Writable }) => {
      const row = rowOf(Name);
      return Writable && row?.kind === "parameter" && !row.writable;
    });
    expect(overwritable.map(({ Name }) => Name)).toEqual([]);
    // Neither more nor fewer than can be read.
    await home.asks("GetParameterValues", { ParameterNames: [root] });
    const parameters = list.map(({ Name }) => Name).filter((name) => !name.endsWith("."));
    expect(parameters.sort()).toEqual(
      typed(home)
        .map(([name]) => name)
        .sort(),
    );
  });
});

describe("A.5.1 on the wire", () => {
  test("A.3.2.5 GetParameterAttributes of an unknown name is fault 9005 of the client", async () => {
    const home = await new Household().settle();
    for (const name of [`${root}No.Such`, `${root}DeviceInfo.Nothing`, "Device."]) {
      home.forget();
      const result = await home.asks("GetParameterAttributes", { ParameterNames: [name] });
      expect(result).toMatchObject({ is: "fault", code: 9005 });
      expect(home.posts.some(({ text }) => /<faultcode>Client<\/faultcode>/.test(text))).toBe(true);
    }
  });

  test("A.3.2.4 passive notification is accepted for a parameter whose active notification may be denied, and active notification is 9009", async () => {
    const home = await new Household().settle();
    const name = `${root}DeviceInfo.UpTime`;
    expect(await home.asks("SetParameterAttributes", notify(name, 2))).toMatchObject({
      is: "fault",
      code: 9009,
    });
    expect(await home.asks("SetParameterAttributes", notify(name, 1))).toMatchObject({ is: "reply" });
    expect(await home.asks("GetParameterAttributes", { ParameterNames: [name] })).toMatchObject({
      args: { ParameterList: [{ Name: name, Notification: 1 }] },
    });
  });
});
