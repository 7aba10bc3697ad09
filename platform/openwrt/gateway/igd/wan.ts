/** Table: InternetGatewayDevice.WANDevice: one for each device that WAN interfaces stand on, with its connections and
 * their port mappings. */
import { always, count, object, readOnly, table } from "../../../../src/model/define.ts";
import * as connection from "../connection.ts";
import * as dhcp from "../dhcpoptions.ts";
import { optionTable } from "../dhcptables.ts";
import * as logical from "../interface.ts";
import * as mapping from "../mapping.ts";
import * as mtu from "../mtu.ts";
import * as order from "../order.ts";
import * as port from "../port.ts";
import * as ppp from "../ppp.ts";
import * as uplink from "../uplink.ts";
import { line, losses, traffic } from "./stats.ts";

const portMappings = table({
  ...mapping.mappingsOf,
  instance: object(
    {
      PortMappingProtocol: mapping.protocol,
      RemoteHost: mapping.remoteHost,
      ExternalPort: mapping.externalPort,
      ExternalPortEndRange: mapping.externalPortEnd,
      InternalPort: mapping.internalPort,
      InternalClient: mapping.internalClient,
      PortMappingDescription: mapping.description,
      PortMappingLeaseDuration: mapping.leaseDuration,
      PortMappingEnabled: mapping.enabled,
    },
    {},
    { check: mapping.check },
  ),
});

const sentOptions = optionTable(dhcp.sentOptions, dhcp.sentOptions.base64);

const requestedOptions = optionTable(dhcp.requestedOptions, dhcp.requestedOptions.base64);

const dhcpClient = object(
  {
    SentDHCPOptionNumberOfEntries: count(sentOptions),
    ReqDHCPOptionNumberOfEntries: count(requestedOptions),
  },
  { SentDHCPOption: sentOptions, ReqDHCPOption: requestedOptions },
);

const ipConnections = table({
  ...connection.ipConnections,
  instance: object(
    {
      Enable: logical.enable,
      Reset: order.reset,
      ConnectionStatus: connection.connectionStatus,
      PossibleConnectionTypes: always("IP_Routed"),
      ConnectionType: always("IP_Routed"),
      Name: connection.name,
      Uptime: connection.uptime,
      LastConnectionError: connection.lastError,
      RSIPAvailable: always("0"),
      NATEnabled: connection.natEnabled,
      AddressingType: logical.addressingType,
      SubnetMask: connection.subnetMask,
      ExternalIPAddress: connection.externalAddress,
      DefaultGateway: connection.defaultGateway,
      DNSEnabled: connection.dnsEnabled,
      ...connection.dns,
      MaxMTUSize: mtu.maxMtuSize,
      MACAddress: connection.macAddress,
      ConnectionTrigger: always("AlwaysOn"),
      RouteProtocolRx: always("Off"),
      PortMappingNumberOfEntries: count(portMappings),
    },
    {
      PortMapping: portMappings,
      DHCPClient: dhcpClient,
      Stats: object({
        ...traffic(connection.stats, "Ethernet"),
        ...losses(connection.stats, "Ethernet"),
      }),
    },
    { check: connection.check, informs: connection.isDefault },
  ),
});

const pppConnections = table({
  ...ppp.connections,
  instance: object(
    {
      Enable: logical.enable,
      Reset: order.reset,
      ConnectionStatus: connection.connectionStatus,
      PossibleConnectionTypes: always("IP_Routed"),
      ConnectionType: always("IP_Routed"),
      PPPoESessionID: ppp.sessionId,
      Name: connection.name,
      Uptime: connection.uptime,
      LastConnectionError: ppp.lastError,
      RSIPAvailable: always("0"),
      NATEnabled: connection.natEnabled,
      Username: ppp.username,
      Password: ppp.password,
      ExternalIPAddress: readOnly(connection.externalAddress),
      RemoteIPAddress: ppp.remoteAddress,
      DefaultGateway: readOnly(connection.defaultGateway),
      DNSEnabled: connection.dnsEnabled,
      ...connection.dns,
      MaxMRUSize: ppp.maxMru,
      CurrentMRUSize: ppp.currentMru,
      MACAddress: ppp.macAddress,
      TransportType: ppp.transportType,
      PPPoEACName: ppp.acName,
      PPPoEServiceName: ppp.serviceName,
      IdleDisconnectTime: ppp.idleDisconnectTime,
      ConnectionTrigger: ppp.connectionTrigger,
      RouteProtocolRx: always("Off"),
      PPPLCPEcho: ppp.lcpEcho,
      PPPLCPEchoRetry: ppp.lcpEchoRetry,
      PortMappingNumberOfEntries: count(portMappings),
    },
    {
      PortMapping: portMappings,
      Stats: object(line(ppp.stats, "Ethernet")),
    },
    { informs: connection.isDefault },
  ),
});

const connectionDevices = table({
  ...uplink.links,
  instance: object(
    {
      WANIPConnectionNumberOfEntries: count(ipConnections),
      WANPPPConnectionNumberOfEntries: count(pppConnections),
    },
    {
      WANEthernetLinkConfig: object({ EthernetLinkStatus: uplink.link }, {}, { present: uplink.isEthernet }),
      WANIPConnection: ipConnections,
      WANPPPConnection: pppConnections,
    },
  ),
});

export const wanDevices = table({
  ...uplink.uplinks,
  instance: object(
    { WANConnectionNumberOfEntries: count(connectionDevices) },
    {
      WANCommonInterfaceConfig: object({
        EnabledForInternet: uplink.enabledForInternet,
        WANAccessType: uplink.accessType,
        Layer1UpstreamMaxBitRate: uplink.bitRate,
        Layer1DownstreamMaxBitRate: uplink.bitRate,
        PhysicalLinkStatus: uplink.link,
        ...traffic(port.stats, "Total"),
      }),
      WANEthernetInterfaceConfig: object(
        {
          Enable: port.enable,
          Status: port.status,
          MACAddress: port.macAddress,
          MaxBitRate: port.lineBitRate,
          DuplexMode: port.duplexMode,
        },
        { Stats: object(traffic(port.stats)) },
        { present: uplink.isEthernet },
      ),
      WANConnectionDevice: connectionDevices,
    },
  ),
});
