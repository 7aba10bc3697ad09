/** Table: pools that serve some clients of a LAN: sections `config dhcp` with `list tag`, of which dnsmasq takes the
 * one whose tags a client has. `config vendorclass`, `userclass` and `mac` give the tags. They are shown and set, and
 * not made here: odhcpd takes the last section of a LAN for its own settings, and a new one stands last. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import { bit, members, sectionAt, shown, single } from "./bind.ts";
import { conditionalOf, isConditional, pool, poolsAt, sayServesAny } from "./dhcp.ts";
import * as main from "./pool.ts";

const packages = ["dhcp"];

/** The pools of one LAN. */
export const pools: Rows = {
  of: "conditionalPool",
  packages,
  rows: (at, env) =>
    conditionalOf(at.interface, env).map((section) => sectionRow(section, { conditionalPool: section.name })),
};

/** The pools of all LANs: those that serve some clients, which dnsmasq tries first, and one for all the
 * others of a LAN. */
export const allPools: Rows = {
  ...main.pools,
  rows: (at, env) => {
    const whole = main.pools.rows(at, env);
    const some = whole.flatMap(({ at: lan }) =>
      conditionalOf(lan.interface, env).map((section) =>
        sectionRow(section, {
          interface: lan.interface ?? "",
          pool: `tagged ${section.name}`,
          conditionalPool: section.name,
        }),
      ),
    );
    return [...whole, ...some.map((row) => ({ ...row, key: `tagged ${row.key}` }))];
  },
};

export const enable: Binding = { ...main.enable, fresh: true };

/** The server of a LAN: on while any of its pools serves, off where no client is served. TR-098 has no switch of its own for
 * the pool for all clients: a value that does not say what that pool does is written although it says the same. */
export const serverEnable: Binding = {
  ...main.enable,
  read: (at, env) => bit(poolsAt(at, env).some((one) => main.enable.read(one, env) === "1")),
  guessed: (at, env) =>
    main.enable.guessed?.(at, env) === true || main.enable.read(at, env) !== serverEnable.read(at, env),
  write: (at, value, env) => sayServesAny(at, env, value === "1"),
};

/** Pools for some clients of a LAN come before the pool for all of its clients. */
export const order: Binding = {
  packages: main.order.packages,
  read: (at, env) => {
    const sections = (env.config.package("dhcp")?.ofType("dhcp") ?? []).filter(isConditional);
    const place = sections.findIndex(({ name }) => name === at.conditionalPool) + 1;
    return place > 0 ? String(place) : String(sections.length + Number(main.order.read(at, env)));
  },
};

/** Its place among those of its LAN. */
export const orderInLan: Binding = {
  packages,
  read: (at, env) =>
    String(conditionalOf(at.interface, env).findIndex(({ name }) => name === at.conditionalPool) + 1),
};

/** The condition of the kind that gives one of the pool's tags; empty: there is none. */
const condition = (kind: "vendorclass" | "userclass" | "mac", at: At, env: Env): string => {
  const tags = at.conditionalPool === undefined ? [] : members(sectionAt(pool, at, env), "tag");
  const giver = (env.config.package("dhcp")?.ofType(kind) ?? []).find((section) =>
    tags.includes(single(section, "networkid") ?? ""),
  );
  return shown(single(giver, kind) ?? "");
};

const conditionOf = (read: (at: At, env: Env) => string): Binding => ({ packages, read });

export const vendorClass = conditionOf((at, env) => condition("vendorclass", at, env));
export const userClass = conditionOf((at, env) => condition("userclass", at, env));
export const userClassHex = conditionOf((at, env) =>
  Buffer.from(condition("userclass", at, env))
    .toString("hex")
    .toUpperCase(),
);

/** `00:00:5e:*:*:*`: dnsmasq takes a star for any octet. */
const octets = (at: At, env: Env): readonly string[] => {
  const words = condition("mac", at, env).toUpperCase().split(":");
  return words.length === 6 && words.every((word) => /^(?:[0-9A-F]{2}|\*)$/.test(word)) ? words : [];
};

export const chaddr = conditionOf((at, env) =>
  octets(at, env)
    .map((word) => (word === "*" ? "00" : word))
    .join(":"),
);
export const chaddrMask = conditionOf((at, env) => {
  const words = octets(at, env);
  return words.includes("*") ? words.map((word) => (word === "*" ? "00" : "FF")).join(":") : "";
});
