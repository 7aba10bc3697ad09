/** `make qemu`: boots the emulated gateway to a shell, with the agent running and an ACS outside of it. The disk is kept:
 * what `make flash TARGET=qemu` has left, or a new one. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { buildBootLoader, buildDisk, buildRootImage } from "./build.ts";
import { Emulator } from "./emulator.ts";
import { gatewayPlaces } from "./flash/qemu.ts";
import { fetchKernel } from "./kernel.ts";
import { project, writeUpper } from "./tree.ts";

const usualPort = 17_547;
const binary = process.env.CWMPD ?? join(project, "dist/cwmpd");
const directory = join(project, "dist/qemu");
const places = gatewayPlaces(directory);
mkdirSync(directory, { recursive: true });
/** The gateway's configuration names the port of the ACS, and the disk with it outlives this run. */
const acsPort = existsSync(places.disk) ? portIn(places.configuration) : usualPort;
const kernel = fetchKernel(join(project, "dist/lab"));
buildBootLoader(places.bootLoader, kernel);
if (!existsSync(places.disk)) {
  buildRootImage(places.first, { busybox: kernel.busybox, binary, revision: "r1-first" }, "test");
  writeUpper(join(directory, "upper"), process.env.ACS_URL || `http://10.0.2.2:${acsPort}/`);
  buildDisk(places.disk, places.first, join(directory, "upper"));
}
const acs = process.env.ACS_URL
  ? undefined
  : spawn(binary, ["acs", "--listen", `127.0.0.1:${acsPort}`], { stdio: ["pipe", "ignore", "inherit"] });
const port = await freePort();
process.stdout.write(
  `The gateway boots; press Enter for its shell, and end it with: poweroff
In it: cwmpd status, cwmpd doctor, tail -f /tmp/log/messages
Its Connection Request server is at 127.0.0.1:${port} of this machine. Begin anew: rm -r ${directory}\n`,
);
await new Emulator({
  vmlinux: kernel.vmlinux,
  bootLoader: places.bootLoader,
  disk: places.disk,
  port,
  logs: false,
  interactive: true,
}).exit();
acs?.kill("SIGTERM");

function portIn(configuration: string): number {
  const text = existsSync(configuration) ? readFileSync(configuration, "utf8") : "";
  return Number(/option url 'http:\/\/10\.0\.2\.2:(\d+)\//.exec(text)?.[1] ?? usualPort);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address() as net.AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
