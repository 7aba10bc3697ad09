/** Reads attempts from its input, makes them one after the other, prints how each ended. */
import { type Attempt, attempt } from "./attempt.ts";

const outcomes: string[] = [];
for (const one of (await new Response(Bun.stdin.stream()).json()) as Attempt[])
  outcomes.push(await attempt(one));
console.log(JSON.stringify(outcomes));
