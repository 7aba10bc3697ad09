/** Bench: MiB that the binary adds to a squashfs-xz image, against an empty binary of the same Bun in its place; and what of
 * it each library adds, which is what is saved by a binary without that library. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packings } from "../../image/build.ts";
import { project } from "../../image/tree.ts";
import { dependencies } from "../../package.json";
import { binary } from "./binary.ts";
import { type Row, row } from "./measure.ts";

/** MiB more than the empty binary. */
const moreMibMax = 4;
const blockBytes = 256 * 1024;

export async function run(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-bench-image-"));
  try {
    const empty = join(directory, "empty");
    writeFileSync(`${empty}.ts`, "");
    compile(`${empty}.ts`, empty);
    const bare = readFileSync(empty);
    const [ours, reference] = packed(directory, readFileSync(binary), bare);
    const rows = [row("image", ours, reference, (reference + moreMibMax) / reference, "MiB")];
    for (const name of Object.keys(dependencies)) {
      const without = join(directory, "without");
      compile("platform/main.ts", without, name);
      const [rest] = packed(directory, readFileSync(without), bare);
      rows.push(row(`image: ${name}`, ours - rest, ours - reference, Number.POSITIVE_INFINITY, "MiB"));
    }
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** With the flags of the Makefile. @param without a package that stays outside of the binary */
function compile(source: string, out: string, without?: string): void {
  const flags = spawnSync("make", ["-s", "--eval=flags: ; @echo $(BUN_BUILD)", "flags"], {
    cwd: project,
    encoding: "utf8",
  }).stdout.trim();
  const more = without === undefined ? [] : ["--external", without, "--external", `${without}/*`];
  const time = ["--define", "BUILD_TIME_MS=0"];
  const { status, stderr } = spawnSync(
    process.execPath,
    [...flags.split(" "), ...time, ...more, source, "--outfile", out],
    { cwd: project, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
}

/** MiB of both in images. Blocks of a squashfs are compressed each by itself: those that are equal in both binaries, which
 * are the runtime, take the same room in both images and are left out. */
function packed(directory: string, ours: Buffer, reference: Buffer): [number, number] {
  const count = Math.ceil(Math.max(ours.length, reference.length) / blockBytes);
  const block = (bytes: Buffer, index: number) =>
    bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
  const differing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !block(ours, index).equals(block(reference, index)),
  );
  return [ours, reference].map((bytes) =>
    squashed(
      directory,
      differing.map((index) => block(bytes, index)),
    ),
  ) as [number, number];
}

function squashed(directory: string, blocks: readonly Buffer[]): number {
  const [tree, image] = [join(directory, "tree"), join(directory, "image")];
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, "cwmpd"), Buffer.concat(blocks));
  const { status, stderr } = spawnSync(
    "mksquashfs",
    [tree, image, "-noappend", ...packings.flash, "-all-root", "-quiet", "-no-progress"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return statSync(image).size / 1_048_576;
}
