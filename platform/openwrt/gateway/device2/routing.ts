/** Table: Device.Routing. One router, the kernel's main table, with a table of static routes for each family. No
 * routing protocol is spoken: RIP is off. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import * as ip6 from "../ip6.ts";
import * as route from "../route.ts";
import * as route6 from "../route6.ts";
import * as information from "../routeinformation.ts";

const routes = table({
  ...route.routes,
  instance: object(
    {
      Enable: route.enable,
      Status: route.status,
      StaticRoute: always("1"),
      DestIPAddress: route.destination,
      DestSubnetMask: route.mask,
      GatewayIPAddress: route.gateway,
      Interface: route.interfaceRef,
      Origin: always("Static"),
      ForwardingMetric: route.metric,
    },
    {},
    { check: route.check },
  ),
});

const routes6 = table({
  ...route6.routes,
  instance: object(
    {
      Enable: route.enable,
      Status: route6.status,
      DestIPPrefix: route6.prefix,
      NextHop: route6.nextHop,
      Interface: route.interfaceRef,
      Origin: always("Static"),
      ForwardingMetric: route.metric,
    },
    {},
    { check: route.needsInterface },
  ),
});

const routers = table({
  ...route.routers,
  instance: object(
    {
      Enable: always("1"),
      Status: always("Enabled"),
      IPv4ForwardingNumberOfEntries: count(routes),
      IPv6ForwardingNumberOfEntries: count(routes6),
    },
    { IPv4Forwarding: routes, IPv6Forwarding: routes6 },
  ),
});

const told = table({
  ...information.told,
  instance: object({
    // netifd lists those that are in the kernel.
    Status: always("ForwardingEntryCreated"),
    Interface: information.interfaceRef,
    SourceRouter: information.sourceRouter,
    PreferredRouteFlag: information.preference,
    Prefix: information.prefix,
    RouteLifetime: information.lifetime,
  }),
});

export const routing = object(
  { RouterNumberOfEntries: count(routers) },
  {
    Router: routers,
    RIP: object({ Enable: always("0"), InterfaceSettingNumberOfEntries: always("0") }),
    RouteInformation: object(
      { Enable: ip6.capable, InterfaceSettingNumberOfEntries: count(told) },
      { InterfaceSetting: told },
    ),
  },
);
