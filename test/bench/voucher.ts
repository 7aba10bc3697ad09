/** Bench: a voucher of 100 Options, verified by the binary, against xmlsec1, each as a process: CPU time. And the
 * costliest 64 KiB that are known, against half a second. TR-069 Annex C. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dsigNamespace } from "../../src/voucher/algorithms.ts";
import { objectXml, Workshop } from "../voucher/workshop.ts";
import { median, type Row, row } from "./measure.ts";

const options = 100;
const rounds = 9;
const binary = join(import.meta.dirname, "../../dist/cwmpd");

function cpuMs(argv: readonly string[], cwd: string, exit: number): number {
  const { exitCode, stderr, resourceUsage } = Bun.spawnSync([...argv], { cwd, stdout: "ignore" });
  if (exitCode !== exit) throw new Error(`${argv.join(" ")}: ${exitCode} ${stderr}`);
  return Number(resourceUsage.cpuTime.total) / 1000;
}

const many = (count: number, piece: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => piece(i)).join("");

/** Vouchers of nearly 64 KiB, each costly to one part of the check: well signed, much to resolve, much to sort. */
function costly(shop: Workshop): readonly string[] {
  const id = (i: number) => `o${i}`;
  const small = Array.from({ length: 65 }, (_, i) =>
    objectXml({ OptionIdent: `O${i}`, Mode: "Disable", VSerialNum: String(i) }, id(i)),
  );
  const wide = many(1400, (i) => `<a${i % 30} b="&#65;" c='1' d="&lt;"/>`);
  const deep = many(25, () => '<a xmlns="u:1"><b xmlns="">').replaceAll("<b", "<a");
  const shut = many(50, () => "</a>");
  return [
    shop.sign({ objects: small.slice(0, 60) }),
    shop.sign({ objects: [objectXml(`${wide}<OptionIdent>G</OptionIdent>`)] }),
    `<Signature xmlns="${dsigNamespace}">${deep}${shut}</Signature>`,
    shop.sign({}).replace("<SignatureValue>", `<SignatureValue>${"A".repeat(60_000)}`),
    shop.sign({}).replace("<Option>", `<Option>${many(4900, () => "<a>x</a>")}`),
  ].filter((text) => Buffer.byteLength(text) <= 65_536);
}

export async function run(): Promise<Row[]> {
  const shop = new Workshop();
  try {
    const cwd = shop.pki.dir;
    const objects = Array.from({ length: options }, (_, i) =>
      objectXml(
        {
          OptionIdent: `Option ${i}`,
          OptionDesc: "Option description",
          StartDate: "2026-10-25T12:06:34Z",
          Duration: "280",
          DurationUnits: "Days",
          Mode: "EnableWithExpiration",
        },
        `option${i}`,
      ),
    );
    writeFileSync(join(cwd, "large.xml"), shop.sign({ objects }));
    const policy = ["--trust", "root.pem", "--max-bytes", "1048576"];
    const ours = [binary, "voucher", "verify", "large.xml", ...policy];
    const xmlsec = [
      "xmlsec1",
      "--verify",
      "--id-attr:Id",
      "Object",
      "--trusted-pem",
      "root.pem",
      "large.xml",
    ];
    const times = { ours: [] as number[], xmlsec: [] as number[] };
    for (let round = -2; round < rounds; round++) {
      const [one, other] = [cpuMs(ours, cwd, 0), cpuMs(xmlsec, cwd, 0)];
      if (round < 0) continue;
      times.ours.push(one);
      times.xmlsec.push(other);
    }
    const worst: number[] = [];
    for (const [index, text] of costly(shop).entries()) {
      writeFileSync(join(cwd, `costly${index}.xml`), text);
      const argv = [binary, "voucher", "verify", `costly${index}.xml`, "--trust", "root.pem"];
      worst.push(median(Array.from({ length: 5 }, () => cpuMs(argv, cwd, index === 0 ? 0 : 1))));
    }
    return [
      row("voucher", median(times.ours), median(times.xmlsec), 2, "ms CPU"),
      row("voucher-64k", Math.max(...worst), 500, 1, "ms CPU"),
    ];
  } finally {
    shop.remove();
  }
}
