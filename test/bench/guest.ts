/** Helper: programs in the emulated gateway, started as its service is, for the benches of boot and memory. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildBootLoader, buildDisk, buildRootImage, type Packing } from "../../image/build.ts";
import { Emulator } from "../../image/emulator.ts";
import { fetchKernel } from "../../image/kernel.ts";
import { project } from "../../image/tree.ts";

/** Milliseconds until a guest has to have come as far as a bench waits for: software emulation on busy cores. */
export const guestMsMax = 600_000;

/** The address of this machine as a guest sees it. */
export const fromGuest = (url: string): string => url.replace("127.0.0.1", "10.0.2.2");

/** Waits for what a guest does.
 * @throws Error with what it has last said when that does not come */
export async function awaited<T>(guest: Emulator, what: string, coming: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`${what} did not come:\n${guest.lines.slice(-40).join("\n")}`));
    late = setTimeout(fail, guestMsMax);
  });
  try {
    return await Promise.race([coming, over]);
  } finally {
    clearTimeout(late);
  }
}

interface Started {
  readonly memoryMib: number;
  /** The script that stands in the place of the service. */
  readonly script: string;
  /** Files over those of the image. */
  readonly files?: Files;
}

/** Texts by path from the root; a directory of this machine is copied. */
type Files = Readonly<Record<string, string | { readonly directory: string }>>;

export class Guests {
  readonly directory = mkdtempSync(join(tmpdir(), "cwmpd-bench-guest-"));
  private readonly kernel = fetchKernel(join(project, "dist/lab"));
  private count = 0;
  private readonly running: Emulator[] = [];

  constructor() {
    buildBootLoader(join(this.directory, "boot.cpio"), this.kernel);
  }

  /** An image with that program in the place of the agent. */
  image(name: string, binary: string, packing: Packing): string {
    const out = join(this.directory, name);
    buildRootImage(out, { busybox: this.kernel.busybox, binary, revision: name }, packing);
    return out;
  }

  start(image: string, { memoryMib, script, files = {} }: Started): Emulator {
    const base = join(this.directory, String(this.count++));
    const upper = join(base, "upper");
    const inittab = "::sysinit:/etc/init.d/rcS\n::once:/etc/bench\n::shutdown:/bin/sync\n";
    // The hooks of DHCP would start the program a second time.
    const quiet: Files = { "etc/udhcpc.user.d/60-cwmpd": "", "etc/inittab": inittab };
    for (const [name, from] of Object.entries({ ...quiet, ...files })) {
      mkdirSync(dirname(join(upper, name)), { recursive: true });
      if (typeof from === "string") writeFileSync(join(upper, name), from);
      else cpSync(from.directory, join(upper, name), { recursive: true, verbatimSymlinks: true });
    }
    writeFileSync(join(upper, "etc/bench"), `#!/bin/sh\n${script}`, { mode: 0o755 });
    const disk = join(base, "disk.img");
    buildDisk(disk, image, upper);
    const guest = new Emulator({
      vmlinux: this.kernel.vmlinux,
      bootLoader: join(this.directory, "boot.cpio"),
      disk,
      memoryMib,
      logs: false,
    });
    this.running.push(guest);
    return guest;
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((guest) => guest.cut()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}
