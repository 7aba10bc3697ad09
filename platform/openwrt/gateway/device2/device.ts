/** Table: Device.DeviceInfo, ManagementServer and Time. LocalTimeZone is the POSIX text here, which TR-098 calls
 * LocalTimeZoneName; no parameter says the offset alone. */
import { count, object, table } from "../../../../src/model/define.ts";
import { supportedModel } from "../../../../src/model/profiles.ts";
import * as association from "../association.ts";
import * as device from "../device.ts";
import * as firewall from "../firewall.ts";
import { logFiles, processStatus, temperatureStatus, users as userTable } from "../igd/system.ts";
import * as time from "../time.ts";

const models = table({
  packages: [],
  rows: () => [{ key: "TR-181", at: {} }],
  instance: object(supportedModel("tr-181-2-14-0")),
});

export const deviceInfo = object(
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
    ProvisioningCode: device.provisioningCode,
    UpTime: device.upTime,
    FirstUseDate: device.firstUseDate,
    SupportedDataModelNumberOfEntries: count(models),
  },
  {
    SupportedDataModel: models,
    MemoryStatus: object({ Total: device.memoryTotal, Free: device.memoryFree }),
    ProcessStatus: processStatus,
    TemperatureStatus: temperatureStatus,
    VendorLogFile: logFiles,
  },
);

export const clock = object(
  {
    Enable: time.enable,
    Status: time.status,
    NTPServer1: time.ntpServer1,
    NTPServer2: time.ntpServer2,
    CurrentLocalTime: time.currentLocalTime,
    LocalTimeZone: time.localTimeZoneName,
  },
  {},
  { check: time.check },
);

export const gatewayInfo = object({
  ManufacturerOUI: association.gatewayOui,
  ProductClass: association.gatewayProductClass,
  SerialNumber: association.gatewaySerialNumber,
});

export const users = object({ UserNumberOfEntries: count(userTable) }, { User: userTable });

export const wall = object({
  Enable: firewall.enabled,
  Config: firewall.level,
  Version: firewall.version,
  LastChange: firewall.lastChange,
});
