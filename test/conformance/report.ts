/** Prints, for each section, how many MUST rows are proven, deviated from, waiting or open, and writes
 * docs/conformance.md; and docs/data-model.md, what the data models show. After `make test` it also lists the
 * rows whose tests did not run and pass. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataModelPage, pageFile } from "../facts/data-model-page.ts";
import { conformancePage, summary, unprovenRows } from "./page.ts";

const docs = join(import.meta.dirname, "../../docs");
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, "conformance.md"), conformancePage());
writeFileSync(pageFile, dataModelPage());
console.log(summary());

const results = join(import.meta.dirname, "../../dist/tests.json");
if (existsSync(results)) console.log(`\n${unprovenRows(JSON.parse(readFileSync(results, "utf8")))}`);
else console.log("\nmake test has not run: whether the tests pass that name these rows is not known");
