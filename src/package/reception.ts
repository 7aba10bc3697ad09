/** Machine: a package while it arrives: its head is read as soon as it is there, its own timeouts are kept.
 * TR-069 E.4.7, E.5.
 *
 * No file beneath the root changes before the package is whole and judged, so the device stays in the Initial state of
 * Figure 9 all the time: only Initial Timeout and Initial Activity Timeout act. */
import { type ParsedPackage, readHead } from "./head.ts";
import { isPackage } from "./header.ts";
import { joined } from "./list.ts";
import { PackageRefused } from "./reason.ts";

export interface Reception {
  /** `start`: fewer than eight octets. `other`: no package. `head`: waits for more of it. `payload`:
   * receives the rest. */
  readonly is: "start" | "other" | "head" | "payload";
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  /** So many octets are needed before the head can be read further. */
  readonly needed: number;
  readonly parsed: ParsedPackage | undefined;
  /** Milliseconds that never jump. */
  readonly began: number;
  readonly last: number;
}

export type ReceptionEvent =
  | { readonly on: "bytes"; readonly piece: Uint8Array }
  /** The moment that `wakeAt` named is reached. */
  | { readonly on: "time" };

export type ReceptionDeed =
  | { readonly do: "judge"; readonly parsed: ParsedPackage }
  | { readonly do: "refuse"; readonly why: PackageRefused };

export function beginReception(now: number): Reception {
  return { is: "start", pieces: [], bytes: 0, needed: 8, parsed: undefined, began: now, last: now };
}

export function stepReception(
  state: Reception,
  now: number,
  event: ReceptionEvent,
): { readonly state: Reception; readonly deeds: readonly ReceptionDeed[] } {
  if (event.on === "time") return { state, deeds: overdue(state, now) };
  // Bytes that arrive after the deadline do not count as activity.
  const late = overdue(state, now);
  if (late.length > 0) return { state, deeds: late };
  const bytes = state.bytes + event.piece.length;
  const next = { ...state, bytes, last: now };
  if (state.is === "other") return { state: next, deeds: [] };
  if (state.is === "payload") return { state: next, deeds: tooMuch(next) };
  return readOn({ ...next, pieces: [...state.pieces, event.piece] }, now);
}

function readOn(state: Reception, now: number): ReturnType<typeof stepReception> {
  if (state.bytes < state.needed) return { state, deeds: [] };
  const bytes = joined(state.pieces);
  if (!isPackage(bytes)) return { state: { ...state, is: "other", pieces: [] }, deeds: [] };
  try {
    const reading = readHead(bytes);
    if (reading.is === "more") {
      return { state: { ...state, is: "head", pieces: [bytes], needed: reading.bytes }, deeds: [] };
    }
    const { parsed } = reading;
    const known: Reception = { ...state, is: "payload", pieces: [], parsed };
    return { state: known, deeds: [{ do: "judge", parsed }, ...tooMuch(known), ...overdue(known, now)] };
  } catch (error) {
    if (!(error instanceof PackageRefused)) throw error;
    return { state, deeds: [{ do: "refuse", why: error }] };
  }
}

function tooMuch({ parsed, bytes }: Reception): ReceptionDeed[] {
  if (parsed === undefined || bytes <= parsed.totalBytes) return [];
  const text = `More than the ${parsed.totalBytes} octets arrive that its header says.`;
  return [{ do: "refuse", why: new PackageRefused("trailing-bytes", text) }];
}

/** The earliest moment at which a timeout of the package runs out; undefined: none does. */
export function wakeAt(state: Reception): number | undefined {
  const moments = deadlines(state).map((one) => one.at);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function overdue(state: Reception, now: number): ReceptionDeed[] {
  const found = deadlines(state).find((one) => now >= one.at);
  if (found === undefined) return [];
  const why = new PackageRefused(
    "timeout",
    `The package has not arrived within its ${found.name}.`,
    found.command,
  );
  return [{ do: "refuse", why }];
}

/** E.4.7: 0 is without end. Of several commands of one kind the last one counts. */
function deadlines({ parsed, bytes, began, last }: Reception) {
  if (parsed === undefined || bytes >= parsed.totalBytes) return [];
  const found = new Map<string, { name: string; command: number; at: number }>();
  for (const { index, content } of parsed.commands) {
    if (content.is !== "timeout" || (content.of !== "initial" && content.of !== "activity")) continue;
    const name = content.of === "initial" ? "Initial Timeout" : "Initial Activity Timeout";
    const from = content.of === "initial" ? began : last;
    if (content.seconds === 0) found.delete(name);
    else found.set(name, { name, command: index, at: from + content.seconds * 1000 });
  }
  return [...found.values()];
}
