/** Table: InternetGatewayDevice.DeviceInfo. */
import type { BoardFact } from "../../ports/facts.ts";
import { type Binding, type OwnName, object } from "../define.ts";
import { always, fact, named, readOnly, shown, text } from "./bind.ts";
import { igdLimits } from "./limits.ts";

const cpe = named("cwmp", "cpe", "cpe");
const board = (name: BoardFact): Binding => fact((sheet) => shown(sheet.board(name)));
/** Frozen when the device first starts: DeviceId must not follow a changed board file. */
const own = (name: OwnName): Binding => fact((_sheet, _at, env) => shown(env.own.read(name)));

export const deviceInfo = object(
  {
    Manufacturer: own("manufacturer"),
    ManufacturerOUI: own("oui"),
    ModelName: board("modelName"),
    Description: board("description"),
    SerialNumber: own("serialNumber"),
    HardwareVersion: board("hardwareVersion"),
    SoftwareVersion: board("softwareVersion"),
    SpecVersion: always("1.0"),
    ProvisioningCode: text(cpe, "provisioning_code"),
    UpTime: fact((sheet) => String(Math.floor(sheet.uptime()))),
    DeviceLog: fact((sheet) => shown(sheet.logTail(igdLimits.deviceLogCharsMax))),
  },
  {
    MemoryStatus: object({
      Total: fact((sheet) => String(sheet.memory().total)),
      Free: fact((sheet) => String(sheet.memory().free)),
    }),
    ProcessStatus: object({ CPUUsage: fact((sheet) => String(Math.round(sheet.cpuUsage()))) }),
  },
);

/** What the ACS is told at a glance. TR-106 2.4: only profiles that are there as a whole. */
export const deviceSummary = readOnly(always("InternetGatewayDevice:1.14[](MemoryStatus:1)"));
