/** Table: the InternetGatewayDevice root: its chapters in the data model's order. TR-098. */
import { object, type Root } from "../define.ts";
import { igdSchema } from "../schema/igd.ts";
import { count } from "./bind.ts";
import { deviceInfo, deviceSummary } from "./device.ts";
import { lanDevices } from "./lan.ts";
import { managementServer } from "./management.ts";
import { time } from "./time.ts";
import { wanDevices } from "./wan.ts";

export const igdRoot: Root = {
  name: "InternetGatewayDevice",
  object: object(
    {
      DeviceSummary: deviceSummary,
      LANDeviceNumberOfEntries: count(lanDevices),
      WANDeviceNumberOfEntries: count(wanDevices),
    },
    {
      DeviceInfo: deviceInfo,
      ManagementServer: managementServer,
      Time: time,
      LANDevice: lanDevices,
      WANDevice: wanDevices,
    },
  ),
  schema: igdSchema,
};
