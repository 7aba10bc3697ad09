/** In a network of its own: how many good Connection Requests are served, and how many are not, while one IPv6 /48 opens
 * connections that say nothing. Prints both numbers and the connections. */
import { flooded, server } from "../bench/flood.ts";

/** All connections together fit into the kernel's queue for a server that has no time: 4096. */
const [rate, ms, patienceMs] = [1000, 3500, 90_000];
const { port, end } = await server("::1");
const { times, made } = await flooded("::1", port, rate, ms, patienceMs);
await end();
const served = times.filter(Number.isFinite).length;
console.log(
  JSON.stringify({ served, refused: times.length - served, flood: Math.round((made * ms) / 1000) }),
);
