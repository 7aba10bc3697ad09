/** Table: orders that the ACS gives by setting a parameter which reads as not given. src/orders carries them out after the
 * session. */
import type { At, Binding, Thing } from "../../../src/model/define.ts";
import { given } from "../../../src/orders/orders.ts";
import { type Judge, refuse } from "./bind.ts";

/** @param thing that names the logical interface */
const ofInterface = (is: "reset" | "renew", thing: Thing): Binding => ({
  packages: [],
  orders: true,
  read: () => "0",
  // The parameter reads as false from the start, and its effect shows after the session.
  alike: () => true,
  write: (at, value) => (value === "1" ? given({ is, interface: at[thing] ?? "" }) : []),
});

export const reset = ofInterface("reset", "interface");
export const renew = ofInterface("renew", "dhcpClient");
export const renew6 = ofInterface("renew", "dhcpClient6");

/** passwd reads a line. */
const judgePassword: Judge = (value) =>
  /[\x00-\x1f\x7f]/.test(value) ? "A password is one line without control characters" : undefined;

/** The password of the account that `userOf` names. Servers send back the empty text that they have read: it changes
 * nothing. */
export const passwordOf = (userOf: (at: At) => string): Binding => ({
  packages: [],
  orders: true,
  judge: judgePassword,
  read: () => "",
  alike: () => true,
  write: (at, value) => {
    const why = judgePassword(value);
    if (why !== undefined) return refuse(why);
    return value === "" ? [] : given({ is: "password", user: userOf(at), password: value });
  },
});
