/** Rule: the CWMP version of the next Inform, and the remembered version of the ACS. TR-069 3.7.2.1. */
import type { CwmpVersion } from "../soap/names.ts";
import type { Kept } from "./kept.ts";
import type { Suspect } from "./session.ts";

/** 3.7.2.1: a v1.1 Inform that was refused is followed by a v1.0 one, and that, refused too, by v1.1 again. So is a
 * v1.0 Inform that was accepted, where the ACS is known to speak v1.1. */
export function nextVersion(version: CwmpVersion, suspect: Suspect): CwmpVersion {
  if (suspect === "none") return version;
  return version === "cwmp-1-1" ? "cwmp-1-0" : "cwmp-1-1";
}

/** The same object where nothing differs: an unchanged object is not written. */
export const spoken = (known: Kept["speaks"], now: NonNullable<Kept["speaks"]>): Kept["speaks"] =>
  known?.version === now.version && known.modern === now.modern ? known : now;
