/** Bench: the tree of either root, grown to a size by port mappings of a firewall package in memory. */
import type { Root } from "../../src/model/define.ts";
import { type Model, openModel } from "../../src/model/session.ts";
import type { Facts } from "../../src/ports/facts.ts";
import {
  Disk,
  memoryClock,
  memoryConfig,
  memoryFacts,
  memoryLog,
  memoryStore,
  type SectionText,
} from "../model/world.ts";

export interface Measured {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  readonly limit: number;
  readonly unit: string;
}

const mapping = (index: number): SectionText => ({
  type: "redirect",
  name: `map${index}`,
  options: {
    name: `Mapping ${index}`,
    target: "DNAT",
    src: "wan",
    dest: "lan",
    proto: index % 2 === 0 ? "tcp" : "udp",
    src_dport: String(1 + (index % 65535)),
    dest_ip: `192.168.1.${index % 250}`,
    enabled: "1",
  },
});

function open(root: Root, mappings: number): Model {
  const disk = new Disk({
    cwmp: [{ type: "cpe", name: "cpe", options: { interface: "wan" } }],
    network: [
      {
        type: "interface",
        name: "lan",
        options: { proto: "static", device: "br-lan", ipaddr: ["192.168.1.1/24"] },
      },
      { type: "interface", name: "wan", options: { proto: "dhcp", device: "eth1" } },
    ],
    firewall: [
      { type: "zone", options: { name: "lan", network: ["lan"] } },
      { type: "zone", options: { name: "wan", network: ["wan"], masq: "1" } },
      ...Array.from({ length: mappings }, (_, index) => mapping(index)),
    ],
  });
  const ports = {
    config: memoryConfig(disk),
    facts: unmoved(memoryFacts()),
    store: memoryStore(disk),
    clock: memoryClock(),
  };
  return openModel(root, { ...ports, log: memoryLog() }, { read: () => "" });
}

/** A device on which nothing happens. The double copies all lists for each moment; the real adapter keeps a list until
 * something in it changes. */
function unmoved(facts: Facts): Facts {
  const sheet = facts.sheet();
  return { sheet: () => sheet, troubles: () => [] };
}

/** @returns a model with at least `size` parameters, read once, and their names */
export async function grown(
  root: Root,
  size: number,
): Promise<{ readonly model: Model; readonly names: readonly string[] }> {
  const [none, one] = [await namesOf(open(root, 0)), await namesOf(open(root, 1))];
  const model = open(root, Math.ceil((size - none.length) / (one.length - none.length)));
  return { model, names: await namesOf(model) };
}

const namesOf = async (model: Model): Promise<string[]> => (await model.values([""])).map((v) => v.Name);

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** The factor's power: 1 is linear. */
export const exponent = (small: number, large: number, factor: number): number =>
  Math.log(large / small) / Math.log(factor);
