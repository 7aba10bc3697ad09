/** Table: processes, sensors and logs of the system, its users, its firewall. The names are the same in both roots but
 * for their place: `User` is a table of the root here and of `Users` in TR-181. */
import { unknownTime } from "../../../../src/datetime.ts";
import { always, count, object, table } from "../../../../src/model/define.ts";
import * as device from "../device.ts";
import * as firewall from "../firewall.ts";
import * as logfile from "../logfile.ts";
import * as process from "../process.ts";
import * as temperature from "../temperature.ts";
import * as user from "../user.ts";

const processes = table({
  ...process.processes,
  instance: object({
    PID: process.pid,
    Command: process.command,
    Size: process.size,
    Priority: process.priority,
    CPUTime: process.cpuTime,
    State: process.state,
  }),
});

export const processStatus = object(
  { CPUUsage: device.cpuUsage, ProcessNumberOfEntries: count(processes) },
  { Process: processes },
);

const sensors = table({
  ...temperature.sensors,
  instance: object({
    Enable: always("1"),
    Status: temperature.status,
    Name: temperature.name,
    Value: temperature.value,
    // The sensor has no reset.
    ResetTime: always(unknownTime),
    MinValue: temperature.lowest.value,
    MinTime: temperature.lowest.time,
    MaxValue: temperature.highest.value,
    MaxTime: temperature.highest.time,
    LastUpdate: temperature.lastUpdate,
  }),
});

export const temperatureStatus = object(
  { TemperatureSensorNumberOfEntries: count(sensors) },
  { TemperatureSensor: sensors },
);

export const logFiles = table({
  ...logfile.logFiles,
  instance: object({
    Name: logfile.name,
    MaximumSize: logfile.maximumSize,
    Persistent: logfile.persistent,
  }),
});

export const users = table({
  ...user.users,
  instance: object(
    { Enable: user.enabled, Username: user.name, Password: user.password },
    {},
    { check: user.check },
  ),
});

export const wall = object({
  Config: firewall.level,
  Version: firewall.version,
  LastChange: firewall.lastChange,
});

export const configSecurity = object({ ConfigPassword: user.configPassword });
