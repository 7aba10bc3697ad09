/** Composition: file transfers on the device: the directory of files, their installers, the flash.
 * TR-069 3.4.3, A.3.2.8. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ConfigView, Section } from "../src/ports/config.ts";
import type { Facts } from "../src/ports/facts.ts";
import type { Flash } from "../src/ports/installer.ts";
import type { Log } from "../src/ports/log.ts";
import type { Services } from "../src/ports/services.ts";
import { readSettings } from "../src/settings.ts";
import type { TransferAdapters, TransferParts } from "../src/transfer/deeds.ts";
import { TransferFailure } from "../src/transfer/failure.ts";
import { openFiles } from "./bun/files.ts";
import type { OpenedConfig } from "./openwrt/config.ts";
import type { Exec } from "./openwrt/exec.ts";
import { openInstaller } from "./openwrt/installer/installer.ts";
import type { PackageWorld } from "./package/downloads.ts";
import {
  filesWithPackages,
  flashWithPackages,
  installerWithPackages,
  recoverPackages,
} from "./package/taking.ts";

export interface TransferWorld {
  readonly root: string;
  readonly stateDirectory: string;
  readonly config: OpenedConfig;
  readonly facts: Facts;
  readonly services: Services;
  readonly exec: Exec;
  readonly log: Log;
}

/** Schemes beside http and https. */
const schemes = ["ftp", "tftp"] as const;

export async function openTransfers(
  world: TransferWorld,
): Promise<TransferAdapters & Pick<TransferParts, "schemes">> {
  const { root, stateDirectory, config, facts, services, log } = world;
  // Files wait in memory where /tmp is: a device's flash has no room for an image beside its own.
  const files = openFiles(join(root, "tmp/cwmpd-transfers"));
  const packages: PackageWorld = {
    root,
    state: join(stateDirectory, "package"),
    path: files.path,
    version: async () => (await facts.sheet("files")).board("softwareVersion"),
    services,
    log,
  };
  void recoverPackages(packages);
  const settings = () => readSettings(config.view(), "configuration").transfer;
  return {
    files: filesWithPackages(files, packages),
    schemes,
    flash: flashWithPackages(await flashOf(world, files.path, () => settings().trialMs), packages),
    installer: installerWithPackages(
      openInstaller({
        root,
        view: () => config.view(),
        path: files.path,
        packages: config.whole,
        reload: (packages) => services.apply(packages),
        directory: join(stateDirectory, "replaced"),
        log,
        trialMs: () => settings().trialMs,
        secrets: () => settings().secrets,
        logTail: async (bytesMax) => (await facts.sheet("whole")).logTail(bytesMax),
      }),
      packages,
    ),
    fileServers: () => import("./bun/fileservers.ts").then(({ fileServers }) => fileServers),
  };
}

/** Two slots where the configuration names them, else sysupgrade where there is one. */
async function flashOf(
  world: TransferWorld,
  path: (id: number) => string,
  trialMs: () => number,
): Promise<Flash> {
  const { root, config, services, exec } = world;
  const slots = slotsIn(config.view());
  if (slots !== undefined) {
    const { slotFlash } = await import("./openwrt/flash/slots.ts");
    const { openEnvironment } = await import("./openwrt/flash/environment.ts");
    return slotFlash({
      root,
      path,
      trialMs,
      slots: slots.devices,
      environment: () => openEnvironment(root, slots.environment),
      reboot: () => services.reboot(),
    });
  }
  if (root !== "/" || !existsSync("/sbin/sysupgrade")) return noFlash;
  const { sysupgradeFlash } = await import("./openwrt/flash/sysupgrade.ts");
  return sysupgradeFlash({ root, exec, detached, path });
}

function slotsIn(view: ConfigView) {
  const section: Section | undefined = view.package("cwmp")?.section("slots");
  const text = (option: string) => {
    const value = section?.options.get(option);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const a = text("a");
  const b = text("b");
  if (a === undefined || b === undefined) return undefined;
  return { devices: { a, b }, environment: text("environment") ?? "/etc/fw_env.config" };
}

const noImages = async (): Promise<never> => {
  throw new TransferFailure("internal", "This device takes no images");
};

const noFlash: Flash = {
  trialMs: undefined,
  running: async () => ({ identity: { revision: "", slot: "" }, replaced: false }),
  check: noImages,
  mark: noImages,
  write: noImages,
  commit: noImages,
  fallBack: noImages,
};

/** A program of the system that outlives the agent, because it ends the agent. */
async function detached(argv: readonly string[], msMax: number): Promise<number | undefined> {
  const { spawn } = await import("node:child_process");
  const [program = "", ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: "/",
      detached: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/" },
      stdio: "ignore",
    });
    const timer = setTimeout(() => resolve(undefined), msMax);
    const ended = (code: number) => {
      clearTimeout(timer);
      resolve(code);
    };
    child.on("error", () => ended(127));
    child.on("exit", (code) => ended(code ?? 1));
    child.unref();
  });
}
