/** In a network of its own: a DNS server whose answer is another one each time, asked as a session asks. It withholds
 * an address as dnsmasq does that protects against rebinding: the name is there, and has none. */
import dgram from "node:dgram";
import { systemNet } from "../../platform/bun/net.ts";

let asked = 0;
const server = dgram.createSocket("udp4", (query, from) => {
  // RFC 1035 4.1: a header of 12 bytes, then the name, a zero, type and class.
  const end = query.indexOf(0, 12) + 5;
  const withheld = query.includes("private");
  const typeA = query.readUInt16BE(end - 4) === 1 && !withheld;
  if (typeA) asked += 1;
  const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, Number(typeA), 0, 0, 0, 0]);
  // The name as before, A, IN, a TTL of a second, four bytes.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, asked]);
  const answer = [header, query.subarray(12, end), ...(typeA ? [record] : [])];
  server.send(Buffer.concat(answer), from.port, from.address);
});
await new Promise<void>((done) => server.bind(53, "127.0.0.1", done));
const found: string[] = [];
for (let i = 0; i < 3; i++) found.push(...(await systemNet.resolve("acs.example")));
const failure = await systemNet.resolve("private.example").catch((error: Error) => error.message);
console.log(JSON.stringify({ found, failure }));
process.exit(0);
