/** Handler: carries out the orders of the ACS. */
import type { Log } from "../ports/log.ts";
import type { Services } from "../ports/services.ts";
import type { Performers } from "../session/machine.ts";
import type { OrdersDeed, OrdersEvent } from "./machine.ts";

/** @param apply puts the written configuration into effect: a connection is set up again with its new settings */
export const ordersPerformer = (
  { services, log }: { readonly services: Services; readonly log: Log },
  apply: () => Promise<void>,
): Performers<OrdersDeed, OrdersEvent> => ({
  async carry({ order }) {
    await apply();
    if (order.is === "password") {
      log("info", "A user gets the password that the ACS has set", { user: order.user });
      await services.setPassword(order.user, order.password);
    } else if (order.is === "account") {
      const on = order.enabled === "1";
      log("info", on ? "An account is unlocked" : "An account is locked", { user: order.user });
      await services.setEnabled(order.user, on);
    } else {
      const what = order.is === "reset" ? "A connection is set up anew" : "A lease is renewed";
      log("info", what, { interface: order.interface });
      await services[order.is](order.interface);
    }
    return [{ on: "carried" }];
  },
});
