/** Codec: the arguments of `cwmpd voucher` that are more than words. TR-069 Annex C. */
import { parseDateTime } from "../datetime.ts";
import { Malformed } from "../errors.ts";
import { type AlgorithmName, algorithmNames, isAlgorithm } from "../voucher/algorithms.ts";
import { voucherLimits } from "../voucher/limits.ts";
import type { DeviceIdentity } from "../voucher/option.ts";
import type { Later } from "../voucher/trial.ts";

interface PolicyOptions {
  readonly algorithms: string;
  readonly now: string | undefined;
  readonly "max-bytes": string;
}

/** @param clock UTC milliseconds, where --now does not say
 * @throws Malformed the complaint */
export function readPolicy(options: PolicyOptions, clock: number) {
  const names = options.algorithms.split(/[ ,]+/).filter((name) => name !== "");
  const wrong = names.find((name) => !isAlgorithm(name));
  if (wrong !== undefined || names.length === 0)
    throw new Malformed(`--algorithms takes names from ${algorithmNames.join(", ")}, not "${wrong ?? ""}"`);
  const bytes = options["max-bytes"];
  const bytesMax = /^\d{1,9}$/.test(bytes) ? Number(bytes) : 0;
  if (bytesMax < 1 || bytesMax > voucherLimits.bytesCeiling)
    throw new Malformed(`--max-bytes takes a number from 1 to ${voucherLimits.bytesCeiling}, not "${bytes}"`);
  const at = options.now === undefined ? clock : readTime("--now", options.now);
  return { algorithms: new Set(names as AlgorithmName[]), bytesMax, at };
}

function readTime(name: string, text: string): number {
  const time = parseDateTime(text);
  if (time?.is !== "time") throw new Malformed(`${name} takes a time as 2026-01-31T12:00:00Z, not "${text}"`);
  return time.ms;
}

/** @throws Malformed the complaint */
export function readDevice(text: string | undefined): DeviceIdentity {
  const [, oui, productClass, serialNumber] = /^([0-9A-Fa-f]{6}),([^,]*),(.+)$/s.exec(text ?? "") ?? [];
  if (oui === undefined || productClass === undefined || serialNumber === undefined)
    throw new Malformed(
      text === undefined
        ? "--device is missing: OUI,CLASS,SERIAL of the device to try"
        : `--device takes OUI,CLASS,SERIAL with an OUI of six hexadecimal digits, not "${text}"`,
    );
  return { oui: oui.toUpperCase(), productClass, serialNumber };
}

/** @throws Malformed the complaint */
export const readLater = (text: string): Later =>
  text === "provisioning-code" || text === "clock-set"
    ? { is: text }
    : { is: "time", ms: readTime("--then", text) };
