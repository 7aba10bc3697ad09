/** Helper: the boot environment of the emulated gateway as it lies on its disk. */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { partAt } from "../../image/build.ts";
import { type Environment, openEnvironment } from "../../platform/openwrt/flash/environment.ts";

/** @param disk a file, beside which the places of the two copies are noted */
export function environmentOn(disk: string): Environment {
  const [at, size] = [partAt("environment"), 0x4000];
  const hex = (value: number) => `0x${value.toString(16)}`;
  const lines = [at, at + size].map((place) => `/${basename(disk)} ${hex(place)} ${hex(size)}\n`);
  writeFileSync(join(dirname(disk), "fw_env.config"), lines.join(""));
  return openEnvironment(dirname(disk), "fw_env.config");
}
