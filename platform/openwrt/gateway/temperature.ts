/** Table: temperature sensors: thermal zones and hwmon of sysfs. The kernel keeps no extremes and no times: the
 * extremes here are of the values that the agent itself has read since its start. */
import { unknownTime, writeDateTime } from "../../../src/datetime.ts";
import type { Binding, Env, Rows } from "../../../src/model/define.ts";
import type { Sensor, Sheet } from "../../../src/ports/facts.ts";
import { fact, shown } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

const sensorOf = (sheet: Sheet, id: string | undefined): Sensor | undefined =>
  sheet.sensors().find((one) => one.id === id);

export const sensors: Rows = {
  of: "sensor",
  packages: [],
  rows: (_at, env) => env.sheet.sensors().map(({ id }) => ({ key: id, at: { sensor: id } })),
};

export const name = fact((sheet, at) =>
  shown(sensorOf(sheet, at.sensor)?.name ?? "").slice(0, gatewayLimits.sensorNameCharsMax),
);

export const status = fact((sheet, at) =>
  sensorOf(sheet, at.sensor)?.milli() === undefined ? "Error" : "Enabled",
);

/** Whole degrees Celsius; -274, below absolute zero, stands for a sensor without a reading (TR-098, TR-181). */
const degrees = (milli: number | undefined): string =>
  String(milli === undefined ? -274 : Math.max(Math.round(milli / 1000), -274));

export const value = fact((sheet, at) => degrees(sensorOf(sheet, at.sensor)?.milli()));

/** An extreme and the moment of it. */
const extreme = (which: "min" | "max"): { readonly value: Binding; readonly time: Binding } => ({
  value: fact((sheet, at) => degrees(sensorOf(sheet, at.sensor)?.extremes()?.[which].milli)),
  time: fact((sheet, at, env) => {
    const found = sensorOf(sheet, at.sensor)?.extremes()?.[which];
    if (found === undefined || !env.now.known) return unknownTime;
    return writeDateTime({ is: "time", ms: env.now.wall - (sheet.uptime() - found.at) * 1000 });
  }),
});

export const lowest = extreme("min");
export const highest = extreme("max");

const timeNow = ({ now }: Env): string =>
  now.known ? writeDateTime({ is: "time", ms: now.wall }) : unknownTime;

/** The temperature is read when it is asked for. */
export const lastUpdate = fact((sheet, at, env) =>
  sensorOf(sheet, at.sensor)?.milli() === undefined ? unknownTime : timeNow(env),
);
