/** Table: `cwmpd sandbox`. The composition root performs it. */
import type { Command } from "./command.ts";

export const sandboxCommand = {
  summary: "Lay out a sample gateway in a directory",
  operands: "DIR",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Makes DIR and fills it with a home gateway: a real /etc/config (network, wireless, dhcp, firewall, system, cwmp) and the files of /sys, /proc and /tmp that the agent reads. Then `cwmpd run --root DIR` runs against it without root rights and without touching the machine.",
  ],
  examples: [
    { run: "cwmpd sandbox /tmp/gw", tells: "make it" },
    { run: "cwmpd run --root /tmp/gw --acs-url http://127.0.0.1:7547/", tells: "run the agent on it" },
  ],
  options: {},
} as const satisfies Command;
