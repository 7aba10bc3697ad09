/** Table: Device.DHCPv6 and Device.RouterAdvertisement. TR-098 has nothing of IPv6. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import * as advertisement from "../advertisement.ts";
import * as client from "../dhcpclient6.ts";
import * as order from "../order.ts";
import * as pool from "../pool6.ts";

const settings = table({
  ...advertisement.settings,
  instance: object(
    {
      Enable: advertisement.enable,
      Status: advertisement.status,
      Interface: advertisement.interfaceRef,
      MaxRtrAdvInterval: advertisement.maxInterval,
      MinRtrAdvInterval: advertisement.minInterval,
      AdvDefaultLifetime: advertisement.lifetime,
      AdvManagedFlag: advertisement.managed,
      AdvOtherConfigFlag: advertisement.otherConfig,
      AdvMobileAgentFlag: advertisement.homeAgent,
      AdvPreferredRouterFlag: advertisement.preference,
      // odhcpd has no option for it.
      AdvNDProxyFlag: always("0"),
      AdvLinkMTU: advertisement.linkMtu,
      AdvReachableTime: advertisement.reachableTime,
      AdvRetransTimer: advertisement.retransTimer,
      AdvCurHopLimit: advertisement.hopLimit,
    },
    {},
    { check: advertisement.check },
  ),
});

export const routerAdvertisement = object(
  { Enable: pool.serverEnable, InterfaceSettingNumberOfEntries: count(settings) },
  { InterfaceSetting: settings },
);

const clients = table({
  ...client.clients,
  instance: object({
    Enable: client.enable,
    Interface: client.interfaceRef,
    Status: client.status,
    Renew: order.renew6,
    DUID: client.duid,
    RequestAddresses: client.requestAddresses,
    RequestPrefixes: client.requestPrefixes,
    // The server's own times hold.
    SuggestedT1: always("-1"),
    SuggestedT2: always("-1"),
    RequestedOptions: client.requestedOptions,
  }),
});

const pools = table({
  ...pool.pools,
  instance: object({
    Enable: pool.enable,
    Status: pool.status,
    Order: pool.order,
    Interface: advertisement.interfaceRef,
    // A pool serves a whole LAN.
    DUID: always(""),
    VendorClassID: always(""),
    UserClassID: always(""),
    SourceAddress: always(""),
    SourceAddressMask: always(""),
    IANAEnable: pool.givesAddresses,
    IANAPrefixes: pool.addressPrefixes,
    IAPDEnable: pool.givesPrefixes,
  }),
});

export const dhcp6 = object(
  { ClientNumberOfEntries: count(clients) },
  {
    Client: clients,
    Server: object({ Enable: pool.serverEnable, PoolNumberOfEntries: count(pools) }, { Pool: pools }),
  },
);
