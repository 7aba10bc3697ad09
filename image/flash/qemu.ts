/** `make flash TARGET=qemu`: an emulated gateway informs the built-in ACS, takes a firmware image by Download into its
 * other slot, starts from there, and reports TransferComplete. */
import { spawn } from "node:child_process";
import { createReadStream, mkdirSync, statSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buildBootLoader, buildDisk, buildRootImage } from "../build.ts";
import { Emulator } from "../emulator.ts";
import { fetchKernel } from "../kernel.ts";
import { project, writeUpper } from "../tree.ts";
import { agreed, progress, Stop, say } from "./plan.ts";

/** Milliseconds that the emulated gateway may take for one step. */
const stepMsMax = 300_000;

export const gatewayPlaces = (directory: string) => ({
  disk: join(directory, "gateway.img"),
  bootLoader: join(directory, "boot.cpio"),
  first: join(directory, "first.img"),
  next: join(directory, "next.img"),
  configuration: join(directory, "upper/etc/config/cwmp"),
});

/** The line of the ACS with the arguments of TransferComplete. */
export const reported = /FaultStruct (\d+) ?([^;]*)/;

/** @returns the fault that the gateway has told; empty: none */
export function outcomeIn(line: string): string {
  const [, code, text] = reported.exec(line)!;
  return code === "0" ? "" : `${code} ${text}`;
}

export async function flashEmulated(binary: string): Promise<void> {
  const directory = join(project, "dist/qemu");
  const places = gatewayPlaces(directory);
  const go = await agreed({
    target: "cwmpd emulated gateway (board cwmpd,qemu-x86-64), a file of this machine",
    steps: [
      `make a disk with two slots in ${places.disk}, in place of one that is there`,
      "boot it in QEMU until it has informed an ACS",
      "have it fetch an image by Download into its other slot, start from there and report",
    ],
    back: `rm -r ${directory}`,
  });
  if (!go) return;
  mkdirSync(directory, { recursive: true });
  const kernel = fetchKernel(join(project, "dist/lab"));
  buildBootLoader(places.bootLoader, kernel);
  for (const [out, revision] of [
    [places.first, "r1-first"],
    [places.next, "r2-next"],
  ] as const)
    buildRootImage(out, { busybox: kernel.busybox, binary, revision }, "test");
  const told = await startAcs(binary);
  const files = await serve(places.next);
  writeUpper(join(directory, "upper"), `http://10.0.2.2:${told.port}/`);
  buildDisk(places.disk, places.first, join(directory, "upper"));
  const gateway = new Emulator({
    vmlinux: kernel.vmlinux,
    bootLoader: places.bootLoader,
    disk: places.disk,
    logs: true,
  });
  try {
    await gateway.said(/boot: slot a/, stepMsMax);
    say("The gateway has booted from slot a.");
    await told.said(/ --> acs {2}Inform /, stepMsMax);
    say("The gateway has informed the ACS.");
    told.order(`download 1 http://10.0.2.2:${files.port}/next.img flash`);
    await gateway.said(/boot: slot b/, stepMsMax);
    say("The gateway has booted from slot b.");
    const outcome = outcomeIn(await told.said(reported, stepMsMax));
    if (outcome !== "") throw new Error(`The gateway has reported that the image does not run: ${outcome}`);
    say("The gateway has reported that the image runs.");
    say("Boot it again and look around: make qemu");
  } catch (error) {
    throw new Stop((error as Error).message);
  } finally {
    await gateway.cut();
    told.end();
    files.end();
  }
}

/** The built-in ACS as a process of its own; orders go to its standard input. */
async function startAcs(binary: string) {
  const child = spawn(binary, ["acs", "--listen", "127.0.0.1:0"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  let look = () => {};
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    look();
  });
  const said = (pattern: RegExp, msMax: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`the ACS did not say ${pattern}:\n${lines.slice(-20).join("\n")}`)),
        msMax,
      );
      look = () => {
        const line = lines.find((one) => pattern.test(one));
        if (line === undefined) return;
        clearTimeout(late);
        resolve(line);
      };
      look();
    });
  const line = await said(/http:\/\/127\.0\.0\.1:\d+/, stepMsMax);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)![1]);
  return {
    port,
    said,
    order: (text: string) => void child.stdin.write(`${text}\n`),
    end: () => void child.kill("SIGTERM"),
  };
}

/** Serves one file over HTTP, and shows how much of it the gateway has fetched. */
async function serve(path: string) {
  const { size } = statSync(path);
  const server = http.createServer((_, response) => {
    const told = progress("fetched by the gateway", size);
    let done = 0;
    response.writeHead(200, { "Content-Length": size });
    createReadStream(path)
      .on("data", (piece) => {
        done += piece.length;
        told(done);
      })
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, end };
}
