/** Helper: a sample gateway in a temporary directory, the built-in ACS and the agent, each a process of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child, Late } from "./child.ts";
import { isDevice } from "./names.ts";

const colours = process.stdout.isTTY === true;
// A terminal that is gone, a reader that has seen enough: what was started is ended all the same.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/** The program under trial; CWMPD names another one. */
function program(): string[] {
  const named = process.env.CWMPD?.split(" ");
  if (named !== undefined) return named;
  const built = fileURLToPath(new URL("../../dist/cwmpd", import.meta.url));
  if (!existsSync(built)) throw new Late(`There is no ${built}. Build it: make build`);
  return [built];
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function paint(code: string, text: string): string {
  return colours ? `\x1b[${code}m${text}\x1b[0m` : text;
}

function showAcs(line: string): void {
  const from = /^\S+ {2}cpe (-->|<--) acs/.exec(line)?.[1];
  if (from === undefined) say(line.startsWith("!") ? paint("31", line) : line);
  else say(paint(from === "-->" ? "32" : "36", line));
}

function showAgent(line: string): void {
  // At level debug the agent tells its own side of the conversation.
  const from = /^debug: cpe (-->|<--) acs/.exec(line)?.[1];
  say(paint(from === undefined ? "2" : from === "-->" ? "32" : "36", `agent| ${line}`));
}

export interface Command {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export class Lab {
  readonly root = mkdtempSync(join(tmpdir(), "cwmpd-"));
  readonly cwmpd = program();
  acs: Child | undefined;
  agent: Child | undefined;
  acsUrl = "";

  /** One command of the program, to its end. */
  command(...args: readonly string[]): Command {
    const [name = "", ...before] = this.cwmpd;
    const { status, stdout, stderr } = spawnSync(name, [...before, ...args], {
      encoding: "utf8",
      timeout: 30_000,
    });
    return { exit: status ?? -1, out: stdout, err: stderr };
  }

  layOut(): void {
    const { exit, err } = this.command("sandbox", this.root);
    if (exit !== 0) throw new Late(`The sample gateway cannot be laid out: ${err}`);
    if (!isDevice) return;
    const file = join(this.root, "etc/config/cwmp");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/option data_model .*/, "option data_model 'Device'"));
  }

  async startAcs(): Promise<Child> {
    this.acs = new Child("the ACS", [...this.cwmpd, "acs", "--listen", "127.0.0.1:0"], { show: showAcs });
    const [, url = ""] = await this.acs.seen(/^ACS listens at (\S+)$/, "the ACS listens");
    this.acsUrl = url;
    return this.acs;
  }

  startAgent(...more: readonly string[]): Child {
    const argv = [...this.cwmpd, "run", "--root", this.root, "--acs-url", this.acsUrl, ...more];
    this.agent = new Child("the agent", argv, { show: showAgent });
    return this.agent;
  }

  /** A package's file as it lies in the gateway. */
  configuration(name: string): string {
    return readFileSync(join(this.root, "etc/config", name), "utf8");
  }

  async stop(): Promise<void> {
    await Promise.all([this.agent?.stop(), this.acs?.stop()]);
    rmSync(this.root, { recursive: true, force: true });
  }
}
