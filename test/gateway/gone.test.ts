/** A reference whose target goes is empty or names another row that is there (TR-106 3.2.4): each section of the sample
 * gateway is removed in turn, as others remove it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Config, ConfigView } from "../../src/ports/config.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await sampleGateway({ wan: "pppoe", vlan: 7 });
});
afterAll(() => gateway.remove());

const seen = (view: ConfigView): Config => ({ ...gateway.config, view: () => view });

test.each([igdRoot, deviceRoot])("every reference of $name is lawful without any one section", (root) => {
  const config = gateway.config.view();
  const sections = ["network", "wireless", "firewall", "dhcp"].flatMap((name) =>
    (config.package(name)?.sections ?? []).map((section) => ({ package: name, section: section.name })),
  );
  expect(sections.length).toBeGreaterThan(20);
  let references = 0;
  const wrong = sections.flatMap((where) => {
    const without = seen(config.with([{ edit: "remove", ...where }]));
    const { tree, leaves } = grown(root, { ...gateway, config: without });
    return leaves.flatMap((leaf) => {
      const rule = leaf.shape.rule();
      if (rule.refersTo === undefined) return [];
      references += 1;
      const lost = tree
        .value(leaf)
        .Value.split(",")
        .filter((one) => one !== "" && !tree.find(`${one}.`));
      return lost.map((one) => `without ${where.package}.${where.section}: ${leaf.name} names ${one}`);
    });
  });
  expect(references).toBeGreaterThan(root === deviceRoot ? 1000 : 10);
  expect(wrong).toEqual([]);
});

test.each([igdRoot, deviceRoot])(
  "interfaces and devices of $name that stand on each other in circles end",
  (root) => {
    const set = (section: string, option: string, value: string | string[]) =>
      ({ edit: "set", package: "network", section, option, value }) as const;
    const device = (section: string, options: Readonly<Record<string, string | string[]>>) => [
      { edit: "add", package: "network", section, type: "device" } as const,
      ...Object.entries(options).map(([option, value]) => set(section, option, value)),
    ];
    const circles = [
      [set("wan", "device", "@wan6"), set("wan6", "device", "@wan")],
      [set("wan", "device", "@wan")],
      [
        set("lan", "device", "br-self"),
        ...device("self", { name: "br-self", type: "bridge", ports: ["br-self"] }),
      ],
      [
        set("lan", "device", "br-one"),
        ...device("one", { name: "br-one", type: "bridge", ports: ["br-two"] }),
        ...device("two", { name: "br-two", type: "bridge", ports: ["br-one", "lan1"] }),
      ],
      [
        set("wan", "device", "v.1"),
        ...device("vlan", { name: "v.1", type: "8021q", ifname: "v.1", vid: "1" }),
      ],
    ];
    for (const edits of circles) {
      const config = gateway.config.view().with(edits);
      const { tree, leaves } = grown(root, { ...gateway, config: seen(config) });
      for (const leaf of leaves) expect(typeof tree.value(leaf).Value).toBe("string");
    }
  },
);
