/** Handler: `cwmpd options`, the Options that vouchers have enabled and disabled. TR-069 A.4.1.4, Annex C. */
import type { OptionReport } from "../options/report.ts";
import { counted, escapeText, jsonText } from "../terminal.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";
import { stamp } from "./elapsed.ts";

export const optionsCommand = {
  summary: "List the Options: on or off, until when, and why",
  operands: "",
  operandsMin: 0,
  operandsMax: 0,
  group: "talk",
  help: [
    "Prints every Option that the configuration names (sections `option` of /etc/config/cwmp): whether it is on, scheduled or off, since when and until when, why it is off, and whether the function that it switches is in step. Vouchers of the ACS turn Options on and off; docs/vouchers.md explains how.",
    "With --json a list of objects with the keys name, state, from, until, because, voucher, transferable, setUp, inStep and failures: null where there is no value; moments are UTC as 2026-01-31T12:00:00.000Z.",
  ],
  examples: [
    { run: "cwmpd options", tells: "for people" },
    { run: "cwmpd options --json", tells: "for scripts" },
  ],
  options: { json: { is: "flag", summary: "print a JSON list" }, ...rootOption },
} as const satisfies Command;

const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString());

export async function options(
  agent: { options(): Promise<readonly OptionReport[]> },
  json: boolean,
): Promise<Outcome> {
  const told = await agent.options();
  if (json) {
    const list = told.map((one) => ({ ...one, from: moment(one.from), until: moment(one.until) }));
    return { exit: 0, out: jsonText(list, 2) };
  }
  if (told.length === 0)
    return { exit: 0, out: "This device has no Options: no section option in /etc/config/cwmp.\n" };
  const width = Math.max(...told.map(({ name }) => escapeText(name).length)) + 2;
  return { exit: 0, out: told.map((one) => `${escapeText(one.name).padEnd(width)}${line(one)}\n`).join("") };
}

function line(option: OptionReport): string {
  const until = option.until === null ? "" : ` until ${stamp(option.until)}`;
  const from = option.from === null ? "" : ` from ${stamp(option.from)} on`;
  const state =
    option.state === "on"
      ? `on${until}`
      : option.state === "scheduled"
        ? `off, to be turned on${from}${until}`
        : `off: ${option.because ?? "never enabled"}`;
  const voucher = option.voucher === "" ? "" : `; voucher ${escapeText(option.voucher)}`;
  const stays = option.transferable ? "; stays when the provider changes" : "";
  const step = option.inStep
    ? ""
    : option.failures === 0
      ? "; being switched"
      : `; NOT SWITCHED: ${counted(option.failures, "attempt")} failed, see the log`;
  return `${state}${voucher}${stays}${step}`;
}
