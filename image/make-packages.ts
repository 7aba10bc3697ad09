/** `make package`: all packages, each with its binary. What this machine can make is made for every architecture before the
 * lack of apk ends the target. */
import { join } from "node:path";
import { type Architecture, architectures, buildPackages } from "./package.ts";
import { project } from "./tree.ts";

const names = Object.keys(architectures) as Architecture[];
const binary = (name: Architecture) => join(project, "dist/musl", name, "cwmpd");

try {
  for (const name of names) buildPackages(name, binary(name), ["files", "ipk"]);
  if (process.env.FORMAT !== "ipk") for (const name of names) buildPackages(name, binary(name), ["apk"]);
} catch (error) {
  process.stderr.write(`package: ${(error as Error).message}\n`);
  process.exit(1);
}
