/** What is read again only when a package changes has to say all the packages that it looks into. */
import { expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { At, Binding, Env, ObjectDef, TableDef } from "../../src/model/define.ts";
import { all } from "../igd/sample.ts";
import { netdev, world } from "../igd/world.ts";
import { recorded } from "./recording.ts";

const mapping =
  "config redirect 'web'\n\toption src 'wan'\n\toption proto 'tcp'\n\toption src_dport '80'\n\toption dest_ip '192.168.1.5'\n";
const here = world(
  { ...all, firewall: `${all.firewall}${mapping}` },
  {
    netdev: (name) => netdev(name),
    wifiDevice: () => "phy0-ap0",
    bridgePort: () => "phy0-ap0",
    leases: () => [
      { expires: 0, mac: "00:00:5E:00:53:10", address: "192.168.1.10", hostname: "a", clientId: "*" },
    ],
  },
);

type Reader = Pick<Binding, "packages"> & { readonly path: string; readonly look: (env: Env) => void };

/** Every parameter and every table that is present, with its way of reading. */
function readers(def: ObjectDef | TableDef, at: At, path: string): readonly Reader[] {
  if (def.is === "table") {
    const own: Reader = { path, packages: def.packages, look: (env) => void def.rows(at, env) };
    const below = def
      .rows(at, here.env)
      .flatMap((row, i) => readers(def.instance, { ...at, ...row.at }, `${path}${i + 1}.`));
    return [own, ...below];
  }
  return [
    ...Object.entries(def.params).map(([name, binding]) => ({
      path: path + name,
      packages: binding.packages,
      look: (env: Env) => void binding.read(at, env),
    })),
    ...Object.entries(def.objects).flatMap(([name, child]) => readers(child, at, `${path}${name}.`)),
  ];
}

test.each([igdRoot, deviceRoot])(
  "every binding and every table of $name reads only the packages that it declares",
  (root) => {
    const undeclared = readers(root.object, {}, "").flatMap(({ path, packages, look }) => {
      const { view, taken } = recorded(here.env.config);
      look({ ...here.env, config: view });
      const more = taken().filter((name) => !packages.includes(name));
      return more.length === 0 ? [] : [`${path} looks into ${more.join(", ")} as well`];
    });
    expect(undeclared).toEqual([]);
  },
);
