/** Sends rubbish to a UDP port of this machine, so many datagrams a second: random bytes, what looks like STUN, what looks like a
 * request, and requests whose signature is wrong. Arguments: port, rate, milliseconds. Tells how many went out a second.
 * TR-069 G.2.1.4. */
const [port = 0, rate = 0, ms = 0] = process.argv.slice(2).map(Number);
const query = `ts=${"9".repeat(10)}&id=1&un=acs&cn=c&sig=${"0".repeat(40)}`;
const rubbish = [
  Buffer.alloc(100, 0xff),
  Buffer.alloc(40),
  Buffer.from("GET rubbish"),
  Buffer.from(`GET http://gw?${query} HTTP/1.1\r\nHost: gw\r\n\r\n`),
];
/** Datagrams that one call hands to the system. */
const batch = 64;
const packets = Array.from({ length: batch }, (_, at) => [
  rubbish[at % rubbish.length]!,
  port,
  "127.0.0.1",
]).flat();
const socket = await Bun.udpSocket({});
const began = performance.now();
let sent = 0;
while (performance.now() - began < ms) {
  const due = ((performance.now() - began) * rate) / 1000;
  if (sent >= due) await new Promise((resolve) => setTimeout(resolve, 1));
  else sent += socket.sendMany(packets as never) || 0;
}
console.log(Math.round((1000 * sent) / (performance.now() - began)));
socket.close();
