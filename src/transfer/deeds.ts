/** Handler: performs the deeds of the queue of transfers. TR-069 3.4.3, A.3.2.8, A.4.1.5. */
import { Refused } from "../errors.ts";
import type { LinePorts } from "../http/lines.ts";
import type { Files, Receiving, Sending } from "../ports/files.ts";
import type { FileServers, Flash, Installer, Progress, Received, Told } from "../ports/installer.ts";
import type { Performers } from "../session/machine.ts";
import type { TransferSettings } from "../settings.ts";
import { type Bounds, bounded, paced } from "./course.ts";
import type { Transfer } from "./entry.ts";
import { TransferFailure } from "./failure.ts";
import { kindOf } from "./filetype.ts";
import { receiveHttp, sendHttp } from "./http.ts";
import { transferLimits } from "./limits.ts";
import { failedBy, idOf } from "./machine.ts";
import type { Offer } from "./request.ts";
import type { QueueDeed, QueueEvent } from "./state.ts";

export interface TransferPorts extends LinePorts, TransferAdapters {}

/** The adapters of the platform for transfers. */
export interface TransferAdapters {
  readonly files: Files;
  readonly installer: Installer;
  readonly flash: Flash;
  /** Loaded for their first URL. */
  readonly fileServers: () => Promise<FileServers>;
}

export interface TransferParts {
  readonly settings: () => TransferSettings;
  /** Names this boot of the device. */
  readonly boot: string;
  /** Schemes of URLs that `fileServers` has. */
  readonly schemes: readonly string[];
}

export interface TransferWork {
  readonly performers: Performers<QueueDeed, QueueEvent>;
  /** The limits that a request is judged by. */
  readonly offer: () => Offer;
  /** Hands the image of that name to the flash; the device shuts down for it.
   * @throws when it does not, after the queue has been notified */
  readonly install: (ref: string, feed: (event: QueueEvent) => void) => Promise<void>;
  /** A process begins with these transfers. */
  readonly begin: (transfers: readonly Transfer[]) => void;
  /** The progress of the running transfer; undefined: none runs. */
  readonly progress: () => RunningProgress | undefined;
  /** The last transfers that have ended, oldest first. */
  readonly recent: () => readonly Transfer[];
}

export type RunningProgress = Progress & { readonly id: number; readonly sinceMono: number };

