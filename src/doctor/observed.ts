/** Table: the findings of a look at the board, before the checks judge them. Moments are UTC milliseconds, sizes are
 * bytes. */

/** The reason why a question has no answer: an error is not an absence. */
export interface Unknown {
  readonly unknown: string;
}

export interface AcsTrial {
  /** The addresses that DNS gave. */
  readonly addresses: readonly string[];
  /** Why no connection was established, in plain words; undefined: one was. */
  readonly failure: string | undefined;
  /** The certificate of the server that answered over TLS; undefined: none answered, or the URL is http. */
  readonly certificate:
    | {
        readonly names: string;
        readonly issuer: string;
        readonly begins: number;
        readonly ends: number;
      }
    | undefined;
}

/** A hook by its path from the root, and the function that does not work without it. */
export interface Hook {
  readonly path: string;
  /** The fault in words that follow the path; undefined: none. */
  readonly fault: string | undefined;
  readonly without: string;
}

/** A port that the agent listens on by its configuration, and the program that has it. */
export interface Port {
  readonly use: PortUse;
  /** 0: any free one, and no agent runs that has taken one. */
  readonly port: number;
  readonly owner: PortOwner | Unknown;
}

export type PortUse = "requests" | "udp requests" | "page" | "echo";

/** `other` names the program in words. */
export type PortOwner = "nobody" | "agent" | { readonly other: string };

/** The machine itself; undefined in `Observed` where the root is a directory that only looks like a device. */
export interface Machine {
  readonly ports: readonly Port[];
  readonly memory: { readonly total: number; readonly available: number };
  readonly tmp: { readonly size: number; readonly free: number; readonly noexec: boolean } | Unknown;
  /** The largest receive buffer that a socket may ask for. */
  readonly receiveBufferMax: number | undefined;
  /** Whether the system's libstdc++ is in this process: builds for musl need it. */
  readonly musl: boolean;
  readonly libstdcxx: boolean;
}

export interface Observed {
  readonly now: number;
  readonly clockKnown: boolean;
  readonly agent:
    | {
        readonly lastFailure: string | null;
        readonly sessions: boolean;
        readonly warnings: readonly string[];
      }
    | undefined;
  readonly config: {
    /** undefined: there is no package cwmp. */
    readonly damaged: string | null | undefined;
    readonly enabled: boolean;
    readonly problems: readonly string[];
    readonly exposed: readonly string[];
  };
  /** The value and the source of each name of the DeviceId. */
  readonly identity: readonly {
    readonly name: string;
    readonly option: string;
    readonly value: string;
    readonly from: "configuration" | "board" | "agent";
  }[];
  readonly interface: {
    readonly name: string;
    readonly up: boolean;
    readonly address: string;
    /** The DHCP client: the options that it sends and requests; undefined: another protocol. */
    readonly dhcp: { readonly vendor: string; readonly asked: readonly string[] } | undefined;
  };
  readonly defaultRoute: boolean;
  readonly nameServers: readonly string[];
  readonly acs: {
    readonly url: string;
    readonly source: string;
    readonly discovery: boolean;
    readonly trial: AcsTrial | undefined;
  };
  readonly hooks: readonly Hook[];
  readonly enabledAtBoot: boolean;
  /** Whether dnsmasq calls its hooks; undefined: there is no dnsmasq here. */
  readonly dnsmasqCallsHooks: boolean | undefined;
  readonly stun: {
    readonly enabled: boolean;
    /** Empty: none is known. */
    readonly server: string;
    /** The running agent's state with the server; undefined: no agent runs. */
    readonly binding:
      | { readonly found: boolean; readonly address: string; readonly nat: boolean; readonly why: string }
      | undefined;
  };
  /** Free bytes where the agent keeps its state. */
  readonly stateFree: number | Unknown;
  /** The state is kept in memory: a board whose overlay could not be mounted. */
  readonly stateVolatile: boolean;
  /** Files with trusted certificates that the configuration names, and how many are in each. */
  readonly trust: readonly { readonly path: string; readonly certificates: number | Unknown }[];
  readonly builtInRoots: number;
  /** Files that a crash has left behind, by path, older than any writer takes. */
  readonly leftovers: readonly string[];
  /** Packages with changes that nobody has committed. */
  readonly uncommitted: readonly string[];
  readonly machine: Machine | undefined;
}

export type Verdict = "ok" | "warn" | "fail";

export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly what: string;
  /** The remedy; null: none is needed. */
  readonly fix: string | null;
}
