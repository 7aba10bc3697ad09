/** What holds of either root: one suite over both, on a whole sample gateway. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Exec } from "../../platform/openwrt/exec.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { plainForm } from "../../platform/sim/form.ts";
import { judge } from "../../src/model/judge.ts";
import type { ConfigView } from "../../src/ports/config.ts";
import { rows } from "../facts/write-facts.ts";
import { openTree } from "../sandbox/model.ts";
import { declaredPath, type Gateway, type Grown, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await sampleGateway();
});
afterAll(() => gateway.remove());

const packages = ["cwmp", "dhcp", "firewall", "network", "system", "wireless"];
const filesIn = ({ directory }: Gateway): string =>
  packages.map((name) => readFileSync(join(directory, "etc/config", name), "utf8")).join("");

/** A value of the type that nothing has. */
const anyOf: Readonly<Record<string, string>> = { dateTime: "2026-01-01T00:00:00Z", base64: "Nzc=" };

const wire: Readonly<Record<string, string>> = {
  list: "string",
  long: "string",
  unsignedLong: "string",
  hexBinary: "string",
};

describe.each([
  { root: igdRoot, table: "tr098" },
  { root: deviceRoot, table: "tr181" },
])("$root.name on the sample gateway", ({ root, table }) => {
  let here: Grown;
  beforeAll(() => {
    here = grown(root, gateway);
  });

  const standard = new Map(
    [
      ...rows(`${table}-chosen.tsv`),
      ...rows("beyond-profiles.tsv"),
      ...rows("managementserver.tsv").filter((row) => row.root === table),
    ]
      .filter((row) => row.kind === "parameter")
      .map((row) => [(row.path ?? "").replace(/^[^.]*\./, ""), row]),
  );

  test("A.3.2.2 a read of all values asks netifd once", async () => {
    let asked = 0;
    const counting = (view: () => ConfigView): Exec => {
      const exec = simExec(gateway.directory, view);
      return (argv, ...more) => {
        if (argv.includes("network.interface")) asked++;
        return exec(argv, ...more);
      };
    };
    for (const path of ["", `${root.name}.`]) {
      asked = 0;
      const { model } = openTree(gateway.directory, counting, root);
      expect((await model.values([path])).length).toBe(here.leaves.length);
      expect(asked).toBe(1);
    }
  });

  test("A.3.2.3 every parameter has the name, the type and the access that the standard gives it", () => {
    expect(here.leaves.length).toBeGreaterThan(300);
    const wrong = here.leaves.flatMap((leaf) => {
      const row = standard.get(declaredPath(leaf));
      // What is of no standard has the facts of the vendor.
      if (row === undefined && /\.X_/.test(leaf.name)) return [];
      if (row === undefined) return [`${leaf.name} is not in the standard`];
      const { fact, writable } = leaf.shape;
      const type = wire[row.type ?? ""] ?? row.type;
      return [
        ...(fact.type === type ? [] : [`${leaf.name} is of type ${fact.type}, not ${type}`]),
        ...(fact.writable === (row.access === "readWrite") ? [] : [`${leaf.name}: ${row.access}`]),
        ...(writable && !fact.writable ? [`${leaf.name} can be written`] : []),
        ...(leaf.shape.binding.write !== undefined && !fact.writable ? [`${leaf.name} has a write`] : []),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test("A.3.2.2 every value is of its type, in its range and among its enumerated values", () => {
    // A channel that the driver chooses has no number of its own to tell; an empty text is nothing known.
    const free = /\.Channel$/;
    const wrong = here.leaves.flatMap((leaf) => {
      const { Value } = here.tree.value(leaf);
      const { fact, rule } = leaf.shape;
      if (fact.hidden || Value === "" || free.test(leaf.name)) return [];
      // What may only be read is among the values all the same.
      const values = new Map([...rule().values.keys()].map((value) => [value, true] as const));
      const judged = judge({ ...rule(), values }, fact.type, Value, here.env.now);
      return judged.ok ? [] : [`${leaf.name} = ${Value}: ${judged.text}`];
    });
    expect(wrong).toEqual([]);
  });

  test("TR-106 3.2.4 every reference names an existing row of a table that it may point to, without a trailing dot", () => {
    const references = here.leaves.filter((leaf) => leaf.shape.rule().refersTo !== undefined);
    const told = references.flatMap((leaf) =>
      here.tree
        .value(leaf)
        .Value.split(",")
        .filter((path) => path !== "")
        .map((path) => ({ leaf, path })),
    );
    expect(told.filter(({ path }) => here.tree.find(`${path}.`) === undefined)).toEqual([]);
    expect(told.filter(({ path }) => path.endsWith("."))).toEqual([]);
  });

  const open = (directory = gateway.directory) =>
    openTree(directory, (view) => simExec(directory, view), root).model;

  test.each([plainForm, { wan: "pppoe", vlan: 7 }, { wan: "static" }, { wan: "qmi" }] as const)(
    "A.3.2.1 whole rows are accepted: every writable parameter accepts its present value, and nothing changes: $wan",
    async (form) => {
      const one = await sampleGateway(form);
      const { leaves, tree } = grown(root, one);
      const before = filesIn(one);
      const model = open(one.directory);
      const own = leaves.filter((leaf) => leaf.shape.fact.writable && !leaf.shape.fact.hidden);
      const refused: string[] = [];
      for (const leaf of own) {
        const { Value, type } = tree.value(leaf);
        await model.set([{ Name: leaf.name, Value, type }], "acs").catch((error) => {
          refused.push(`${leaf.name} = ${Value}: ${JSON.stringify(error.parameters)}`);
        });
      }
      expect(own.length).toBeGreaterThan(80);
      expect(refused).toEqual([]);
      expect(filesIn(one)).toBe(before);
      one.remove();
    },
  );

  test("A.3.2.1 a parameter that this device cannot change refuses another value with 9008, and is described so", async () => {
    const model = open();
    const fixed = here.leaves.filter((leaf) => leaf.shape.fact.writable && !leaf.shape.writable);
    expect(fixed.length).toBeGreaterThan(0);
    for (const leaf of fixed) {
      const Value =
        leaf.shape.fact.type === "boolean"
          ? here.tree.value(leaf).Value === "1"
            ? "0"
            : "1"
          : (anyOf[leaf.shape.fact.type] ?? "77");
      const error = await model.set([{ Name: leaf.name, Value, type: "" }], "acs").catch((e) => e);
      expect(error.parameters?.[0], leaf.name).toMatchObject({ name: leaf.name, code: 9008 });
      expect(error.parameters[0].text).toContain("cannot change");
    }
  });
});

describe("references of Device.", () => {
  const set = (Name: string, Value: string) => ({ Name, Value, type: "string" });
  const open = () =>
    openTree(gateway.directory, (view) => simExec(gateway.directory, view), deviceRoot).model;
  const target = "Device.NAT.PortMapping.1.Interface";

  test.each([
    ["a row that is gone", "Device.IP.Interface.99"],
    ["a row of another table", "Device.Ethernet.Interface.1"],
    ["an object that is no row", "Device.IP"],
    ["itself", "Device.NAT.PortMapping.1"],
    ["a path of the other root", "InternetGatewayDevice.LANDevice.1"],
    ["no path at all", "..\u0000.%"],
  ])("A.3.2.1 a reference to %s is refused with 9007", async (_, value) => {
    const error = await open()
      .set([set(target, value)], "acs")
      .catch((e) => e);
    expect(error.parameters).toMatchObject([{ name: target, code: 9007 }]);
  });

  test("TR-106 3.2.4 a reference with a trailing dot is the same reference", async () => {
    const { Value } = (await open().values([target]))[0]!;
    await open().set([set(target, `${Value}.`)], "acs");
    expect((await open().values([target]))[0]?.Value).toBe(Value);
  });

  test("TR-181 4.3 InterfaceStack holds the pairs of LowerLayers", () => {
    const { leaves, tree } = grown(deviceRoot, gateway);
    const value = (name: string) => tree.value(leaves.find((leaf) => leaf.name === name)!).Value;
    const layered = leaves
      .filter((leaf) => leaf.name.endsWith(".LowerLayers"))
      .flatMap((leaf) =>
        tree
          .value(leaf)
          .Value.split(",")
          .filter((lower) => lower !== "")
          .map((lower) => `${leaf.parent.path.slice(0, -1)} > ${lower}`),
      );
    const stacked = leaves
      .filter((leaf) => leaf.name.endsWith(".HigherLayer"))
      .map(({ name }) => `${value(name)} > ${value(name.replace("HigherLayer", "LowerLayer"))}`);
    expect(stacked.length).toBeGreaterThan(10);
    expect(stacked.toSorted()).toEqual(layered.toSorted());
  });

  test("A.3.2.6 a new port mapping has the defaults of the standard, and can be enabled once it has an interface", async () => {
    const model = open();
    const { instance } = await model.add("Device.NAT.PortMapping.", "acs");
    const row = `Device.NAT.PortMapping.${instance}.`;
    const values = (await model.values([row])).map(({ Name, Value }) => [Name.slice(row.length), Value]);
    expect(Object.fromEntries(values)).toMatchObject({
      Enable: "0",
      Interface: "",
      RemoteHost: "",
      InternalClient: "",
      Description: "",
    });
    const rest = [
      set(`${row}ExternalPort`, "8080"),
      set(`${row}InternalPort`, "80"),
      set(`${row}Protocol`, "TCP"),
      set(`${row}InternalClient`, "192.168.1.9"),
      set(`${row}RemoteHost`, "0.0.0.0"),
      set(`${row}LeaseDuration`, "0"),
      set(`${row}AllInterfaces`, "0"),
      set(`${row}Enable`, "1"),
    ];
    const error = await model.set(rest, "acs").catch((e) => e);
    expect(error.parameters).toMatchObject([{ code: 9007, text: expect.stringContaining("Interface") }]);
    await model.set([...rest, set(`${row}Interface`, "Device.IP.Interface.1")], "acs");
    expect((await model.values([`${row}Interface`]))[0]?.Value).toBe("Device.IP.Interface.1");
    await model.remove(row, "acs");
  });
});