export function transferWork(ports: TransferPorts, parts: TransferParts): TransferWork {
  const { files, installer, flash, log, clock } = ports;
  let progress: RunningProgress | undefined;
  let recent: readonly Transfer[] = [];

  /** Every failure is logged, and is an event. */
  const attempt =
    <D extends QueueDeed>(work: (deed: D) => Promise<QueueEvent | undefined>) =>
    async (deed: D): Promise<readonly QueueEvent[]> => {
      try {
        const event = await work(deed);
        return event === undefined ? [] : [event];
      } catch (error) {
        if (!(error instanceof TransferFailure)) throw error;
        const { id, fileType } = deed.transfer;
        log("warn", `The ${deed.transfer.direction} has failed`, { id, fileType, reason: error.message });
        return [failedBy(error, deed)];
      } finally {
        if (progress?.id === deed.transfer.id) progress = undefined;
      }
    };

  /** A transfer begins. @returns the receiver of its progress */
  function progressOf({ id }: Transfer): Told {
    const sinceMono = clock.now().mono;
    progress = { id, bytes: 0, total: undefined, sinceMono };
    return (now) => {
      progress = { ...now, id, sinceMono };
    };
  }

  const bounds = (): Bounds => ({ clock, speedMax: parts.settings().speedMax, room: files.room() });

  async function receive(transfer: Transfer, received: Receiving): Promise<void> {
    const { file, told } = bounded(received, bounds(), progressOf(transfer));
    if (parts.schemes.includes(schemeOf(transfer.url))) {
      await (await ports.fileServers()).receive(transfer, file, told);
    } else await receiveHttp(transfer, file, parts.settings().tls, { ...ports, told });
  }

  async function send(transfer: Transfer, made: Sending): Promise<void> {
    const file = paced(made, bounds());
    const told = progressOf(transfer);
    if (parts.schemes.includes(schemeOf(transfer.url))) {
      await (await ports.fileServers()).send(transfer, file, told);
    } else await sendHttp(transfer, file, parts.settings().tls, { ...ports, told });
  }

  async function install(ref: string, feed: (event: QueueEvent) => void): Promise<void> {
    const id = idOf(ref);
    if (id === undefined) throw new Refused(`There is no image ${ref}`);
    // On disk when this returns: from here on only a boot can show the outcome.
    feed({ on: "writing", id });
    try {
      log("info", "The image is handed to the flash; the device reboots for it", { id });
      await flash.write(id);
    } catch (error) {
      const { kind = "internal" } = error instanceof TransferFailure ? error : {};
      const text = error instanceof Error ? error.message : String(error);
      feed({ on: "failed", id, kind, text, begun: true });
      throw error;
    }
  }

  const takesImages = () => flash.trialMs !== undefined;

  function begin(transfers: readonly Transfer[]): void {
    try {
      files.sweep(transfers.map(({ id }) => id));
    } catch (error) {
      log("warn", "Cannot remove files that ended transfers have left", { reason: String(error) });
    }
  }

  return {
    begin,
    progress: () => progress,
    recent: () => recent,
    install,
    offer: () => ({
      schemes: ["http", "https", ...parts.schemes],
      serves: (direction, fileType) =>
        kindOf(direction, fileType) === "firmware" ? takesImages() : installer.serves(direction, fileType),
      space: files.room(),
    }),
    performers: {
      fetch: attempt(async ({ transfer }) => {
        const { id, fileType } = transfer;
        log("info", "A download begins", { id, fileType, host: new URL(transfer.url).host });
        const file = await files.receive(id, fileType);
        try {
          await Promise.race([receive(transfer, file), ...(file.failed === undefined ? [] : [file.failed])]);
          await file.finish();
        } catch (error) {
          await file.drop();
          throw error;
        }
        return { on: "fetched", id };
      }),
      send: attempt(async ({ transfer }) => {
        const { id, fileType } = transfer;
        log("info", "An upload begins", { id, fileType, host: new URL(transfer.url).host });
        const file = await installer.make(fileType);
        try {
          await send(transfer, file);
        } finally {
          await file.close();
        }
        return { on: "sent", id };
      }),
      apply: attempt(async ({ transfer }) => {
        if (!files.has(transfer.id)) {
          // The power may have failed while packages were being replaced.
          if (transfer.kind === "configuration") await installer.takeBack(transfer.id);
          return { on: "missing", id: transfer.id };
        }
        const limitMs = await installer.apply(receivedOf(transfer));
        return { on: "applied", id: transfer.id, trial: { limitMs } };
      }),
      hand: attempt(async ({ transfer: { id } }) => {
        if (!files.has(id)) return { on: "missing", id };
        const expected = await flash.check(id);
        await flash.mark();
        const { identity: from } = await flash.running();
        return { on: "handing", id, handOver: { from, expected, boot: parts.boot } };
      }),
      judge: attempt(async ({ transfer: { id } }) => {
        const running = await flash.running();
        return { on: "judged", id, running, trial: { limitMs: flash.trialMs ?? 0 } };
      }),
      keep: attempt(async ({ transfer }) => {
        if (transfer.kind === "firmware") await flash.commit();
        else await installer.keep(transfer.id);
        return { on: "kept", id: transfer.id };
      }),
      takeBack: attempt(async ({ transfer, why }) => {
        log("warn", why, { id: transfer.id, fileType: transfer.fileType });
        if (transfer.kind === "firmware") await flash.fallBack();
        else await installer.takeBack(transfer.id);
        // The boot into the old image is the report.
        return transfer.kind === "firmware" ? undefined : { on: "takenBack", id: transfer.id };
      }),
      tidy: attempt(async ({ transfer }) => {
        recent = [...recent.filter(({ id }) => id !== transfer.id), transfer].slice(
          -transferLimits.recentMax,
        );
        files.remove(transfer.id);
        const { id, stage } = transfer;
        return stage.is === "ended" && stage.untold ? { on: "confirmed", id } : undefined;
      }),
    },
  };
}

const schemeOf = (url: string): string => new URL(url).protocol.slice(0, -1);

/** The name of a received file: TargetFileName, else the end of the URL (Table 30). */
function receivedOf({ id, fileType, targetFileName, url }: Transfer): Received {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  return { id, fileType, name: targetFileName === "" ? last : targetFileName };
}
