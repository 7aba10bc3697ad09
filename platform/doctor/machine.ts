/** Adapter: the state of the running machine: ports, memory, /tmp, and the libraries in use. */
import { readFileSync, statfsSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import type { Machine, PortOwner, Unknown } from "../../src/doctor/observed.ts";
import { type Files, filesUnder } from "../openwrt/read.ts";

/** @param agentPort where the running agent listens; null: nowhere */
export async function machineAt(
  root: string,
  portWanted: number,
  agentPort: number | null,
): Promise<Machine> {
  const files = filesUnder(root);
  const maps = readOr("/proc/self/maps");
  return {
    port: await ownerOf(portWanted, agentPort),
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

/** Finds out who has the port, by listening on it for a moment. */
async function ownerOf(port: number, agentPort: number | null): Promise<PortOwner | Unknown> {
  if (agentPort !== null && (port === 0 || agentPort === port)) return "agent";
  const server = net.createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, resolve);
    });
    return "nobody";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "EADDRINUSE" ? "other" : { unknown: message };
  } finally {
    server.close();
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
