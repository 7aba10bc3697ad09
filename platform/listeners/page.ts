/** Adapter: the place where the LAN page is served. It follows the settings and the addresses of the LAN, and retries a
 * port that another program has. TR-069 Annex D. */

import type { Engine } from "../../src/engine.ts";
import { Refused } from "../../src/errors.ts";
import { pageLimits } from "../../src/page/limits.ts";
import { paths } from "../../src/page/paths.ts";
import type { Place } from "../../src/page/place.ts";
import { canonicalOrigin, type PageAnswer, type PageRequest } from "../../src/page/request.ts";
import type { LanSettings } from "../../src/page/settings.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Config } from "../../src/ports/config.ts";
import type { Facts } from "../../src/ports/facts.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Settings } from "../../src/settings.ts";
import type { PageServer } from "../bun/page.ts";
import type { PageApp } from "../bun/pageapp.ts";
import { type LanPlace, lanPlace } from "../openwrt/lanplace.ts";

export interface PagingPorts {
  readonly config: Config;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
  /** Address to serve at, if this machine lacks the addresses of the configuration. */
  readonly here: string | undefined;
}

type Told = Pick<Engine, "site" | "servingPage">;

export interface Paging {
  /** Never rejects: where the page cannot be served, the log reports it and the agent continues. */
  follow(settings: Pick<Settings, "lan">, told: Told): Promise<void>;
  /** Addresses may have changed. */
  look(): void;
  close(): Promise<void>;
}

/** While the page is off, no code of it is loaded and no port is open. */
export function paging({ config, facts, clock, log, here }: PagingPorts): Paging {
  let server: PageServer | undefined;
  let served = "";
  let place: Place | undefined;
  let app: Promise<PageApp> | undefined;
  let latest: { readonly lan: LanSettings; readonly told: Told } | undefined;
  let cancel: (() => void) | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** Changes are made one after the other: two servers at a time would fight for the port. */
  const after = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work).catch((error: unknown) => {
      log("error", error instanceof Refused ? error.message : "The LAN page cannot be served", {
        reason: String(error),
      });
    });
    return turn;
  };

  const answer = async (request: PageRequest): Promise<PageAnswer> => {
    const { told } = latest!;
    app ??= import("../bun/pageapp.ts").then(async ({ pageApp }) => pageApp(await told.site(), () => place!));
    return (await app)(request);
  };

  async function move(): Promise<void> {
    cancel?.();
    const { lan, told } = latest!;
    const found = lan.enabled ? await lanPlace(facts, config.view(), lan, here) : undefined;
    const wanted = JSON.stringify([lan.port, found?.networks]);
    if (found === undefined || wanted !== served) {
      await server?.close();
      server = undefined;
      served = "";
    }
    if (found !== undefined && found.networks.length > 0) await serve(found, lan, wanted);
    told.servingPage(urls(found, lan));
  }

  async function serve(found: LanPlace, lan: LanSettings, wanted: string): Promise<void> {
    place = { ...found, port: server?.port ?? lan.port };
    if (server !== undefined) return;
    try {
      const { servePage } = await import("../bun/page.ts");
      const at = { networks: found.networks, port: lan.port, log, answer };
      server = await servePage(at);
      served = wanted;
      place = { ...found, port: server.port };
      log("info", "The LAN page is served", { port: server.port });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      log("error", `${error.message}; the port is retried until it is free`);
      cancel = clock.wake(clock.now().mono + pageLimits.portRetryMs, () => void after(move));
    }
  }

  function urls(found: LanPlace | undefined, lan: LanSettings) {
    const [first] = found?.networks ?? [];
    if (server === undefined || place === undefined || first === undefined) return { kick: "", progress: "" };
    const origin = canonicalOrigin(first.address, place);
    return { kick: lan.kick ? `${origin}${paths.kick}` : "", progress: `${origin}${paths.progress}` };
  }

  return {
    follow({ lan }, told) {
      // Addresses that have changed are found by `look`.
      const same = latest === undefined ? !lan.enabled : JSON.stringify(lan) === JSON.stringify(latest.lan);
      latest = { lan, told };
      return same ? Promise.resolve() : after(move);
    },
    look() {
      if (latest?.lan.enabled) void after(move);
    },
    close: () =>
      after(async () => {
        cancel?.();
        latest = undefined;
        await server?.close();
      }),
  };
}
