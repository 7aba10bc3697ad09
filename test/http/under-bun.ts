/** Runs the cases with real parts in the runtime that ships: a line of JSON each. */

import { cases, sites } from "./cases.ts";
import { Front } from "./front.ts";

const front = new Front();
await front.start(sites(front));
for (const { title, run } of cases) {
  const fault = await run(front).then(
    () => undefined,
    (error: Error) => error.stack ?? String(error),
  );
  console.log(JSON.stringify({ title, fault }));
}
await front.stop();
process.exit(0);
