/** Table: `cwmpd version`. */
import type { Command } from "./command.ts";

export const versionCommand = {
  summary: "Print the version",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "tools",
  help: [
    "Prints the name and the version of this program. `cwmpd status` prints the version of the running agent.",
  ],
  examples: [{ run: "cwmpd version", tells: "prints: cwmpd 0.1.0" }],
  options: {},
} as const satisfies Command;
