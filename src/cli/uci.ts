/** Table: `cwmpd uci`. The composition root performs it: UCI syntax is the platform's. */
import type { Command } from "./command.ts";

export const uciCommand = {
  summary: "Print a configuration package as the agent reads it",
  operands: "show|export [PACKAGE[.SECTION[.OPTION]]]",
  operandsMin: 1,
  operandsMax: 2,
  group: "tools",
  help: [
    "Reads a package of /etc/config with the agent's own reader, changes that wait in the delta directory included, and prints it byte for byte as `uci show` or `uci export` would. It needs neither the agent nor the uci tool, and changes nothing. Use it to see whether the agent understands a file.",
    "show also prints a single section or option; a section without a name is PACKAGE.@TYPE[INDEX]. export always prints the whole package. Without PACKAGE both print all that are in /etc/config, name those that do not parse, and succeed, as the uci tool does.",
  ],
  examples: [
    { run: "cwmpd uci show network", tells: "one line an option" },
    { run: "cwmpd uci show network.@device[0]", tells: "only one section" },
    { run: "cwmpd uci export -n wireless", tells: "as a file, anonymous sections named" },
    { run: "cwmpd uci show --root /tmp/gw cwmp", tells: "from another root directory" },
  ],
  options: {
    n: { is: "flag", summary: "export: print the names of anonymous sections" },
    S: { is: "flag", summary: "do not be strict: skip lines that do not parse" },
    X: { is: "flag", summary: "show: name anonymous sections cfgXXXXXX, not @type[index]" },
    root: { is: "value", placeholder: "DIR", summary: "the root of the device", default: "/" },
    savedir: {
      is: "value",
      placeholder: "DIR",
      summary: "uncommitted changes in this directory too, after those in tmp/.uci below the root",
    },
  },
  exits: "0 done, 1 the package is missing or does not parse, 2 wrong usage",
} as const satisfies Command;
