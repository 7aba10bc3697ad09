/** Others edit the configuration all the time: rows keep their numbers, whatever is added, removed, moved or changed beside
 * them. TR-069 A.3.2.6, 3.7.1.1. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { openModel } from "../../src/model/session.ts";
import {
  Disk,
  memoryClock,
  memoryConfig,
  memoryFacts,
  memoryLog,
  memoryStore,
  type SectionText,
} from "../model/world.ts";
import { Seeded } from "../world/chance.ts";

const redirect = (id: number, named: boolean): SectionText => ({
  type: "redirect",
  ...(named ? { name: `map${id}` } : {}),
  options: {
    name: `mapping ${id}`,
    target: "DNAT",
    src: "wan",
    dest: "lan",
    proto: id % 2 === 0 ? "tcp" : "udp",
    src_dport: String(1000 + id),
    dest_ip: `192.168.1.${1 + (id % 250)}`,
  },
});

function gateway() {
  const disk = new Disk({
    network: [
      { type: "interface", name: "wan", options: { proto: "dhcp", device: "eth0" } },
      {
        type: "interface",
        name: "lan",
        options: { proto: "static", device: "eth1", ipaddr: "192.168.1.1/24" },
      },
    ],
    firewall: [
      { type: "zone", options: { name: "wan", network: ["wan"], masq: "1" } },
      { type: "zone", options: { name: "lan", network: ["lan"] } },
    ],
  });
  const ports = {
    config: memoryConfig(disk),
    facts: memoryFacts(),
    store: memoryStore(disk),
    clock: memoryClock(),
    log: memoryLog(),
  };
  return { disk, ports };
}

/** One edit by another hand; of an anonymous section by what it holds. */
function edit(disk: Disk, chance: Seeded, id: number): void {
  const all = disk.files.get("firewall")?.sections ?? [];
  const redirects = all.filter((section) => section.type === "redirect");
  const one = redirects[Math.floor(chance.roll() * redirects.length)];
  const what = Math.floor(chance.roll() * 6);
  if (what < 2 || one === undefined) {
    disk.write("firewall", [...all, { ...redirect(id, what === 0), id: disk.nextId() }]);
  } else if (what === 2) {
    disk.write(
      "firewall",
      all.filter((section) => section !== one),
    );
  } else if (what === 3) {
    disk.reorder("firewall", (sections) => sections.toSorted(() => chance.roll() - 0.5));
  } else {
    const options = { ...one.options, dest_ip: `192.168.1.${1 + Math.floor(chance.roll() * 250)}` };
    disk.write(
      "firewall",
      all.map((section) => (section === one ? { ...section, options } : section)),
    );
  }
}

describe.each([
  {
    root: igdRoot,
    table: "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.",
    description: "PortMappingDescription",
  },
  { root: deviceRoot, table: "Device.NAT.PortMapping.", description: "Description" },
])("$root.name under 500 edits by others", ({ root, table, description }) => {
  test.each([["between sessions"], ["while a session holds the configuration"]])(
    "A.3.2.6 %s every row keeps its number, and no row takes the number of another",
    async (when) => {
      const { disk, ports } = gateway();
      const model = openModel(root, ports, { read: () => "" });
      const chance = new Seeded(7);
      const owners = new Map<number, string>();
      const numbers = new Map<string, number>();
      const look = async (): Promise<void> => {
        for (const { Name, Value } of await model.values([table])) {
          if (!Name.endsWith(`.${description}`)) continue;
          const number = Number(Name.slice(table.length).split(".")[0]);
          expect(owners.get(number) ?? Value, `instance ${number}`).toBe(Value);
          expect(numbers.get(Value) ?? number, Value).toBe(number);
          owners.set(number, Value);
          numbers.set(Value, number);
        }
      };
      for (let id = 0; id < 500; id++) {
        const held = when !== "between sessions";
        const before = held ? JSON.stringify(await model.values([table])) : "";
        if (held) model.begin();
        edit(disk, chance, id);
        if (held) {
          expect(JSON.stringify(await model.values([table])), `edit ${id} during a session`).toBe(before);
          model.end();
        }
        await look();
      }
      expect(numbers.size).toBeGreaterThan(50);
    },
  );
});
