/** What the rules look at: every source file with its imports and its code without comments and texts. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export interface Source {
  /** From the top of the project. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly string[];
  /** Imports that remain when types are erased, of files of the project, as paths from its top. */
  readonly files: readonly string[];
  /** Packages and files that are loaded with this one: imports that remain when types are erased, but no `import()`. */
  readonly atOnce: readonly string[];
  /** Every import of files of the project, of types too, as paths from its top. */
  readonly reaches: readonly string[];
  /** Code without comments and string contents. */
  readonly code: string;
  readonly text: string;
  /** Every word of its code. */
  readonly names: ReadonlySet<string>;
}

const top = join(import.meta.dirname, "../..");

export function sources(...rooms: string[]): Source[] {
  return rooms.flatMap((room) =>
    readdirSync(join(top, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => read(join(room, name))),
  );
}

function read(path: string): Source {
  const text = readFileSync(join(top, path), "utf8");
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
  const statements = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm),
  ];
  const dynamic = [...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)].map((m) => m[1]!);
  const imports = [...statements.map((m) => (m[2] ?? m[3])!), ...dynamic];
  const erased = statements.filter((m) => m[1] === undefined).map((m) => (m[2] ?? m[3])!);
  const within = (names: readonly string[]) =>
    names.filter((i) => i.startsWith(".")).map((i) => normalize(join(dirname(path), i)));
  const files = within([...erased, ...dynamic]);
  const atOnce = [...within(erased), ...erased.filter((i) => !i.startsWith("."))];
  const reaches = within(imports);
  const names = new Set(code.match(/\w+/g));
  return { path, lines: text.split("\n").length - 1, imports, files, atOnce, reaches, code, text, names };
}
