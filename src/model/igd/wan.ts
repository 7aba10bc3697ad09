/** Table: InternetGatewayDevice.WANDevice: one for each device that WAN interfaces stand on. */
import { type At, type Binding, type Env, object, table } from "../define.ts";
import { always, bit, count, counter, fact, netdev, refuse, truth } from "./bind.ts";
import { byteCounters, counters, ethernetPort, packetCounters } from "./ethernet.ts";
import { cwmpInterface, deviceOf, wanInterfaces } from "./network.ts";
import { wanIpConnections } from "./wanip.ts";

const portName = (at: At): string => at.port ?? "";

/** bit/s, as much as unsignedInt can say; 0 while there is no link. */
const bitRate = fact((sheet, at) => {
  const speed = netdev(sheet, portName(at))?.speed ?? 0;
  return String(Math.min(Math.max(speed, 0) * 1_000_000, 2 ** 32 - 1));
});

const link = fact((sheet, at) => {
  const port = netdev(sheet, portName(at));
  if (!port) return "Unavailable";
  return port.carrier ? "Up" : "Down";
});

const enabledForInternet = (at: At, env: Env): boolean =>
  wanInterfaces(env).some(
    (section) => deviceOf(section) === portName(at) && !truth("network", section, "disabled", false),
  );

/** As with the interface: the port that leads to the ACS stays on. */
const portEnable: Binding = {
  ...ethernetPort.Enable,
  write: (at, value, env) => {
    const leads = wanInterfaces(env).some(
      (section) => section.name === cwmpInterface(env) && deviceOf(section) === portName(at),
    );
    return value === "0" && leads
      ? refuse("The connection to the ACS uses this port")
      : (ethernetPort.Enable.write?.(at, value, env) ?? []);
  },
};

const wanConnectionDevices = table({
  packages: [],
  // One link layer to a device: VLANs on it are devices of their own.
  rows: (at) => [{ key: portName(at), at: {} }],
  instance: object(
    {
      WANIPConnectionNumberOfEntries: count(wanIpConnections),
      // Those that there are do not show yet.
      WANPPPConnectionNumberOfEntries: always("0"),
    },
    { WANEthernetLinkConfig: object({ EthernetLinkStatus: link }), WANIPConnection: wanIpConnections },
  ),
});

export const wanDevices = table({
  packages: ["network", "firewall"],
  rows: (_at, env) => {
    const devices = wanInterfaces(env).map((section) => deviceOf(section) || section.name);
    return [...new Set(devices)].map((port) => ({ key: port, at: { port } }));
  },
  instance: object(
    { WANConnectionNumberOfEntries: count(wanConnectionDevices) },
    {
      WANCommonInterfaceConfig: object({
        EnabledForInternet: {
          packages: ["network", "firewall"],
          read: (at, env) => bit(enabledForInternet(at, env)),
        },
        // Whatever modem there is stands behind an Ethernet device.
        WANAccessType: always("Ethernet"),
        Layer1UpstreamMaxBitRate: bitRate,
        Layer1DownstreamMaxBitRate: bitRate,
        PhysicalLinkStatus: link,
        TotalBytesSent: counter(portName, "tx_bytes"),
        TotalBytesReceived: counter(portName, "rx_bytes"),
        TotalPacketsSent: counter(portName, "tx_packets"),
        TotalPacketsReceived: counter(portName, "rx_packets"),
      }),
      WANEthernetInterfaceConfig: object(
        { ...ethernetPort, Enable: portEnable },
        {
          Stats: object(counters(portName, { ...byteCounters, ...packetCounters })),
        },
      ),
      WANConnectionDevice: wanConnectionDevices,
    },
  ),
});
