/** Table: the declaration of a data model. Facts (type, access, ranges) come from schema/, by path; a declaration
 * says only where each parameter lives. TR-069 A.3.2.1 to A.3.2.7, TR-106 2. */
import type { Now } from "../ports/clock.ts";
import type { ConfigView, Edit, Section } from "../ports/config.ts";
import type { Sheet } from "../ports/facts.ts";
import type { XsdType } from "../soap/names.ts";
import type { RootName } from "./roots.ts";

/** Own state that parameters show, by name. Kept by the engine, not in UCI. */
export interface Own {
  read(name: OwnName): string;
  /** Devices on the LAN that have named themselves; absent: nobody looks for them (F.2.1). */
  readonly devices?: () => readonly OwnDevice[];
}

/** A device of Annex F and its hardware addresses, in upper case. */
export interface OwnDevice {
  readonly oui: string;
  readonly serial: string;
  readonly productClass: string;
  readonly macs: readonly string[];
}

export type OwnName =
  | "parameterKey"
  | "connectionRequestURL"
  /** The LAN page (Annex D); empty while nobody serves it. */
  | "kickURL"
  | "downloadProgressURL"
  | "manufacturer"
  | "oui"
  | "productClass"
  | "serialNumber"
  | "firstUseDate"
  /** The gateway behind which this device is (F.2.2). */
  | "gatewayOui"
  | "gatewaySerial"
  | "gatewayProductClass"
  | "udpConnectionRequestAddress"
  | "natDetected"
  | "natSettled"
  /** The counters of the UDP echo server (TR-143 5). */
  | "echoPacketsReceived"
  | "echoPacketsResponded"
  | "echoBytesReceived"
  | "echoBytesResponded"
  | "echoFirst"
  | "echoLast";

/** All that a parameter can be read from. One Env stands for one consistent moment (3.7.1.1). */
export interface Env {
  readonly config: ConfigView;
  readonly sheet: Sheet;
  readonly own: Own;
  readonly now: Now;
  /** Offset of local time from UTC, minutes east. */
  readonly zone: number;
  /** The path of the row that stands for the thing in the root that is served, as parameters refer to it: without its
   * last dot (TR-106 3.2.4); empty where the root has none. Of several the first in the order of the declaration.
   * @param at names the thing, and those around it that are known */
  refer(thing: Thing, at: At): string;
  /** The thing that the row at the path stands for, the inverse of `refer`. The last dot of the path may be left out.
   * Undefined: the path names no row of a table of that thing. */
  resolve(thing: Thing, path: string): At | undefined;
  /** A value that many parameters need: made once, and again when something that it is made of has changed.
   * @param make the same function for the same value
   * @param env this environment; for another one the value is made anew */
  once?<T>(make: (env: Env) => T, env: Env): T;
}

/** A kind of thing in the device that rows of tables stand for: `port`, `interface`, `mapping`. The data model that is
 * handed in chooses the words. */
export type Thing = string;

/** Which things the instances on the way from the root stand for, inner ones winning: `{ interface: "lan", host:
 * "00:00:5E:00:53:01" }`. */
export type At = Readonly<Partial<Record<Thing, string>>>;

/** An instance of a multi-instance object. */
export interface Row {
  /** Stable identity in its table: instance numbers hang on it. Section name, MAC address, port name. */
  readonly key: string;
  readonly at: At;
  /** The content of the row, one line an option. If another program has given the row another key (renamed a section),
   * its number is found again by its content, provided that nothing else has changed. */
  readonly content?: () => readonly string[];
  /** The key is not the row's own, others' edits shift it: an anonymous section, a place in a list. After a change by
   * others its number is found again by content alone: exact first, then most lines in common, then, if none came or
   * went, order in the file. */
  readonly shifts?: boolean;
}

/** The row that stands for a section. */
export function sectionRow(section: Section, at: At): Row {
  const content = () => {
    const lines: string[] = [];
    for (const [name, value] of section.options) {
      if (typeof value === "string") lines.push(`${name}=${value}`);
      else for (const one of value) lines.push(`${name}=${one}`);
    }
    return lines;
  };
  return { key: section.name, at, content, shifts: section.anonymous };
}

/** The way in which a parameter is read and written. Values are CWMP text: `1`/`0`, decimal, dateTime in UTC, lists
 * with commas. */
export interface Binding {
  /** All UCI packages that `read` looks into. Without any the value is a fact. */
  readonly packages: readonly string[];
  /** The value depends on facts beside the packages: read again when one of its questions to the environment has another
   * answer (trace.ts). */
  readonly fresh?: boolean;
  /** Whether the value is a counter without end. If the root's type has 32 bits, the counter wraps to 0; otherwise it
   * keeps every digit. */
  readonly counts?: boolean;
  read(at: At, env: Env): string;
  /** The value that is read is a guess: the option holds a value that its reader does not know, or its default depends
   * on something unknown. A write is carried out although it says the same. */
  readonly guessed?: (at: At, env: Env) => boolean;
  /** Whether the value read means the value written, though in other words or in effect only later. */
  readonly alike?: (written: string, read: string, at: At, env: Env) => boolean;
  /** The least seconds between two active notifications of it (F.2.1); absent: none. */
  readonly spacingSeconds?: (env: Env) => number;
  /** True: a change of the value is not reported yet, and stays to be reported. */
  readonly holds?: (env: Env) => boolean;
  /** Present: the ACS may set it, if the schema lets it. Gets canonical, validated text.
   * @throws Fault 9007 for a value that this device cannot take */
  readonly write?: (at: At, value: string, env: Env) => readonly Edit[];
  /** Setting it is an order, which is carried out also where the parameter has the value already. */
  readonly orders?: boolean;
  /** Why `write` refuses a value whatever the other values are; undefined: that it does not, or that it depends. */
  readonly judge?: (value: string) => string | undefined;
}

