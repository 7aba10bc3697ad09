/** Table: the processes of the system. Instance numbers hang on the process number, which the kernel
 * gives again late. */
import type { Binding, Rows } from "../../../src/model/define.ts";
import type { Process } from "../../../src/ports/facts.ts";
import { fact, shown } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

export const processes: Rows = {
  of: "process",
  packages: [],
  rows: (_at, env) =>
    env.sheet.processes().map((pid) => ({ key: String(pid), at: { process: String(pid) } })),
};

/** A process that ends between two reads has the value `gone`. */
const of = (read: (process: Process) => string, gone: string): Binding =>
  fact((sheet, at) => {
    const one = sheet.process(Number(at.process));
    return one === undefined ? gone : read(one);
  });

export const pid = fact((_sheet, at) => at.process ?? "0");
export const command = of((one) => shown(one.command).slice(0, gatewayLimits.commandCharsMax), "");
/** Kilobytes of its address space. */
export const size = of((one) => String(one.kilobytes), "0");

/** 0 is the most urgent of 99: the real-time priorities of the kernel first, from 99 down, then nice values. */
export const priority = of((one) => {
  if (one.realtime > 0) return String(Math.min(Math.max(50 - Math.ceil(one.realtime / 2), 0), 49));
  return String(Math.min(Math.max(70 + one.nice, 50), 99));
}, "99");

/** Milliseconds. The kernel counts ticks, 100 a second. */
export const cpuTime = of((one) => String(one.ticks * 10), "0");

const states: Readonly<Record<string, string>> = {
  R: "Running",
  S: "Sleeping",
  D: "Uninterruptible",
  T: "Stopped",
  t: "Stopped",
  I: "Idle",
  Z: "Zombie",
  X: "Zombie",
};

export const state = of((one) => states[one.state] ?? "Sleeping", "Zombie");
