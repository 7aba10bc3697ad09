/** Table: InternetGatewayDevice.LANDevice: one for each LAN (lan, guest), with its ports, pool, hosts and networks. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import * as conditional from "../conditionalpool.ts";
import * as dhcp from "../dhcpoptions.ts";
import { optionTable, staticAddresses } from "../dhcptables.ts";
import * as host from "../host.ts";
import * as address from "../ipaddress.ts";
import { lans } from "../lan.ts";
import * as pool from "../pool.ts";
import * as port from "../port.ts";
import * as radio from "../radio.ts";
import * as security from "../security.ts";
import * as station from "../station.ts";
import * as transmit from "../transmit.ts";
import * as wlan from "../wlan.ts";
import { losses, traffic } from "./stats.ts";

const ports = table({
  ...port.lanPorts,
  instance: object(
    {
      Enable: port.enable,
      Status: port.status,
      MACAddress: port.macAddress,
      DuplexMode: port.duplexMode,
      Name: port.name,
      MaxBitRate: port.maxBitRate,
      // Bridges let every station in.
      MACAddressControlEnabled: always("0"),
    },
    { Stats: object({ ...traffic(port.stats), ...losses(port.stats) }) },
  ),
});

const ipInterfaces = table({
  ...address.addresses,
  instance: object(
    {
      Enable: address.enable,
      IPInterfaceAddressingType: address.addressingType,
      IPInterfaceIPAddress: address.ipAddress,
      IPInterfaceSubnetMask: address.subnetMask,
    },
    {},
    { check: address.check },
  ),
});

const poolOptions = optionTable(dhcp.poolOptions, dhcp.poolOptions.base64);

/** The range of a pool, and the settings that its clients are given. */
const served = {
  MinAddress: pool.minAddress,
  MaxAddress: pool.maxAddress,
  ReservedAddresses: pool.reservedAddresses,
  SubnetMask: pool.subnetMask,
  DNSServers: pool.dnsServers,
  DomainName: pool.domainName,
  IPRouters: pool.ipRouters,
  DHCPLeaseTime: pool.leaseTime,
} as const;

const conditionalPools = table({
  ...conditional.pools,
  instance: object(
    {
      Enable: conditional.enable,
      PoolOrder: conditional.orderInLan,
      // Clients behind every interface of the LAN.
      SourceInterface: always(""),
      VendorClassID: conditional.vendorClass,
      // dnsmasq has no tag for it.
      ClientID: always(""),
      UserClassID: conditional.userClass,
      Chaddr: conditional.chaddr,
      ChaddrMask: conditional.chaddrMask,
      LocallyServed: always("1"),
      ...served,
      // No server of others is asked.
      DHCPServerIPAddress: always(""),
      DHCPOptionNumberOfEntries: count(poolOptions),
    },
    { DHCPOption: poolOptions },
    { check: pool.check },
  ),
});

const hostConfigManagement = object(
  {
    MACAddress: pool.macAddress,
    DHCPServerConfigurable: always("1"),
    DHCPServerEnable: conditional.serverEnable,
    DHCPRelay: pool.relays,
    ...served,
    IPInterfaceNumberOfEntries: count(ipInterfaces),
    DHCPStaticAddressNumberOfEntries: count(staticAddresses),
    DHCPOptionNumberOfEntries: count(poolOptions),
    DHCPConditionalPoolNumberOfEntries: count(conditionalPools),
  },
  {
    IPInterface: ipInterfaces,
    DHCPStaticAddress: staticAddresses,
    DHCPOption: poolOptions,
    DHCPConditionalServingPool: conditionalPools,
  },
  { check: pool.check },
);

const stations = table({
  ...station.stations,
  instance: object({
    AssociatedDeviceMACAddress: station.macAddress,
    AssociatedDeviceIPAddress: station.ipAddress,
    AssociatedDeviceAuthenticationState: station.authorized,
    LastDataTransmitRate: station.transmitRate,
  }),
});

const networks = table({
  ...wlan.lanNetworks,
  instance: object(
    {
      Enable: wlan.enable,
      Status: wlan.status,
      Name: wlan.name,
      BSSID: wlan.bssid,
      RadioEnabled: radio.enable,
      AutoChannelEnable: radio.autoChannel,
      Channel: radio.channel,
      // The driver finds the rate, from frame to frame.
      MaxBitRate: always("Auto"),
      AutoRateFallBackEnabled: always("1"),
      Standard: radio.standard,
      SSID: wlan.ssid,
      SSIDAdvertisementEnabled: wlan.advertised,
      MACAddressControlEnabled: wlan.addressControl,
      RegulatoryDomain: radio.regulatoryDomain,
      PossibleChannels: transmit.possibleChannels,
      BasicDataTransmitRates: transmit.basicRates,
      OperationalDataTransmitRates: transmit.supportedRates,
      PossibleDataTransmitRates: transmit.supportedRates,
      TransmitPowerSupported: transmit.powerSupported,
      TransmitPower: transmit.power,
      TotalAssociations: count(stations),
      ...security.modes,
      ...traffic(wlan.stats, "Total"),
    },
    {
      AssociatedDevice: stations,
      WEPKey: table({ ...security.wepKeys, instance: object({ WEPKey: security.wepKey }) }),
      PreSharedKey: table({
        ...security.keys,
        instance: object(security.sharedKey, {}, { check: security.check }),
      }),
      Stats: object(losses(wlan.stats)),
    },
    { check: security.check },
  ),
});

const hosts = table({
  ...host.lanHosts,
  instance: object({
    IPAddress: host.ipAddress,
    AddressSource: host.addressSource,
    LeaseTimeRemaining: host.leaseTimeRemaining,
    MACAddress: host.macAddress,
    Layer2Interface: host.layer2Interface,
    HostName: host.hostName,
    InterfaceType: host.interfaceType,
    Active: host.active,
  }),
});

export const lanDevices = table({
  ...lans,
  instance: object(
    {
      LANEthernetInterfaceNumberOfEntries: count(ports),
      LANUSBInterfaceNumberOfEntries: always("0"),
      LANWLANConfigurationNumberOfEntries: count(networks),
    },
    {
      LANHostConfigManagement: hostConfigManagement,
      LANEthernetInterfaceConfig: ports,
      WLANConfiguration: networks,
      Hosts: object({ HostNumberOfEntries: count(hosts) }, { Host: hosts }),
    },
  ),
});
