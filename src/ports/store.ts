/** Port: the agent's own state: shelves of rows, which last over a power cut. */

/** Every shelf and its one owner: the room whose rows are on it, and which alone reads and writes them. */
export const shelves = {
  /** The data that last between sessions, by name; a row for each errand. */
  "src/session": ["kept", "errand"],
  /** The results of DHCP, and the way in which the ACS was found first; devices on the LAN, the gateway and the lease
   * of this device. */
  "src/dhcp": ["discovery", "association"],
  /** Rows written with a change; a change under way; notification attributes; known values; instance numbers; lists as
   * the ACS wrote them. */
  "src/model": ["change", "intent", "attribute", "known", "instance", "spelling"],
  /** The last UDP Connection Request, and the period of keep-alives that was found. */
  "src/nat": ["nat"],
  /** The identity of the device and the path of its Connection Request URL. */
  "src/own.ts": ["own"],
  /** Transfers that the ACS has not confirmed, by number. */
  "src/transfer": ["transfer"],
  /** Changes on trial, those that are being undone, the last that were. */
  "src/trial": ["trial"],
  /** Kicks whose Kicked may still be sent, and downloads that users have asked for, by ticket. */
  "src/kick": ["kick"],
  /** Options by name; vouchers that have been applied; lists that wait; how Options were switched; ends that were
   * reported. */
  "src/options": ["option", "voucher", "waiting", "switched", "warned"],
  /** The arguments and results of diagnostics, by section, and the boot that they are of. */
  "src/diagnostics": ["diagnostic"],
  /** Orders of the ACS that are still to be carried out, by name, and the boot that they are of. */
  "src/orders": ["order"],
  /** The port that was chosen for Connection Requests. */
  "platform/listeners": ["listening"],
} as const;

/** A room that owns shelves. */
export type Owner = keyof typeof shelves;

export type Shelf<O extends Owner = Owner> = (typeof shelves)[O][number];

export interface Write<O extends Owner = Owner> {
  readonly shelf: Shelf<O>;
  readonly key: string;
  /** Any JSON value; `null` removes the row. */
  readonly value: unknown;
}

/** The store as that room sees it: the compiler lets no room name another one's shelf. */
export interface Store<O extends Owner = Owner> {
  get(shelf: Shelf<O>, key: string): unknown;
  all(shelf: Shelf<O>): Map<string, unknown>;
  /** All of the writes or none, on the medium when the call returns.
   * @throws Refused and nothing is written */
  write(writes: readonly Write<O>[]): void;
  /** False while the medium rejects writes: rows are then kept in memory and written again later. A caller asks this
   * before it makes a promise that must last. Absent: every write lasts or throws. */
  lasting?(): boolean;
  /** A mark that outlives the process, though perhaps not a power cut: cheap enough to be set for every session. */
  mark(on: boolean): void;
  readonly marked: boolean;
}
