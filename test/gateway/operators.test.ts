/** What management systems look at: parameters that public ones name, read with instance 1 as their pages do. None is absent
 * or empty on the sample gateway without its reason. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { rows } from "../facts/write-facts.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";

/** Why a row is empty or absent, by a part of its path. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/(Password|Passphrase|PreSharedKey)$/, "a secret reads back empty"],
  [/^Device\.Hosts\.Host\.1\.MACAddress$/, "no parameter of Device: PhysAddress is meant"],
  [/ManagementServer\.Username$/, "the ACS of the sample asks for no account"],
  [/^Device\.Optical\./, "the sample gateway has no optical port"],
];

const gateways: Gateway[] = [];
afterAll(() => {
  for (const one of gateways) one.remove();
});

/** PPP is looked at on a gateway with PPPoE, VLANs on one with a VLAN. */
const values = new Map<string, string>();
beforeAll(async () => {
  for (const form of [{ wan: "pppoe", vlan: 7 }, { wan: "dhcp" }] as const) {
    const gateway = await sampleGateway(form);
    gateways.push(gateway);
    for (const root of [igdRoot, deviceRoot]) {
      const { leaves, tree } = grown(root, gateway);
      for (const leaf of leaves) values.set(leaf.name, tree.value(leaf).Value);
    }
  }
});

const asked = rows("operators.tsv").map(({ path = "" }) => path.replaceAll("{i}", "1"));

test("no parameter that operators read is absent or empty without a reason", () => {
  expect(asked.length).toBeGreaterThan(100);
  const missing = asked.filter((path) => {
    const known = reasons.some(([pattern]) => pattern.test(path));
    return !known && (values.get(path) ?? "") === "";
  });
  expect(missing).toEqual([]);
});

test("every reason is still needed", () => {
  const idle = reasons.filter(([pattern]) => {
    const named = asked.filter((path) => pattern.test(path));
    return named.every((path) => (values.get(path) ?? "") !== "");
  });
  expect(idle.map(([, why]) => why)).toEqual([]);
});
