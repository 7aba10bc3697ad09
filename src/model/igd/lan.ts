/** Table: InternetGatewayDevice.LANDevice: one for each LAN interface (lan, guest). */
import { object, sectionRow, table } from "../define.ts";
import { always, count } from "./bind.ts";
import { lanEthernetInterfaces } from "./ethernet.ts";
import { hosts } from "./hosts.ts";
import { lanInterfaces } from "./network.ts";
import { lanHostConfigManagement } from "./pool.ts";
import { wlanConfigurations } from "./wlan.ts";

export const lanDevices = table({
  packages: ["network", "firewall"],
  rows: (_at, env) => lanInterfaces(env).map((section) => sectionRow(section, { network: section.name })),
  instance: object(
    {
      LANEthernetInterfaceNumberOfEntries: count(lanEthernetInterfaces),
      LANUSBInterfaceNumberOfEntries: always("0"),
      LANWLANConfigurationNumberOfEntries: count(wlanConfigurations),
    },
    {
      LANHostConfigManagement: lanHostConfigManagement,
      LANEthernetInterfaceConfig: lanEthernetInterfaces,
      WLANConfiguration: wlanConfigurations,
      Hosts: hosts,
    },
  ),
});
