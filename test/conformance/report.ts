/** Prints, for each section, how many MUST rows are proven, deviated from, waiting or open, and writes
 * docs/conformance.md; and docs/data-model.md, what the data models show. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataModelPage, pageFile } from "../facts/data-model-page.ts";
import { conformancePage, summary } from "./page.ts";

const docs = join(import.meta.dirname, "../../docs");
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, "conformance.md"), conformancePage());
writeFileSync(pageFile, dataModelPage());
console.log(summary());
