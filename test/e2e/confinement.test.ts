/** What the agent may still do while it runs: the shipped program, started as the service starts it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kept } from "../../platform/bun/confine.ts";
import { serviceEnvironment } from "../bench/binary.ts";
import { Acs } from "./acs.ts";
import { Device } from "./device.ts";

/** Fields of a thread's status. */
function statusOf(pid: number | "self", thread: string | number = pid): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/task/${thread}/status`, "latin1").split("\n");
  return Object.fromEntries(lines.map((line) => line.split(/:\s+/) as [string, string]));
}

const ofThisProcess = BigInt(`0x${statusOf("self", process.pid).CapBnd}`);
const expected = Object.values(kept).reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n) & ofThisProcess;

/** The runtime makes a second thread before any line of ours runs, but for the service's environment. */
const environments = { "of the service": serviceEnvironment, "of a terminal": {} };

test.skipIf(process.getuid?.() !== 0).each(Object.entries(environments))(
  "no thread of the agent, in an environment %s, can gain a privilege, or has a capability that the agent does not need",
  async (_, environment) => {
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.configure("acs", { url: acs.url });
    device.start({ env: { ...environment } });
    await (await acs.session()).end();
    const threads = readdirSync(`/proc/${device.pid}/task`);
    expect(threads.length).toBeGreaterThan(1);
    for (const thread of threads) {
      const status = statusOf(device.pid, thread);
      expect(status.NoNewPrivs).toBe("1");
      for (const set of ["CapBnd", "CapPrm", "CapEff"]) expect(BigInt(`0x${status[set]}`)).toBe(expected);
      expect(BigInt(`0x${status.CapInh}`) & ~expected).toBe(0n);
      expect(status.CapAmb).toMatch(/^0+$/);
    }
    // Modules of the kernel, memory of other processes, raw hardware, the clock.
    for (const bit of [16, 19, 17, 25]) expect(expected & (1n << BigInt(bit))).toBe(0n);
  },
);

test("with any umask at its start, no file that the agent makes can be written by others", async () => {
  const acs = await Acs.open();
  const device = await Device.layOut();
  device.configure("acs", { url: acs.url });
  const before = process.umask(0);
  try {
    device.start({ env: { ...serviceEnvironment } });
  } finally {
    process.umask(before);
  }
  await (await acs.session()).end();
  expect(statusOf(device.pid).Umask).toBe("0022");
  const made = readdirSync(device.state, { recursive: true, encoding: "utf8" });
  expect(made.length).toBeGreaterThan(0);
  for (const name of ["", ...made]) expect(statSync(join(device.state, name)).mode & 0o077).toBe(0);
  expect(statSync(join(device.root, "var/run/cwmpd.sock")).mode & 0o077).toBe(0);
});
