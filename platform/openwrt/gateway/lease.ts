/** Table: the clients of a DHCP pool: hosts of the LAN that hold a lease. */
import { type At, always, type Env, type Row, type Rows } from "../../../src/model/define.ts";
import { writeTime } from "../../../src/model/value.ts";
import { fact } from "./bind.ts";
import { leaseOf, leaseRows, hostPackages as packages } from "./host.ts";
import { noRows } from "./moment.ts";

export const clients: Rows = {
  of: "lease",
  packages,
  fresh: true,
  rows: (at, env) => (at.conditionalPool === undefined ? leaseRows(at, env) : noRows),
};

const oneAddress: readonly Row[] = [{ key: "address", at: {} }];

/** The one address of the lease. */
export const addresses: Rows = { packages: [], rows: () => oneAddress };

/** A lease that never ends has the last moment that there is (TR-181 type dateTime, infinite time). */
const never = "9999-12-31T23:59:59Z";

export const ends = fact((_sheet, at, env) => {
  const expires = leaseOf(at, env)?.expires;
  return expires === 0 || expires === undefined ? never : writeTime(expires * 1000);
}, packages);

const oneOption: readonly Row[] = [{ key: "61", at: {} }];

/** The client's identifier (option 61) is the one option of a client that the lease file keeps. */
export const options: Rows = {
  packages,
  fresh: true,
  rows: (at, env) => (identifier(at, env) === "" ? noRows : oneOption),
};

export const optionTag = always("61");
export const optionValue = fact((_sheet, at, env) => identifier(at, env), packages);

/** `01:00:00:5e:…` as hexadecimal digits; empty for a client without one (`*`). */
function identifier(at: At, env: Env): string {
  const text = leaseOf(at, env)?.clientId ?? "*";
  return /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*$/.test(text) ? text.replaceAll(":", "").toUpperCase() : "";
}
