/** Table: the roots that a device can show. TR-106 2.1: InternetGatewayDevice is that of TR-098, Device
 * that of TR-181. */
export type RootName = "InternetGatewayDevice" | "Device";
