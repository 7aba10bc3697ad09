/** Handler: `cwmpd download`, `cwmpd upload`, `cwmpd request-download`: transfers begun at the device.
 * A.3.3.3, A.4.2.2. */
import type { Control } from "../control/control.ts";
import type { TransferTold } from "../control/transfers.ts";
import { Malformed, Refused } from "../errors.ts";
import { escapeText } from "../terminal.ts";
import { type Command, type Outcome, rootOption } from "./command.ts";
import { progressBar, stageText } from "./transfers.ts";

const login = {
  username: { is: "value", placeholder: "NAME", summary: "user name for the file server" },
  "password-file": {
    is: "value",
    placeholder: "FILE",
    summary: "the password that goes with --username: the first line of FILE",
  },
} as const;

export const downloadCommand = {
  summary: "Fetch a file and put it into effect, as the ACS would",
  operands: "URL",
  operandsMin: 1,
  operandsMax: 1,
  group: "talk",
  help: [
    "Has the running agent fetch a file and apply it as a Download of the ACS would: write an image to the other slot or hand it to sysupgrade, apply a configuration, replace the content of the LAN page. Shows how far it has come, and ends when the file is in effect, or the device reboots for it.",
    "AutonomousTransferComplete reports it to the ACS. A new configuration is undone unless a session with the ACS ends well afterwards; docs/transfers.md has the rules.",
  ],
  examples: [
    {
      run: "cwmpd download --type '1 Firmware Upgrade Image' http://192.168.1.2/fw.bin",
      tells: "a new image",
    },
    { run: "cwmpd download http://192.168.1.2/backup.tar.gz", tells: "a configuration" },
  ],
  options: {
    type: {
      is: "value",
      placeholder: "TYPE",
      summary: "the FileType of TR-069 Table 30",
      default: "3 Vendor Configuration File",
    },
    ...login,
    target: {
      is: "value",
      placeholder: "NAME",
      summary: "the TargetFileName, where the type has use for one",
    },
    ...rootOption,
  },
  exits: "0 in effect, 1 failed (standard error says why), 2 wrong usage",
} as const satisfies Command;

export const uploadCommand = {
  summary: "Send the configuration or the log to a file server",
  operands: "URL",
  operandsMin: 1,
  operandsMax: 1,
  group: "talk",
  help: [
    "Has the running agent send a file of its own with PUT, as an Upload of the ACS would: the configuration without passwords, or the system log. AutonomousTransferComplete reports it to the ACS.",
  ],
  examples: [{ run: "cwmpd upload http://192.168.1.2/log.txt", tells: "the system log" }],
  options: {
    type: {
      is: "value",
      placeholder: "TYPE",
      summary: "the FileType of TR-069 Table 53",
      default: "2 Vendor Log File",
    },
    ...login,
    ...rootOption,
  },
  exits: "0 sent, 1 failed (standard error says why), 2 wrong usage",
} as const satisfies Command;

export const requestDownloadCommand = {
  summary: "Ask the ACS to send a file",
  operands: "TYPE [NAME=VALUE...]",
  operandsMin: 1,
  operandsMax: 17,
  group: "talk",
  help: [
    "Calls the ACS and asks for a file by RequestDownload. The ACS may send a Download for it or not; `cwmpd transfers` shows a Download that follows. 2 Web Content takes one argument, Version; the other types of the standard take none.",
  ],
  examples: [
    { run: "cwmpd request-download '1 Firmware Upgrade Image'", tells: "ask for a new image" },
    { run: "cwmpd request-download '2 Web Content' Version=3", tells: "ask for content of the LAN page" },
  ],
  options: rootOption,
} as const satisfies Command;

/** The files, the terminal and the clock that these commands need beside the agent. */
export interface TransferWorld {
  /** All bytes of a file. */
  octets(path: string): Promise<Uint8Array>;
  /** Shows a line in the place of the one before, where somebody watches. */
  progress(line: string): void;
  /** Lets that many milliseconds pass. */
  pause(ms: number): Promise<void>;
  now(): number;
}

interface Options {
  readonly type: string;
  readonly username: string | undefined;
  readonly "password-file": string | undefined;
  readonly target?: string | undefined;
}

const lookMs = 300;

export async function transfer(
  control: Control,
  direction: "download" | "upload",
  url: string,
  options: Options,
  world: TransferWorld,
): Promise<Outcome> {
  const file = options["password-file"];
  const password = file === undefined ? "" : firstLine(await world.octets(file));
  const id = await control.transfer({
    direction,
    url,
    fileType: options.type,
    username: options.username ?? "",
    password,
    targetFileName: options.target ?? "",
  });
  for (;;) {
    const found = await look(control, id);
    if (found === "down") {
      return { exit: 0, out: "The device reboots for the image. Afterwards see: cwmpd transfers\n" };
    }
    const text = escapeText(stageText(found, world.now()));
    const over = found.stage === "ended" || found.stage === "trying";
    world.progress(over ? "" : progressBar(found) + text);
    if (found.stage === "ended") return ended(found);
    if (found.stage === "trying") return { exit: 0, out: `The file is ${text}.\n` };
    await world.pause(lookMs);
  }
}

/** An agent that disappears in the middle has shut down for the image. */
async function look(control: Control, id: number): Promise<TransferTold | "down"> {
  try {
    const found = (await control.transfers()).find((t) => t.id === id);
    if (found === undefined) throw new Refused(`Transfer ${id} is not there any more; see the log.`);
    return found.stage === "handed" ? "down" : found;
  } catch (error) {
    if (error instanceof Refused && error.message.startsWith("No agent answers")) return "down";
    throw error;
  }
}

function ended(t: TransferTold): Outcome {
  if (t.code === 0) return { exit: 0, out: "Done.\n" };
  return { exit: 1, err: `cwmpd ${t.direction}: ${escapeText(t.text ?? "")} (fault ${t.code})\n` };
}

const firstLine = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).split(/\r?\n/)[0]!;

/** @throws Malformed an argument without an equals sign */
export async function requestDownload(control: Control, operands: readonly string[]): Promise<Outcome> {
  const [fileType = "", ...pairs] = operands;
  const args = pairs.map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new Malformed(`Expected NAME=VALUE, not "${pair}"`);
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
  await control.requestDownload({ fileType, args });
  return { exit: 0, out: "The ACS is asked. See its answer: cwmpd transfers\n" };
}
