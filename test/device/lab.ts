/** Helper: the emulated gateway with its disk in a temporary directory, and an ACS of the tests outside of it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import { buildBootLoader, buildDisk, buildRootImage } from "../../image/build.ts";
import { type Emulated, Emulator, hasEmulator } from "../../image/emulator.ts";
import { fetchKernel, type Kernel } from "../../image/kernel.ts";
import { project } from "../../image/tree.ts";
import { program } from "../e2e/device.ts";
import { environmentOn } from "./environment.ts";

/** Milliseconds that a boot, a Download or a write may take: software emulation on cores that others use too. */
export const bootMsMax = 150_000;

const has = (name: string) =>
  spawnSync("sh", ["-c", `PATH=$PATH:/usr/sbin:/sbin; command -v ${name}`]).status === 0;
const tools = ["mksquashfs", "mke2fs", "cpio", "depmod", "fw_printenv", "apt-get", "xz"];

/** Why there can be no emulated gateway here; empty: there can. */
export const lacking = [
  ...(hasEmulator ? [] : ["qemu-system-x86_64"]),
  ...tools.filter((tool) => !has(tool)),
].join(", ");

export class Lab {
  readonly directory = mkdtempSync(join(tmpdir(), "cwmpd-gateway-"));
  readonly kernel: Kernel;
  readonly disk = join(this.directory, "disk.img");
  private emulator: Emulator | undefined;

  constructor() {
    onTestFinished(() => this.close());
    onTestFailed(() => console.log(this.emulator?.lines.slice(-80).join("\n")));
    this.kernel = fetchKernel(join(project, "dist/lab"));
    buildBootLoader(this.path("boot.cpio"), this.kernel);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** A root image with the agent that the tests try. */
  image(name: string, revision: string): string {
    const out = this.path(name);
    buildRootImage(out, { busybox: this.kernel.busybox, binary: program, revision }, "test");
    return out;
  }

  /** A disk with that image in slot a, and a configuration that names the ACS. */
  layOut(image: string, acsUrl: string, more = ""): void {
    mkdirSync(this.path("upper/etc/config"), { recursive: true });
    writeFileSync(
      this.path("upper/etc/config/cwmp"),
      `config acs 'acs'
	option url '${acsUrl.replace("127.0.0.1", "10.0.2.2")}'

config cpe 'cpe'
	option interface 'wan'
	option association 'none'
	option oui '00256D'
	option serial_number 'EMULATED1'
	option log_level 'debug'

config slots 'slots'
	option a '/dev/vda2'
	option b '/dev/vda3'
${more}`,
      { mode: 0o600 },
    );
    buildDisk(this.disk, image, this.path("upper"));
  }

  start(how: Partial<Emulated> = {}): Emulator {
    const { vmlinux } = this.kernel;
    this.emulator = new Emulator({
      vmlinux,
      bootLoader: this.path("boot.cpio"),
      disk: this.disk,
      logs: true,
      ...how,
    });
    return this.emulator;
  }

  /** Variables of the boot environment as they lie on the disk. */
  environment(): Readonly<Record<string, string>> {
    return Object.fromEntries(environmentOn(this.disk).read());
  }

  private async close(): Promise<void> {
    await this.emulator?.cut();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
