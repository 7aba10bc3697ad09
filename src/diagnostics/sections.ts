/** Table: the diagnostics, each with its arguments and its results. TR-098 IPPingDiagnostics, TR-143.
 *
 * They are in a package of the configuration that no file holds: a section for each diagnostic and one for each hop
 * of the last route. So a SetParameterValues changes them in one transaction with all else, and a session sees them at
 * one moment. overlay.ts makes the package from the state of the machine. */

export const kinds = ["ping", "traceroute", "download", "upload"] as const;
export type Kind = (typeof kinds)[number];

export type Options = Readonly<Record<string, string>>;

export interface KeptSection {
  readonly type: string;
  readonly options: Options;
}

/** The sections by name, in the order of the package. */
export type Sections = ReadonlyMap<string, KeptSection>;

/** Sections of the hops are of this type. */
const hopType = "hop";

/** Options that the ACS sets. All others of a section are results. */
export const asked: Readonly<Record<Kind, readonly string[]>> = {
  ping: ["interface", "host", "count", "timeout", "size"],
  traceroute: ["interface", "host", "tries", "timeout", "size", "dscp", "hops"],
  download: ["interface", "url"],
  upload: ["interface", "url", "length"],
};

/** DiagnosticsState, in the words of TR-181; absent: None. */
export type State =
  | "Requested"
  | "Complete"
  | "Error_CannotResolveHostName"
  | "Error_NoRouteToHost"
  | "Error_MaxHopCountExceeded"
  | "Error_InitConnectionFailed"
  | "Error_NoResponse"
  | "Error_TransferFailed"
  | "Error_PasswordRequestFailed"
  | "Error_LoginFailed"
  | "Error_NoTransferMode"
  | "Error_NoPASV"
  | "Error_NoCWD"
  | "Error_NoSTOR"
  | "Error_NoTransferComplete"
  | "Error_IncorrectSize"
  | "Error_Timeout"
  | "Error_Internal"
  | "Error_Other";

/** The end of a test and its results. */
export interface Outcome {
  readonly state: Exclude<State, "Requested">;
  readonly results: Options;
  /** The route that traceroute has found, hop by hop. */
  readonly hops?: readonly Options[];
}

export const failed = (state: Outcome["state"], results: Options = {}): Outcome => ({ state, results });

const isKind = (name: string): name is Kind => (kinds as readonly string[]).includes(name);

/** The section after a test: its arguments and its results. */
export function ended(sections: Sections, kind: Kind, outcome: Outcome): Sections {
  const before = sections.get(kind);
  if (before === undefined) return sections;
  const left = kind === "traceroute" ? withoutHops(sections) : new Map(sections);
  const options = { ...argumentsOf(kind, before.options), ...outcome.results, state: outcome.state };
  left.set(kind, { type: before.type, options });
  for (const [index, hop] of (outcome.hops ?? []).entries())
    left.set(`${hopType}${index + 1}`, { type: hopType, options: hop });
  return left;
}

/** The section after a boot: arguments stay, results and a requested test do not. */
export function afterBoot(sections: Sections): Sections {
  const left = [...withoutHops(sections)].map(([name, { type, options }]) => {
    const kept = isKind(name) ? argumentsOf(name, options) : options;
    return [name, { type, options: kept }] as const;
  });
  return new Map(left);
}

const withoutHops = (sections: Sections): Map<string, KeptSection> =>
  new Map([...sections].filter(([, { type }]) => type !== hopType));

const argumentsOf = (kind: Kind, options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([name]) => asked[kind].includes(name)));
