/** Rule: the `config dhcp` section of a LAN interface, and how it follows its network. */
import type { At, Env } from "../../../src/model/define.ts";
import type { Edit } from "../../../src/ports/config.ts";
import { contains, networkOf, type Subnet } from "./address.ts";
import { decimal, type Place, put, sectionAt, single } from "./bind.ts";

/** The `config dhcp` section that serves the interface. One that a write has to make serves nothing until enabled. */
export const pool: Place = {
  package: "dhcp",
  name: (at, env) => {
    const dhcp = env.config.package("dhcp");
    const there = dhcp?.ofType("dhcp").find((section) => single(section, "interface") === at.interface);
    return there?.name ?? (dhcp?.section(at.interface ?? "") ? `cwmp_dhcp_${at.interface}` : at.interface);
  },
  type: "dhcp",
  with: (at) => ({ interface: at.interface ?? "", ignore: "1" }),
};

/** What a new network does to the pool: its addresses stay where they can, else they keep their distance from the
 * network address. So the order of a call that sets both network and pool does not matter (A.3.2.1). */
export function follow(
  at: At,
  env: Env,
  before: Subnet | undefined,
  after: Subnet | undefined,
): readonly Edit[] {
  const start = decimal(single(sectionAt(pool, at, env), "start"));
  if (start === undefined || !before || !after || networkOf(before) === networkOf(after)) return [];
  const address = networkOf(before) + start;
  return address >= 0 && address < 2 ** 32 && contains(after, address)
    ? put(pool, at, env, "start", String(address - networkOf(after)))
    : [];
}
