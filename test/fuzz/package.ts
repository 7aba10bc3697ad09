/** Packages of commands that mean harm, whole and broken, signed and signed again after they were broken. Each ends in a
 * plan that stays beneath its root, or in a refusal. */
import { createHash } from "node:crypto";
import { decodeBlock } from "../../platform/package/pkcs7.ts";
import { signBlock } from "../../platform/package/signing.ts";
import { readHead } from "../../src/package/head.ts";
import { headerBytes } from "../../src/package/header.ts";
import { judge } from "../../src/package/judge.ts";
import { joined } from "../../src/package/list.ts";
import type { Kind, Step, TreeView } from "../../src/package/picture.ts";
import { planOf } from "../../src/package/plan.ts";
import type { Policy } from "../../src/package/policy.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Certificate } from "../../src/package/signature.ts";
import { judgeSignatures } from "../../src/package/trust.ts";
import { verify } from "../../src/package/verify.ts";
import { seeded } from "../connreq/desk.ts";
import * as make from "../package/workshop.ts";
import { mutate } from "./mutate.ts";

type Dice = ReturnType<typeof seeded>;

export interface FuzzKeys {
  readonly certificate: string;
  readonly key: string;
  readonly anchors: readonly Certificate[];
}

/** What stands beneath the root; a link is never to be passed. */
const tree: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["d", "directory"],
  ["d/f", "file"],
  ["d/a.001", "file"],
  ["d/a.002", "file"],
  ["d/e", "directory"],
  ["d/e/g", "file"],
  ["f", "file"],
  ["a.001", "file"],
  ["link", "link"],
  ["d/link", "link"],
  ["pipe", "other"],
]);

const view: TreeView = {
  own: [],
  kind: (path) => tree.get(path),
  names: (path) =>
    [...tree.keys()]
      .filter((one) => one.startsWith(path === "" ? "" : `${path}/`) && one !== path)
      .map((one) => one.slice(path === "" ? 0 : path.length + 1))
      .filter((one) => !one.includes("/")),
};

const policy: Policy = {
  requireSignature: false,
  allowSha1: true,
  allowDowngrade: true,
  roles: undefined,
  signerRoles: undefined,
  signatureTime: "now",
  now: undefined,
  version: "1.4.2",
  storage: { nonvolatile: 1_000_000, volatile: 1_000_000 },
  attributes: [{ entity: 0xff00d09e, class: 1, value: 3 }],
  wholeDevice: false,
};

const names = ["d", "e", "f", "g", "a.001", "a.003", "b.001", "link", "pipe", "new", "x"];
const oddNames = ["..", ".", "", "\0", "n".repeat(256), "é", ".cwmpd-package", "a b", "-rf", "~"];
const numbers = [0, 1, 2, 8, 19, 20, 32, 255, 65_535, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

const of = <T>(dice: Dice, list: readonly T[]): T => list[dice.below(list.length)]!;

function path(dice: Dice): string {
  const parts = Array.from({ length: 1 + dice.below(4) }, () =>
    of(dice, dice.below(24) === 0 ? oddNames : names),
  );
  return `${dice.below(10) === 0 ? "" : "/"}${parts.join("/")}`;
}

function command(dice: Dice): make.Made {
  const text = "payload".repeat(dice.below(3));
  const odd = dice.below(40) === 0;
  const makers: (() => make.Made)[] = [
    () => make.extract(path(dice), text, odd ? { offset: of(dice, numbers) } : {}),
    () =>
      make.extract(path(dice), text, odd ? { length: of(dice, numbers), hashType: of(dice, numbers) } : {}),
    () => make.extractVersioned(path(dice), text),
    () => make.add(path(dice), text),
    () => make.addVersioned(path(dice), text),
    () => make.remove(path(dice)),
    () => make.removeVersioned(path(dice)),
    () => make.removeTree(path(dice)),
    () => make.move(path(dice), path(dice)),
    () => make.moveVersioned(path(dice), path(dice)),
    () => make.text(of(dice, ["version", "description"]), text),
    () => make.bound(of(dice, ["minimum", "maximum"]), of(dice, ["1", "1.4.2", "2.0", "1.4.2.0.0"])),
    () => make.role(of(dice, numbers)),
    () => make.storage(of(dice, ["volatile", "nonvolatile"]), of(dice, numbers)),
    () => make.attributes(0xff00d09e, dice.below(3), [dice.below(4), 3]),
    () => make.raw(dice.below(30), ...Array.from({ length: dice.below(30) }, () => dice.below(256))),
    () => make.raw(1000 + dice.below(9000), 1, 2, 3),
    () => (dice.below(4) === 0 ? make.reboot : make.format),
  ];
  return of(dice, makers)();
}

/** Octets or whole numbers of the signed part changed; its length in the header kept right half the time. */
function spoil(signed: Uint8Array, dice: Dice): Uint8Array {
  let bytes = Uint8Array.from(signed);
  if (dice.below(2) === 0) {
    const at = headerBytes + 4 * dice.below(Math.max(1, (bytes.length - headerBytes) >> 2));
    if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, of(dice, numbers));
  } else bytes = mutate(signed, ["/../", "/", "\0", "2WIRE_SP"], dice) as Uint8Array<ArrayBuffer>;
  if (bytes.length >= headerBytes && dice.below(4) !== 0) {
    new DataView(bytes.buffer).setUint32(16, bytes.length - headerBytes);
  }
  return bytes;
}

