/** Table: optical modules (SFP): the power that they send and receive. The driver does not
 * say which network device uses a module. */
import type { Binding, Env, Rows } from "../../../src/model/define.ts";
import type { Optics } from "../../../src/ports/facts.ts";
import { fact, shown } from "./bind.ts";

export const modules: Rows = {
  of: "optics",
  packages: [],
  fresh: true,
  rows: (_at, env) => env.sheet.optics().map(({ id }) => ({ key: id, at: { optics: id } })),
};

export const anyThere = (_at: unknown, env: Env): boolean => env.sheet.optics().length > 0;

const of = (read: (module: Optics) => string, gone: string): Binding =>
  fact((sheet, at) => {
    const one = sheet.optics().find(({ id }) => id === at.optics);
    return one === undefined ? gone : read(one);
  });

export const name = of((one) => shown(one.name), "");

/** Up while the module receives light, else Down. */
export const status = of((one) => {
  const light = one.received();
  return light === undefined ? "Unknown" : light > 0 ? "Up" : "Down";
}, "NotPresent");

/** The least that the type Dbm1000 has; darkness is less than any number of it. */
const levelMin = -65_536;

/** Thousandths of dBm: 0 dBm is a milliwatt. */
const level = (microwatts: number | undefined): string =>
  String(
    microwatts === undefined || microwatts <= 0
      ? levelMin
      : Math.max(Math.round(10_000 * Math.log10(microwatts / 1000)), levelMin),
  );

export const signalLevel = of((one) => level(one.received()), String(levelMin));
export const transmitLevel = of((one) => level(one.transmitted()), String(levelMin));
