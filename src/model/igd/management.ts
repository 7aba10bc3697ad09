/** Table: InternetGatewayDevice.ManagementServer, kept in /etc/config/cwmp.
 * What the schema hides (passwords) is read here all the same: the tree shows it empty. */
import { isAcsUrl, periodicInformSecondsInitial } from "../../settings.ts";
import { parseDateTime, unknownTime, writeDateTime } from "../../soap/datetime.ts";
import { type Binding, object } from "../define.ts";
import { writeTime } from "../value.ts";
import { fact, flag, type Judge, named, number, readOnly, sectionAt, single, text } from "./bind.ts";

const acs = named("cwmp", "acs", "acs");
const cpe = named("cwmp", "cpe", "cpe");

/** 3.1: http or https with a host and no credentials; empty asks for discovery by DHCP. */
const judgeUrl: Judge = (value) =>
  value === "" || isAcsUrl(value) ? undefined : "Expected an absolute http or https URL without credentials";

const periodicTime: Binding = {
  ...text(acs, "periodic_inform_time"),
  read: (at, env) => {
    const time = parseDateTime(single(sectionAt(acs, at, env), "periodic_inform_time") ?? "");
    if (time === undefined) return unknownTime;
    return time.is === "time" ? writeTime(time.ms) : writeDateTime(time);
  },
};

export const managementServer = object({
  // Read only: a CPE that turns CWMP off over CWMP cannot be turned on again.
  EnableCWMP: readOnly(flag(cpe, "enabled", true)),
  URL: text(acs, "url", { judge: judgeUrl }),
  Username: text(acs, "username"),
  Password: text(acs, "password"),
  PeriodicInformEnable: flag(acs, "periodic_inform_enable", false),
  PeriodicInformInterval: number(
    acs,
    "periodic_inform_interval",
    periodicInformSecondsInitial,
    1,
    4294967295,
  ),
  PeriodicInformTime: periodicTime,
  ParameterKey: fact((_sheet, _at, env) => env.own.read("parameterKey")),
  ConnectionRequestURL: fact((_sheet, _at, env) => env.own.read("connectionRequestURL")),
  ConnectionRequestUsername: text(cpe, "username"),
  ConnectionRequestPassword: text(cpe, "password"),
  // The agent never upgrades the device on its own account, so that the wish only has to be kept.
  UpgradesManaged: flag(cpe, "upgrades_managed", false),
});
