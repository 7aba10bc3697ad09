/** Opens the UDP port as the agent does and prints each datagram that the kernel lets through. Tells its port first. */
import { openUdp } from "../../platform/bun/udp.ts";
import { filterRubbish } from "../../platform/bun/udpfilter.ts";

const heard = (bytes: Uint8Array) => console.log(Buffer.from(bytes).toString("hex"));
const socket = await openUdp({ family: "both", port: 0, heard });
console.log(`${socket.local.port} ${filterRubbish(socket.local.port)}`);
for await (const _ of process.stdin);
socket.close();
