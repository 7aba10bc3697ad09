/** Bench: a signed package of 64 MiB in 500 files, judged and installed, as whole processes, against the tools that read,
 * hash, copy and sync the same. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKeys } from "../package/workshop.ts";
import { median, type Row, row } from "./measure.ts";

const files = 500;
const bytes = 67_108_864;
const rounds = 7;
const binary = join(import.meta.dirname, "../../dist/cwmpd");

interface Run {
  readonly ms: number;
  /** Octets resident at most. */
  readonly resident: number;
}

function time(argv: readonly string[], cwd: string): Run {
  const began = performance.now();
  const { exitCode, stderr, resourceUsage } = Bun.spawnSync([...argv], { cwd, stdout: "ignore" });
  const ms = performance.now() - began;
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return { ms, resident: resourceUsage.maxRSS };
}

/** A tree of noise, the manifest of a package of it, and the package. */
function layOut(directory: string, keys: string, count: number, total: number): void {
  mkdirSync(join(directory, "tree"), { recursive: true });
  const each = Math.floor(total / count);
  const commands = Array.from({ length: count }, (_, i) => {
    const content = new Uint8Array(each);
    for (let at = 0; at < each; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
    writeFileSync(join(directory, `tree/f${i}`), content);
    return { do: "extract", path: `/lib/d${i % 20}/f${i}`, file: `tree/f${i}` };
  });
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ commands }));
  const signer = `${keys}/signer.pem:${keys}/signer.key`;
  time(
    [binary, "package", "build", "manifest.json", "-o", "p.pkg", "--to-sign", "signed", "--sign", signer],
    directory,
  );
  time(
    [..."openssl cms -sign -binary -in signed -outform DER -out block".split(" ")].concat(
      "-signer",
      `${keys}/signer.pem`,
      "-inkey",
      `${keys}/signer.key`,
    ),
    directory,
  );
}

function install(directory: string, keys: string): Run {
  const root = join(directory, "root");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  return time(
    [binary, "package", "install", "p.pkg", "--root", root, "--trust", `${keys}/root.pem`],
    directory,
  );
}

/** Hash, copy and sync, the three one after the other. */
function copy(directory: string): number {
  const target = join(directory, "copy");
  rmSync(target, { recursive: true, force: true });
  const names = Array.from({ length: files }, (_, i) => `tree/f${i}`);
  return [
    ["sha1sum", ...names],
    ["cp", "-r", "tree", target],
    ["sync", "-f", target],
  ].reduce((sum, argv) => sum + time(argv, directory).ms, 0);
}

function verify(directory: string, keys: string): number {
  return time(
    [binary, "package", "verify", "p.pkg", "--root", directory, "--trust", `${keys}/root.pem`],
    directory,
  ).ms;
}

function openssl(directory: string, keys: string): number {
  const digest = time(["openssl", "dgst", "-sha1", "p.pkg"], directory).ms;
  const words = [
    "openssl",
    "cms",
    "-verify",
    "-binary",
    "-inform",
    "DER",
    "-in",
    "block",
    "-content",
    "signed",
  ];
  const trust = ["-CAfile", `${keys}/root.pem`, "-purpose", "any", "-out", "/dev/null"];
  return digest + time([...words, ...trust], directory).ms;
}

function measure(directory: string, keys: string): Row[] {
  const large = join(directory, "large");
  const small = join(directory, "small");
  layOut(large, keys, files, bytes);
  layOut(small, keys, 1, 1024);
  const times = {
    install: [] as number[],
    copy: [] as number[],
    verify: [] as number[],
    openssl: [] as number[],
  };
  const resident = { large: [] as number[], small: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    const whole = install(large, keys);
    const copied = copy(large);
    const judged = verify(large, keys);
    const hashed = openssl(large, keys);
    const least = install(small, keys);
    if (round < 0) continue;
    times.install.push(whole.ms);
    times.copy.push(copied);
    times.verify.push(judged);
    times.openssl.push(hashed);
    resident.large.push(whole.resident);
    resident.small.push(least.resident);
  }
  const growth = (median(resident.large) - median(resident.small)) / 1_048_576;
  return [
    row("package-install", median(times.install), median(times.copy), 1.5, "ms"),
    row("package-install-memory", growth, 32, 1, "MiB"),
    row("package-verify", median(times.verify), median(times.openssl), 1.2, "ms"),
  ];
}

export async function run(): Promise<Row[]> {
  const directory = mkdtempSync(join(process.cwd(), "dist/bench-package-"));
  const keys = makeKeys();
  try {
    return measure(directory, keys);
  } finally {
    rmSync(directory, { recursive: true, force: true });
    rmSync(keys, { recursive: true, force: true });
  }
}
