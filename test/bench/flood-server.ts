/** The Connection Request server alone, in a process of its own: tells its port, ends with its input. */
import { systemChance } from "../../platform/bun/chance.ts";
import { systemClock } from "../../platform/bun/clock.ts";
import { serveConnectionRequests } from "../../platform/bun/connreq.ts";
import { credentials, path } from "../connreq/answering.ts";

const server = await serveConnectionRequests({
  address: process.argv[2] ?? "127.0.0.1",
  port: 0,
  path,
  clock: systemClock(
    () => true,
    () => 0,
  ),
  chance: systemChance,
  log: () => {},
  credentials: () => credentials,
  onRequest: () => {},
  limits: { acceptedPerMinuteMax: 1e6, acceptedPerSourcePerMinuteMax: 1e6 },
});
console.log(server.port);
for await (const _ of process.stdin);
await server.close();
