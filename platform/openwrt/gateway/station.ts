/** Table: the stations on one Wi-Fi network, as its driver reports them. */
import { unknownTime, writeDateTime } from "../../../src/datetime.ts";
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import type { Station } from "../../../src/ports/facts.ts";
import { bit, fact } from "./bind.ts";
import { ipAddress as addressOfHost, hostPackages } from "./host.ts";

const stationsOf = (at: At, env: Env): readonly Station[] => {
  const device = env.sheet.wifiDevice(at.wlan ?? "");
  return device === undefined ? [] : env.sheet.stations(device);
};

export const stations: Rows = {
  of: "station",
  packages: [],
  fresh: true,
  rows: (at, env) => stationsOf(at, env).map(({ mac }) => ({ key: mac, at: { station: mac } })),
};

const of = (read: (station: Station, env: Env) => string, gone: string): Binding =>
  fact((_sheet, at, env) => {
    const one = stationsOf(at, env).find(({ mac }) => mac === at.station);
    return one === undefined ? gone : read(one, env);
  });

export const macAddress = fact((_sheet, at) => at.station ?? "");
export const authorized = of((one) => bit(one.authorized), "0");

/** Of the host with this hardware address on the LAN of the network. */
export const ipAddress = fact(
  (_sheet, at, env) => addressOfHost.read({ ...at, host: at.station ?? "" }, env),
  hostPackages,
);

/** Mbit/s in four characters; empty where the driver reports no rate. */
export const transmitRate = of(
  ({ rateTo }) => (rateTo === undefined ? "" : String(Math.min(Math.round(rateTo / 1000), 9999))),
  "",
);

/** The least rate that TR-181 has a value for, also where the driver reports no rate. */
const rateMin = 1000;
const kilobits = (rate: number | undefined): string => String(Math.max(Math.round(rate ?? 0), rateMin));
export const downlinkRate = of((one) => kilobits(one.rateTo), String(rateMin));
export const uplinkRate = of((one) => kilobits(one.rateFrom), String(rateMin));

/** dBm; the least that TR-181 has a value for, also where the driver reports no signal. */
const signalMin = -200;
export const signalStrength = of(({ signal }) => String(Math.round(signal ?? signalMin)), String(signalMin));

export const associationTime = of(
  ({ connected }, { now }) =>
    connected === undefined || !now.known
      ? unknownTime
      : writeDateTime({ is: "time", ms: now.wall - connected * 1000 }),
  unknownTime,
);
