/** Table: the system's log: logd keeps it in memory, or in a file where `log_file` says so. */
import type { Binding, Rows } from "../../../src/model/define.ts";
import { bit, decimal, first, sectionAt, shown, single } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

const system = first("system", "system");

export const logFiles: Rows = {
  packages: ["system"],
  rows: () => [{ key: "log", at: {} }],
};

export const name: Binding = {
  packages: ["system"],
  read: (at, env) =>
    shown(single(sectionAt(system, at, env), "log_file") ?? "logd").slice(0, gatewayLimits.logNameCharsMax),
};

/** Octets; `log_size` is in KiB. */
export const maximumSize: Binding = {
  packages: ["system"],
  read: (at, env) => {
    const size = decimal(single(sectionAt(system, at, env), "log_size")) ?? gatewayLimits.logKibInitial;
    return String(Math.min(Math.max(size, 0) * 1024, 2 ** 32 - 1));
  },
};

/** Whether it outlasts a restart: neither memory nor /tmp and /var do. */
export const persistent: Binding = {
  packages: ["system"],
  read: (at, env) => {
    const path = single(sectionAt(system, at, env), "log_file") ?? "";
    return bit(path.startsWith("/") && !/^\/(?:tmp|var)\//.test(path));
  },
};
