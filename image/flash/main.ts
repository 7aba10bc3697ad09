/** `make flash`: which way the agent, or a whole image, goes onto a device. */
import { join } from "node:path";
import { project } from "../tree.ts";
import { flashCard } from "./card.ts";
import { flag, flashing, Stop } from "./plan.ts";
import { flashEmulated } from "./qemu.ts";

const { HOST = "", DEV = "", TARGET = "", CWMPD } = process.env;
const binary = CWMPD ?? join(project, "dist/cwmpd");

const usage = `Name where to:
  make flash TARGET=qemu                     an emulated gateway, from the first Inform to a new image
  make flash HOST=root@192.168.1.1           a device over ssh: the package
  make flash HOST=root@192.168.1.1 IMAGE=1   a whole image through sysupgrade
  make flash DEV=/dev/sdX                    the A/B image onto a card
FILE=… names another package or image; DRY=1 only says what would be done; YES=1 does not ask; UNDO=1 takes a package, or the
image on a card, away again; KEEP=0 drops the configuration with IMAGE=1, and with DEV=… keeps no copy of the card.`;

await flashing(async () => {
  const named = [HOST, DEV, TARGET].filter((one) => one !== "");
  if (named.length !== 1 || (TARGET !== "" && TARGET !== "qemu")) throw new Stop(usage);
  if (TARGET === "qemu") return flashEmulated(binary);
  if (DEV !== "") return flashCard(DEV, process.env.FILE || join(project, "dist/image/gateway.img"));
  const { flashHost } = await import("./host.ts");
  return flashHost(HOST, flag("IMAGE"));
});
