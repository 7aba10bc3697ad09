/** Bench: loading a package of one megabyte, strictly, against only splitting the same bytes into lines and words. */
import { parse } from "../../platform/openwrt/uci/parse.ts";
import { fromBytes } from "../../platform/openwrt/uci/text.ts";

export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  readonly limit: number;
  readonly unit: string;
}

const rounds = 31;

/** What a large firewall package looks like: sections of some ten options, a few lists, named and anonymous. */
function sample(bytesMin: number): Uint8Array {
  let text = "";
  for (let i = 0; text.length < bytesMin; i++) {
    text += i % 3 === 0 ? "\nconfig rule\n" : `\nconfig redirect 'r${i}'\n`;
    text += `\toption name 'Allow-Service-${i}'\n\toption src 'wan'\n\toption dest 'lan'\n`;
    for (const proto of ["tcp", "udp"]) text += `\tlist proto '${proto}'\n`;
    text += `\toption src_dport '${1024 + (i % 60_000)}'\n\toption dest_ip '192.168.${i % 256}.${(i * 7) % 256}'\n`;
    text += `\toption target 'DNAT'\n\toption comment 'made for customer number ${i}'\n\toption enabled '${i % 2}'\n`;
  }
  return new TextEncoder().encode(text);
}

function load(bytes: Uint8Array): number {
  return parse(fromBytes(bytes), true).document.sections.length;
}

function split(bytes: Uint8Array): number {
  let words = 0;
  for (const line of fromBytes(bytes).split("\n")) words += line.split(" ").length;
  return words;
}

/** Both in turn, so that what disturbs one disturbs the other. */
function measure(work: readonly (() => number)[]): number[] {
  const times = work.map((): number[] => []);
  let kept = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [i, one] of work.entries()) {
      const start = performance.now();
      kept += one();
      times[i]!.push(performance.now() - start);
    }
  }
  if (kept === 0) throw new Error("nothing was read");
  return times.map((all) => all.sort((a, b) => a - b)[rounds >> 1]!);
}

export async function run(): Promise<Row[]> {
  const bytes = sample(1_000_000);
  const [ours, reference] = measure([() => load(bytes), () => split(bytes)]) as [number, number];
  return [{ name: "uci-load", ours, reference, ratio: ours / reference, limit: 1, unit: "ms" }];
}
