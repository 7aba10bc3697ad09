/** `make image`: a root image as small as it gets, and a disk with two slots; says what the agent costs in it. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildDisk, buildRootImage } from "./build.ts";
import { fetchKernel } from "./kernel.ts";
import { project } from "./tree.ts";

const directory = join(project, "dist/image");
const binary = process.env.CWMPD ?? join(directory, "cwmpd");
const revision = process.env.REVISION ?? "r1";
const mib = (bytes: number) => `${(bytes / 1_048_576).toFixed(2)} MiB`;

mkdirSync(directory, { recursive: true });
const { busybox } = fetchKernel(join(project, "dist/lab"));
const [root, disk, bare] = ["root.img", "gateway.img", "bare.img"].map((name) => join(directory, name)) as [
  string,
  string,
  string,
];
buildRootImage(root, { busybox, binary, revision }, "flash");
buildDisk(disk, root);
// The same image with an empty program in the place of the agent.
buildRootImage(bare, { busybox, binary: "/bin/true", revision }, "flash");
const [whole, without] = [statSync(root).size, statSync(bare).size];
rmSync(bare);
process.stdout.write(`dist/image/root.img     ${mib(whole)}: squashfs-xz with metadata, for a slot, sysupgrade or a Download
dist/image/gateway.img  ${mib(statSync(disk).size)}: a disk with boot environment, two slots and data
The agent adds ${mib(whole - without)} to the root image (${mib(statSync(binary).size)} unpacked).\n`);
