import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataModelPage, pageFile } from "./data-model-page.ts";
import { factsOf, models } from "./write-facts.ts";

test.each(models)("the committed facts of $version are what the data model's tables say", (model) => {
  expect(readFileSync(model.file, "utf8")).toBe(factsOf(model));
});

test("docs/data-model.md lists the declarations of both roots", () => {
  expect(readFileSync(pageFile, "utf8")).toBe(dataModelPage());
});
