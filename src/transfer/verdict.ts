/** Rule: whether the image that runs now is the one that was handed to the flash. TR-069 A.3.2.8: an image counts as
 * applied only when it is installed and running. */
import type { ImageIdentity, RunningImage } from "../ports/installer.ts";
import type { HandOver } from "./entry.ts";

export type Verdict = { readonly runs: "new" } | { readonly runs: "old" | "another"; readonly why: string };

export function judgeImage({ from, expected }: HandOver, { identity, replaced }: RunningImage): Verdict {
  const moved = from.slot !== "" && identity.slot !== "" && identity.slot !== from.slot;
  const changed = identity.revision !== from.revision;
  if (!moved && !changed && !replaced) {
    return { runs: "old", why: `The device came back with the old image (${told(identity)})` };
  }
  if (expected !== "" && identity.revision !== expected) {
    const why = `The device runs ${told(identity)}, and the image is ${expected}`;
    return { runs: changed || moved ? "another" : "old", why };
  }
  return { runs: "new" };
}

const told = ({ revision, slot }: ImageIdentity): string =>
  `${revision === "" ? "of unknown revision" : revision}${slot === "" ? "" : `, slot ${slot}`}`;
