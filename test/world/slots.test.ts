/** A new image that cannot reach its ACS: a whole agent under a virtual clock, with the adapter of the slots and the boot
 * environment as they ship, on a directory. TR-069 A.3.2.8, A.3.3.2. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnvironment } from "../../platform/openwrt/flash/environment.ts";
import { metadataBlock } from "../../platform/openwrt/flash/fwtool.ts";
import { slotFlash } from "../../platform/openwrt/flash/slots.ts";
import { layOutFlash, startSlot } from "../../platform/sim/bootloader.ts";
import type { EnginePorts } from "../../src/engine.ts";
import { readSettings } from "../../src/settings.ts";
import type { Fuse } from "../model/world.ts";
import { downloadArguments } from "../transfer/arguments.ts";
import { folder } from "../transfer/lab.ts";
import { Household } from "./household.ts";
import { Shed } from "./shed.ts";

const minute = 60_000;

/** A shed whose slots are files, and whose boot loader is the one of the sample gateway. */
class Board extends Shed {
  readonly root = folder();
  readonly reboots: string[] = [];
  trialMs = () => 0;

  constructor() {
    super();
    for (const name of ["proc", "rom/etc", "tmp/sysinfo"])
      mkdirSync(join(this.root, name), { recursive: true });
    const release = "DISTRIB_REVISION='r1-old'\n";
    this.put("proc/cmdline", "quiet\n");
    this.put("rom/etc/openwrt_release", release);
    this.put("tmp/sysinfo/board_name", "a,board\n");
    const image = Buffer.from("image");
    const metadata = metadataBlock(image, {
      supported_devices: ["a,board"],
      version: { revision: "r2-new" },
    });
    this.put("received", Buffer.concat([image, metadata]));
    layOutFlash(this.root);
    this.put("etc/openwrt_release", release);
  }

  private put(name: string, bytes: string | Buffer): void {
    writeFileSync(join(this.root, name), bytes);
  }

  override boot(): void {
    super.boot();
    startSlot(this.root);
  }

  /** Slot and revision that run, and whether the boot loader still counts. */
  state(): string {
    const { boot_slot, upgrade_available } = Object.fromEntries(this.environment().read());
    const [, revision] = /'(.*)'/.exec(readFileSync(join(this.root, "etc/openwrt_release"), "utf8"))!;
    return `${boot_slot} ${revision}${upgrade_available === "1" ? ", counted" : ""}`;
  }

  environment() {
    return openEnvironment(this.root, "etc/fw_env.config");
  }

  override adapters(fuse: Fuse, reboot: () => void): EnginePorts["transfers"] {
    const flash = slotFlash({
      root: this.root,
      environment: () => this.environment(),
      slots: { a: "/var/flash/a.img", b: "/var/flash/b.img" },
      path: () => join(this.root, "received"),
      reboot: async () => reboot(),
      trialMs: () => this.trialMs(),
    });
    return { ...super.adapters(fuse, reboot), flash };
  }
}

/** A gateway that has been given an image, runs it, and cannot reach its ACS. */
async function alone() {
  const board = new Board();
  const home = new Household({ shed: board });
  await home.settle();
  board.trialMs = () => readSettings(home.life.config.view(), "configuration").transfer.trialMs;
  const image = { FileType: "1 Firmware Upgrade Image", URL: "ftp://files.example/image" };
  await home.asks("Download", downloadArguments({ CommandKey: "image", ...image }));
  await home.rest();
  expect(home.orders).toEqual(["reboot"]);
  home.mishap = () => ({ do: "drop" });
  await home.restart(1000);
  await home.rest();
  expect(board.state()).toBe("b r2-new, counted");
  return { board, home };
}

/** The old image runs again and reaches the ACS. @returns the code and the words of its TransferComplete */
async function told(home: Household): Promise<readonly [number, string]> {
  home.mishap = () => undefined;
  home.forget();
  await home.restart(1000);
  await home.clock.pass(minute);
  const completes = home.conversation.flatMap(({ said }) =>
    said.is === "call" && said.method === "TransferComplete" ? [said.args.FaultStruct] : [],
  );
  expect(completes).toHaveLength(1);
  return [completes[0]!.FaultCode, completes[0]!.FaultString];
}

test("[R-A.3.2.8-05, R-A.3.3.2-07] an image without a session within ten minutes is replaced by the old slot, whose TransferComplete reports the fault", async () => {
  const { board, home } = await alone();
  await home.clock.pass(9 * minute);
  expect([board.state(), home.orders]).toEqual(["b r2-new, counted", ["reboot"]]);
  await home.clock.pass(minute);
  expect([board.state(), home.orders]).toEqual(["a r2-new", ["reboot", "reboot"]]);
  const [code, text] = await told(home);
  expect(code).toBe(9010);
  expect(text).toContain("No session with the ACS ended well within 10 min");
  expect(board.state()).toBe("a r1-old");
});

test("an image started twice without a session is replaced by the boot loader, and the old image reports the fault", async () => {
  const { board, home } = await alone();
  await home.restart(1000);
  await home.clock.pass(minute);
  expect(board.state()).toBe("b r2-new, counted");
  const [code, text] = await told(home);
  expect(code).toBe(9010);
  expect(text).toContain("was left again");
  expect(board.state()).toBe("a r1-old");
});

test("an image is committed by a session that ended well, and not before; from then on any number of starts keeps it", async () => {
  const { board, home } = await alone();
  home.mishap = ({ what }) => (what === "Inform" ? undefined : { do: "drop" });
  await home.clock.pass(minute);
  expect(board.state()).toBe("b r2-new, counted");
  const [code] = await told(home);
  expect(code).toBe(0);
  for (let start = 0; start < 4; start++) await home.restart(1000);
  expect(board.state()).toBe("b r2-new");
});
