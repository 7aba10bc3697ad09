/** Adapter: whether the wall clock can be believed. TR-069 3.3, A.2.1.
 *
 * A router without a battery starts in the past. NTP's hotplug script leaves a mark when the clock is right. If NTP set
 * the clock before that script was installed, the kernel shows it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { builtMs } from "../built.ts";
import { systemLibrary } from "../bun/libc.ts";

/** @param synchronised whether the kernel reports a synchronised clock; asked only on the device itself
 * @returns a function to call at every step: once known, the clock stays so */
export function clockKnown(
  root: string,
  synchronised = root === "/" ? kernelClock() : () => false,
): () => boolean {
  const mark = join(root, "var/run/cwmpd.clock");
  const marked = existsSync(join(root, "etc/hotplug.d/ntp/60-cwmpd"));
  let known = false;
  return () => {
    known ||= Date.now() >= builtMs && (!marked || existsSync(mark) || synchronised());
    return known;
  };
}

/** Bytes of struct timex, with room to spare: 208 where a long has 64 bits. */
const timexBytes = 256;
/** adjtimex(2): the clock is not synchronised. */
const timeError = 5;

/** With no mode set adjtimex(2) changes nothing and needs no right. */
function kernelClock(): () => boolean {
  let ask: (() => boolean) | undefined;
  return () => {
    ask ??= prepare();
    return ask();
  };
}

function prepare(): () => boolean {
  const library = systemLibrary({ adjtimex: { args: ["ptr"], returns: "i32" } });
  if (library === undefined) return () => false;
  const state = () => Number(library.adjtimex(Buffer.alloc(timexBytes)));
  return () => {
    const said = state();
    return said >= 0 && said !== timeError;
  };
}
