/** Table: the management of the device, kept in /etc/config/cwmp.
 * Parameters that the schema hides (passwords) are read here all the same: the tree shows them empty. */
import { parseDateTime, unknownTime, writeDateTime } from "../../../src/datetime.ts";
import { type Binding, type Env, readOnly } from "../../../src/model/define.ts";
import { writeTime } from "../../../src/model/value.ts";
import { isAcsUrl, periodicInformSecondsInitial, stunInitial } from "../../../src/settings.ts";
import { judgeHost } from "./accepted.ts";
import {
  choice,
  fact,
  flag,
  type Judge,
  named,
  number,
  put,
  sectionAt,
  shown,
  single,
  text,
} from "./bind.ts";

const acs = named("cwmp", "acs", "acs");
const cpe = named("cwmp", "cpe", "cpe");
const stun = named("cwmp", "stun", "stun");
const transfer = named("cwmp", "transfer", "transfer");

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
/** The LAN page (Annex D); both are empty while it is not served. */
export const kickUrl = fact((_sheet, _at, env) => env.own.read("kickURL"));
export const downloadProgressUrl = fact((_sheet, _at, env) => env.own.read("downloadProgressURL"));
export const connectionRequestUsername = text(cpe, "username");
export const connectionRequestPassword = text(cpe, "password");
/** The agent never upgrades the device on its own account, so that the wish only has to be kept. */
export const upgradesManaged = flag(cpe, "upgrades_managed", false);

// ------------------------------------ transfers that the ACS has not asked for (A.3.3.3)

export const autonomousEnable = flag(transfer, "report_autonomous", true);
export const autonomousTransferTypes = choice(
  transfer,
  "report_transfers",
  { Both: "Both", Upload: "Upload", Download: "Download" },
  "Both",
);
export const autonomousResultTypes = choice(
  transfer,
  "report_results",
  { Both: "Both", Success: "Success", Failure: "Failure" },
  "Both",
);

/** A comma in a type is written as %2C, as lists of TR-106 have it (3.2.3). */
export const autonomousFileTypes: Binding = {
  packages: ["cwmp"],
  read: (at, env) => {
    const value = sectionAt(transfer, at, env)?.options.get("report_types") ?? [];
    const types = typeof value === "string" ? [value] : value;
    return types.map((type) => shown(type).replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
  },
  write: (at, value, env) => {
    const types = value.split(",").map((type) => type.trim().replaceAll("%2C", ",").replaceAll("%25", "%"));
    const kept = types.filter((type) => type !== "");
    return put(transfer, at, env, "report_types", kept.length === 0 ? undefined : kept);
  },
};

// ---------------------------------------------------------------- behind a NAT (TR-069 Annex G)

const seconds = 4_294_967_295;
export const stunEnable = flag(stun, "enable", false);
export const stunServerAddress = text(stun, "server", { judge: judgeHost });
export const stunServerPort = number(stun, "port", stunInitial.port, 0, 65_535);
export const stunUsername = text(stun, "username");
export const stunPassword = text(stun, "password");
export const stunMinimumKeepAlivePeriod = number(stun, "min_keepalive", stunInitial.min, 0, seconds);
export const stunMaximumKeepAlivePeriod = number(stun, "max_keepalive", -1, -1, 2_147_483_647);
export const udpNotificationLimit = number(stun, "notification_limit", 0, 0, seconds);

/** The address is not reported during the first request to the STUN server: the answer is about to change it. */
const isSettled = (env: Env): boolean => env.own.read("natSettled") === "1";

/** G.2.1.3: two notifications of a changed address are at least `udpNotificationLimit` seconds apart. */
export const udpConnectionRequestAddress: Binding = {
  ...fact((_sheet, _at, env) => env.own.read("udpConnectionRequestAddress")),
  holds: (env) => !isSettled(env),
  spacingSeconds: (env) => Number(udpNotificationLimit.read({}, env)),
};
export const natDetected: Binding = {
  ...fact((_sheet, _at, env) => (env.own.read("natDetected") === "1" ? "1" : "0")),
  holds: (env) => !isSettled(env),
};
