/** The invariants of src/README.md, as far as a program can keep them. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { shelves } from "../../src/ports/store.ts";
import { functionsOf } from "./functions.ts";
import { inOrder, roomGraph } from "./rooms.ts";
import { type Source, sources } from "./source.ts";

const src = sources("src");
const platform = sources("platform");
const product = [...src, ...platform];

/** Pure packages that src may use: no input, no output, no clock, no chance. */
const purePackage = /^(sax|@noble\/hashes\/.+)$/;

const found = (files: readonly Source[], look: (file: Source) => readonly string[]) =>
  files.flatMap((file) => look(file).map((what) => `${file.path}: ${what}`));

test("src asks the world only through its ports: it imports nothing of the runtime and nothing of platform", () => {
  const outside = found(src, (file) =>
    file.imports.filter((name) =>
      name.startsWith(".")
        ? !normalize(join(dirname(file.path), name)).startsWith("src/")
        : !purePackage.test(name),
    ),
  );
  expect(outside).toEqual([]);
});

test("no clock, no chance, no timer and no process occurs in src", () => {
  const ambient =
    /\b(Date\.now|new Date(?!\()|new Date\(\)|Math\.random|performance\.|setTimeout|setInterval|setImmediate|queueMicrotask|(?<!\.)fetch(?!:)\b|AbortSignal\.|Temporal\.|Atomics\.|process\.|Bun\.|Buffer\b|console\.|globalThis\.|crypto\.)/g;
  expect(found(src, (file) => file.code.match(ambient) ?? [])).toEqual([]);
});

test("no file of platform knows SOAP, and only its composition root knows the engine", () => {
  const soap = found(platform, (file) =>
    file.reaches.filter((name) => /^src\/(soap|rpc|session)\//.test(name)),
  );
  expect(soap).toEqual([]);
  const engine = found(platform, (file) => file.files.filter((f) => f === "src/engine.ts"));
  expect(engine).toEqual(["platform/run.ts: src/engine.ts"]);
});

test("UCI syntax is platform's: src imports no reader of it", () => {
  expect(
    found(src, (file) =>
      file.imports.filter((name) => /uci\//.test(name) && !/cli\/uci|\.\/uci\.ts/.test(name)),
    ),
  ).toEqual([]);
});

/** Packages of OpenWrt's configuration, as texts in code: alone, before an option, or as a file. */
const packageWord =
  /["'`](?:network|wireless|firewall|dhcp|system|dropbear|uhttpd|luci|rpcd|upnpd|sqm|ddns|snmpd|fstab|ucitrack)["'`.]|\/etc\/config\/(?!cwmp\b)\w+/g;
const uncommented = (file: Source): string =>
  file.text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");

const withoutImports = (code: string) => code.replace(/^(import|export) [^;]*? from "[^"]*";$/gm, "");

test("the meaning of OpenWrt's options is platform's: src names no package but cwmp", () => {
  // Of the sample gateway `dhcp` is a kind of uplink.
  const others = src.filter(({ path }) => path !== "src/cli/sandbox.ts");
  expect(found(others, (file) => uncommented(file).match(packageWord) ?? [])).toEqual([]);
});

test("the tables of a root hold names only: no UCI word, no path of a value, nothing but subjects", () => {
  const roots = platform.filter((file) => /^platform\/openwrt\/gateway\/(igd|device2)\//.test(file.path));
  expect(roots.length).toBeGreaterThan(2);
  const makers = /\/gateway\/(bind|address|network|dhcp|dhcpoption)\.ts$/;
  expect(found(roots, (file) => file.files.filter((name) => makers.test(name)))).toEqual([]);
  expect(found(roots, (file) => uncommented(file).match(packageWord) ?? [])).toEqual([]);
  expect(
    found(roots, (file) => file.code.match(/\b(env|sheet|config|edit|option|section)\b/g) ?? []),
  ).toEqual([]);
  // Texts in lower case are things (a row's, a layer's) and names of data models; an option of UCI is neither.
  const known = /^"(port|link|vlan|bridgePort|interface|lease|ppp|radio|wlan|params|tr-[\d-]+)"$/;
  const words = found(roots, (file) =>
    (withoutImports(uncommented(file)).match(/"[a-z][^"]*"/g) ?? []).filter((word) => !known.test(word)),
  );
  expect(words).toEqual([]);
});

test("subjects know no root, and only the composition hands one to the engine", () => {
  const rooted = /\/gateway\/(igd|device2)\//;
  const givers = found(
    platform.filter((file) => !rooted.test(file.path)),
    (file) => file.reaches.filter((name) => rooted.test(name)),
  );
  expect(givers).toEqual([
    "platform/run.ts: platform/openwrt/gateway/device2/root.ts",
    "platform/run.ts: platform/openwrt/gateway/igd/root.ts",
  ]);
});

test("the servers of the LAN page, of Connection Requests and of datagrams reach nothing that writes configuration", () => {
  const files = new Map(product.map((file) => [file.path, file]));
  const servers = ["page", "pageapp", "connreq", "udp"].map((name) => `platform/bun/${name}.ts`);
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const next of files.get(path)!.files) visit(next);
  };
  servers.forEach(visit);
  expect(reached.size).toBeGreaterThan(20);
  const writes =
    /^platform\/(openwrt|package|sim)\/|^platform\/bun\/(durable|files|store)\.ts|^src\/(handlers|model)\//;
  expect([...reached].filter((path) => writes.test(path))).toEqual([]);
  const changes =
    /\b(?:write|append|open|rename|copy|rm|unlink|mkdir|symlink|truncate)\w*Sync\b|node:fs\/promises|spawn/;
  expect([...reached].filter((path) => changes.test(files.get(path)!.text))).toEqual([]);
});

test("no import cycles, types included", () => {
  const edges = new Map(product.map((file) => [file.path, file.reaches]));
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(" > "));
    else if (!done.has(path)) {
      for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
      done.add(path);
    }
  };
  for (const path of edges.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

test("the agent starts with the packages of src alone, and without the other commands: all else is loaded when it is needed", () => {
  const byPath = new Map(product.map((file) => [file.path, file]));
  const seen = new Set<string>();
  const load = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    byPath.get(path)?.atOnce.forEach(load);
  };
  for (const begin of ["platform/main.ts", "platform/cli.ts", "platform/run.ts"]) load(begin);
  const strangers = [...seen].filter((name) => !byPath.has(name) && !/^(node|bun):/.test(name));
  expect(strangers.filter((name) => name !== "package.json" && !purePackage.test(name))).toEqual([]);
  const commands = [...seen].filter((name) => name.startsWith("src/cli/")).toSorted();
  expect(commands).toEqual(["dispatch", "parse", "run", "words"].map((name) => `src/cli/${name}.ts`));
});

test("the rooms have an order: no two of them import each other, types included", () => {
  const src = inOrder(roomGraph(sources("src")));
  const platform = inOrder(roomGraph(sources("platform")));
  console.log(`rooms of src, from the ground: ${src.order.join(", ")}`);
  console.log(`rooms of platform, from the ground: ${platform.order.join(", ")}`);
  expect([...src.circle, ...platform.circle]).toEqual([]);
});

test("the map names every room, every file at the top, and every subject of the gateway", () => {
  const map = readFileSync("src/README.md", "utf8");
  const names = product.flatMap(({ path }) => {
    const [, subject] = /^platform\/openwrt\/gateway\/(\w+)\.ts$/.exec(path) ?? [];
    if (subject !== undefined) return subject === "limits" ? [] : [`\`${subject}\``];
    const [, top, room, within] = /^(src|platform)\/([\w.]+)(?:\/(\w+)\/)?/.exec(path)!;
    if (room!.endsWith(".ts")) return /^(built|limits)\./.test(room!) ? [] : [`\`${room}\``];
    return [top === "src" && within !== undefined ? `\`${room}/${within}/\`` : `\`${room}/\``];
  });
  expect([...new Set(names)].filter((name) => !map.includes(name))).toEqual([]);
});

test("no barrel files, no rooms without a noun for a name", () => {
  const vague = /(^|\/)(index|utils?|helpers?|common|manager|misc)(\.ts$|\/)/;
  expect(product.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
});

test("a file that has grown past 400 lines has two nouns in it", () => {
  const data = new Set(["src/model/schema/igd-facts.ts", "src/model/schema/device-facts.ts"]);
  const long = product.filter((file) => file.lines > 400 && !data.has(file.path));
  expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
});

/** Functions that make an object of functions over one state, and two that compose. Take a function out of such a one
 * when you touch it, and its name out of here when it has become short. */
const factories: readonly string[] = [
  "src/engine.ts: startEngine",
  "src/own.ts: ownState",
  "src/loop.ts: runLoop",
  "src/model/instances.ts: openInstances",
  "src/model/notify.ts: openWatch",
  "src/model/session.ts: openModel",
  "src/model/tree.ts: growTree",
  "src/transfer/deeds.ts: transferWork",
  "platform/listeners/connreq.ts: connectionRequests",
  "platform/listeners/page.ts: paging",
  "platform/run.ts: live",
  "platform/bun/connreq.ts: serveConnectionRequests",
];

test("no function has more than 70 lines of code, but the factories that are listed", () => {
  const long = found(product, (file) =>
    functionsOf(file).flatMap(({ name, lines }) => (lines > 70 ? [name] : [])),
  );
  expect([...long].sort()).toEqual([...factories].sort());
});

test("every file opens with its kind", () => {
  const kinds = /^\/\*\* (Table|Codec|Rule|Machine|Handler|Port|The engine|The loop)/;
  expect(src.filter((file) => !kinds.test(file.text)).map((file) => file.path)).toEqual([]);
  const besides = /^\/\*\* (Table|Codec|Rule|Handler|Port|Adapter|Composition)/;
  expect(platform.filter((file) => !besides.test(file.text)).map((file) => file.path)).toEqual([]);
});

test("pure code does not wait: no codec, rule, table or machine awaits", () => {
  const pure = product.filter((file) => /^\/\*\* (Table|Codec|Rule|Machine)/.test(file.text));
  expect(found(pure, (file) => file.code.match(/\b(async|await)\b|\.then\(/g) ?? [])).toEqual([]);
});

test("every limit bounds something", () => {
  const isLimits = (file: Source) => file.path.endsWith("/limits.ts");
  const others = product.filter((file) => !isLimits(file));
  const numbers = found(product.filter(isLimits), (file) =>
    [...file.code.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]!),
  );
  expect(numbers.length).toBeGreaterThan(50);
  expect(numbers.filter((number) => !others.some((file) => file.names.has(number.split(": ")[1]!)))).toEqual(
    [],
  );
});

test("every export of a file is imported by another file", () => {
  const everywhere = [...product, ...sources("image", "test")];
  const unwanted = found(everywhere, (file) =>
    [...file.code.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm)]
      .map((match) => match[1]!)
      .filter((name) => !everywhere.some((other) => other !== file && other.names.has(name))),
  );
  expect(unwanted).toEqual([]);
});

test("every test file that was measured to be slow is still there", () => {
  const listed = readFileSync("test/slow.tsv", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(listed.length).toBeGreaterThan(0);
  expect(listed.map((line) => line.split("\t")[0]!).filter((path) => !existsSync(path))).toEqual([]);
});

test("make check needs no binary: only the rooms that vitest.config.ts names start the built program", () => {
  const listed = /needsBinary = \[(.*?)\]/.exec(readFileSync("vitest.config.ts", "utf8"))![1]!;
  const rooms = [...listed.matchAll(/"(test\/\w+\/)\*\*"/g)].map((match) => match[1]!);
  expect(rooms.length).toBeGreaterThan(0);
  const byPath = new Map(sources("test").map((file) => [file.path, file]));
  const starts = (path: string, seen = new Set<string>()): boolean => {
    if (path === "test/e2e/device.ts") return true;
    if (seen.has(path)) return false;
    seen.add(path);
    return byPath.get(path)?.files.some((next) => starts(next, seen)) ?? false;
  };
  const others = [...byPath.keys()].filter(
    (path) => path.endsWith(".test.ts") && !rooms.some((room) => path.startsWith(room)),
  );
  expect(others.length).toBeGreaterThan(100);
  expect(others.filter((path) => starts(path))).toEqual([]);
});

test("a shelf of the store has one owner, and no file outside of that room names it", () => {
  const owned = Object.entries(shelves).flatMap(([owner, names]) =>
    names.map((name) => [name, owner] as const),
  );
  const twice = owned.filter(([name], i) => owned.findIndex(([other]) => other === name) !== i);
  expect(twice).toEqual([]);
  const within = (path: string, owner: string) => path === owner || path.startsWith(`${owner}/`);
  const strangers = found(product, (file) =>
    [...file.text.matchAll(/\b(?:shelf: |store\.(?:get|all)\()"(\w+)"/g)]
      .map((match) => match[1]!)
      .filter((name) => !within(file.path, new Map<string, string>(owned).get(name) ?? "nobody")),
  );
  expect(strangers).toEqual([]);
  // Nobody's and all: what hands the store on, and what turns the rows of all machines into one transaction.
  const whole = product.filter((file) =>
    /\b(Store|Write)\b(?!<|Sync|Stream)/.test(withoutImports(file.code)),
  );
  expect(whole.map((file) => file.path).sort()).toEqual([
    "platform/bun/patient-store.ts",
    "platform/bun/store.ts",
    "src/engine.ts",
    "src/life.ts",
    "src/loop.ts",
    "src/session/machine.ts",
  ]);
});

test("a shell never sees data: programs are started by argv", () => {
  const shells =
    /import \{[^}]*\bexec(Sync)?\b[^}]*\} from "node:child_process"|shell: true|"-[a-z]*c"|"(?:\/bin\/)?(?:a|ba|da)?sh"/g;
  expect(found(platform, (file) => file.text.match(shells) ?? [])).toEqual([]);
});

test("the project speaks of itself alone: no path of a machine, no registry, nothing outside the tree", () => {
  const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
    .trim()
    .split("\n");
  expect(tracked.filter((name) => /(^|\/)\.(library|farm)/.test(name))).toEqual([]);
  const lock = execFileSync("cat", ["package-lock.json"], { encoding: "utf8" });
  expect(lock).not.toMatch(/"resolved":/);
  const ships = product.filter((file) => /\/root\//.test(file.text));
  expect(ships.map((file) => file.path)).toEqual([]);
  const outside = /\.\.\/shared\b|(?<![\w.\]}])\/work\/|\/\/registry\./;
  const texts = tracked.filter((name) =>
    /\.(ts|md|json|sh|tsv|yml|mk)$|Makefile$|^(rootfs|image)\//.test(name),
  );
  const strays = texts.filter(
    (name) => !name.startsWith("test/rules/") && existsSync(name) && outside.test(readFileSync(name, "utf8")),
  );
  expect(strays).toEqual([]);
});

test("a comment names its noun: none opens with what, who, where, it, one, those, nobody or somebody", () => {
  const opening =
    /^\s*(?:\/\*\*|(?<!^\s*\/\/.*\n\s*)\/\/) (?:What|Whatever|Who|Whose|Whoever|Where|It|One|Those|Nobody|Somebody)\b.*/gm;
  expect(found(product, (file) => file.text.match(opening)?.map((line) => line.trim()) ?? [])).toEqual([]);
  const header = /^\/\*\* [A-Z][a-z ]*: (?:what|who|whom|where|how)\b.*/gi;
  expect(found(product, (file) => file.text.match(header) ?? [])).toEqual([]);
});
