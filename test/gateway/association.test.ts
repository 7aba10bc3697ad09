/** ManageableDevice and GatewayInfo, in both roots. TR-069 Annex F. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Own, Root } from "../../src/model/define.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await sampleGateway();
});
afterAll(() => gateway.remove());

const setTop = { oui: "0017A4", serial: "CPE-9", productClass: "SetTop" };
const behind = { gatewayOui: "00256D", gatewaySerial: "GW-1", gatewayProductClass: "Home" };

function values(root: Root, devices: NonNullable<Own["devices"]>): Map<string, string> {
  const read: Own["read"] = (name) => (name in behind ? behind[name as keyof typeof behind] : "x");
  const { tree, leaves } = grown(root, gateway, { read, devices });
  return new Map(leaves.map((leaf) => [leaf.name, tree.value(leaf).Value]));
}

describe.each([igdRoot, deviceRoot])("$name", (root) => {
  const table = `${root.name}.ManagementServer.ManageableDevice.`;
  /** A host of the sample gateway, and its hardware address. */
  const host = (): [string, string] => {
    const found = [...values(root, () => [])].find(([name]) =>
      /Host\.\d+\.(?:MACAddress|PhysAddress)$/.test(name),
    );
    return [found![0].replace(/\.\w+$/, ""), found![1]];
  };

  test("[R-F.2.1-01] an entry shows the identity of a device and the hosts with its hardware addresses", () => {
    const [path, mac] = host();
    const found = values(root, () => [{ ...setTop, macs: [mac, "02:00:00:00:00:99"] }]);
    expect([...found].filter(([name]) => name.startsWith(table))).toEqual([
      [`${table}1.ManufacturerOUI`, "0017A4"],
      [`${table}1.SerialNumber`, "CPE-9"],
      [`${table}1.ProductClass`, "SetTop"],
      [`${table}1.Host`, path],
    ]);
    expect(found.get(`${root.name}.ManagementServer.ManageableDeviceNumberOfEntries`)).toBe("1");
    expect(found.get(`${root.name}.ManagementServer.ManageableDeviceNotificationLimit`)).toBe("0");
  });

  test("a device without known hosts refers to none", () => {
    expect(values(root, () => [{ ...setTop, macs: ["02:00:00:00:00:99"] }]).get(`${table}1.Host`)).toBe("");
  });
});

test("[R-F.2.2-01] [R-F.2.2-04] Device.GatewayInfo has the three elements of the gateway's identity", () => {
  const found = values(deviceRoot, () => []);
  expect([...found].filter(([name]) => name.includes("GatewayInfo"))).toEqual([
    ["Device.GatewayInfo.ManufacturerOUI", "00256D"],
    ["Device.GatewayInfo.ProductClass", "Home"],
    ["Device.GatewayInfo.SerialNumber", "GW-1"],
  ]);
});
