/** Writes lines of log to the socket that it is given, under the runtime that ships. */
import { systemLog } from "../../platform/bun/syslog.ts";

const write = systemLog(process.argv[2]);
const given = (["debug", "info", "warn", "error"] as const).map((level) =>
  write?.(level, `a line of ${level}\n`),
);
process.stdout.write(JSON.stringify(given));
