/** Codec: the report of `cwmpd package` about a package, as JSON. */
import { type Command, commandName } from "./commands.ts";
import { hex } from "./judge.ts";
import { shownPath } from "./path.ts";
import type { Step } from "./picture.ts";
import type { Reason } from "./reason.ts";
import type { Verdict } from "./signature.ts";

export interface Report {
  readonly verdict: "ok" | "refused";
  readonly reason: Reason | null;
  readonly signatures: readonly {
    readonly signer: string;
    readonly digest: string;
    readonly algorithm: string;
    /** null where nothing was judged. */
    readonly verdict: "ok" | "refused" | null;
    readonly reason: string | null;
    readonly chain: readonly string[];
  }[];
  readonly commands: readonly ReportedCommand[];
  readonly plan: readonly { readonly do: string; readonly path: string; readonly from?: string }[];
  readonly effects: {
    readonly reboot: boolean;
    readonly role: number | null;
    readonly version: string | null;
    readonly description: string | null;
  };
  /** Paths that an installation has changed. */
  readonly changed: readonly string[];
}

interface ReportedCommand {
  readonly type: number;
  readonly name: string;
  readonly path: string | null;
  readonly size: number | null;
  readonly sha1: string | null;
  readonly unsafe: boolean;
  /** The target path of a move. */
  readonly to?: string;
  /** The value of a command without a path. */
  readonly value?: string | number;
}

export function reportCommand({ type, content }: Command): ReportedCommand {
  const base = { type, name: commandName(type), path: null, size: null, sha1: null, unsafe: false };
  switch (content.is) {
    case "put":
      return {
        ...base,
        path: shownPath(content.path),
        size: content.length,
        sha1: hex(content.hash),
        unsafe: content.unsafe,
      };
    case "remove":
      return { ...base, path: shownPath(content.path), unsafe: content.unsafe };
    case "move":
      return { ...base, path: shownPath(content.path), unsafe: content.unsafe, to: shownPath(content.to) };
    case "text":
      return { ...base, value: content.text };
    case "timeout":
      return { ...base, value: content.seconds };
    case "bound":
      return { ...base, value: content.version.join(".") };
    case "role":
      return { ...base, value: content.role };
    case "storage":
      return { ...base, value: content.bytes };
    case "attributes":
      return { ...base, value: `${content.entity}:${content.class}=${content.values.join(",")}` };
    default:
      return base;
  }
}

/** @param judged whether the verdicts mean anything */
export function reportSignatures(verdicts: readonly Verdict[], judged: boolean): Report["signatures"] {
  return verdicts.map(({ signer, digest, algorithm, problem, chain }) => ({
    signer,
    digest,
    algorithm,
    verdict: judged ? (problem === undefined ? "ok" : "refused") : null,
    reason: judged ? (problem ?? null) : null,
    chain: judged ? chain : [],
  }));
}

const words: Readonly<Record<Step["do"], string>> = {
  take: "remove",
  make: "make-directory",
  write: "write",
  put: "move",
};

/** A file that is taken and put elsewhere is reported once, as a move. */
export function reportPlan(steps: readonly Step[]): Report["plan"] {
  return steps
    .filter((step) => step.do !== "take" || !step.moved)
    .map((step) => {
      const told = step.do === "write" && step.replaces ? "replace" : words[step.do];
      const base = { do: told, path: `/${step.path}` };
      return step.do === "put" ? { ...base, from: `/${step.from}` } : base;
    });
}

export function effectsOf(commands: readonly Command[]): Report["effects"] {
  let effects: Report["effects"] = { reboot: false, role: null, version: null, description: null };
  for (const { content } of commands) {
    if (content.is === "reboot") effects = { ...effects, reboot: true };
    if (content.is === "role") effects = { ...effects, role: content.role };
    if (content.is === "text") effects = { ...effects, [content.of]: content.text };
  }
  return effects;
}

/** The report on a package that could not be read at all. */
export const emptyReport: Report = {
  verdict: "ok",
  reason: null,
  signatures: [],
  commands: [],
  plan: [],
  effects: { reboot: false, role: null, version: null, description: null },
  changed: [],
};

/** Paths that a plan changes, in its order. */
export function changedPaths(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.map((step) => `/${step.path}`))];
}
