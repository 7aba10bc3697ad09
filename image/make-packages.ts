/** `make package`: all packages, each with its binary. */
import { join } from "node:path";
import { type Architecture, architectures, buildPackages } from "./package.ts";
import { project } from "./tree.ts";

try {
  // The formats that can be made are made for all first.
  for (const name of Object.keys(architectures) as Architecture[])
    buildPackages(name, join(project, "dist/musl", name, "cwmpd"));
} catch (error) {
  process.stderr.write(`package: ${(error as Error).message}\n`);
  process.exit(1);
}
