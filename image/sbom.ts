/** `make sbom`: what is in the binary, as CycloneDX 1.5: the libraries out of the lock file, and the runtime. The same
 * lock file gives the same bytes. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Locked {
  readonly version?: string;
  /** The package's own name where it is installed under another one. */
  readonly name?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, Locked>>;
}

/** A tool of development whose code is in the binary all the same: the runtime. */
const runtime = "bun";

const purl = (name: string, version: string): string =>
  `pkg:npm/${name.replace("@", "%40")}@${encodeURIComponent(version)}`;

/** @param license of the project itself */
export function sbomOf(lock: Lock, license: string) {
  const found = reached(lock).map((path) => {
    const one = lock.packages[path]!;
    return { ...one, name: one.name ?? path.slice(path.lastIndexOf("node_modules/") + 13) };
  });
  const components = found
    .map((one) => component(one.name, one))
    .sort((one, other) => (one.purl < other.purl ? -1 : 1))
    .filter((one, at, all) => one.purl !== all[at - 1]?.purl);
  const own = {
    type: "application",
    "bom-ref": `cwmpd@${lock.version}`,
    name: lock.name,
    version: lock.version,
    licenses: [{ license: { id: license } }],
  };
  const body = {
    metadata: { component: own },
    components,
    dependencies: [{ ref: own["bom-ref"], dependsOn: components.map((one) => one["bom-ref"]) }],
  };
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  };
}

/** Dependencies of the project and their dependencies. Optional ones and those for building and testing are left out. */
function reached({ packages }: Lock): readonly string[] {
  const seen = new Set<string>();
  const visit = (from: string, name: string): void => {
    const path = resolved(packages, from, name);
    if (path === undefined || seen.has(path)) return;
    seen.add(path);
    for (const next of Object.keys(packages[path]!.dependencies ?? {})) visit(path, next);
  };
  for (const name of Object.keys(packages[""]?.dependencies ?? {})) visit("", name);
  // The dependencies of the runtime are its builds for other systems, which are not in the binary.
  return [...seen, `node_modules/${runtime}`];
}

/** The path of a dependency: the nearest `node_modules` upward that has it, as Node resolves it. */
function resolved(packages: Lock["packages"], from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (at === "") return undefined;
  }
}

function component(name: string, { version = "", license, integrity }: Locked) {
  const [algorithm = "", digest = ""] = (integrity ?? "").split(" ")[0]!.split(/-(.*)/);
  const hashes = [
    { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") },
  ];
  return {
    type: name === runtime ? "platform" : "library",
    "bom-ref": purl(name, version),
    name,
    version,
    purl: purl(name, version),
    ...(license === undefined ? {} : { licenses: [{ license: { id: license } }] }),
    ...(integrity === undefined ? {} : { hashes }),
  };
}

/** An identifier made of a hash: RFC 9562, version 8. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const project = fileURLToPath(new URL("..", import.meta.url));
  const read = (name: string) => JSON.parse(readFileSync(join(project, name), "utf8"));
  const out = join(project, "dist/cwmpd.cdx.json");
  mkdirSync(dirname(out), { recursive: true });
  const sbom = sbomOf(read("package-lock.json"), read("package.json").license);
  writeFileSync(out, `${JSON.stringify(sbom, null, 2)}\n`);
  process.stdout.write(`dist/cwmpd.cdx.json: ${sbom.components.length} components\n`);
}
