/** Table: users who can log in: accounts of /etc/passwd with a shell, root and those from 1000 on. Accounts are no part of
 * UCI: they can be read, and of them only the password can be set. */
import type { Rows } from "../../../src/model/define.ts";
import { bit, fact, shown } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { passwordOf } from "./order.ts";

export const users: Rows = {
  of: "user",
  packages: [],
  rows: (_at, env) => env.sheet.accounts().map(({ name }) => ({ key: name, at: { user: name } })),
};

export const password = passwordOf((at) => at.user ?? "");

/** The pages of the device are protected by the password of root. */
export const configPassword = passwordOf(() => "root");

export const name = fact((_sheet, at) => shown(at.user ?? "").slice(0, gatewayLimits.userNameCharsMax));

/** Whether a password lets the user in; a locked one (`!`, `*`) does not. */
export const enabled = fact((sheet, at) =>
  bit(sheet.accounts().some((one) => one.name === at.user && one.enabled)),
);
