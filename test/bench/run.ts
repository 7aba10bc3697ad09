/** `make bench`: every bench, or the named one; a table, and dist/bench.json. */
import { mkdirSync, writeFileSync } from "node:fs";
import ownTemporary from "../temporary.ts";
import type { Row } from "./measure.ts";

const benches = {
  session: () => import("./session.ts"),
  "session-full": () => import("./full-session.ts"),
  "get-all": () => import("./get-all.ts"),
  "get-one": () => import("./get-one.ts"),
  "get-all-real": () => import("./get-all-real.ts"),
  "names-tree": () => import("./names.ts"),
  "spv-commit": () => import("./spv-commit.ts"),
  "add-many": () => import("./add-many.ts"),
  "soap-decode": () => import("./soap-decode.ts"),
  "dhcp-decode": () => import("./dhcp-decode.ts"),
  "uci-load": () => import("./uci-load.ts"),
  package: () => import("./package.ts"),
  voucher: () => import("./voucher.ts"),
  start: () => import("./start.ts"),
  idle: () => import("./idle.ts"),
  "idle-read": () => import("./idle-read.ts"),
  "notify-idle": () => import("./notify-idle.ts"),
  "connection-request": () => import("./connection-request.ts"),
  "udp-request": () => import("./udp-request.ts"),
  "udp-flood": () => import("./udp-flood.ts"),
  flood: () => import("./flood.ts"),
  kick: () => import("./kick.ts"),
  download: () => import("./download.ts"),
  "transfer-idle": () => import("./transfer-idle.ts"),
  image: () => import("./image.ts"),
  boot: () => import("./boot.ts"),
  "device-rss": () => import("./device-rss.ts"),
} as const;

/** Rows that another bench measures along. */
const within: Readonly<Record<string, keyof typeof benches>> = {
  "session-device": "session-full",
  "tree-memory": "idle-read",
  slowloris: "connection-request",
  "flood-48": "flood",
  "get-all-device": "get-all",
  "get-one-device": "get-one",
  page: "kick",
  "stun-idle": "udp-request",
  "package-install": "package",
  "package-verify": "package",
  "voucher-64k": "voucher",
};

process.on("exit", ownTemporary());
const only = process.argv[2];
const chosen = only === undefined ? Object.keys(benches) : [within[only] ?? only];
const rows: Row[] = [];
for (const name of chosen) {
  const load = (benches as Record<string, () => Promise<{ run(): Promise<readonly Row[]> }>>)[name];
  if (load === undefined) {
    console.error(
      `There is no bench ${name}: ${[...Object.keys(benches), ...Object.keys(within)].join(", ")}`,
    );
    process.exit(2);
  }
  console.error(`${name} …`);
  rows.push(...(await (await load()).run()));
}
const shown = only !== undefined && only in within ? rows.filter((r) => r.name.startsWith(only)) : rows;

mkdirSync("dist", { recursive: true });
writeFileSync("dist/bench.json", `${JSON.stringify(shown, null, 2)}\n`);
const cells = (r: Row) => [
  r.name,
  r.ours.toPrecision(3),
  r.reference.toPrecision(3),
  r.unit,
  r.ratio.toFixed(2),
  Number.isFinite(r.limit) ? r.limit.toFixed(2) : "-",
  r.ratio <= r.limit ? "" : "over",
];
const table = [["bench", "ours", "reference", "unit", "ratio", "limit", ""], ...shown.map(cells)];
const widths = table[0]!.map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
for (const line of table) {
  console.log(
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
}
const over = shown.filter((r) => r.ratio > r.limit);
console.log(
  over.length === 0
    ? "All within their limits."
    : `${over.length} over the limit: ${over.map((r) => r.name).join(", ")}`,
);
process.exit(over.length === 0 ? 0 : 1);
