/** Helper: a sample gateway in a temporary directory, with the built program on it as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { patienceMs } from "./wire.ts";

/** The program under trial; CWMPD names another one. */
export const program = process.env.CWMPD ?? fileURLToPath(new URL("../../dist/cwmpd", import.meta.url));

if (!existsSync(program)) throw new Error(`There is no ${program}. Build it: make build`);

/** Every line that an agent has written in this test file. */
export const logged: string[] = [];

export interface Printed {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

export interface How {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
}

/** One command of the program, to its end. */
export function cwmpd(args: readonly string[], how: How = {}): Promise<Printed> {
  return printed(program, args, how);
}

export function printed(name: string, args: readonly string[], how: How = {}): Promise<Printed> {
  const child = spawn(name, args, { cwd: how.cwd, env: how.env ?? process.env, timeout: patienceMs });
  const parts = { out: [] as Buffer[], err: [] as Buffer[] };
  child.stdout.on("data", (chunk) => parts.out.push(chunk));
  child.stderr.on("data", (chunk) => parts.err.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(how.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) =>
      resolve({ exit, out: Buffer.concat(parts.out).toString(), err: Buffer.concat(parts.err).toString() }),
    );
  });
}

export interface Running {
  readonly url?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export class Device {
  readonly home: string;
  readonly root: string;
  readonly state: string;
  readonly lines: string[] = [];
  private child: ChildProcess | undefined;
  private ended: Promise<number | string> | undefined;
  private readonly waiting = new Set<() => void>();
  /** Lines before it have been waited for. */
  private at = 0;

  private constructor(root: string | undefined) {
    this.home = mkdtempSync(join(tmpdir(), "cwmpd-e2e-"));
    this.root = join(this.home, root ?? "gw");
    this.state = join(this.home, "state");
  }

  /** @param root below a temporary directory */
  static async layOut(root?: string): Promise<Device> {
    const device = new Device(root);
    onTestFinished(async () => {
      await device.kill();
      rmSync(device.home, { recursive: true, force: true });
    });
    const { exit, err } = await cwmpd(["sandbox", device.root]);
    if (exit !== 0) throw new Error(`cwmpd sandbox: ${err}`);
    return device;
  }

  /** A gateway whose configuration names that ACS, and the agent on it. */
  static async running(url: string, configured: Readonly<Record<string, string>> = {}): Promise<Device> {
    const device = await Device.layOut();
    device.configure("acs", { url, ...configured });
    device.start();
    return device;
  }

  start({ url, env, cwd }: Running = {}): void {
    const args = ["run", "--root", this.root, "--state", this.state, "--log-level", "debug"];
    const child = spawn(program, url === undefined ? args : [...args, "--acs-url", url], {
      cwd,
      env: env ?? process.env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.child = child;
    this.ended = new Promise((resolve) =>
      child.on("close", (code, signal) => resolve(code ?? signal ?? "?")),
    );
    void this.ended.then(() => this.look());
    let rest = "";
    child.stderr!.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      this.lines.push(...lines);
      logged.push(...lines);
      this.look();
    });
  }

  get pid(): number {
    return this.child!.pid!;
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Waits for a line of log, from the one after the last that was waited for. */
  said(pattern: RegExp): Promise<string> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(late);
        this.waiting.delete(look);
        settle();
      };
      const look = () => {
        const found = this.lines.findIndex((line, at) => at >= this.at && pattern.test(line));
        if (found >= 0) {
          this.at = found + 1;
          return finish(() => resolve(this.lines[found]!));
        }
        if (child?.exitCode != null || child?.signalCode != null)
          finish(() =>
            reject(new Error(`the agent ended before it said ${pattern}:\n${this.lines.join("\n")}`)),
          );
      };
      const late = setTimeout(
        () =>
          finish(() =>
            reject(new Error(`the agent did not say ${pattern}:\n${this.lines.slice(-30).join("\n")}`)),
          ),
        patienceMs,
      );
      this.waiting.add(look);
      look();
    });
  }

  /** Power off. */
  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.ended;
  }

  /** @returns how it ended */
  async stop(): Promise<number | string> {
    this.child!.kill("SIGTERM");
    return this.exit();
  }

  /** Waits until it ends by itself. */
  exit(): Promise<number | string> {
    return this.ended!;
  }

  /** A command to the agent that runs here. */
  cli(command: string, ...args: string[]): Promise<Printed> {
    return cwmpd([command, "--root", this.root, ...args]);
  }

  /** What `cwmpd get` prints for one parameter, or its complaint. */
  async get(path: string): Promise<string> {
    const { exit, out, err } = await this.cli("get", path);
    return exit === 0 ? out.slice(out.indexOf("=") + 1).replace(/\n$/, "") : err;
  }

  async status(): Promise<{
    readonly acs: { readonly url: string };
    readonly lastSession: { readonly failure: string | null; readonly calls: number } | null;
    readonly retryCount: number;
    readonly eventsWaiting: readonly { readonly EventCode: string }[];
    readonly connectionRequest: { readonly url: string | null };
    readonly warnings: readonly string[];
  }> {
    const { exit, out, err } = await this.cli("status", "--json");
    if (exit !== 0) throw new Error(err);
    return JSON.parse(out);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** A package's file as it lies there. */
  config(name: string): string {
    return readFileSync(this.path(`etc/config/${name}`), "utf8");
  }

  write(name: string, text: string | Buffer): void {
    writeFileSync(this.path(`etc/config/${name}`), text);
  }

  /** An edit by hand. */
  edit(name: string, from: string, to: string): void {
    const text = this.config(name);
    if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
    this.write(name, text.replace(from, to));
  }

  /** Options of the agent's own package; what is there already is replaced. */
  configure(section: "acs" | "cpe", options: Readonly<Record<string, string>>): void {
    let text = this.config("cwmp");
    for (const [name, value] of Object.entries(options)) {
      const head = `config ${section} '${section}'\n`;
      const [before = "", after = ""] = text.split(head);
      const [own = "", ...others] = after.split("\n\n");
      const kept = own.split("\n").filter((line) => line !== "" && !line.includes(`option ${name} `));
      text = [`${before}${head}${[...kept, `\toption ${name} '${value}'`].join("\n")}`, ...others].join(
        "\n\n",
      );
    }
    this.write("cwmp", text);
  }
}
