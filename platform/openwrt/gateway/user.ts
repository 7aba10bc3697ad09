/** Table: users who can log in: accounts of /etc/passwd with a shell, root and those from 1000 on. Accounts are no part
 * of UCI: they can be read, and of them the password and the lock can be set, by orders which src/orders carries out
 * after the session. */
import type { At, Binding, Check, Env, Rows } from "../../../src/model/define.ts";
import { given, type Order, orderSection, ordersPackage } from "../../../src/orders/orders.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import type { Account } from "../../../src/ports/facts.ts";
import { bit, fact, type Judge, refuse, shown, single } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

export const users: Rows = {
  of: "user",
  packages: [],
  rows: (_at, env) => env.sheet.accounts().map(({ name }) => ({ key: name, at: { user: name } })),
};

export const name = fact((_sheet, at) => shown(at.user ?? "").slice(0, gatewayLimits.userNameCharsMax));

const accountOf = (user: string, env: Env): Account | undefined =>
  env.sheet.accounts().find(({ name }) => name === user);

/** An order about the account that is still to be carried out. */
const pending = (is: "password" | "account", user: string, env: Env): Section | undefined =>
  env.config.package(ordersPackage)?.section(orderSection(is, user));

/** Whether a password lets the user in, once every order has been carried out; a locked one (`!`, `*`) does not. */
const isEnabled = (user: string, env: Env): boolean => {
  const wanted = single(pending("account", user, env), "enabled");
  return wanted === undefined ? accountOf(user, env)?.enabled === true : wanted === "1";
};

/** The edits that give an order. One that is pending for the same account has its section already. */
const order = (wanted: Extract<Order, { user: string }>, env: Env): readonly Edit[] =>
  given(wanted).slice(pending(wanted.is, wanted.user, env) === undefined ? 0 : 1);

/** A mark before the password in /etc/shadow locks an account; the password stays. */
export const enabled: Binding = {
  packages: [ordersPackage],
  fresh: true,
  read: ({ user = "" }, env) => bit(isEnabled(user, env)),
  write: ({ user = "" }, value, env) =>
    order({ is: "account", user, enabled: value === "1" ? "1" : "0" }, env),
};

/** An account without a password would let everyone in. */
export const check: Check = ({ user = "" }, env) => {
  const has = accountOf(user, env)?.hasPassword === true || pending("password", user, env) !== undefined;
  const opens = isEnabled(user, env) && accountOf(user, env)?.enabled !== true;
  return opens && !has
    ? [{ about: enabled, why: "This user has no password: set Password with Enable" }]
    : [];
};

/** passwd reads a line. */
const judgePassword: Judge = (value) =>
  /[\x00-\x1f\x7f]/.test(value) ? "A password is one line without control characters" : undefined;

/** The password of the account that `userOf` names. Servers send back the empty text that they have read: it changes
 * nothing. A user who is not enabled stays so, although passwd unlocks the account that gets a password. */
const passwordOf = (userOf: (at: At) => string): Binding => ({
  packages: [],
  orders: true,
  judge: judgePassword,
  read: () => "",
  alike: () => true,
  write: (at, value, env) => {
    const why = judgePassword(value);
    if (why !== undefined) return refuse(why);
    if (value === "") return [];
    const user = userOf(at);
    const locked = accountOf(user, env) !== undefined && !isEnabled(user, env);
    return [
      ...order({ is: "password", user, password: value }, env),
      ...(locked ? order({ is: "account", user, enabled: "0" }, env) : []),
    ];
  },
});

export const password = passwordOf((at) => at.user ?? "");

/** The pages of the device are protected by the password of root. */
export const configPassword = passwordOf(() => "root");
