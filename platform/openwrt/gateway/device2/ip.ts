/** Table: Device.IP, Device.NAT and Device.DNS. TR-098 has a connection with address, translation and name servers in
 * one object; TR-181 has a table of interfaces of both sides, and each of the others points at one by reference. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import { aliased } from "../alias.ts";
import * as connection from "../connection.ts";
import * as dnsclient from "../dnsclient.ts";
import * as dnsrelay from "../dnsrelay.ts";
import * as logical from "../interface.ts";
import * as ip from "../ip.ts";
import * as ip6 from "../ip6.ts";
import * as address from "../ipaddress.ts";
import * as layers from "../layers.ts";
import * as mapping from "../mapping.ts";
import * as mtu from "../mtu.ts";
import * as nat from "../nat.ts";
import * as order from "../order.ts";
import { diagnostics } from "./diagnostics.ts";
import { stats } from "./stats.ts";

const addresses = table({
  ...address.addresses,
  instance: object(
    {
      Enable: address.enable,
      Status: ip.addressStatus,
      AddressingType: ip.addressingType,
      IPAddress: address.ipAddress,
      SubnetMask: address.subnetMask,
    },
    {},
    { check: address.check },
  ),
});

const addresses6 = table({
  ...ip6.addresses,
  instance: object({
    Enable: always("1"),
    Status: always("Enabled"),
    IPAddressStatus: ip6.addressStatus,
    IPAddress: ip6.address,
    Origin: ip6.addressOrigin,
    PreferredLifetime: ip6.addressPreferred,
    ValidLifetime: ip6.addressValid,
  }),
});

const prefixes6 = table({
  ...ip6.prefixes,
  instance: object({
    Enable: always("1"),
    Status: always("Enabled"),
    PrefixStatus: ip6.prefixStatus,
    Prefix: ip6.prefix,
    Origin: ip6.prefixOrigin,
    OnLink: ip6.prefixOnLink,
    Autonomous: ip6.prefixOnLink,
    PreferredLifetime: ip6.prefixPreferred,
    ValidLifetime: ip6.prefixValid,
  }),
});

const interfaces = table({
  ...ip.interfaceRows,
  instance: aliased(
    "interface",
    {
      Enable: logical.enable,
      IPv4Enable: always("1"),
      IPv6Enable: ip6.enable,
      ULAEnable: ip6.ulaEnable,
      Status: ip.status,
      Name: ip.name,
      LastChange: ip.lastChange,
      LowerLayers: layers.lowerLayers("interface"),
      Reset: order.reset,
      MaxMTUSize: mtu.maxMtuSize,
      Type: always("Normal"),
      IPv4AddressNumberOfEntries: count(addresses),
      IPv6AddressNumberOfEntries: count(addresses6),
      IPv6PrefixNumberOfEntries: count(prefixes6),
    },
    { IPv4Address: addresses, IPv6Address: addresses6, IPv6Prefix: prefixes6, Stats: stats(ip.stats) },
  ),
});

export const internet = object(
  {
    IPv4Enable: always("1"),
    IPv4Status: always("Enabled"),
    IPv6Capable: ip6.capable,
    IPv6Enable: ip6.capable,
    IPv6Status: ip6.status6,
    ULAPrefix: ip6.ulaPrefix,
    InterfaceNumberOfEntries: count(interfaces),
  },
  { Interface: interfaces, Diagnostics: diagnostics },
);

const settings = table({
  ...nat.settings,
  instance: object({
    Enable: connection.natEnabled,
    Status: nat.status,
    Interface: nat.interfaceRef,
  }),
});

const mappings = table({
  ...nat.allMappings,
  instance: object(
    {
      Interface: nat.mappingInterface,
      AllInterfaces: always("0"),
      Protocol: mapping.protocol,
      RemoteHost: mapping.remoteHost,
      ExternalPort: mapping.externalPort,
      ExternalPortEndRange: mapping.externalPortEnd,
      InternalPort: mapping.internalPort,
      InternalClient: mapping.internalClient,
      Description: mapping.description,
      LeaseDuration: mapping.leaseDuration,
      Enable: mapping.enabled,
    },
    {},
    { check: nat.mappingCheck },
  ),
});

export const translation = object(
  { InterfaceSettingNumberOfEntries: count(settings), PortMappingNumberOfEntries: count(mappings) },
  { InterfaceSetting: settings, PortMapping: mappings },
);

const servers = table({
  ...dnsclient.servers,
  instance: object({
    Enable: always("1"),
    Status: always("Enabled"),
    DNSServer: dnsclient.server,
    Interface: dnsclient.interfaceRef,
    Type: dnsclient.type,
  }),
});

const forwardings = table({
  ...dnsrelay.forwardings,
  instance: object({
    Enable: always("1"),
    Status: dnsrelay.status,
    DNSServer: dnsclient.server,
    Interface: dnsrelay.interfaceRef,
    Type: dnsrelay.type,
  }),
});

export const names = object(
  { SupportedRecordTypes: always("A,AAAA,PTR") },
  {
    Relay: object(
      { Enable: dnsrelay.enable, Status: dnsrelay.status, ForwardNumberOfEntries: count(forwardings) },
      { Forwarding: forwardings },
    ),
    Client: object(
      { Enable: always("1"), Status: always("Enabled"), ServerNumberOfEntries: count(servers) },
      { Server: servers },
    ),
  },
);
