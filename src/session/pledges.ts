/** Rule: the promises that are due after the clean end of a session. TR-069 3.7.1.4, A.3.2.8, A.3.2.9, A.4.1.6.
 *
 * The strongest kind is done first: it makes the weaker ones unnecessary. A kind that could not be carried out does
 * not hold up the others, is tried again after later sessions, and is given up after `pledgeTriesMax` tries. A
 * Reboot that was given up stays on the list: the next boot, of any cause, reports M Reboot for it (A.3.2.9). If no
 * session ends cleanly, a pledge is carried out all the same after `pledgeFailuresMax` failures in a row. 3.7.1.4
 * lets the CPE limit its attempts; without a limit, an ACS that breaks every session after its last answer would
 * prevent the reboot for ever. */
import { sessionLimits } from "./limits.ts";

/** A promise. `ref` of an image is the name that the room of transfers knows it by. */
export type Pledge =
  | { readonly is: "reboot"; readonly commandKey: string }
  | { readonly is: "factoryReset" }
  | { readonly is: "install"; readonly ref: string };

export type PledgeKind = Pledge["is"];

/** A promise as it is kept on disk. `begun`: the device has been ordered, and has not been seen to stay up since. */
export type KeptPledge = Pledge & {
  readonly tries: number;
  readonly begun: boolean;
  /** Sessions that have failed in a row since; absent: none. */
  readonly failed?: number;
};

/** Strongest first: a factory reset does away with an image's settings, both of them boot the device. */
const pledgeKinds = ["factoryReset", "install", "reboot"] as const satisfies readonly PledgeKind[];

/** For people. */
export const names = {
  factoryReset: "factory reset",
  install: "image",
  reboot: "reboot",
} as const satisfies Record<PledgeKind, string>;

export const promise = (list: readonly KeptPledge[], pledge: Pledge): readonly KeptPledge[] => [
  ...list,
  { ...pledge, tries: 0, begun: false },
];

/** The image of that name is not to be installed any more. */
export function withdraw(list: readonly KeptPledge[], ref: string): readonly KeptPledge[] {
  const left = list.filter((p) => p.is !== "install" || p.ref !== ref);
  return left.length === list.length ? list : left;
}

/** The strongest pledge that is left, of kinds that have not been tried yet. */
export function strongest(
  list: readonly KeptPledge[],
  tried: readonly PledgeKind[] = [],
): KeptPledge | undefined {
  const left = list.filter((p) => !tried.includes(p.is) && !spent(p));
  const kind = pledgeKinds.find((k) => left.some((p) => p.is === k));
  return left.find((p) => p.is === kind);
}

const spent = (p: KeptPledge): boolean => p.tries >= sessionLimits.pledgeTriesMax;

/** A session has failed: all pledges have waited for it in vain. */
export const missed = (list: readonly KeptPledge[]): readonly KeptPledge[] =>
  list.length === 0 ? list : list.map((p) => ({ ...p, failed: (p.failed ?? 0) + 1 }));

/** Failed sessions that the pledge which has waited longest has waited for. */
export const failures = (list: readonly KeptPledge[]): number =>
  Math.max(0, ...list.map((p) => p.failed ?? 0));

/** Kinds that wait for a clean end still. */
export const patient = (list: readonly KeptPledge[]): readonly PledgeKind[] =>
  pledgeKinds.filter(
    (kind) => !list.some((p) => p.is === kind && (p.failed ?? 0) >= sessionLimits.pledgeFailuresMax),
  );

/** The device is ordered now: once for all pledges of that kind. */
export const begin = (list: readonly KeptPledge[], kind: PledgeKind): readonly KeptPledge[] =>
  list.map((p) => (p.is === kind ? { ...p, begun: true, tries: p.tries + 1, failed: 0 } : p));

/** The device did not do it. @returns the pledges left, and whether the kind has been given up */
export function stay(
  list: readonly KeptPledge[],
  kind: PledgeKind,
): { readonly left: readonly KeptPledge[]; readonly givenUp: boolean } {
  const over = (p: KeptPledge) => p.is === kind && spent(p);
  const left = list
    .filter((p) => p.is === "reboot" || !over(p))
    .map((p) => (p.is === kind ? { ...p, begun: false } : p));
  return { left, givenUp: list.some(over) };
}

/** The device has booted. Whatever caused the boot, every Reboot is done, and so is every pledge that had been begun.
 * A pledge that had not been begun is still due: its session did not end cleanly. */
export function boot(list: readonly KeptPledge[]): {
  readonly left: readonly KeptPledge[];
  /** Of every Reboot, for M Reboot. */
  readonly commandKeys: readonly string[];
} {
  return {
    left: list.filter((p) => p.is !== "reboot" && !p.begun),
    commandKeys: list.flatMap((p) => (p.is === "reboot" ? [p.commandKey] : [])),
  };
}
