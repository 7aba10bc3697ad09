/** Helper: whether messages are what the schema of A.6 and section 3.5 ask for. Used by every suite that makes the
 * agent send something. Schema by xmllint in one run for all; what a schema cannot say by checks.ts. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkMessage } from "./checks.ts";

const schema = fileURLToPath(new URL("../fixtures/soap/schema/", import.meta.url));
const env = { ...process.env, XML_CATALOG_FILES: join(schema, "catalog.xml") };

/** False: the schema step is left out, and said to be. */
const hasXmllint = spawnSync("xmllint", ["--version"]).status === 0;
/** A further validator, called with the files' names; it is to exit with 0. */
const further = process.env.CWMP_VALIDATOR;
const filesMax = 400;
let told = false;

function versionOf(text: string): string {
  return /urn:dslforum-org:cwmp-(1-[01])/.exec(text)?.[1] ?? "1-1";
}

function lint(version: string, files: readonly string[]): string[] {
  const args = ["--nonet", "--noout", "--schema", join(schema, `driver-${version}.xsd`), ...files];
  const { status, stderr } = spawnSync("xmllint", args, { env, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status === 0) return [];
  return stderr.split("\n").filter((line) => line !== "" && !/ validates$|Skipping import/.test(line));
}

function lintAll(directory: string, texts: readonly string[]): string[] {
  const byVersion = new Map<string, string[]>();
  for (const [index, text] of texts.entries()) {
    const file = join(directory, `${index}.xml`);
    writeFileSync(file, text);
    byVersion.set(versionOf(text), [...(byVersion.get(versionOf(text)) ?? []), file]);
  }
  const problems: string[] = [];
  for (const [version, files] of byVersion) {
    for (let at = 0; at < files.length; at += filesMax) {
      const some = files.slice(at, at + filesMax);
      problems.push(...lint(version, some));
      if (further && spawnSync(further, some).status !== 0)
        problems.push(`${further} refuses one of ${some}`);
    }
  }
  return problems.map((problem) => problem.replaceAll(`${directory}/`, "message "));
}

/** @throws Error that names every message that is not as it should be, with its text */
export function validate(messages: readonly Uint8Array[]): void {
  const texts = messages.map((bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const problems = messages.flatMap((bytes, index) =>
    checkMessage(bytes).map((problem) => `message ${index}: ${problem}`),
  );
  if (hasXmllint && texts.length > 0) {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-soap-"));
    try {
      problems.push(...lintAll(directory, texts));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  } else if (!hasXmllint && !told) {
    told = true;
    console.warn("xmllint is not there (Debian: libxml2-utils): messages are not checked against the schema");
  }
  if (problems.length > 0) {
    const bad = new Set(problems.map((problem) => Number(/message (\d+)/.exec(problem)?.[1])));
    const shown = [...bad].slice(0, 3).map((index) => `message ${index}: ${texts[index]?.slice(0, 4000)}`);
    throw new Error(`${problems.slice(0, 30).join("\n")}\n${shown.join("\n")}`);
  }
}
