/** Composition: a whole directory that plays a device: its programs, its services, its number of the boot. */
import type { ConfigView } from "../../src/ports/config.ts";
import { openConfig } from "../openwrt/config.ts";
import type { Device } from "../openwrt/device.ts";
import { playedDhcp } from "./dhcp.ts";
import { simExec } from "./exec.ts";
import { simServices } from "./services.ts";

export interface DeviceParts {
  readonly root: string;
  readonly stateDirectory: string;
  /** Begins the agent anew. */
  readonly boot: () => void;
  /** The configuration, if somebody has it open already. */
  readonly view?: () => ConfigView;
}

export function openDevice({ root, stateDirectory, boot, view }: DeviceParts): Device {
  const config = view ? undefined : openConfig(root);
  const read = view ?? (() => config!.view());
  return {
    exec: simExec(root, read),
    services: simServices(root, { state: stateDirectory, restart: boot }),
    // A process that starts on a directory is a device that is switched on.
    boot: crypto.randomUUID(),
    host: { 4: "127.0.0.1", 6: "::1" },
    ownsMachine: false,
    presence: { ask() {} },
    dhcp: () => playedDhcp,
  };
}
