/** Helper: what every file of end-to-end tests asserts at its end about all that it made the agent send and say. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { validate } from "../soap/validate.ts";
import { letters } from "./acs.ts";
import { logged, printed } from "./device.ts";

/** A validator that shares no code with the project. */
const outside = fileURLToPath(new URL("../soap/envcheck.py", import.meta.url));
const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Secrets of the sample gateway, and those that these tests use. */
export const secrets = [
  "knock knock",
  "correct horse battery",
  "be our guest",
  "s3cret of the ACS",
  "s3cret of the air",
] as const;

const distinct = () => [...new Map(letters.map((body) => [body.toString("latin1"), body])).values()];

/** To be called last in a file. */
export function checkAll(): void {
  it("3.5 every envelope that the agent sent in these tests follows the schema and the text", () => {
    expect(letters.length).toBeGreaterThan(0);
    validate(distinct());
  });

  it.skipIf(!hasPython)("3.5 another validator accepts these envelopes too", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-letters-"));
    const files = distinct().map((body, index) => {
      const file = join(directory, `${index}.xml`);
      writeFileSync(file, body);
      return file;
    });
    expect(await printed("python3", [outside, ...files])).toEqual({ exit: 0, out: "", err: "" });
    // And it would say otherwise.
    const broken = join(directory, "broken.xml");
    writeFileSync(broken, "<Envelope/>");
    expect(await printed("python3", [outside, files[0]!, broken])).toMatchObject({ exit: 1 });
    rmSync(directory, { recursive: true });
  });

  it("no line of any agent's log holds a secret", () => {
    expect(logged.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(logged.filter((line) => line.includes(secret))).toEqual([]);
  });
}
