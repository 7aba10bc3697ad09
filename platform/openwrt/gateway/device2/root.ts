/** Table: the Device root. TR-181 Issue 2. Its layers are in gateway/layers.ts; the rest is names. Objects are listed
 * in the order in which one call is applied: an address before the pool that has to lie in its network. */
import { always, count, object, type Root, table } from "../../../../src/model/define.ts";
import { deviceSchema } from "../../../../src/model/schema/device.ts";
import { configSecurity } from "../igd/system.ts";
import { wantedIn } from "../informparameter.ts";
import * as layers from "../layers.ts";
import { managementServer } from "../managementserver.ts";
import { clock, deviceInfo, gatewayInfo, users, wall } from "./device.ts";
import { bridging, ethernet, optics } from "./ethernet.ts";
import { internet, names, translation } from "./ip.ts";
import { dhcp6, routerAdvertisement } from "./ip6.ts";
import { dhcp, hosts } from "./lan.ts";
import { sessions } from "./ppp.ts";
import { routing } from "./routing.ts";
import { wifi } from "./wifi.ts";

const stack = table({
  ...layers.stackRows,
  instance: object({ HigherLayer: layers.higherLayer, LowerLayer: layers.lowerLayer }),
});

export const deviceRoot: Root = {
  name: "Device",
  object: object(
    {
      RootDataModelVersion: always(deviceSchema.version),
      InterfaceStackNumberOfEntries: count(stack),
    },
    {
      DeviceInfo: deviceInfo,
      ManagementServer: managementServer(),
      GatewayInfo: gatewayInfo,
      Time: clock,
      InterfaceStack: stack,
      Ethernet: ethernet,
      WiFi: wifi,
      Bridging: bridging,
      Optical: optics,
      PPP: sessions,
      IP: internet,
      DHCPv4: dhcp,
      DHCPv6: dhcp6,
      DNS: names,
      NAT: translation,
      Routing: routing,
      RouterAdvertisement: routerAdvertisement,
      Hosts: hosts,
      Users: users,
      Firewall: wall,
      LANConfigSecurity: configSecurity,
    },
  ),
  schema: deviceSchema,
  wanted: wantedIn("Device"),
  renotified: ["GatewayInfo."],
};
