/** Runs every test and ends with one line that counts them. */
import { unprovenRows } from "./conformance/page.ts";
import { runTests } from "./counts.ts";

const { counts, line, passed } = runTests("dist/tests.json");
console.log(unprovenRows(counts));
console.log(line);
process.exit(passed ? 0 : 1);
