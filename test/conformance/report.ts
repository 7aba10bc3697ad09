/** Prints, for each section, how many MUST rows are proven, deviated from, waiting or open, and writes
 * docs/conformance.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conformancePage, summary } from "./page.ts";

const docs = join(import.meta.dirname, "../../docs");
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, "conformance.md"), conformancePage());
console.log(summary());
