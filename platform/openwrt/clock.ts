/** Adapter: whether the wall clock can be believed. TR-069 3.3, A.2.1.
 *
 * A router without a battery wakes up in the past; NTP's hotplug script leaves a mark when the clock is right. */
import { existsSync } from "node:fs";
import { join } from "node:path";

declare const BUILD_TIME_MS: number | undefined;

/** No clock is right that shows a time before this program was built. */
const earliest = typeof BUILD_TIME_MS === "number" ? BUILD_TIME_MS : Date.UTC(2026, 0, 1);

/** @returns asked at every step: once known, the clock stays so */
export function clockKnown(root: string): () => boolean {
  const mark = join(root, "var/run/cwmpd.clock");
  const marked = existsSync(join(root, "etc/hotplug.d/ntp/60-cwmpd"));
  let known = false;
  return () => {
    known ||= Date.now() >= earliest && (!marked || existsSync(mark));
    return known;
  };
}
