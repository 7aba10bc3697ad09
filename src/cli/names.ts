/** Handler: `cwmpd names`. A.3.2.3 for people and scripts. */
import type { Control } from "../control/control.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";

export const namesCommand = {
  summary: "List parameters and objects that there are",
  operands: "[PATH]",
  operandsMin: 0,
  operandsMax: 1,
  group: "talk",
  help: [
    "Prints a line for each parameter and object at and below PATH (everything without one): a mark, a blank, the name. The mark is rw for a parameter that the ACS may change and r- for all others. For a table, rw means that instances can be added; for an instance, that it can be deleted.",
  ],
  examples: [
    {
      run: "cwmpd names InternetGatewayDevice. --next-level",
      tells: "what the root holds, one level of it",
    },
    { run: "cwmpd names | grep ^rw", tells: "everything that can be changed" },
  ],
  options: {
    profiles: {
      is: "flag",
      summary: "list the profiles of the data model instead, and the parameters that each lacks",
    },
    "next-level": { is: "flag", summary: "only what lies directly in PATH" },
    ...rootOption,
  },
} as const satisfies Command;

export async function names(control: Control, path: string, nextLevel: boolean): Promise<Outcome> {
  const found = await control.names(path, nextLevel);
  return { exit: 0, out: found.map(({ name, writable }) => `${writable ? "rw" : "r-"} ${name}\n`).join("") };
}

/** A line for each profile: it is there as a whole, or the parameters that it lacks. */
export async function profiles(control: Control): Promise<Outcome> {
  const found = await control.profiles();
  const lines = found.map(({ name, lacks }) => {
    if (lacks.length === 0) return `complete   ${name}\n`;
    const missing = lacks.map(
      ({ path, toWrite }) => `\n             ${path}${toWrite ? " (to be set)" : ""}`,
    );
    return `incomplete ${name}${missing.join("")}\n`;
  });
  return { exit: 0, out: lines.join("") };
}
