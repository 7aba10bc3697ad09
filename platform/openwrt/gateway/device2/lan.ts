/** Table: Device.DHCPv4 and Device.Hosts. TR-098 has pool and hosts in each LAN; TR-181 has one table of each, whose
 * rows point at the interface of their LAN. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import { aliased } from "../alias.ts";
import * as conditional from "../conditionalpool.ts";
import * as dhcpclient from "../dhcpclient.ts";
import * as options from "../dhcpoptions.ts";
import { optionTable, staticAddresses } from "../dhcptables.ts";
import * as host from "../host.ts";
import * as lease from "../lease.ts";
import * as order from "../order.ts";
import * as pool from "../pool.ts";

const sentOptions = optionTable(options.sentOptions, options.sentOptions.hex);

const requestedOptions = optionTable(options.requestedOptions, options.requestedOptions.hex, {
  Order: options.requestedOrder,
});

const poolOptions = optionTable(options.poolOptions, options.poolOptions.hex);

const clients = table({
  ...dhcpclient.clients,
  instance: object(
    {
      Enable: dhcpclient.enable,
      Interface: dhcpclient.interfaceRef,
      Status: dhcpclient.status,
      Renew: order.renew,
      IPAddress: dhcpclient.ipAddress,
      SubnetMask: dhcpclient.subnetMask,
      IPRouters: dhcpclient.ipRouters,
      DNSServers: dhcpclient.dnsServers,
      DHCPServer: dhcpclient.server,
      LeaseTimeRemaining: dhcpclient.leaseTimeRemaining,
      SentOptionNumberOfEntries: count(sentOptions),
      ReqOptionNumberOfEntries: count(requestedOptions),
    },
    { SentOption: sentOptions, ReqOption: requestedOptions },
    { check: dhcpclient.check },
  ),
});

const leaseAddresses = table({
  ...lease.addresses,
  instance: object({ IPAddress: host.ipAddress, LeaseTimeRemaining: lease.ends }),
});

const leaseOptions = table({
  ...lease.options,
  instance: object({ Tag: lease.optionTag, Value: lease.optionValue }),
});

const leases = table({
  ...lease.clients,
  instance: aliased(
    "lease",
    {
      Chaddr: host.macAddress,
      Active: host.active,
      IPv4AddressNumberOfEntries: count(leaseAddresses),
      OptionNumberOfEntries: count(leaseOptions),
    },
    { IPv4Address: leaseAddresses, Option: leaseOptions },
  ),
});

const pools = table({
  ...conditional.allPools,
  instance: object(
    {
      Enable: conditional.enable,
      Order: conditional.order,
      Interface: pool.interfaceRef,
      VendorClassID: conditional.vendorClass,
      // dnsmasq has no tag for it.
      ClientID: always(""),
      UserClassID: conditional.userClassHex,
      Chaddr: conditional.chaddr,
      ChaddrMask: conditional.chaddrMask,
      MinAddress: pool.minAddress,
      MaxAddress: pool.maxAddress,
      ReservedAddresses: pool.reservedAddresses,
      SubnetMask: pool.subnetMask,
      DNSServers: pool.dnsServers,
      DomainName: pool.domainName,
      IPRouters: pool.ipRouters,
      LeaseTime: pool.leaseTime,
      StaticAddressNumberOfEntries: count(staticAddresses),
      ClientNumberOfEntries: count(leases),
      OptionNumberOfEntries: count(poolOptions),
    },
    { StaticAddress: staticAddresses, Client: leases, Option: poolOptions },
    { check: pool.check },
  ),
});

export const dhcp = object(
  { ClientNumberOfEntries: count(clients) },
  {
    Client: clients,
    Server: object({ Enable: always("1"), PoolNumberOfEntries: count(pools) }, { Pool: pools }),
  },
);

const addresses = table({
  ...host.addressRows,
  instance: object({ IPAddress: host.ipAddress }),
});

const addresses6 = table({
  ...host.addressRows6,
  instance: object({ IPAddress: host.address6 }),
});

const hostTable = table({
  ...host.allHosts,
  instance: object(
    {
      PhysAddress: host.macAddress,
      IPAddress: host.ipAddress,
      AddressSource: host.addressSource,
      DHCPClient: host.dhcpClient,
      LeaseTimeRemaining: host.leaseTimeRemaining,
      AssociatedDevice: host.associatedDevice,
      Layer1Interface: host.layer1Interface,
      Layer3Interface: host.layer3Interface,
      HostName: host.hostName,
      Active: host.active,
      IPv4AddressNumberOfEntries: count(addresses),
      IPv6AddressNumberOfEntries: count(addresses6),
    },
    { IPv4Address: addresses, IPv6Address: addresses6 },
  ),
});

export const hosts = object({ HostNumberOfEntries: count(hostTable) }, { Host: hostTable });
