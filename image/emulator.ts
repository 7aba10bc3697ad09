/** The emulated gateway: QEMU with the boot loader, and a disk with two slots. Its network reaches programs of this
 * machine at 10.0.2.2; nothing else of this machine is in it. Software emulation: no right and no device is needed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";

export interface Emulated {
  readonly vmlinux: string;
  readonly bootLoader: string;
  readonly disk: string;
  readonly memoryMib?: number;
  /** The port of this machine that leads to the Connection Request server. */
  readonly port?: number;
  /** Whether the system log goes to the console, in place of a shell. */
  readonly logs: boolean;
  /** Bytes a second that the disk writes at most; absent: no bound. */
  readonly writeSpeed?: number;
  /** For a person: the console is this terminal. */
  readonly interactive?: boolean;
  /** Words for the kernel's command line, and arguments of QEMU, beyond those of every gateway. */
  readonly kernelWords?: readonly string[];
  readonly more?: readonly string[];
}

export const hasEmulator = spawnSync("qemu-system-x86_64", ["--version"]).status === 0;

/** Arguments of QEMU. */
function argumentsOf(machine: Emulated): string[] {
  const { vmlinux, bootLoader, disk, memoryMib = 256, port, logs, writeSpeed } = machine;
  const { kernelWords = [], more = [], interactive = false } = machine;
  const words = [
    "console=ttyS0 quiet panic=1 mitigations=off",
    logs ? "cwmpd.console=log" : "",
    ...kernelWords,
  ];
  const speed = writeSpeed === undefined ? "" : `,throttling.bps-write=${writeSpeed}`;
  const forward = port === undefined ? "" : `,hostfwd=tcp:127.0.0.1:${port}-:7547`;
  return [
    ...["-accel", "tcg,thread=multi", "-M", "q35", "-cpu", "max", "-m", String(memoryMib)],
    ...["-nodefaults", "-display", "none"],
    // A person's Ctrl-C ends the command in the gateway's shell, not the gateway.
    ...["-chardev", `stdio,id=console,signal=${interactive ? "off" : "on"}`, "-serial", "chardev:console"],
    ...["-kernel", vmlinux, "-initrd", bootLoader],
    ...["-append", words.join(" ")],
    ...["-drive", `file=${disk},format=raw,if=virtio${speed}`],
    ...["-netdev", `user,id=wan${forward}`, "-device", "virtio-net-pci,netdev=wan,romfile="],
    ...["-device", "virtio-rng-pci", ...more],
  ];
}

export class Emulator {
  /** Every line of the console. */
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  /** Hears every line of the console. */
  onLine: ((line: string) => void) | undefined;
  private readonly waiting = new Set<() => void>();
  private over = false;

  constructor(machine: Emulated) {
    const { interactive = false } = machine;
    this.child = spawn("qemu-system-x86_64", argumentsOf(machine), {
      stdio: interactive ? "inherit" : "pipe",
    });
    this.ended = new Promise((resolve) =>
      this.child.on("close", (code) => {
        this.over = true;
        this.look();
        resolve(code);
      }),
    );
    // Keys that are typed just after the end of the machine are lost with it.
    this.child.stdin?.on("error", () => {});
    if (!interactive) this.listen();
  }

  /** Of the process on this machine. */
  get pid(): number {
    return this.child.pid!;
  }

  private listen(): void {
    let rest = "";
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split(/\r?\n/);
        rest = lines.pop()!;
        this.lines.push(...lines);
        for (const line of lines) this.onLine?.(line);
        this.look();
      });
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Waits for a line of the console.
   * @param from the first line that counts
   * @returns the place of the next line
   * @throws Error when the machine ends, or the time is over, before it comes */
  said(pattern: RegExp, msMax: number, from = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(late);
        this.waiting.delete(look);
        settle();
      };
      const look = () => {
        const at = this.lines.findIndex((line, index) => index >= from && pattern.test(line));
        if (at >= 0) finish(() => resolve(at + 1));
        else if (this.over) finish(() => reject(this.silence(pattern)));
      };
      const late = setTimeout(() => finish(() => reject(this.silence(pattern))), msMax);
      this.waiting.add(look);
      look();
    });
  }

  private silence(pattern: RegExp): Error {
    return new Error(`the gateway did not say ${pattern}:\n${this.lines.slice(-40).join("\n")}`);
  }

  /** Types a line at the console. */
  type(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** The plug is pulled: nothing that the gateway has in memory reaches the disk any more. */
  async cut(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Waits until the machine ends by itself. @returns its exit code; null: a signal ended it */
  exit(): Promise<number | null> {
    return this.ended;
  }
}
