/** Adapter: the state of the running machine: memory, /tmp, and the libraries in use. */
import { readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../../src/doctor/observed.ts";
import { type Files, filesUnder } from "../openwrt/read.ts";

export function machineAt(root: string): Omit<Machine, "ports"> {
  const files = filesUnder(root);
  const maps = readOr("/proc/self/maps");
  return {
    memory: memoryOf(files),
    tmp: tmpOf(root, files),
    receiveBufferMax: files.number("proc/sys/net/core/rmem_max"),
    musl: maps.includes("/ld-musl-"),
    libstdcxx: maps.includes("/libstdc++.so"),
  };
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function memoryOf(files: Files): Machine["memory"] {
  const text = files.text("proc/meminfo") ?? "";
  const of = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d{1,12}) kB`, "m").exec(text)?.[1] ?? 0);
  return { total: of("MemTotal"), available: of("MemAvailable") };
}

function tmpOf(root: string, files: Files): Machine["tmp"] {
  try {
    const { bsize, blocks, bavail } = statfsSync(join(root, "tmp"));
    const mounted = /^\S+ \/tmp \S+ (\S+)/m.exec(files.text("proc/mounts") ?? "")?.[1] ?? "";
    return { size: bsize * blocks, free: bsize * bavail, noexec: mounted.split(",").includes("noexec") };
  } catch (error) {
    return { unknown: `/tmp cannot be looked at: ${(error as Error).message}` };
  }
}
