/** Table: the names of the demo in either root. */
interface Names {
  readonly model: string;
  readonly lanAddress: string;
  readonly ssid: string;
  readonly mappings: string;
  readonly protocol: string;
  readonly enabled: string;
  readonly description: string;
}

const igd: Names = {
  model: "InternetGatewayDevice.",
  lanAddress: "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress",
  ssid: "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID",
  mappings: "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.",
  protocol: "PortMappingProtocol",
  enabled: "PortMappingEnabled",
  description: "PortMappingDescription",
};

const device: Names = {
  model: "Device.",
  lanAddress: "Device.IP.Interface.2.IPv4Address.1.IPAddress",
  ssid: "Device.WiFi.SSID.1.SSID",
  mappings: "Device.NAT.PortMapping.",
  protocol: "Protocol",
  enabled: "Enable",
  description: "Description",
};

/** What `make demo ROOT=Device` asks for; TR-098's without. */
export const isDevice = process.env.ROOT === "Device";
export const names = isDevice ? device : igd;
