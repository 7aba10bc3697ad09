/** Opens connections from a new address of 127.0.0.0/8 each, so many a second, says nothing on them and keeps the last
 * few thousand. Arguments: port, rate, milliseconds. Tells how many came about in each second.
 *
 * By the C library: a socket of the runtime takes longer than the connection. */
import { systemLibrary } from "../../platform/bun/libc.ts";

const [port = 0, rate = 0, ms = 0] = process.argv.slice(2).map(Number);
const libc = systemLibrary({
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
});
if (libc === undefined) throw new Error("The C library cannot be called here.");

/** socket(7): AF_INET; SOCK_STREAM | SOCK_NONBLOCK. ip(7): struct sockaddr_in. */
const [inet, stream, keptMax] = [2, 1 | 0o4000, 800];
const addressOf = (host: readonly number[], at: number) =>
  Uint8Array.of(inet, 0, at >> 8, at & 255, ...host, 0, 0, 0, 0, 0, 0, 0, 0);
const target = addressOf([127, 0, 0, 1], port);
const kept: number[] = [];
const began = performance.now();
let made = 0;
while (performance.now() - began < ms) {
  const due = ((performance.now() - began) * rate) / 1000;
  if (made >= due) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    continue;
  }
  const source = addressOf([127, 1 + (made >> 16), (made >> 8) & 255, made & 255], 0);
  const fd = libc.socket(inet, stream, 0);
  if (fd < 0) throw new Error("No socket can be had.");
  libc.bind(fd, source, source.length);
  libc.connect(fd, target, target.length);
  kept.push(fd);
  if (kept.length > keptMax) libc.close(kept.shift()!);
  made += 1;
}
console.log(Math.round((1000 * made) / (performance.now() - began)));
