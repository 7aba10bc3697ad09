/** Rule: the autonomous transfers that the ACS wants reported.
 * TR-069 A.3.3.3; ManagementServer.AutonomousTransferCompletePolicy of TR-098 and TR-181. */
import type { AutonomousPolicy } from "../settings.ts";
import type { Ended, Transfer } from "./entry.ts";
import { listedType } from "./filetype.ts";

/** Transfers of the ACS are always reported; the others where every filter lets them through. */
export function isReported(
  policy: AutonomousPolicy,
  { origin, direction, stage, kind, fileType }: Transfer & { readonly stage: Ended },
): boolean {
  if (origin === "acs") return true;
  const way = direction === "download" ? "Download" : "Upload";
  const result = stage.outcome.code === 0 ? "Success" : "Failure";
  const { fileTypes } = policy;
  return (
    policy.enable &&
    ["Both", way].includes(policy.transfers) &&
    ["Both", result].includes(policy.results) &&
    (fileTypes.length === 0 || fileTypes.includes(listedType(kind, fileType)))
  );
}
