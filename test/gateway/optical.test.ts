/** Optical modules: of a standard object in one root, under names of the vendor in the other. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await sampleGateway();
});
afterAll(() => gateway.remove());

function module(files: Readonly<Record<string, string>>): void {
  const directory = join(gateway.directory, "sys/class/hwmon/hwmon2");
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), `${text}\n`);
}

async function shownBy(root: typeof igdRoot): Promise<Readonly<Record<string, string>>> {
  const exec = simExec(gateway.directory, () => gateway.config.view());
  const sheet = await openFacts(gateway.directory, exec).sheet("whole");
  const { leaves, tree } = grown(root, { ...gateway, sheet });
  const optical = leaves.filter(({ name }) => /Optical/.test(name));
  return Object.fromEntries(optical.map((leaf) => [leaf.name.split(".").at(-1), tree.value(leaf).Value]));
}

test("a gateway without a module has no Optical object", async () => {
  expect(await shownBy(deviceRoot)).toEqual({});
  expect(await shownBy(igdRoot)).toEqual({ X_00005E_OpticalInterfaceNumberOfEntries: "0" });
});

test("TR-181 Dbm1000: the optical power of a module is in thousandths of dBm in both roots", async () => {
  module({
    name: "sfp_1",
    power1_label: "TX_power",
    power1_input: "1000",
    power2_label: "RX_power",
    power2_input: "10",
  });
  const levels = { TransmitOpticalLevel: "0", OpticalSignalLevel: "-20000", Status: "Up", Name: "sfp_1" };
  expect(await shownBy(deviceRoot)).toMatchObject({ InterfaceNumberOfEntries: "1", ...levels });
  expect(await shownBy(igdRoot)).toMatchObject({
    X_00005E_OpticalInterfaceNumberOfEntries: "1",
    ...levels,
  });
});

test("a module without light is down, with the lowest power level", async () => {
  module({ power2_input: "0" });
  expect(await shownBy(deviceRoot)).toMatchObject({ OpticalSignalLevel: "-65536", Status: "Down" });
});
