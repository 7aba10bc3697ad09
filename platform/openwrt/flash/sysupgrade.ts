/** Adapter: the Flash port on OpenWrt's own sysupgrade, which keeps the configuration and writes the one slot there is,
 * or the one that its board's scripts choose. TR-069 A.3.2.8.
 *
 * The same version may be installed again: its revision does not show then whether the image was written. A mark does:
 * a file that no upgrade keeps, so that it is missing when the image was written, and still there when it was not. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Flash } from "../../../src/ports/installer.ts";
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { writeDurably } from "../../bun/durable.ts";
import type { Exec } from "../exec.ts";
import { parseJson } from "../read.ts";
import { flashLimits } from "./limits.ts";
import { revisionOf } from "./slots.ts";

export interface SysupgradePorts {
  readonly root: string;
  readonly exec: Exec;
  /** Starts a program that runs on without the agent. @returns its exit code, if it ends within that time */
  readonly detached: (argv: readonly string[], msMax: number) => Promise<number | undefined>;
  /** The path of a received image. */
  readonly path: (id: number) => string;
}

const markPath = "root/.cwmpd-image-pending";

export function sysupgradeFlash({ root, exec, detached, path }: SysupgradePorts): Flash {
  const mark = join(root, markPath);
  return {
    // An image is put on trial only where there is another slot to return to.
    trialMs: 0,
    running: async () => ({
      identity: { revision: revisionOf(root), slot: "" },
      replaced: !existsSync(mark),
    }),
    async check(id) {
      const tested = await exec(["/sbin/sysupgrade", "-T", path(id)], flashLimits.testMsMax);
      if (tested.is === "failed") {
        throw new TransferFailure("internal", `sysupgrade cannot be started: ${tested.why}`);
      }
      if (tested.code !== 0) throw refused(`${tested.stdout}\n${tested.stderr}`);
      const told = await exec(["fwtool", "-q", "-i", "-", path(id)], flashLimits.testMsMax);
      const version = told.is === "done" && told.code === 0 ? parseJson(told.stdout).version : undefined;
      return String((version as { revision?: unknown } | undefined)?.revision ?? "");
    },
    async mark() {
      mkdirSync(dirname(mark), { recursive: true });
      writeDurably(mark, "An image is being installed.\n");
    },
    async write(id) {
      const code = await detached(["/sbin/sysupgrade", path(id)], flashLimits.acceptMsMax);
      if (code === undefined) return;
      throw new TransferFailure(
        "internal",
        `sysupgrade has ended with exit code ${code}; see the system log`,
      );
    },
    commit: async () => {},
    async fallBack() {
      throw new TransferFailure("internal", "This device has no second image to go back to");
    },
  };
}

/** The message of sysupgrade for an image that it rejects. */
function refused(said: string): TransferFailure {
  const last = said.trim().split("\n").at(-1)?.trim().slice(0, flashLimits.quotedCharsMax) ?? "";
  const board = /not supported by this image|Device .* not supported/i.test(said);
  const kind = /signature/i.test(said) || board ? "unauthentic" : "corrupted";
  return new TransferFailure(kind, `sysupgrade refuses the image: ${last || "it does not say why"}`);
}
