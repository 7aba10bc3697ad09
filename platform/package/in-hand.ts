/** Adapter: one package file on its way from octets to an installation, with the parts known so far. TR-069 Annex E. */
import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import type { ParsedPackage } from "../../src/package/head.ts";
import { type JudgedPackage, judge, type Piece } from "../../src/package/judge.ts";
import type { TreeView } from "../../src/package/picture.ts";
import { type Plan, planOf } from "../../src/package/plan.ts";
import {
  changedPaths,
  effectsOf,
  emptyReport,
  type Report,
  reportCommand,
  reportPlan,
  reportSignatures,
} from "../../src/package/report.ts";
import type { Block, Verdict } from "../../src/package/signature.ts";
import { judgeSignatures } from "../../src/package/trust.ts";
import { judgeSize, type VerifiedPackage, verify } from "../../src/package/verify.ts";
import type { Installer } from "./installer.ts";
import { decodeBlock } from "./pkcs7.ts";
import { PackageFile } from "./reading.ts";
import type { Setting } from "./setting.ts";

/** Every step throws PackageRefused, and leaves in `report` the facts known until then. */
export class PackageInHand {
  report: Report = emptyReport;

  private constructor(private readonly file: PackageFile) {}

  static open(path: string): PackageInHand {
    return new PackageInHand(PackageFile.open(path));
  }

  close(): void {
    this.file.close();
  }

  parse(): ParsedPackage {
    const parsed = this.file.head();
    this.tell({ commands: parsed.commands.map(reportCommand), effects: effectsOf(parsed.commands) });
    return parsed;
  }

  /** Signers as they call themselves, none of them judged. */
  inspect(parsed: ParsedPackage): void {
    const { block, proofs } = decodeBlock(parsed.block);
    const anything = { allowSha1: true, now: undefined, signatureTime: "now" } as const;
    const verdicts = judgeSignatures(block, [], anything, proofs(parsed.signed));
    this.tell({ signatures: reportSignatures(verdicts, false) });
    judgeSize(parsed, this.file.bytes);
  }

  judge(parsed: ParsedPackage, setting: Setting): JudgedPackage {
    const { block, verdicts } = verdictsOn(parsed, setting);
    this.tell({ signatures: reportSignatures(verdicts, true) });
    return judge(parsed, block, verdicts, setting.policy);
  }

  async verify(judged: JudgedPackage): Promise<VerifiedPackage> {
    judgeSize(judged, this.file.bytes);
    return verify(judged, this.file.bytes, await this.file.hashes(judged));
  }

  plan(verified: VerifiedPackage, tree: TreeView): Plan {
    const plan = planOf(verified, tree);
    this.tell({ plan: reportPlan(plan.steps) });
    return plan;
  }

  async install(verified: VerifiedPackage, plan: Plan, installer: Installer): Promise<void> {
    await installer.install(verified, plan, this.file);
    this.tell({ changed: changedPaths(plan.steps) });
  }

  /** The octets of one payload file as a file of its own, durable. */
  copyOut(piece: Piece, path: string): void {
    const fd = openSync(path, "w", 0o600);
    try {
      for (const chunk of this.file.chunks(piece)) writeFileSync(fd, chunk);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  private tell(known: Partial<Report>): void {
    this.report = { ...this.report, ...known };
  }
}

/** The verdict on each signature. @throws PackageRefused "signature-block" */
export function verdictsOn(
  parsed: ParsedPackage,
  { policy, anchors }: Setting,
): { readonly block: Block; readonly verdicts: readonly Verdict[] } {
  const { block, proofs } = decodeBlock(parsed.block);
  return { block, verdicts: judgeSignatures(block, anchors, policy, proofs(parsed.signed)) };
}
