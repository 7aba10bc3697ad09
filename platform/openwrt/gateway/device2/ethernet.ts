/** Table: Device.Ethernet and Device.Bridging. Ports of both sides of the gateway are in one table; a link is the
 * layer between an IP interface, or a VLAN of it, and its port or bridge. The order of the layers follows from
 * other options and is not set here. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import { aliased } from "../alias.ts";
import * as bridge from "../bridge.ts";
import * as layers from "../layers.ts";
import * as optical from "../optical.ts";
import * as port from "../port.ts";
import { stats } from "./stats.ts";

const interfaces = table({
  ...port.allPorts,
  instance: aliased(
    "port",
    {
      Enable: port.enable,
      Status: port.operStatus,
      Name: port.name,
      LastChange: port.lastChange,
      Upstream: port.upstream,
      MACAddress: port.macAddress,
      MaxBitRate: port.maxBitRateNumber,
      CurrentBitRate: port.currentBitRate,
      DuplexMode: port.duplexMode,
    },
    { Stats: stats(port.stats) },
  ),
});

const links = table({
  ...layers.links,
  instance: aliased(
    "link",
    {
      Enable: always("1"),
      Status: layers.linkStatus,
      Name: layers.linkName,
      LastChange: layers.linkLastChange,
      LowerLayers: layers.lowerLayers("link"),
      MACAddress: layers.linkMac,
    },
    { Stats: stats(layers.linkStats) },
  ),
});

const vlans = table({
  ...layers.vlans,
  instance: object({
    Enable: always("1"),
    Status: layers.linkStatus,
    Name: layers.linkName,
    LowerLayers: layers.lowerLayers("vlan"),
    VLANID: layers.vlanId,
    TPID: layers.vlanTpid,
  }),
});

export const ethernet = object(
  {
    InterfaceNumberOfEntries: count(interfaces),
    LinkNumberOfEntries: count(links),
    VLANTerminationNumberOfEntries: count(vlans),
  },
  { Interface: interfaces, Link: links, VLANTermination: vlans },
);

const ports = table({
  ...bridge.portRows,
  instance: aliased(
    "bridgePort",
    {
      Enable: always("1"),
      Status: bridge.portStatus,
      Name: bridge.portName,
      LastChange: bridge.lastChange,
      LowerLayers: layers.lowerLayers("bridgePort"),
      PortState: bridge.portState,
      ManagementPort: bridge.managementPort,
    },
    { Stats: stats(bridge.stats) },
  ),
});

const bridges = table({
  ...bridge.bridgeRows,
  instance: object(
    { Enable: bridge.enable, Status: bridge.status, PortNumberOfEntries: count(ports) },
    { Port: ports },
  ),
});

export const bridging = object(
  {
    // Bridges are made by the configuration alone: the table takes no more than it has.
    MaxBridgeEntries: count(bridges),
    MaxDBridgeEntries: count(bridges),
    BridgeNumberOfEntries: count(bridges),
  },
  { Bridge: bridges },
);

const opticalInterfaces = table({
  ...optical.modules,
  instance: object({
    Enable: always("1"),
    Status: optical.status,
    Name: optical.name,
    LowerLayers: always(""),
    OpticalSignalLevel: optical.signalLevel,
    TransmitOpticalLevel: optical.transmitLevel,
  }),
});

export const optics = object(
  { InterfaceNumberOfEntries: count(opticalInterfaces) },
  { Interface: opticalInterfaces },
  { present: optical.anyThere },
);
