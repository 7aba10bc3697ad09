/** DHCP options that the ACS makes, turns on and off, and deletes; those of others stay theirs. */
import { describe, expect, onTestFinished, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Root } from "../../src/model/define.ts";
import type { Edit } from "../../src/ports/config.ts";
import { openTree } from "../sandbox/model.ts";
import { sampleGateway } from "./grown.ts";

async function device(root: Root) {
  const { directory, remove } = await sampleGateway();
  onTestFinished(remove);
  const { model, config } = openTree(directory, (view) => simExec(directory, view), root);
  const set = (row: string, wishes: Readonly<Record<string, string>>) =>
    model.set(
      Object.entries(wishes).map(([name, Value]) => ({ Name: row + name, Value, type: "" })),
      "acs",
    );
  const get = async (name: string) => (await model.values([name]))[0]?.Value;
  const option = (pkg: string, section: string, name: string) =>
    config.view().package(pkg)?.section(section)?.options.get(name);
  const edit = async (...edits: Edit[]) => (await config.stage(config.view(), edits)).commit();
  const add = async (table: string) => `${table}${(await model.add(table, "acs")).instance}.`;
  return { model, set, get, option, edit, add };
}

const refusal = (text: string) => ({ parameters: [{ code: 9007, text: expect.stringContaining(text) }] });

const lan = "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.";
const wan = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.DHCPClient.";

describe.each([
  ["InternetGatewayDevice", igdRoot, `${lan}DHCPOption.`, "base64"],
  ["Device", deviceRoot, "Device.DHCPv4.Server.Pool.1.Option.", "hex"],
] as const)("a pool of %s", (_name, root, table, encoding) => {
  const valued = (hex: string) =>
    encoding === "hex" ? hex.toUpperCase() : Buffer.from(hex, "hex").toString("base64");

  test("a new option is off; switched on, its item is in dnsmasq's list; switched off, the option keeps its value", async () => {
    const { set, get, option, add } = await device(root);
    const before = option("dhcp", "lan", "dhcp_option");
    const row = await add(table);
    expect(option("dhcp", "lan", "dhcp_option")).toEqual(before);
    expect(await get(`${row}Enable`)).toBe("0");
    await set(row, { Enable: "1", Tag: "125", Value: valued("0a0b0c") });
    expect(option("dhcp", "lan", "dhcp_option")).toEqual([...[before ?? []].flat(), "125,0a:0b:0c"]);
    await set(row, { Tag: "43" });
    expect(option("dhcp", "lan", "dhcp_option")).toContain("43,0a:0b:0c");
    await set(row, { Value: valued("07") });
    expect(option("dhcp", "lan", "dhcp_option")).toContain("43,7b");
    await set(row, { Tag: "66", Value: valued(Buffer.from("tftp.example").toString("hex")) });
    expect(option("dhcp", "lan", "dhcp_option")).toContain("66,tftp.example");
    await set(row, { Enable: "0" });
    expect(option("dhcp", "lan", "dhcp_option")).toEqual(before);
    expect(await get(`${row}Tag`)).toBe("66");
    expect(Buffer.from((await get(`${row}Value`))!, encoding).toString()).toBe("tftp.example");
  });

  test("a value that dnsmasq would send differently is refused", async () => {
    const { set, add } = await device(root);
    const row = await add(table);
    await expect(set(row, { Enable: "1", Tag: "125" })).rejects.toMatchObject(refusal("Without a Value"));
    await expect(set(row, { Enable: "1", Tag: "6", Value: valued("0a0b") })).rejects.toMatchObject(
      refusal("Option 6"),
    );
    const line = Buffer.from("a\ndhcp-script=/x").toString("hex");
    await expect(set(row, { Enable: "1", Tag: "66", Value: valued(line) })).rejects.toMatchObject(
      refusal("as a text of letters"),
    );
  });

  test("an option that others remove from the list is off; a deleted option leaves no item behind", async () => {
    const { model, set, get, option, edit, add } = await device(root);
    const before = option("dhcp", "lan", "dhcp_option");
    const row = await add(table);
    await set(row, { Enable: "1", Tag: "125", Value: valued("0a0b") });
    const rest = [before ?? []].flat();
    await edit({ edit: "set", package: "dhcp", section: "lan", option: "dhcp_option", value: rest });
    expect(await get(`${row}Enable`)).toBe("0");
    await set(row, { Enable: "1" });
    expect(option("dhcp", "lan", "dhcp_option")).toContain("125,0a:0b");
    await model.remove(row, "acs");
    expect(option("dhcp", "lan", "dhcp_option")).toEqual(before);
  });

  test("the options of others keep their numbers and are not changed", async () => {
    const { model, set, get, add } = await device(root);
    const tag = await get(`${table}1.Tag`);
    const row = await add(table);
    await set(row, { Enable: "1", Tag: "125", Value: valued("0a0b") });
    expect(await get(`${table}1.Tag`)).toBe(tag);
    await set(`${table}1.`, { Enable: "1", Tag: tag! });
    await expect(set(`${table}1.`, { Enable: "0" })).rejects.toMatchObject(refusal("Others have written"));
    await expect(model.remove(`${table}1.`, "acs")).rejects.toMatchObject({ code: 9001 });
  });
});

test("an option that the client sends or asks for is in netifd's lists, in the form that netifd reads", async () => {
  const { model, set, get, option, edit, add } = await device(igdRoot);
  await edit({ edit: "set", package: "network", section: "wan", option: "reqopts", value: "43" });
  const [sent, asked] = [await add(`${wan}SentDHCPOption.`), await add(`${wan}ReqDHCPOption.`)];
  await set(sent, { Enable: "1", Tag: "60", Value: Buffer.from("box").toString("base64") });
  await set(asked, { Enable: "1", Tag: "125" });
  expect(option("network", "wan", "sendopts")).toEqual(["60:626f78"]);
  expect(option("network", "wan", "reqopts")).toBe("43 125");
  expect(await get(`${wan}ReqDHCPOptionNumberOfEntries`)).toBe("2");
  await edit({ edit: "set", package: "network", section: "wan", option: "vendorid", value: "isp" });
  await set(sent, { Enable: "0" });
  await expect(set(sent, { Enable: "1" })).rejects.toMatchObject(refusal("vendorid"));
  for (const row of [sent, asked]) await model.remove(row, "acs");
  expect([option("network", "wan", "sendopts"), option("network", "wan", "reqopts")]).toEqual([
    undefined,
    "43",
  ]);
});
