/** Helper: a program that runs beside the demo, read line by line and waited for with patience that ends. */
import { type ChildProcess, spawn } from "node:child_process";

export class Late extends Error {}

export interface ChildOptions {
  /** Gets every line as it comes. */
  readonly show: (line: string) => void;
}

export class Child {
  private readonly process: ChildProcess;
  private readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();
  private over: number | string | undefined;
  /** Lines before it have been waited for. */
  private at = 0;

  constructor(
    readonly name: string,
    argv: readonly string[],
    private readonly options: ChildOptions,
  ) {
    this.process = spawn(argv[0]!, argv.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
    this.process.stdin!.on("error", () => {});
    for (const stream of [this.process.stdout!, this.process.stderr!]) this.read(stream);
    this.process.on("error", (error) => this.end(error.message));
    this.process.on("close", (code, signal) => this.end(code ?? signal ?? "?"));
  }

  private read(stream: NodeJS.ReadableStream): void {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        this.lines.push(line);
        this.options.show(line);
      }
      this.look();
    });
  }

  private end(how: number | string): void {
    this.over ??= how;
    this.look();
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }

  /** How it ended; undefined: it runs. */
  get ended(): number | string | undefined {
    return this.over;
  }

  /** Waits for the next line that matches, from the one after the last that was waited for.
   * @param what in plain words, for the complaint
   * @throws Late it did not come in time, or the program has ended */
  seen(pattern: RegExp, what: string, ms = 30_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(late);
        this.waiting.delete(look);
        settle();
      };
      const look = () => {
        for (let at = this.at; at < this.lines.length; at++) {
          const found = pattern.exec(this.lines[at]!);
          if (found === null) continue;
          this.at = at + 1;
          return finish(() => resolve(found));
        }
        if (this.over === undefined) return;
        finish(() => reject(new Late(`${this.name} has ended (${this.over}) before this came: ${what}`)));
      };
      const late = setTimeout(
        () =>
          finish(() => reject(new Late(`${what}: it did not come from ${this.name} within ${ms / 1000} s`))),
        ms,
      );
      this.waiting.add(look);
      look();
    });
  }

  /** Types a line. */
  type(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  /** Sends a signal that does not end it. */
  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  /** Hands on what is typed here. */
  feed(from: NodeJS.ReadableStream): void {
    from.pipe(this.process.stdin!);
  }

  /** Asks it to end, and makes it end if it does not. */
  async stop(): Promise<void> {
    if (this.over !== undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.waiting.add(() => this.over !== undefined && resolve());
    });
    this.process.kill("SIGTERM");
    const force = setTimeout(() => this.process.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(force);
  }
}
