/** A value that is read again only when a package changes has to name every package that its reading looks into. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Form } from "../../platform/sim/form.ts";
import type { At, Binding, Env, ObjectDef, TableDef } from "../../src/model/define.ts";
import type { Edit } from "../../src/ports/config.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";
import { recorded } from "./recording.ts";

/** Between them these forms of the gateway have a row of every table. */
const forms: readonly Form[] = [{ wan: "dhcp", vlan: 7 }, { wan: "pppoe" }];

const gateways: Gateway[] = [];
beforeAll(async () => {
  for (const form of forms) gateways.push(await sampleGateway(form));
});
afterAll(() => {
  for (const gateway of gateways) gateway.remove();
});

const network = { package: "network", section: "wan" };

/** Rows that no sample gateway has at its start. */
const more: readonly Edit[] = [
  { edit: "add", package: "cwmp", section: "param", type: "inform_parameter" },
  { edit: "add", package: "cwmp_diagnostics", section: "hop", type: "hop" },
  { edit: "set", ...network, option: "sendopts", value: "77:0a0b" },
  { edit: "set", ...network, option: "reqopts", value: "43" },
];

const withMore = (env: Env): Env => ({
  ...env,
  config: env.config.with(more),
  sheet: {
    ...env.sheet,
    optics: () => [{ id: "sfp", name: "sfp", transmitted: () => 1, received: () => 1 }],
  },
  own: {
    ...env.own,
    devices: () => [{ oui: "00005E", serial: "1", productClass: "", macs: ["00:00:5E:00:53:10"] }],
  },
});

type Reader = Pick<Binding, "packages"> & { readonly path: string; readonly look: (env: Env) => void };

/** Every parameter and every table that is present, with its way of reading. */
function readers(def: ObjectDef | TableDef, env: Env, at: At, path: string): readonly Reader[] {
  if (def.is === "table") {
    const own: Reader = { path, packages: def.packages, look: (other) => void def.rows(at, other) };
    const below = def
      .rows(at, env)
      .flatMap((row, i) => readers(def.instance, env, { ...at, ...row.at }, `${path}${i + 1}.`));
    return [own, ...below];
  }
  return [
    ...Object.entries(def.params).map(([name, binding]) => ({
      path: path + name,
      packages: binding.packages,
      look: (other: Env) => void binding.read(at, other),
    })),
    ...Object.entries(def.objects).flatMap(([name, child]) => readers(child, env, at, `${path}${name}.`)),
  ];
}

/** Every parameter that the root declares, instances as `1.`. */
const declared = (def: ObjectDef | TableDef, path: string): readonly string[] =>
  def.is === "table"
    ? declared(def.instance, `${path}1.`)
    : [
        ...Object.keys(def.params).map((name) => path + name),
        ...Object.entries(def.objects).flatMap(([name, child]) => declared(child, `${path}${name}.`)),
      ];

test.each([igdRoot, deviceRoot])(
  "every binding and every table of $name is read once, and reads only the packages that it declares",
  (root) => {
    const looked = new Set<string>();
    const undeclared = gateways.flatMap((gateway) => {
      const env = withMore(grown(root, gateway).env);
      return readers(root.object, env, {}, "").flatMap(({ path, packages, look }) => {
        looked.add(path.replace(/\.\d+(?=\.)/g, ".1"));
        const { view, taken } = recorded(env.config);
        look({ ...env, config: view });
        const more = taken().filter((name) => !packages.includes(name));
        return more.length === 0 ? [] : [`${path} looks into ${more.join(", ")} as well`];
      });
    });
    expect([...new Set(undeclared)]).toEqual([]);
    expect(declared(root.object, "").filter((path) => !looked.has(path))).toEqual([]);
  },
);
