/** Table: orders that the ACS gives by setting a parameter which reads as not given: a connection is torn down and set
 * up again (Reset), a lease is renewed (Renew), a user gets a password, an account is locked or unlocked. TR-098
 * WANIPConnection.Reset, TR-181 DHCPv4.Client.Renew.
 *
 * They are in a package of the configuration that no file holds, a section each, so that they are part of the
 * transaction that gives them. The section is removed when its order has been carried out. */
import type { KeptSection, Sections } from "../diagnostics/sections.ts";
import type { Edit } from "../ports/config.ts";

/** The name of the package, which no device uses for a file of its configuration. */
export const ordersPackage = "cwmp_orders";

export type Order =
  | { readonly is: "reset" | "renew"; readonly interface: string }
  | { readonly is: "password"; readonly user: string; readonly password: string }
  | { readonly is: "account"; readonly user: string; readonly enabled: "0" | "1" };

/** The section of an order, by the user or by the logical interface that it is about. */
export const orderSection = (is: Order["is"], about: string): string => `${is}_${about}`;

/** The edits that give an order. A second one for the same thing takes the place of the first. */
export function given(order: Order): readonly Edit[] {
  const { is, ...options } = order;
  const section = orderSection(is, "user" in order ? order.user : order.interface);
  const where = { package: ordersPackage, section };
  return [
    { edit: "add", ...where, type: is },
    ...Object.entries(options).map(
      ([option, value]): Edit => ({ edit: "set", ...where, option, value: value as string }),
    ),
  ];
}

export function orderOf({ type, options }: KeptSection): Order {
  if (type === "password") return { is: type, user: options.user ?? "", password: options.password ?? "" };
  if (type === "account")
    return { is: type, user: options.user ?? "", enabled: options.enabled === "1" ? "1" : "0" };
  return { is: type === "renew" ? "renew" : "reset", interface: options.interface ?? "" };
}

/** A boot has torn down every connection. A password is still to be set, an account to be locked. */
export const afterBoot = (sections: Sections): Sections =>
  new Map([...sections].filter(([, { type }]) => type === "password" || type === "account"));

/** The order that is carried out next, in turn but for one: passwd unlocks the account that gets a password, so that
 * the password comes before the lock. */
export const nextOf = (sections: Sections): readonly [section: string, order: KeptSection] | undefined => {
  const [first] = sections;
  const name = orderSection("password", first?.[1].options.user ?? "");
  const password = first?.[1].type === "account" ? sections.get(name) : undefined;
  return password === undefined ? first : [name, password];
};
