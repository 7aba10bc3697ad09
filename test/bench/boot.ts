/** Bench: the emulated gateway with the image as devices get it, from the start of its kernel to the first octet of its
 * Inform; and what of it is the agent's, from its start with nothing of it in memory, against an empty program of the same
 * runtime in its place, which no code of ours can undercut. The agent's part is counted in processor time of the
 * emulator, which is what passes on a machine with nothing else to do: an emulator that waits for its turn is no slow
 * agent. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../image/emulator.ts";
import { writeUpper } from "../../image/tree.ts";
import { binary, listening, Workshop } from "./binary.ts";
import { cpuMs } from "./full-session.ts";
import { awaited, fromGuest, Guests, guestMsMax } from "./guest.ts";
import { type Row, row } from "./measure.ts";

const rounds = 3;
const memoryMib = 256;
const oursSecondsMax = 3;

/** Tells how long the kernel has run: the console brings it here at once, and so the two clocks are compared. */
const tell = (what: string) =>
  `read -r up rest < /proc/uptime; echo "bench: ${what} at $up s" > /dev/ttyS0\n`;

interface Told {
  /** Seconds since the kernel's start, as the guest says. */
  readonly seconds: number;
  /** When the line came, and how much processor time the emulator had had by then. */
  readonly at: number;
  readonly cpuMs: number;
}

async function told(guest: Emulator, what: string): Promise<Told> {
  const pattern = new RegExp(`bench: ${what} at ([\\d.]+) s`);
  const line = await guest.said(pattern, guestMsMax);
  const seconds = Number(pattern.exec(guest.lines[line - 1]!)![1]);
  return { seconds, at: performance.now(), cpuMs: cpuMs(guest) };
}

export async function run(): Promise<Row[]> {
  const guests = new Guests();
  const workshop = new Workshop();
  let heard: (at: number) => void = () => {};
  const acs = await listening((at) => heard(at));
  try {
    const image = guests.image("root.img", binary, "flash");
    const empty = guests.image("empty.img", workshop.compile("empty", ""), "flash");
    const whole: number[] = [];
    const kernel: number[] = [];
    const ours: number[] = [];
    const bare: number[] = [];
    writeUpper(join(guests.directory, "seed"), fromGuest(acs.url));
    const files = {
      "etc/config/cwmp": readFileSync(join(guests.directory, "seed/etc/config/cwmp"), "utf8"),
    };
    for (let round = 0; round < rounds; round++) {
      const first = new Promise<number>((resolve) => {
        heard = resolve;
      });
      const script = `${tell("starts")}exec /usr/libexec/cwmpd/cwmpd run --syslog\n`;
      const guest = guests.start(image, { memoryMib, script, files });
      const begun = await told(guest, "starts");
      const waited = (await awaited(guest, "the Inform", first)) - begun.at;
      ours.push((cpuMs(guest) - begun.cpuMs) / 1000);
      await guest.cut();
      whole.push(begun.seconds + waited / 1000);
      kernel.push(begun.seconds);
      const only = `${tell("starts")}/usr/libexec/cwmpd/cwmpd > /dev/null\n${tell("ended")}`;
      const other = guests.start(empty, { memoryMib, script: only });
      const start = await told(other, "starts");
      bare.push(((await told(other, "ended")).cpuMs - start.cpuMs) / 1000);
      await other.cut();
    }
    const least = (values: readonly number[]) => Math.min(...values);
    return [
      row("boot", least(whole), least(kernel), Number.POSITIVE_INFINITY, "s"),
      row("boot: ours", least(ours), least(bare), oursSecondsMax / least(bare), "s CPU"),
    ];
  } finally {
    acs.close();
    workshop.close();
    await guests.close();
  }
}
