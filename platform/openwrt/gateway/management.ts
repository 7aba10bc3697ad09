/** Table: how the device is managed, kept in /etc/config/cwmp.
 * What the schema hides (passwords) is read here all the same: the tree shows it empty. */
import { parseDateTime, unknownTime, writeDateTime } from "../../../src/datetime.ts";
import { type Binding, readOnly } from "../../../src/model/define.ts";
import { writeTime } from "../../../src/model/value.ts";
import { isAcsUrl, periodicInformSecondsInitial } from "../../../src/settings.ts";
import { fact, flag, type Judge, named, number, sectionAt, single, text } from "./bind.ts";

const acs = named("cwmp", "acs", "acs");
const cpe = named("cwmp", "cpe", "cpe");

/** 3.1: http or https with a host and no credentials; empty asks for discovery by DHCP. */
const judgeUrl: Judge = (value) =>
  value === "" || isAcsUrl(value) ? undefined : "Expected an absolute http or https URL without credentials";

export const periodicInformTime: Binding = {
  ...text(acs, "periodic_inform_time"),
  read: (at, env) => {
    const time = parseDateTime(single(sectionAt(acs, at, env), "periodic_inform_time") ?? "");
    if (time === undefined) return unknownTime;
    return time.is === "time" ? writeTime(time.ms) : writeDateTime(time);
  },
};

/** Read only: a CPE that turns CWMP off over CWMP cannot be turned on again. */
export const enableCwmp = readOnly(flag(cpe, "enabled", true));
export const url = text(acs, "url", { judge: judgeUrl });
export const username = text(acs, "username");
export const password = text(acs, "password");
export const periodicInformEnable = flag(acs, "periodic_inform_enable", false);
export const periodicInformInterval = number(
  acs,
  "periodic_inform_interval",
  periodicInformSecondsInitial,
  1,
  4294967295,
);
export const parameterKey = fact((_sheet, _at, env) => env.own.read("parameterKey"));
export const connectionRequestUrl = fact((_sheet, _at, env) => env.own.read("connectionRequestURL"));
export const connectionRequestUsername = text(cpe, "username");
export const connectionRequestPassword = text(cpe, "password");
/** The agent never upgrades the device on its own account, so that the wish only has to be kept. */
export const upgradesManaged = flag(cpe, "upgrades_managed", false);
