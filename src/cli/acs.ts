/** Table: `cwmpd acs`. The composition root performs it. */
import type { Command } from "./command.ts";

export const acsCommand = {
  summary: "Run the built-in ACS, to try the agent against",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "tools",
  help: [
    "A small ACS for trials and lessons. It prints every message with its section of TR-069, takes a new device on a tour (methods, names, DeviceInfo, ManagementServer), gives it credentials for Connection Requests and prints those. It is not for production: anybody may call it, and it remembers nothing when it ends.",
    "Commands on its standard input are put to the device: get, set, add, delete, names, methods, reboot, factory-reset, schedule, connect; `help` there explains them. Each waits for the device's next session, and the ACS sends a Connection Request so that this comes at once.",
    "With --username a device has to log in with digest or basic authentication (3.4.4).",
  ],
  examples: [
    { run: "cwmpd acs", tells: "listen on 127.0.0.1:7547" },
    { run: "cwmpd acs --listen 0.0.0.0:8080", tells: "where a device on the network reaches it" },
    { run: "echo 'reboot' | cwmpd acs", tells: "one command for the first device that calls" },
  ],
  options: {
    listen: {
      is: "value",
      placeholder: "HOST:PORT",
      summary: "where to listen; a port that is taken or 0 is replaced by a free one, and printed",
      default: "127.0.0.1:7547",
    },
    username: { is: "value", placeholder: "NAME", summary: "let in only devices that log in with this name" },
    "password-file": {
      is: "value",
      placeholder: "FILE",
      summary: "the password that goes with --username: the first line of FILE",
    },
  },
} as const satisfies Command;
