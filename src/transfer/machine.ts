/** Machine: the queue among the other machines of the agent: its rows, the notices that it hears and gives.
 * TR-069 A.3.2.8, A.3.3.2, A.3.3.3, 3.7.1.5. */
import type { Effect } from "../handlers/effect.ts";
import type { Write } from "../ports/store.ts";
import type { DeedTable, Machine, Step } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import type { Transfer } from "./entry.ts";
import { TransferFailure } from "./failure.ts";
import { queueWake, startQueue, stepQueue } from "./queue.ts";
import { autonomousTransferComplete, transferComplete } from "./report.ts";
import type { Wanted } from "./request.ts";
import type { QueueDeed, QueueEvent, QueueNotice, QueueState, QueueStep } from "./state.ts";

/** The state that outlasts a power cut: a row for each transfer, and the number of the next one. */
export interface QueueKept {
  readonly transfers: readonly Transfer[];
  readonly next: number;
}

/** The name by which errands and pledges know a transfer. */
const refOf = (id: number): string => `transfer ${id}`;

/** @returns undefined for a name of another room */
export function idOf(ref: string): number | undefined {
  const [, digits] = /^transfer (\d{1,15})$/.exec(ref) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

export function wantedBy(effect: Effect): Wanted | undefined {
  if (effect.is !== "download" && effect.is !== "upload") return undefined;
  const { args } = effect;
  const file =
    effect.is === "download"
      ? {
          fileSize: effect.args.FileSize,
          targetFileName: effect.args.TargetFileName,
          successUrl: effect.args.SuccessURL,
          failureUrl: effect.args.FailureURL,
        }
      : { fileSize: 0, targetFileName: "", successUrl: "", failureUrl: "" };
  return {
    direction: effect.is,
    origin: "acs",
    commandKey: args.CommandKey,
    fileType: args.FileType,
    url: args.URL,
    username: args.Username,
    password: args.Password,
    delaySeconds: args.DelaySeconds,
    ...file,
  };
}

/** The notice of another machine as an event of the queue; undefined: the notice does not concern the queue. */
function heard(notice: Notice): QueueEvent | undefined {
  switch (notice.tell) {
    case "effect": {
      const wanted = wantedBy(notice.effect);
      return wanted === undefined ? undefined : { on: "asked", wanted };
    }
    case "settings":
      return { on: "policy", policy: notice.settings.transfer.autonomous };
    case "sessionBegan":
      return { on: "sessionBegan" };
    case "sessionEnded":
      return { on: "sessionEnded", good: notice.failure === undefined };
    case "confirmed":
    case "discarded":
      return ofRef(notice.ref, (id) => ({ on: "confirmed", id }));
    case "refused":
      return notice.kept ? undefined : ofRef(notice.ref, (id) => ({ on: "confirmed", id }));
    default:
      return undefined;
  }
}

function ofRef(ref: string, event: (id: number) => QueueEvent): QueueEvent | undefined {
  const id = idOf(ref);
  return id === undefined ? undefined : event(id);
}

/** Table 7: 7 TRANSFER COMPLETE with M Download or M Upload, or 10 AUTONOMOUS TRANSFER COMPLETE. */
function told(notice: QueueNotice): Notice {
  if (notice.is === "imageReady") {
    return { tell: "pledge", pledge: { is: "install", ref: refOf(notice.id) } };
  }
  if (notice.is === "imageDropped") return { tell: "unpledge", ref: refOf(notice.id) };
  if (notice.is === "wish") {
    return {
      tell: "report",
      report: {
        ref: `wish ${notice.number}`,
        method: "RequestDownload",
        args: notice.args,
        events: [{ code: "9 REQUEST DOWNLOAD" }],
        why: "a person at the device requests a file",
      },
    };
  }
  if (notice.is === "sessionWanted") return { tell: "wanted", why: notice.why };
  const { transfer } = notice;
  if (transfer.stage.is !== "ended") throw new Error(`Transfer ${transfer.id} is told as ended and is not`);
  const { outcome } = transfer.stage;
  const ref = refOf(transfer.id);
  if (transfer.origin === "device") {
    return {
      tell: "report",
      report: {
        ref,
        method: "AutonomousTransferComplete",
        args: autonomousTransferComplete(transfer, outcome),
        events: [{ code: "10 AUTONOMOUS TRANSFER COMPLETE" }],
        why: "a transfer that the device began has ended",
      },
    };
  }
  const code = transfer.direction === "download" ? "M Download" : "M Upload";
  return {
    tell: "report",
    report: {
      ref,
      method: "TransferComplete",
      args: transferComplete(transfer, outcome),
      events: [{ code: "7 TRANSFER COMPLETE" }, { code, commandKey: transfer.commandKey }],
      why: "a transfer has ended",
    },
  };
}

const spoken = ({ notices, ...step }: QueueStep): Step<QueueState, QueueDeed> => ({
  ...step,
  notices: notices.map(told),
});

/** The event for a deed that threw, or that was left undone because the state could not be saved. */
export function failedBy(error: unknown, { transfer }: QueueDeed): QueueEvent {
  const known = error instanceof TransferFailure ? error : undefined;
  const text = error instanceof Error ? error.message : String(error);
  const { kind = "internal", begun = false } = known ?? {};
  return { on: "failed", id: transfer.id, kind, text, begun };
}

const rows = { mute: false, onFailure: failedBy, late: "counts" } as const;

const queueDeeds: DeedTable<QueueDeed, QueueEvent> = {
  fetch: { ...rows, words: "receive the file of a transfer" },
  send: { ...rows, words: "send the file of a transfer" },
  apply: { ...rows, words: "put a received file into effect" },
  hand: { ...rows, words: "check a received image" },
  judge: { ...rows, words: "see which image runs" },
  keep: { ...rows, words: "make a received file stay" },
  takeBack: { ...rows, words: "take a received file back" },
  tidy: { mute: true, words: "remove what a transfer has left", onFailure: undefined, late: "counts" },
};

/** Shelf "transfer": a row for each transfer by its number, and the number of the next one. */
const nextKey = "next";

export const queueMachine: Machine<QueueState, QueueKept, QueueEvent, QueueDeed> = {
  load(store) {
    const found = store.all("transfer");
    const transfers = [...found].filter(([key]) => key !== nextKey).map(([, row]) => row as Transfer);
    transfers.sort((a, b) => a.id - b.id);
    return { transfers, next: (found.get(nextKey) as number | undefined) ?? 1 };
  },
  start: ({ transfers, next }, { settings, boot, now }) =>
    spoken(startQueue({ transfers, next, boot, policy: settings.transfer.autonomous }, now)),
  step: (state, now, _roll, event) => spoken(stepQueue(state, now, event)),
  hear(state, now, notice) {
    const event = heard(notice);
    return event === undefined ? { state, deeds: [] } : spoken(stepQueue(state, now, event));
  },
  nextWake: queueWake,
  kept: ({ transfers, next }) => ({ transfers, next }),
  differences(before, after) {
    const write = (key: string, value: unknown): Write<"src/transfer"> => ({ shelf: "transfer", key, value });
    const gone = before.transfers.filter((t) => !after.transfers.some((other) => other.id === t.id));
    const other = after.transfers.filter((t) => !before.transfers.includes(t));
    return [
      ...gone.map((t) => write(`${t.id}`, null)),
      ...other.map((t) => write(`${t.id}`, t)),
      ...(before.next === after.next ? [] : [write(nextKey, after.next)]),
    ];
  },
  // The list is made anew with each session: its content is compared, or each would cost a write.
  pressing: (before, after) =>
    before.next !== after.next ||
    before.transfers.length !== after.transfers.length ||
    after.transfers.some((t, i) => t !== before.transfers[i]),
  deeds: queueDeeds,
};
