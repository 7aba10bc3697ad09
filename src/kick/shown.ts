/** Handler: gathers the facts that the status page shows. None is secret: the page shows only the host of the ACS and
 * the kind of a transfer. */
import { nextSession } from "../control/status.ts";
import type { TransferTold } from "../control/transfers.ts";
import type { Model } from "../model/session.ts";
import type { OptionReport } from "../options/report.ts";
import { pageLimits } from "../page/limits.ts";
import type { Changeable, DownloadShown, StatusShown } from "../page/shown.ts";
import type { Clock } from "../ports/clock.ts";
import type { AgentState } from "../session/state.ts";
import type { Settings } from "../settings.ts";
import { askable } from "./asks.ts";

export interface ShownParts {
  /** undefined: the agent is still starting. */
  readonly agent: () => AgentState | undefined;
  readonly settings: () => Settings;
  readonly options: () => readonly OptionReport[];
  readonly transfers: () => Promise<readonly TransferTold[]>;
  readonly model: Pick<Model, "values" | "attributes">;
  /** The root of the served data model, with its dot. */
  readonly root: string;
}

export interface Shown {
  status(): Promise<StatusShown>;
  downloads(): Promise<readonly DownloadShown[]>;
}

export function openShown({ clock }: { readonly clock: Clock }, parts: ShownParts): Shown {
  let known: { readonly at: number; readonly status: Promise<StatusShown> } | undefined;
  const downloads = async () => (await parts.transfers()).flatMap(downloadOf);

  async function fresh(): Promise<StatusShown> {
    const now = clock.now();
    const { enabled, url, lan } = parts.settings();
    const agent = parts.agent();
    const last = agent?.kept.lastSession;
    const [firmware, changeable] = await Promise.all([firmwareOf(parts), changeableOf(parts)]);
    return {
      state: stateOf(enabled, url, agent),
      host: url === "" ? "" : new URL(url).hostname,
      now: now.wall,
      zone: clock.zone(now.wall),
      session: agent !== undefined && "began" in agent.phase,
      last: last && { ended: last.ended, well: last.failure === undefined },
      failures: agent?.kept.retryCount ?? 0,
      next: (agent && nextSession(agent, now)?.at) ?? undefined,
      firmware,
      options: parts.options().flatMap(({ name, state }) => (state === "on" ? [name] : [])),
      downloads: await downloads(),
      changeable,
      mayAsk: lan.kick && enabled && url !== "",
    };
  }

  return {
    downloads,
    status() {
      const { mono } = clock.now();
      // A browser that reloads without end costs the device nothing.
      if (known === undefined || mono - known.at >= pageLimits.freshMs) {
        const status = fresh();
        known = { at: mono, status };
        status.catch(() => {
          known = undefined;
        });
      }
      return known.status;
    },
  };
}

function stateOf(enabled: boolean, url: string, agent: AgentState | undefined): StatusShown["state"] {
  if (!enabled) return "off";
  if (url === "") return "unmanaged";
  const last = agent?.kept.lastSession;
  if (last === undefined) return "never";
  return last.failure === undefined ? "well" : "trouble";
}

async function firmwareOf({ model, root }: ShownParts): Promise<string> {
  const [value] = await model.values([`${root}DeviceInfo.SoftwareVersion`]);
  return value?.Value ?? "";
}

/** A.3.2.4: the settings that AccessList lets subscribers change. */
async function changeableOf({ model, root, settings }: ShownParts): Promise<readonly Changeable[]> {
  const of = `${root}ManagementServer.`;
  const names = { url: `${of}URL`, interval: `${of}PeriodicInformInterval` };
  const attributes = await model.attributes(Object.values(names));
  const allowed = (name: string) =>
    attributes.some((one) => one.Name === name && one.AccessList.includes("Subscriber"));
  const { enable, intervalSeconds } = settings().periodic;
  const minutes = Math.max(1, Math.round(intervalSeconds / 60));
  return [
    ...(allowed(names.url) ? [{ is: "url" } as const] : []),
    ...(enable && allowed(names.interval) ? [{ is: "interval", minutes } as const] : []),
  ];
}

function downloadOf({ direction, fileType, stage, bytes, total }: TransferTold): readonly DownloadShown[] {
  if (direction !== "download" || stage === "ended") return [];
  const known = bytes !== null && total !== null && total > 0;
  return [
    {
      kind: fileType === askable.firmware ? "firmware" : fileType === askable.content ? "content" : "other",
      stage: stage === "handed" || stage === "trying" || stage === "takingBack" ? "applying" : stage,
      percent: known && stage === "running" ? Math.min(100, Math.floor((bytes * 100) / total)) : undefined,
    },
  ];
}
