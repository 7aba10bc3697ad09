/** Opens connections from a new address of 127.0.0.0/8 each, or of one IPv6 /48, so many a second, says nothing on them
 * and keeps the last few hundred. Arguments: port, rate, milliseconds, 4 or 6. Tells how many came about in a second.
 *
 * By the C library: a socket of the runtime takes longer than the connection. */
import { systemLibrary } from "../../platform/bun/libc.ts";

const [port = 0, rate = 0, ms = 0, family = 4] = process.argv.slice(2).map(Number);
const libc = systemLibrary({
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
});
if (libc === undefined) throw new Error("The C library cannot be called here.");

/** socket(7): AF_INET, AF_INET6; SOCK_STREAM | SOCK_NONBLOCK. */
const [inet, inet6, stream, keptMax] = [2, 10, 1 | 0o4000, 800];
/** ip(7), ipv6(7): struct sockaddr_in, struct sockaddr_in6. */
const addressOf = (host: readonly number[], at: number) =>
  host.length === 4
    ? Uint8Array.of(inet, 0, at >> 8, at & 255, ...host, 0, 0, 0, 0, 0, 0, 0, 0)
    : Uint8Array.of(inet6, 0, at >> 8, at & 255, 0, 0, 0, 0, ...host, 0, 0, 0, 0);
const six = family === 6;
const none = [0, 0, 0, 0, 0, 0, 0];
const target = addressOf(six ? [...none, ...none, 0, 1] : [127, 0, 0, 1], port);
/** Of floodNet: a new /64 for each, over all of its /56. */
const sourceOf = (n: number) =>
  six
    ? [0x20, 1, 0x0d, 0xb8, 0xf0, 0x0d, (n >> 8) & 255, n & 255, ...none, 1]
    : [127, 1 + (n >> 16), (n >> 8) & 255, n & 255];
const kept: number[] = [];
const began = performance.now();
let made = 0;
while (performance.now() - began < ms) {
  const due = ((performance.now() - began) * rate) / 1000;
  if (made >= due) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    continue;
  }
  const source = addressOf(sourceOf(made), 0);
  const fd = libc.socket(six ? inet6 : inet, stream, 0);
  if (fd < 0) throw new Error("No socket can be had.");
  if (libc.bind(fd, source, source.length) !== 0) throw new Error(`Source ${made} cannot be had.`);
  libc.connect(fd, target, target.length);
  kept.push(fd);
  if (kept.length > keptMax) libc.close(kept.shift()!);
  made += 1;
}
console.log(Math.round((1000 * made) / (performance.now() - began)));
