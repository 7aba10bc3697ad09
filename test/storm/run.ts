/** `make storm`: so many seeds from one on; a seed that fails is told with its story when it is alone. */
import { storm } from "./storm.ts";

const [first = 1, count = 1] = process.argv.slice(2).map(Number);
const started = performance.now();
let failed = 0;
let sessions = 0;
for (let seed = first; seed < first + count; seed++) {
  const result = await storm(seed);
  sessions += result.sessions;
  if (result.breaches.length > 0) {
    failed += 1;
    console.log(`seed ${seed}: ${result.breaches.join("; ")}`);
  }
  if (count === 1) console.log(result.story.join("\n"));
  else if ((seed - first + 1) % 500 === 0) {
    console.log(`${seed - first + 1} of ${count} storms, ${sessions} sessions, ${failed} failed`);
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${count} storms, ${sessions} sessions in ${seconds} s: ${failed} failed`);
if (failed > 0) console.log("One of them again, with its story: make storm SEED=n");
process.exit(failed > 0 ? 1 : 0);
