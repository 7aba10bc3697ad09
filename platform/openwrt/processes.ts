/** Port: processes as procfs shows them, temperatures as sysfs does, and the accounts that can log in. */
import type { Account, Process, Sensor } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";
import { type Files, once } from "./read.ts";
import type { Witness } from "./witness.ts";

/** The numbers of the running processes, from one read of a directory. */
export const processIds = (files: Files): readonly number[] =>
  files
    .names("proc")
    .filter((name) => /^[1-9]\d{0,9}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .slice(0, factsLimits.processesMax);

/** /proc/PID/stat: the name may hold blanks and brackets, so that the fields begin behind the last bracket. Linux
 * proc(5). @returns undefined for one that has ended meanwhile */
export function processOf(files: Files, pid: number): Process | undefined {
  const stat = files.text(`proc/${pid}/stat`, factsLimits.sharedBytes);
  const end = stat?.lastIndexOf(")") ?? -1;
  if (stat === undefined || end < 0) return undefined;
  const name = stat.slice(stat.indexOf("(") + 1, end);
  const fields = stat.slice(end + 2).split(" ");
  const number = (field: number): number => {
    const value = Number(fields[field - 3]);
    return Number.isFinite(value) ? value : 0;
  };
  const command = (files.text(`proc/${pid}/cmdline`, factsLimits.commandBytesMax) ?? "")
    .replaceAll("\0", " ")
    .trim();
  return {
    pid,
    command: command === "" ? `[${name}]` : command,
    state: fields[0] ?? "",
    ticks: number(14) + number(15),
    nice: number(19),
    realtime: number(40),
    kilobytes: Math.floor(number(23) / 1024),
  };
}

/** Thermal zones and the sensors of hwmon, by the file that holds each. */
export function sensorsIn(files: Files, witness: Witness, now: () => number): readonly Sensor[] {
  const zones = files
    .names("sys/class/thermal")
    .filter((name) => /^thermal_zone\d+$/.test(name))
    .map((name) => ({
      id: name,
      name: files.line(`sys/class/thermal/${name}/type`) || name,
      path: `sys/class/thermal/${name}/temp`,
    }));
  const chips = files.names("sys/class/hwmon").flatMap((chip) => {
    const directory = `sys/class/hwmon/${chip}`;
    return files
      .names(directory)
      .filter((name) => /^temp\d+_input$/.test(name))
      .map((name) => ({
        id: `${chip} ${name}`,
        name:
          files.line(`${directory}/${name.replace("_input", "_label")}`) ||
          `${files.line(`${directory}/name`) || chip} ${name.replace("_input", "")}`,
        path: `${directory}/${name}`,
      }));
  });
  return [...zones, ...chips].slice(0, factsLimits.sensorsMax).map(({ id, name, path }) => {
    // A sensor that sleeps answers EAGAIN or nothing.
    const milli = once(() => files.number(path));
    return { id, name, milli, extremes: () => witness.measured(id, milli(), now()) };
  });
}

/** Accounts with a shell: root, and those from 1000 on; lower numbers are services. */
export function accountsIn(files: Files): readonly Account[] {
  const lines = (path: string) => (files.text(path) ?? "").split("\n").map((line) => line.split(":"));
  const passwords = new Map(lines("etc/shadow").map(([name = "", password = ""]) => [name, password]));
  return lines("etc/passwd")
    .filter(([name, , id = "", , , , shell = ""]) => {
      const own = id === "0" || (/^\d{4,9}$/.test(id) && id !== "65534");
      return name !== undefined && name !== "" && own && !/(?:^|\/)(?:false|nologin)$/.test(shell);
    })
    .slice(0, factsLimits.accountsMax)
    .map(([name = ""]) => {
      const password = passwords.get(name) ?? "!";
      return { name, enabled: !/^[!*]/.test(password), hasPassword: /^!?[^!*]/.test(password) };
    });
}
