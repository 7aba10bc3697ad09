/** Handler: `cwmpd get`. A.3.2.2 for people and scripts. */
import type { Control } from "../control/control.ts";
import { escapeText, jsonText } from "../terminal.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";

export const getCommand = {
  summary: "Print values of parameters",
  operands: "PATH...",
  operandsMin: 1,
  operandsMax: 1000,
  group: "talk",
  help: [
    "Asks the running agent for parameters and prints a line PATH=VALUE for each, in the order of the data model. It shows the values that the ACS would read at this moment: passwords are empty, dates are in UTC, booleans are 1 and 0.",
    "A path that ends with a dot is an object and covers all parameters below it; '' is the whole tree. In values, backslash, newline and all other characters that steer a terminal or hide in a line are written \\\\, \\n, \\r, \\t, \\xHH and \\uHHHH, so that every parameter stays on one line. `cwmpd set -` reads such lines back.",
    "With --json each has name, value, type, writable, notification (off, passive, active) and sources: the places from which the value was read. network.wan.proto is an option of UCI, `device: interface wan` a report of the system, `agent: parameterKey` state of the agent.",
  ],
  examples: [
    { run: "cwmpd get InternetGatewayDevice.DeviceInfo.SoftwareVersion", tells: "one parameter" },
    { run: "cwmpd get InternetGatewayDevice.WANDevice.", tells: "everything below an object" },
    { run: "cwmpd get InternetGatewayDevice.DeviceInfo.UpTime | cut -d= -f2-", tells: "the value alone" },
  ],
  options: {
    json: { is: "flag", summary: "print one JSON list, with all that there is to say of each" },
    ...rootOption,
  },
} as const satisfies Command;

export async function get(control: Control, paths: readonly string[], json: boolean): Promise<Outcome> {
  if (json) return { exit: 0, out: jsonText(await control.describe(paths), 2) };
  const values = await control.get(paths);
  return { exit: 0, out: values.map(({ name, value }) => `${name}=${escapeText(value)}\n`).join("") };
}
