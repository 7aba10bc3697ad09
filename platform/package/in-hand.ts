/** Adapter: one package file on its way from octets to an installation, and what is known of it so far. TR-069 Annex E. */
import type { ParsedPackage } from "../../src/package/head.ts";
import { type JudgedPackage, judge } from "../../src/package/judge.ts";
import type { TreeView } from "../../src/package/picture.ts";
import { type Plan, planOf } from "../../src/package/plan.ts";
import type { Policy } from "../../src/package/policy.ts";
import {
  changedPaths,
  effectsOf,
  emptyReport,
  type Report,
  reportCommand,
  reportPlan,
  reportSignatures,
} from "../../src/package/report.ts";
import type { Certificate } from "../../src/package/signature.ts";
import { judgeSignatures } from "../../src/package/trust.ts";
import { judgeSize, type VerifiedPackage, verify } from "../../src/package/verify.ts";
import type { Installer } from "./installer.ts";
import { decodeBlock } from "./pkcs7.ts";
import { PackageFile } from "./reading.ts";

/** Every step throws PackageRefused, and leaves in `report` what was known until then. */
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
  async inspect(parsed: ParsedPackage): Promise<void> {
    const { block, proofs } = decodeBlock(parsed.block);
    const anything = { allowSha1: true, now: undefined, signatureTime: "now" } as const;
    const verdicts = judgeSignatures(block, [], anything, proofs(parsed.signed));
    this.tell({ signatures: reportSignatures(verdicts, false) });
    judgeSize(parsed, this.file.bytes);
  }

  async judge(
    parsed: ParsedPackage,
    policy: Policy,
    anchors: readonly Certificate[],
  ): Promise<JudgedPackage> {
    const { block, proofs } = decodeBlock(parsed.block);
    const verdicts = judgeSignatures(block, anchors, policy, proofs(parsed.signed));
    this.tell({ signatures: reportSignatures(verdicts, true) });
    return judge(parsed, block, verdicts, policy);
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

  private tell(known: Partial<Report>): void {
    this.report = { ...this.report, ...known };
  }
}
