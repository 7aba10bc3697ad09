/** Handler: `cwmpd inform`. 3.2.1. */
import type { Control } from "../control/control.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";

export const informCommand = {
  summary: "Start a session with the ACS now",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "talk",
  help: [
    "Asks the running agent to call its ACS now, without waiting for the next periodic Inform or for the end of a retry wait. Returns when the session has begun; how it ended is in `cwmpd status`. TR-069 has no event for it: the Inform reports 2 PERIODIC.",
  ],
  examples: [{ run: "cwmpd inform && sleep 5 && cwmpd status", tells: "call, then see how it went" }],
  options: rootOption,
} as const satisfies Command;

export async function inform(control: Control): Promise<Outcome> {
  await control.inform();
  return { exit: 0, out: "Session begun. See its outcome: cwmpd status\n" };
}