/** Why the object cannot stay as a change leaves it. The tree finds the parameter that shows the binding, in
 * the root that is served. */
export interface Complaint {
  readonly about: Binding;
  readonly why: string;
}

export type Check = (at: At, env: Env) => readonly Complaint[];

export interface ObjectDef {
  readonly is: "object";
  /** In the order in which a SetParameterValues applies them, whatever the order in the call (A.3.2.1). */
  readonly params: Readonly<Record<string, Binding>>;
  readonly objects: Readonly<Record<string, ObjectDef | TableDef>>;
  /** Absent objects (a WLAN that the board lacks) do not show at all. */
  readonly present?: (at: At, env: Env) => boolean;
  /** Judges the object after all edits of one call (9007). */
  readonly check?: Check;
  /** Whether the forcedInform parameters directly in this object go into every Inform; absent: they do.
   * Of several ExternalIPAddress only that of the default WAN connection does. */
  readonly informs?: (at: At, env: Env) => boolean;
}

export interface TableDef {
  readonly is: "table";
  /** The thing that a row stands for, and by which references find it: every row names it in its `at`. Absent: nothing
   * refers to these rows. */
  readonly of?: Thing;
  /** All UCI packages that `rows` looks into. Without any the rows are facts. */
  readonly packages: readonly string[];
  /** The rows depend on facts beside the packages, as a value can. */
  readonly fresh?: boolean;
  /** The instances there are, in the order in which new ones get their numbers. The same list as last time says that
   * none came, went or changed: they are not numbered anew. */
  rows(at: At, env: Env): readonly Row[];
  readonly instance: ObjectDef;
  /** Present: AddObject works. `number` is the instance number it will get; sections are named by it. */
  readonly add?: (at: At, number: number, env: Env) => { readonly row: Row; readonly edits: readonly Edit[] };
  /** Present: DeleteObject works on instances for which it gives edits; undefined: this one cannot go. */
  readonly remove?: (at: At, env: Env) => readonly Edit[] | undefined;
  /** AddObject past it is 9004. */
  readonly rowsMax?: number;
}

/** The rows of a table, without the parameters that a root gives them. */
export type Rows = Omit<TableDef, "is" | "instance">;

export function object(
  params: ObjectDef["params"],
  objects: ObjectDef["objects"] = {},
  more: Pick<ObjectDef, "present" | "check" | "informs"> = {},
): ObjectDef {
  return { is: "object", params, objects, ...more };
}

export function table(def: Omit<TableDef, "is">): TableDef {
  return { is: "table", ...def };
}

/** A parameter that this implementation always answers with the same value; never an invented measurement. */
export const always = (value: string): Binding => ({ packages: [], read: () => value });

/** The number of rows of a table. */
export const count = (of: Rows): Binding => ({
  packages: of.packages,
  fresh: of.fresh ?? false,
  read: (at, env) => String(of.rows(at, env).length),
});

export const readOnly = ({ packages, fresh = false, read }: Binding): Binding => ({ packages, fresh, read });

/** The root object: its name and its content. */
export interface Root {
  readonly name: RootName;
  readonly object: ObjectDef;
  readonly schema: Schema;
  /** Objects whose Notification goes back to the data model's own when the URL of the ACS changes (F.2.2): paths below
   * the root. */
  readonly renotified?: readonly string[];
  /** The system log is among its values: a read of all values asks for the log at once. */
  readonly showsLog?: boolean;
  /** Full names of further parameters that the ACS wants in an Inform with these events (InformParameter). */
  readonly wanted?: (config: ConfigView, events: readonly string[]) => readonly string[];
}

/** Facts of one parameter, of the data model and not of this device. */
export interface ParameterFact {
  readonly type: XsdType;
  readonly writable: boolean;
  /** As the data model tables write it (constraint.ts): `len=..64; range=1..; enum=a|b; pattern=…; item=string`. */
  readonly constraints: string;
  /** Value that AddObject sets; undefined: the value that `add` made. */
  readonly default: string | undefined;
  readonly forcedInform: boolean;
  readonly activeNotify: "normal" | "forceEnabled" | "forceDefaultEnabled" | "canDeny";
  /** Reads back as empty. */
  readonly hidden: boolean;
}

/** A demand of a profile: a parameter, and whether it must be writable; or an object, with its last dot, whose rows the
 * ACS makes and deletes. TR-106 2.3. */
export interface Asked {
  readonly path: string;
  readonly toWrite: boolean;
}

/** Facts by path below the root with `{i}` for instance numbers, as `DeviceInfo.UpTime`. */
export interface Schema {
  /** Of the data model, as `2.14`. */
  readonly version: string;
  /** By profile, as `Baseline:2`, in the order of the data model. */
  asked(): ReadonlyMap<string, readonly Asked[]>;
  parameter(path: string): ParameterFact | undefined;
  /** Parameters that are in every Inform or notified without being asked for. */
  marked(): readonly string[];
}