/** Carries the steps out on a copy of the tree: each finds what it counts on, and passes directories only. */
function checkSteps(steps: readonly Step[]): void {
  const now = new Map(tree);
  const fail = (step: Step, why: string): never => {
    throw new Error(`${JSON.stringify(step)}: ${why}`);
  };
  for (const step of steps) {
    const parts = step.path.split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..")) fail(step, "leaves the root");
    for (let depth = 1; depth < parts.length; depth++) {
      const above = now.get(parts.slice(0, depth).join("/"));
      if (above !== "directory") fail(step, `passes a ${above}`);
    }
    const there = now.get(step.path);
    const wanted = step.do === "take" || (step.do === "write" && step.replaces);
    if ((there !== undefined) !== wanted) fail(step, `finds ${there}`);
    if (step.do === "write" && step.replaces && there !== "file") fail(step, `replaces a ${there}`);
    if (step.do !== "take") now.set(step.path, step.do === "make" ? "directory" : "file");
    else
      for (const path of now.keys())
        if (path === step.path || path.startsWith(`${step.path}/`)) now.delete(path);
  }
}

const empty = await signBlock(new Uint8Array(), [], "sha1", 0);

async function judged(
  bytes: Uint8Array,
  anchors: readonly Certificate[],
  more: Partial<Policy>,
): Promise<string> {
  try {
    const reading = readHead(bytes);
    if (reading.is === "more") return "more";
    const { parsed } = reading;
    const { block, proofs } = decodeBlock(parsed.block);
    const verdicts = judgeSignatures(block, anchors, policy, proofs(parsed.signed));
    const found = judge(parsed, block, verdicts, { ...policy, ...more });
    const hashes = found.pieces.map(({ command: place, at, length }) => {
      const hash = createHash("sha1")
        .update(bytes.subarray(at, at + length))
        .digest("hex");
      return [place, hash] as const;
    });
    const { steps } = planOf(verify(found, bytes.length, new Map(hashes)), view);
    checkSteps(steps);
    return "plan";
  } catch (error) {
    if (error instanceof PackageRefused) return error.reason.code;
    throw error;
  }
}

/** @param keys where it is given, each package is signed after it was spoiled, and a signature is required
 * @returns how often each end was come to */
export async function fuzzPackages(
  seed: number,
  count: number,
  keys?: FuzzKeys,
): Promise<Record<string, number>> {
  const dice = seeded(seed);
  const ends: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const { signed, payload } = make.compose({
      commands: Array.from({ length: dice.below(7) }, () => command(dice)),
    });
    const spoiled = dice.below(3) === 0 ? spoil(signed, dice) : signed;
    const block = keys === undefined ? empty : await signBlock(spoiled, [keys], "sha256", 0);
    let bytes = joined([spoiled, block, payload]);
    // The signature block is the hardest to parse: it is broken by itself as well.
    if (keys === undefined && dice.below(6) === 0)
      bytes = mutate(bytes, ["0\x80", "0\x84\xff\xff\xff\xff"], dice);
    const end = await judged(
      bytes,
      keys?.anchors ?? [],
      keys === undefined ? {} : { requireSignature: true },
    );
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}
