/** Handler: `cwmpd doctor`, the faults of a board and their remedies. */
import { examine } from "../doctor/examine.ts";
import type { Finding, Observed } from "../doctor/observed.ts";
import { counted, escapeText, jsonText } from "../terminal.ts";
import { type Command, type OptionsOf, type Outcome, rootOption } from "./command.ts";

export const doctorCommand = {
  summary: "Find the faults of this board, with the remedy for each",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "tools",
  help: [
    "Looks at all that the agent needs, in the order in which an engineer would mend it: configuration, identity, clock, address, route and DNS, trusted certificates, the ACS and its certificate, ports, hooks, DHCP options, NAT, room in flash and memory, leftovers of crashes, /tmp, socket buffers, libraries, and the last session. One line a check, and the remedy below each check that is not in order. Nothing is changed; the ACS is dialled and sent nothing.",
    "The agent need not run. With another --root only the files of that directory are checked, and the ACS. --offline leaves the ACS alone.",
    "With --json a list of {check, verdict, what, fix}: verdict is ok, warn or fail, fix is null where no remedy is needed.",
  ],
  examples: [
    { run: "cwmpd doctor", tells: "on a new board" },
    { run: "cwmpd doctor --json | jq '.[] | select(.verdict != \"ok\")'", tells: "for scripts" },
  ],
  options: {
    json: { is: "flag", summary: "print one JSON list" },
    offline: { is: "flag", summary: "do not dial the ACS" },
    ...rootOption,
  },
  exits: "0 nothing fails, 1 something fails, 2 wrong usage",
} as const satisfies Command;

/** @param look observes the device at that root */
export async function doctor(
  options: OptionsOf<typeof doctorCommand>,
  look: (root: string, offline: boolean) => Promise<Observed>,
): Promise<Outcome> {
  const findings = examine(await look(options.root, options.offline));
  const failed = findings.some(({ verdict }) => verdict === "fail");
  const out = options.json ? jsonText(findings, 2) : findingsText(findings);
  return { exit: failed ? 1 : 0, out };
}

function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length)) + 2;
  const lines = findings.map(({ check, verdict, what, fix }) => {
    const line = `${verdict.padEnd(6)}${check.padEnd(width)}${escapeText(what)}\n`;
    return fix === null ? line : `${line}${" ".repeat(6 + width)}-> ${escapeText(fix)}\n`;
  });
  const count = (verdict: string) => findings.filter((one) => one.verdict === verdict).length;
  const summary = `${counted(count("fail"), "failure")}, ${counted(count("warn"), "warning")}, ${count("ok")} in order\n`;
  return lines.join("") + summary;
}
