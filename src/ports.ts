/** Port: all that the engine asks of the world. Answered in platform/, and by doubles in test/.
 *
 * Nothing here waits by itself and nothing reads a clock: time comes as `Now`, chance as `Chance`. */

/** A moment, milliseconds. `mono` never jumps and starts at boot; `wall` is UTC since 1970;
 * `known` tells whether `wall` can be believed (3.3, A.2.1: without absolute time dates are not judged). */
export interface Now {
  readonly mono: number;
  readonly wall: number;
  readonly known: boolean;
}

export interface Clock {
  now(): Now;
  /** Calls `fire` once when `mono` has come; the returned function takes that back. */
  wake(mono: number, fire: () => void): () => void;
  /** Offset of local time from UTC at that moment, minutes east. Inform CurrentTime, A.3.3.1. */
  zone(wall: number): number;
}

export interface Chance {
  /** A number in [0, 1). */
  roll(): number;
  bytes(count: number): Uint8Array;
}

export type Level = "debug" | "info" | "warn" | "error";

/** One line of log: `what` in plain words, the rest as fields. Never a secret. */
export type Log = (
  level: Level,
  what: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

// ---------------------------------------------------------------- state

/** Where state is kept. One shelf, one kind of row; the engine's rooms own their shelves. */
export type Shelf = "kept" | "attribute" | "known" | "instance" | "intent";

export interface Write {
  readonly shelf: Shelf;
  readonly key: string;
  /** Any JSON value; `null` removes the row. */
  readonly value: unknown;
}

export interface Store {
  get(shelf: Shelf, key: string): unknown;
  all(shelf: Shelf): Map<string, unknown>;
  /** All of the writes or none, on the medium when the call returns.
   * @throws Refused and nothing is written */
  write(writes: readonly Write[]): void;
  /** A mark that outlives the process, though perhaps not a power cut: cheap enough to be set for every session. */
  mark(on: boolean): void;
  readonly marked: boolean;
}

// ---------------------------------------------------------------- configuration (UCI)

export interface Section {
  /** Own name, or the one that the system gives an anonymous section (`cfg01411c`). */
  readonly name: string;
  readonly anonymous: boolean;
  readonly type: string;
  readonly options: ReadonlyMap<string, string | readonly string[]>;
}

/** One package as read at one moment; never changes. Two with the same `version` and name are equal. */
export interface Package {
  readonly name: string;
  readonly version: number;
  readonly sections: readonly Section[];
  /** The first of its lines that does not parse, and why; all the others are here. */
  readonly damaged?: string | undefined;
  section(name: string): Section | undefined;
  ofType(type: string): readonly Section[];
}

export type Edit =
  | { edit: "set"; package: string; section: string; option: string; value: string | readonly string[] }
  | { edit: "unset"; package: string; section: string; option: string }
  /** A new named section at the end; the package's file is made if it is not there. */
  | { edit: "add"; package: string; section: string; type: string }
  | { edit: "remove"; package: string; section: string };

/** The whole tree as it stood at one moment. Packages are read when first asked for, then stay as they are. */
export interface ConfigView {
  /** undefined: no such package, or one that cannot be read (logged once for each change of the file). */
  package(name: string): Package | undefined;
  /** This view with the edits applied, in memory only. */
  with(edits: readonly Edit[]): ConfigView;
}

/** What a change will do, as JSON, enough to finish it after a crash. Holds values: keep it as secret as they are. */
export type Intent = unknown;

/** A change that waits under locks: every file is written beside its target and fsynced, none renamed yet. */
export interface Staged {
  readonly intent: Intent;
  /** Puts every file in its place. May be repeated after a crash by `Config.recover`. */
  commit(): void;
  /** Gives the change up; nothing of it stays. */
  abort(): void;
}

export interface Config {
  /** The tree as it is now: cheap when nothing has changed since the last view. */
  view(): ConfigView;
  /** Locks the packages, merges the edits with what others have written since `view`.
   * @throws Refused when it cannot be written, or a section that the edits name is gone */
  stage(view: ConfigView, edits: readonly Edit[]): Promise<Staged>;
  /** Finishes a staged change that a crash interrupted; doing it twice does no harm. */
  recover(intent: Intent): Promise<void>;
  /** Calls `changed` after files have changed by any hand; the returned function ends that. */
  watch(changed: () => void): () => void;
}

// ---------------------------------------------------------------- facts (sysfs, procfs, ubus)

export interface Netdev {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly mtu: number;
  /** Mbit/s; undefined where the link does not tell. */
  readonly speed: number | undefined;
  readonly duplex: "full" | "half" | undefined;
  /** A counter of /sys/class/net/X/statistics by its name there; 0 where there is none. */
  counter(name: string): number;
}

/** What netifd says of a logical interface (`network.interface.X status`). */
export interface Interface {
  readonly name: string;
  readonly up: boolean;
  readonly pending: boolean;
  readonly device: string | undefined;
  /** Seconds since it came up. */
  readonly uptime: number;
  readonly addresses: readonly { readonly address: string; readonly mask: number }[];
  readonly gateway: string | undefined;
  readonly dns: readonly string[];
  readonly errors: readonly string[];
}

export interface Lease {
  /** Unix seconds; 0 never ends. */
  readonly expires: number;
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  readonly clientId: string;
}

export interface Neighbour {
  readonly mac: string;
  readonly address: string;
  readonly device: string;
  readonly reachable: boolean;
}

/** Facts of the device by name; an absent one is the empty string. */
export type BoardFact =
  | "manufacturer"
  | "oui"
  | "productClass"
  | "serialNumber"
  | "modelName"
  | "description"
  | "hardwareVersion"
  | "softwareVersion"
  | "kernelVersion";

/** Facts as they are at one moment. Reads files when asked; nothing waits. */
export interface Sheet {
  board(fact: BoardFact): string;
  /** Seconds since boot. */
  uptime(): number;
  /** Kilobytes. */
  memory(): { readonly total: number; readonly free: number };
  /** Percent busy since the last sheet. */
  cpuUsage(): number;
  netdev(name: string): Netdev | undefined;
  /** Names of network devices of that side: LAN ports in the bridge's order, or the WAN device. */
  ports(side: "lan" | "wan"): readonly string[];
  /** The port of a bridge behind which the station was last heard; undefined where nobody knows. */
  bridgePort(bridge: string, mac: string): string | undefined;
  interface(name: string): Interface | undefined;
  /** The network device of a `wifi-iface` section, where the radio is up. */
  wifiDevice(section: string): string | undefined;
  leases(): readonly Lease[];
  neighbours(): readonly Neighbour[];
  /** The last lines of the system log, oldest first. */
  logTail(bytesMax: number): string;
}

export interface Facts {
  /** A fresh sheet; asks netifd once. A brief one has no log: that costs another program, and nobody is told of a
   * change in it. */
  sheet(extent?: "whole" | "brief"): Promise<Sheet>;
}

// ---------------------------------------------------------------- services

export interface Services {
  /** Makes written packages take effect, once for all of them (reload_config). */
  apply(packages: readonly string[]): Promise<void>;
  reboot(): Promise<void>;
  factoryReset(): Promise<void>;
}

// ---------------------------------------------------------------- memory

export interface Memory {
  /** Nothing is to be done for a while: gives back what comes by itself when it is touched again. Costs next to
   * nothing. */
  rest(): void;
}

// ---------------------------------------------------------------- HTTP to the ACS

export type Header = readonly [name: string, value: string];

/** One end of a TCP connection: what to dial and, for https, whom to expect there. */
export interface Target {
  readonly scheme: "http" | "https";
  /** As in the URL: name or address literal, no brackets. 3.3 checks certificates against it. */
  readonly host: string;
  readonly port: number;
  /** The address chosen from DNS (3.1); the host itself where it is a literal. */
  readonly address: string;
}

/** How a certificate is judged. 3.3. */
export interface TlsPolicy {
  /** A PEM file or a directory of them; undefined: the system's own roots. */
  readonly ca: string | undefined;
  readonly clientCert: string | undefined;
  readonly clientKey: string | undefined;
  /** False while absolute time is not known: validity dates are then disregarded, nothing else. */
  readonly checkDates: boolean;
}

export interface HttpRequest {
  readonly method: "POST";
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  /** At most `bodyBytesMax` of it. */
  readonly body: Uint8Array;
  /** The body was longer; the rest was read and dropped. */
  readonly truncated: boolean;
}

/** At most one TCP connection, dialled with the first request. */
export interface Line {
  /** One round trip; never repeated by the adapter.
   * @throws Lost, `unreached` where nothing was sent: no connection came about, or the last one has been closed */
  exchange(request: HttpRequest, bodyBytesMax: number): Promise<HttpResponse>;
  /** True when a request can go out on the connection that carried the last one. */
  readonly open: boolean;
  /** True once the connection had come about. */
  readonly reached: boolean;
  /** Bytes that have come so far, of all its responses; absent where nobody counts them. A long one may take its time. */
  readonly received?: number;
  /** Ends it, also in the middle of a round trip, which then is Lost. */
  close(): void;
}

export interface Net {
  /** Every address that DNS gives, in its order. @throws Lost */
  resolve(host: string): Promise<readonly string[]>;
  line(target: Target, policy: TlsPolicy): Line;
}
