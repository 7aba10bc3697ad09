/** Table: tables of DHCP that are alike in both roots. */
import { type Binding, type ObjectDef, object, table } from "../../../src/model/define.ts";
import type { OptionRows } from "./dhcpoptions.ts";
import * as reservation from "./reservation.ts";

/** Options. @param value as the root spells octets
 * @param own parameters that only one of the two roots has */
export const optionTable = (options: OptionRows, value: Binding, own: ObjectDef["params"] = {}) =>
  table({
    ...options.rows,
    instance: object(
      { Enable: options.enabled, ...own, Tag: options.tag, Value: value },
      {},
      { check: options.check },
    ),
  });

/** Addresses that are kept for one client each. */
export const staticAddresses = table({
  ...reservation.reservations,
  instance: object(
    { Chaddr: reservation.chaddr, Yiaddr: reservation.yiaddr, Enable: reservation.enable },
    {},
    { check: reservation.check },
  ),
});
