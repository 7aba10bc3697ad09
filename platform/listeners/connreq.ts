/** Adapter: the place where Connection Requests are accepted. It follows the settings, and retries a port that another
 * program had. TR-069 3.2.2. */
import { connectionRequestLimits } from "../../src/connreq/limits.ts";
import { Refused } from "../../src/errors.ts";
import type { Chance } from "../../src/ports/chance.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Settings } from "../../src/settings.ts";
import { type ConnectionRequestServer, serveConnectionRequests } from "../bun/connreq.ts";

const chosenPortKey = "connectionRequestPort";

export interface ListeningPorts {
  readonly log: Log;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store<"platform/listeners">;
}

/** The reports of this adapter and their recipients. */
export interface Told {
  /** Path of the Connection Request URL. */
  readonly connectionRequestPath: string;
  connectionRequest(): void;
  /** A Connection Request that was accepted waits for its session. */
  connectionRequestWaits(): boolean;
  /** Reports the port on which Connection Requests are accepted; undefined: none. */
  listening(port: number | undefined): void;
}

export interface Listening {
  /** Listens where the settings say. Never rejects: where it cannot listen, the log reports it and the agent
   * continues. */
  follow(settings: Pick<Settings, "connectionRequest">, told: Told): Promise<void>;
  close(): Promise<void>;
}

/** @param anyPort on a machine that is not the device another agent may have the port; there any free one will do */
export function connectionRequests(anyPort: boolean, ports: ListeningPorts): Listening {
  const { log, clock, store } = ports;
  let server: ConnectionRequestServer | undefined;
  let asked: number | undefined;
  let current: Settings["connectionRequest"];
  let cancel: (() => void) | undefined;
  const credentials = () => ({ username: current.username, password: current.password });
  let turn: Promise<unknown> = Promise.resolve();

  /** Makes changes one after the other: two servers at a time would fight for the port. */
  const after = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work).catch((error: unknown) => {
      log("error", "Cannot accept Connection Requests", { reason: String(error) });
    });
    turn = mine;
    return mine;
  };

  async function move(wanted: Settings["connectionRequest"], told: Told): Promise<void> {
    current = wanted;
    if (asked === current.port) return;
    asked = current.port;
    cancel?.();
    await server?.close();
    server = undefined;
    await listen(told, "error");
  }

  /** @param level of the complaint; undefined: it is known already */
  async function listen(told: Told, level?: "error"): Promise<void> {
    try {
      server = await serveConnectionRequests({
        // A port of our own choice is kept, so that the URL stays the one that the ACS knows.
        port: current.port || Number(store.get("listening", chosenPortKey) ?? 0),
        fallback: anyPort || current.port === 0,
        clock,
        chance: ports.chance,
        log,
        credentials,
        path: told.connectionRequestPath,
        rates: () => ({
          acceptedPerMinuteMax: current.perMinuteMax,
          acceptedPerSourcePerMinuteMax: current.perSourceMax,
        }),
        pending: () => told.connectionRequestWaits(),
        onRequest: () => told.connectionRequest(),
      });
      log("info", "Listening for Connection Requests", { port: server.port });
      const { port } = server;
      if (current.port === 0 && store.get("listening", chosenPortKey) !== port)
        store.write([{ shelf: "listening", key: chosenPortKey, value: port }]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      again(told);
      if (level === undefined) return;
      log(level, `${error.message}; the port is retried until it is free`);
    }
    told.listening(server?.port);
  }

  /** Tries again later: the program that holds the port may end, such as an agent that is shutting down. */
  function again(told: Told): void {
    cancel?.();
    cancel = clock.wake(clock.now().mono + connectionRequestLimits.portRetryMs, () => {
      cancel = undefined;
      void after(async () => {
        if (server === undefined && asked !== undefined) await listen(told);
      });
    });
  }

  return {
    follow: ({ connectionRequest }, told) => after(() => move(connectionRequest, told)),
    close: () =>
      after(async () => {
        cancel?.();
        asked = undefined;
        await server?.close();
      }),
  };
}
