/** Table: InternetGatewayDevice.Layer3Forwarding. TR-098 has one table of IPv4 routes, which says by a word
 * whether a route leads to any network, to one or to a host. Routes by the source of a packet are not shown:
 * their fields are empty. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import * as route from "../route.ts";

const routes = table({
  ...route.routes,
  instance: object(
    {
      Enable: route.enable,
      Status: route.status,
      StaticRoute: always("1"),
      Type: route.kind,
      DestIPAddress: route.destination,
      DestSubnetMask: route.mask,
      SourceIPAddress: route.source,
      SourceSubnetMask: route.source,
      GatewayIPAddress: route.gateway,
      Interface: route.interfaceRef,
      ForwardingMetric: route.metric,
    },
    {},
    { check: route.check },
  ),
});

export const forwarding = object(
  { DefaultConnectionService: route.defaultConnection, ForwardNumberOfEntries: count(routes) },
  { Forwarding: routes },
);
