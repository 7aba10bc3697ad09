/** Handler: `cwmpd transfers`, the queue of file transfers. A.3.2.8, A.4.1.7. */
import type { Control } from "../control/control.ts";
import type { TransferTold } from "../control/transfers.ts";
import { escapeText, jsonText } from "../terminal.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";
import { until } from "./elapsed.ts";

export const transfersCommand = {
  summary: "List file transfers that wait, run or have ended",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "talk",
  help: [
    "Lists the transfers that the ACS has asked for or that were begun here, oldest first: which file, how far it has come and how fast, when it begins or is tried again, or how it ended. A transfer stays until the ACS has confirmed that it knows how it ended; the last ones that are confirmed are listed too, until the agent is started again.",
    "With --json one JSON list for scripts; moments are UTC as 2026-01-31T12:00:00.000Z.",
  ],
  examples: [
    { run: "cwmpd transfers", tells: "for people" },
    { run: "cwmpd transfers --json | jq '.[] | select(.code > 0)'", tells: "those that have failed" },
  ],
  options: { json: { is: "flag", summary: "print one JSON list" }, ...rootOption },
} as const satisfies Command;

export async function transfers(control: Control, json: boolean, now: number): Promise<Outcome> {
  const told = await control.transfers();
  if (json) {
    const dated = told.map((t) => ({ ...t, due: t.due === null ? null : new Date(t.due).toISOString() }));
    return { exit: 0, out: jsonText(dated, 2) };
  }
  if (told.length === 0) return { exit: 0, out: "No transfer waits or runs.\n" };
  return { exit: 0, out: told.map((t) => `${escapeText(lineOf(t, now))}\n`).join("") };
}

function lineOf(t: TransferTold, now: number): string {
  const key = t.commandKey === "" ? "" : `, CommandKey ${t.commandKey}`;
  const who = t.origin === "acs" ? "asked for by the ACS" : "begun here";
  return `${t.id}  ${t.direction} of ${t.fileType}, ${who}${key}: ${stageText(t, now)}`;
}

/** The progress of a transfer, in a few words. */
export function stageText(t: TransferTold, now: number): string {
  const due = t.due === null ? "" : `, ${until(now, t.due)}`;
  switch (t.stage) {
    case "queued":
      return `waits${due}`;
    case "running":
      return progressText(t);
    case "fetched":
      return "received; waits for the end of the session to be applied";
    case "applying":
      return "is being applied";
    case "handed":
      return "handed to the flash; the device reboots for it";
    case "trying":
      return `in effect; is undone${due} unless a session with the ACS ends well before`;
    case "takingBack":
      return `is being undone${due === "" ? "" : `; tried again${due}`}`;
    case "ended":
      return t.code === 0 ? "done" : `FAILED (${t.code}): ${t.text}`;
  }
}

/** A bar for a terminal, as "[======>             ]", where the size is known; else empty. */
export function progressBar(t: TransferTold): string {
  if (t.stage !== "running" || t.bytes === null || t.total === null || t.total === 0) return "";
  const full = Math.min(Math.floor((barWidth * t.bytes) / t.total), barWidth);
  const tip = full < barWidth ? ">" : "";
  return `[${`${"=".repeat(full)}${tip}`.padEnd(barWidth)}] `;
}

const barWidth = 20;

/** As "12.5 of 40.0 MiB (31 %), 2.1 MiB/s" */
function progressText(t: TransferTold): string {
  if (t.bytes === null) return "begins";
  const mebi = (bytes: number) => (bytes / 1_048_576).toFixed(1);
  const of = t.total === null ? "" : ` of ${mebi(t.total)}`;
  const share = t.total === null || t.total === 0 ? "" : ` (${Math.floor((100 * t.bytes) / t.total)} %)`;
  const speed = t.speed === null ? "" : `, ${mebi(t.speed)} MiB/s`;
  return `${mebi(t.bytes)}${of} MiB${share}${speed}`;
}
