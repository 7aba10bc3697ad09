/** A root directory for one test, with packages and what surrounds them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export class Tree {
  readonly root = mkdtempSync(join(tmpdir(), "cwmpd-uci-"));

  /** @param packages name to content */
  constructor(packages: Readonly<Record<string, string | Uint8Array>> = {}) {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    mkdirSync(join(this.root, "etc/config"), { recursive: true });
    for (const [name, content] of Object.entries(packages)) this.write(`etc/config/${name}`, content);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Everything in /etc/config, by name: what should not be there shows too. */
  packages(): Record<string, string> {
    const names = readdirSync(this.path("etc/config")).sort();
    return Object.fromEntries(names.map((name) => [name, this.read(`etc/config/${name}`)]));
  }
}
