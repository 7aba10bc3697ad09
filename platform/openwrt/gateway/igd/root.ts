/** Table: the InternetGatewayDevice root: its chapters in the data model's order. TR-098. */
import { always, count, object, type Root, table } from "../../../../src/model/define.ts";
import { supportedModel } from "../../../../src/model/profiles.ts";
import { igdSchema } from "../../../../src/model/schema/igd.ts";
import * as device from "../device.ts";
import { echoConfig } from "../diagnosticobjects.ts";
import { wantedIn } from "../informparameter.ts";
import * as management from "../management.ts";
import { managementServer } from "../managementserver.ts";
import * as time from "../time.ts";
import { capabilities, downloadTest, pingTest, routeTest, uploadTest } from "./diagnostics.ts";
import { lanDevices } from "./lan.ts";
import { forwarding } from "./routing.ts";
import { summary } from "./summary.ts";
import * as system from "./system.ts";
import { opticalInterfaces } from "./vendor.ts";
import { wanDevices } from "./wan.ts";

const models = table({
  packages: [],
  rows: () => [{ key: "TR-098", at: {} }],
  instance: object(supportedModel("tr-098-1-8-0")),
});

const deviceInfo = object(
  {
    Manufacturer: device.manufacturer,
    ManufacturerOUI: device.oui,
    ModelName: device.modelName,
    Description: device.description,
    ProductClass: device.productClass,
    SerialNumber: device.serialNumber,
    HardwareVersion: device.hardwareVersion,
    SoftwareVersion: device.softwareVersion,
    AdditionalSoftwareVersion: device.additionalSoftwareVersion,
    SpecVersion: always("1.0"),
    ProvisioningCode: device.provisioningCode,
    UpTime: device.upTime,
    FirstUseDate: device.firstUseDate,
    DeviceLog: device.log,
    SupportedDataModelNumberOfEntries: count(models),
  },
  {
    SupportedDataModel: models,
    MemoryStatus: object({ Total: device.memoryTotal, Free: device.memoryFree }),
    ProcessStatus: system.processStatus,
    TemperatureStatus: system.temperatureStatus,
    VendorLogFile: system.logFiles,
  },
);

const clock = object(
  {
    Enable: time.enable,
    NTPServer1: time.ntpServer1,
    NTPServer2: time.ntpServer2,
    CurrentLocalTime: time.currentLocalTime,
    LocalTimeZone: time.localTimeZone,
    LocalTimeZoneName: time.localTimeZoneName,
    DaylightSavingsUsed: time.daylightSavingsUsed,
    DaylightSavingsStart: time.daylightSavings.start,
    DaylightSavingsEnd: time.daylightSavings.end,
    Status: time.status,
  },
  {},
  { check: time.check },
);

export const igdRoot: Root = {
  name: "InternetGatewayDevice",
  object: object(
    {
      DeviceSummary: always(summary),
      LANDeviceNumberOfEntries: count(lanDevices),
      WANDeviceNumberOfEntries: count(wanDevices),
      UserNumberOfEntries: count(system.users),
      X_00005E_OpticalInterfaceNumberOfEntries: count(opticalInterfaces),
    },
    {
      DeviceInfo: deviceInfo,
      ManagementServer: managementServer({
        UDPConnectionRequestAddressNotificationLimit: management.udpNotificationLimit,
      }),
      Time: clock,
      User: system.users,
      Firewall: system.wall,
      LANConfigSecurity: system.configSecurity,
      // Every interface of a LAN is in its LANDevice.
      LANInterfaces: object({
        LANEthernetInterfaceNumberOfEntries: always("0"),
        LANUSBInterfaceNumberOfEntries: always("0"),
        LANWLANConfigurationNumberOfEntries: always("0"),
      }),
      LANDevice: lanDevices,
      WANDevice: wanDevices,
      Capabilities: capabilities,
      IPPingDiagnostics: pingTest,
      TraceRouteDiagnostics: routeTest,
      DownloadDiagnostics: downloadTest,
      UploadDiagnostics: uploadTest,
      UDPEchoConfig: echoConfig,
      X_00005E_OpticalInterface: opticalInterfaces,
      Layer3Forwarding: forwarding,
    },
  ),
  schema: igdSchema,
  showsLog: true,
  wanted: wantedIn("InternetGatewayDevice"),
};
