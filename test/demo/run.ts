/** `make run`: a sample gateway, an ACS and the agent, talking until Ctrl-C. With --acs-url the ACS is another one. */
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { Late } from "./child.ts";
import { Lab, paint, say } from "./lab.ts";
import { names } from "./names.ts";

const { values } = parseArgs({ options: { "acs-url": { type: "string" } } });
const acsUrl = values["acs-url"] ?? process.env.ACS_URL ?? "";

/** Milliseconds for the first session with another ACS: it may ask a lot, and a silent one is given up after 30 s. */
const firstSessionMs = 120_000;

/** The program as it can be typed here. */
function typed(lab: Lab): string {
  return lab.cwmpd
    .map((word) => (word.startsWith("/") ? relative(process.cwd(), word) || word : word))
    .join(" ");
}

/** What to try next, with the names of this run. */
function hints(lab: Lab, ring: string | undefined): string {
  const cwmpd = typed(lab);
  const root = `--root ${lab.root}`;
  const { model } = names;
  const lines = [
    `The agent runs on the gateway in ${lab.root}`,
    "",
    "Try in another terminal:",
    `  ${cwmpd} status ${root}`,
    `  ${cwmpd} names ${root} --next-level ${model}`,
    `  ${cwmpd} get ${root} ${model}DeviceInfo.`,
    `  ${cwmpd} set ${root} ${model}ManagementServer.PeriodicInformInterval=60`,
    `  ${cwmpd} inform ${root}`,
    `  cat ${lab.root}/etc/config/cwmp`,
    ...(ring === undefined ? [] : ["", "Send a Connection Request (3.2.2):", `  ${ring}`]),
    ...(lab.acs === undefined
      ? []
      : ["", "Type a command for the ACS here: help, get PATH, set PATH=VALUE, stun, udp, reboot"]),
    "",
    "Ctrl-C ends it all.",
  ];
  return paint("1", lines.join("\n"));
}

async function begin(lab: Lab): Promise<void> {
  lab.layOut();
  if (acsUrl !== "") {
    lab.acsUrl = acsUrl;
    // Nobody else tells what is said.
    const agent = lab.startAgent("--log-level", "debug");
    await agent.seen(/: Session (ended|failed)/, "the first session ends", firstSessionMs);
    say(hints(lab, undefined));
    return;
  }
  const acs = await lab.startAcs();
  lab.startAgent();
  const [, ring] = await acs.seen(/^Connection Requests to \S+: (curl .*)$/, "the ACS has set credentials");
  await acs.seen(/the session is over/, "the first session ends");
  say(hints(lab, ring));
  acs.feed(process.stdin);
}

/** Resolves with the exit code: Ctrl-C is a good end, a program that ends by itself is not. */
function end(lab: Lab): Promise<number> {
  return new Promise((resolve) => {
    // Again and again: an impatient second Ctrl-C must not leave the others behind. A terminal that is closed ends it, too.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(0));
    const watch = setInterval(() => {
      for (const child of [lab.agent, lab.acs]) {
        if (child?.ended === undefined) continue;
        clearInterval(watch);
        say(`${child.name} has ended (${child.ended}).`);
        resolve(1);
      }
    }, 500);
  });
}

const lab = new Lab();
const ended = end(lab);
const failed = begin(lab).then(
  () => ended,
  (error: unknown) => {
    say(error instanceof Late ? error.message : String(error));
    return 1;
  },
);
const code = await Promise.race([ended, failed]);
await lab.stop();
say("Ended; the gateway's directory is gone.");
process.exit(code);
