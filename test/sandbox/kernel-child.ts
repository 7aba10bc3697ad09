/** Runs in a network of its own (kernel.test.ts): makes frames, then reads the data model of the directory that it is
 * given, with the kernel's word of the same facts from before and after. */
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { noExec } from "../../platform/openwrt/exec.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { countedByKernel } from "../facts/counters.ts";
import { openTree } from "./model.ts";

const root = process.argv[2] ?? "";
const line = (path: string) => readFileSync(join(root, path), "utf8").trim();

const kernel = () => ({
  uptime: Math.floor(Number.parseFloat(line("proc/uptime"))),
  total: Number(/MemTotal: +(\d+)/.exec(line("proc/meminfo"))?.[1]),
  counters: Object.entries(countedByKernel).map(([name, file]) => ({
    name,
    value: Number(line(`sys/class/net/lan1/statistics/${file}`)),
  })),
});

// Nobody has these addresses, so that the kernel asks for them on the wire, from either end.
const socket = createSocket("udp4");
for (const address of ["192.168.1.77", "203.0.113.1"])
  await new Promise<void>((sent) => socket.send("x", 9, address, () => sent()));
socket.close();

const addresses = { lan1: line("sys/class/net/lan1/address"), wan: line("sys/class/net/wan/address") };
const { model } = openTree(root, () => noExec);
const before = kernel();
const values = await model.values(["InternetGatewayDevice."]);
process.stdout.write(
  JSON.stringify({
    before,
    after: kernel(),
    addresses,
    heard: (await openFacts(root, noExec).sheet()).bridgePort("br-lan", addresses.wan.toUpperCase()) ?? "",
    values: Object.fromEntries(values.map(({ Name, Value }) => [Name, Value])),
  }),
);
