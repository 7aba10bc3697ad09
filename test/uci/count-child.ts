/** A process that adds one to `option NAME` of t.x, many times, through the Config port.  bun count-child.ts ROOT NAME ROUNDS */
import { openConfig } from "../../platform/openwrt/config.ts";
import { count } from "./count.ts";

const [, , root, name, rounds] = process.argv;
await count(openConfig(root!), name!, Number(rounds));
