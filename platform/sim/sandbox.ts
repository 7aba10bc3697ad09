/** Adapter: lays out the sample gateway: a directory that looks like the file system of one. `cwmpd sandbox DIR`. */
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refused } from "../../src/errors.ts";
import { layOutFlash } from "./bootloader.ts";
import { deviceFiles, deviceTable, forwardingTable } from "./devices.ts";
import { configsOf, devicesOf, type Form, plainForm, pppoeTable } from "./form.ts";
import { sampleShadow, systemFiles } from "./system.ts";

const marker = ".cwmpd-sandbox";
const top = ["etc", "proc", "rom", "sys", "tmp", "usr", "var", marker];

/** True for a directory that `layOutSandbox` made. */
export const isSandbox = (directory: string): boolean => existsSync(join(directory, marker));

/** Makes the directory, or makes a sandbox new.
 * @param wall UTC milliseconds, for values that expire (leases)
 * @throws Refused for a directory that holds anything else; nothing of it is touched */
export function layOutSandbox(directory: string, wall: number = Date.now(), form: Form = plainForm): void {
  const there = existing(directory);
  const foreign = isSandbox(directory) ? there.filter((name) => !top.includes(name)) : there;
  if (foreign.length > 0)
    throw new Refused(
      `Cannot lay out a sandbox in ${directory}: it is not empty and not a sandbox (there is ${foreign[0]}). Name a new directory.`,
    );
  try {
    fill(directory, wall, form);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Refused(
      `Cannot lay out a sandbox in ${directory || "a directory without a name"}: ${code}. Name a directory that can be written.`,
    );
  }
}

function fill(directory: string, wall: number, form: Form): void {
  mkdirSync(directory, { recursive: true });
  // The marker is written first and removed last, so that a lay-out that was cut short can be repeated.
  put(directory, marker, "A sample gateway for cwmpd. Delete it whenever you like.\n", 0o644);
  for (const name of top.filter((name) => name !== marker))
    rmSync(join(directory, name), { recursive: true, force: true });
  for (const [name, { text, mode }] of Object.entries(configsOf(form))) {
    put(directory, `etc/config/${name}`, text, mode);
    put(directory, `rom/etc/config/${name}`, text, mode);
  }
  for (const [name, text] of Object.entries(systemFiles(wall))) put(directory, name, text, 0o644);
  put(directory, "etc/shadow", sampleShadow, 0o600);
  put(directory, "proc/net/dev", deviceTable(devicesOf(form)), 0o644);
  if (pppoeTable(form) !== "") put(directory, "proc/net/pppoe", pppoeTable(form), 0o644);
  put(directory, "proc/sys/kernel/random/boot_id", `${randomUUID()}\n`, 0o644);
  for (const [index, device] of devicesOf(form).entries()) {
    const of = `sys/class/net/${device.name}`;
    for (const [name, text] of Object.entries(deviceFiles(device, index)))
      put(directory, `${of}/${name}`, text, 0o644);
    if (device.ports) put(directory, `${of}/brforward`, forwardingTable(device), 0o644);
  }
  mkdirSync(join(directory, "var/run/sim"), { recursive: true });
  layOutFlash(directory);
}

function existing(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new Refused(`Cannot lay out a sandbox in ${directory}: ${code ?? "it cannot be read"}`);
  }
}

function put(directory: string, name: string, text: string | Uint8Array, mode: number): void {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  // The umask has no say in whether a secret is one.
  chmodSync(path, mode);
}
