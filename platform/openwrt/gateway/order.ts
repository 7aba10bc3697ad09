/** Table: orders that the ACS gives by setting a parameter which reads as not given. src/orders carries them out
 * after the session. */
import type { Binding, Thing } from "../../../src/model/define.ts";
import { given } from "../../../src/orders/orders.ts";

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
