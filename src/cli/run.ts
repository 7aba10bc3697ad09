/** Table: `cwmpd run`. The composition root performs it. */
import type { Command } from "./command.ts";

export const runCommand = {
  summary: "Run the agent until a signal stops it",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "agent",
  help: [
    "Reads /etc/config, calls the ACS with an Inform, answers the requests of the ACS, listens for Connection Requests and for the commands below `Talk to the running agent`. It stays in the foreground and logs to standard error (with --syslog to the system log, each line with its level); the service manager restarts it. SIGTERM and SIGINT end it cleanly; SIGHUP makes it look at its configuration, as it does by itself when a file changes.",
    "With --root the whole device is another directory: /etc/config, /sys, /proc and everything that the agent writes are taken from there, Reboot and FactoryReset restart the agent by themselves, and a port that is taken is replaced by a free one (on a device it is waited for). `cwmpd sandbox DIR` makes such a directory.",
    "The ACS is that of --acs-url, otherwise that of option url of section acs in /etc/config/cwmp. Without /etc/config/cwmp, --acs-url alone is enough.",
  ],
  examples: [
    { run: "cwmpd run", tells: "on the device, as its service does" },
    {
      run: "cwmpd run --root /tmp/gw --acs-url http://127.0.0.1:7547/",
      tells: "on any machine, against a directory",
    },
    { run: "cwmpd run --root /tmp/gw --log-level debug", tells: "with more to read" },
  ],
  options: {
    root: {
      is: "value",
      placeholder: "DIR",
      summary: "take DIR for the root of the device",
      default: "/",
    },
    state: {
      is: "value",
      placeholder: "DIR",
      summary: "keep the agent's own state in DIR (else etc/cwmp below the root)",
    },
    "acs-url": { is: "value", placeholder: "URL", summary: "call this ACS instead of the configured one" },
    "log-level": {
      is: "value",
      placeholder: "L",
      summary: "debug, info, warn or error (else option log_level of section cpe, else info)",
      oneOf: ["debug", "info", "warn", "error"],
    },
    syslog: { is: "flag", summary: "log to the system log instead of standard error" },
  },
} as const satisfies Command;
