/** Table: identity and versions of the device. */
import type { Binding, OwnName } from "../../../src/model/define.ts";
import type { BoardFact } from "../../../src/ports/facts.ts";
import { fact, named, shown, text } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

const cpe = named("cwmp", "cpe", "cpe");
const board = (name: BoardFact): Binding => fact((sheet) => shown(sheet.board(name)));
/** Frozen when the device first starts: DeviceId must not follow a changed board file. A name in /etc/config/cwmp
 * takes precedence. */
const own = (name: OwnName): Binding => fact((_sheet, _at, env) => shown(env.own.read(name)));

export const manufacturer = own("manufacturer");
export const oui = own("oui");
export const productClass = own("productClass");
export const serialNumber = own("serialNumber");
export const modelName = board("modelName");
export const description = board("description");
export const hardwareVersion = board("hardwareVersion");
export const softwareVersion = board("softwareVersion");
/** The kernel beside the system. */
export const additionalSoftwareVersion = board("kernelVersion");
export const provisioningCode = text(cpe, "provisioning_code");
export const upTime = fact((sheet) => String(Math.floor(sheet.uptime())));
/** The end of the system's log, as much of it as the model has room for. */
export const log = fact((sheet) => shown(sheet.logTail(gatewayLimits.deviceLogCharsMax)));

/** Kilobytes. */
export const memoryTotal = fact((sheet) => String(sheet.memory().total));
export const memoryFree = fact((sheet) => String(sheet.memory().free));
/** Percent. */
export const cpuUsage = fact((sheet) => String(Math.round(sheet.cpuUsage())));
export const firstUseDate = own("firstUseDate");
