/** Handler: the running agent's part of `cwmpd get`, `set`, `names`, `status`, `inform`, `options` and `event`. Rooms
 * with commands of their own hand in theirs. */
import type { Control } from "./control/control.ts";
import { statusOf } from "./control/status.ts";
import { discoveryWarnings, foundStatus } from "./dhcp/tell.ts";
import { Refused } from "./errors.ts";
import type { Life } from "./life.ts";
import type { Loop } from "./loop.ts";
import type { Model } from "./model/session.ts";
import type { NatDesk } from "./nat/desk.ts";
import { optionReports } from "./options/report.ts";
import type { OwnState } from "./own.ts";
import type { Clock, Now } from "./ports/clock.ts";
import type { Config } from "./ports/config.ts";
import type { Facts } from "./ports/facts.ts";
import { affinityOf } from "./session/kept.ts";
import type { AgentState } from "./session/state.ts";
import type { Settings } from "./settings.ts";
import { transferCounts } from "./transfer/list.ts";
import { trialStatus, trialWarnings } from "./trial/tell.ts";

interface CommandPorts {
  readonly config: Config;
  readonly facts: Facts;
  readonly store: Parameters<typeof affinityOf>[0];
  readonly clock: Clock;
}

interface CommandOptions {
  readonly version: string;
  /** Faults that the platform finds, for `status`. */
  readonly warnings: (settings: Settings) => readonly string[];
}

/** A session is on, or about to be. */
export const underWay = (phase: AgentState["phase"]): boolean =>
  ["looking", "preparing", "session"].includes(phase.is);

/** Complaints about the search for an ACS, changes that were undone, and facts and packages that cannot be read,
 * after a look at all that the tree shows. */
function troubles(model: Model, { config, facts }: CommandPorts, loop: Loop | undefined): readonly string[] {
  const view = config.view();
  for (const name of model.packages) view.package(name);
  const trial = loop === undefined ? [] : trialWarnings(loop.life.trial);
  return [...discoveryWarnings(loop?.life.discovery), ...trial, ...config.troubles(), ...facts.troubles()];
}

const counted = ({ transfer, trial }: Life, now: Now) => ({
  transfers: transferCounts(transfer.transfers),
  trial: trialStatus(trial, now),
});

/** @throws Refused while there is no loop */
export function begun(loop: Loop | undefined): Loop {
  if (loop === undefined) throw new Refused("The agent is still starting: ask again in a moment.");
  return loop;
}

/** The services of the running agent for the command line. */
export function controlOf(
  running: () => Loop | undefined,
  model: Model,
  own: OwnState,
  ports: CommandPorts,
  options: CommandOptions,
  {
    touched,
    apply,
    takeIn,
    nat,
  }: {
    readonly nat: NatDesk["status"];
    readonly touched: () => void;
    readonly apply: () => Promise<void>;
    readonly takeIn: () => void;
  },
): Omit<Control, "transfers" | "transfer" | "requestDownload" | "describe" | "rehearse" | "profiles"> {
  const began = ports.clock.now().mono;
  const life = () => begun(running()).life;
  const state = () => life().agent;
  return {
    async get(paths) {
      const values = await model.values(paths);
      return values.map((v) => ({ name: v.Name, value: v.Value, type: v.type }));
    },
    async set(pairs) {
      await model.set(
        pairs.map((p) => ({ Name: p.name, Value: p.value, type: "string" })),
        "local",
      );
      // A session puts unapplied packages into effect when it ends; without a session they take effect now.
      if (!underWay(state().phase)) await apply();
      touched();
    },
    async names(path, nextLevel) {
      const names = await model.names(path, nextLevel);
      return names.map((n) => ({ name: n.Name, writable: n.Writable }));
    },
    async status() {
      const affinity = affinityOf(ports.store);
      return statusOf(state(), ports.clock.now(), {
        version: options.version,
        uptimeSeconds: Math.floor((ports.clock.now().mono - began) / 1000),
        deviceId: own.deviceId,
        connectionRequestUrl: own.read("connectionRequestURL"),
        connectionRequestPort: own.port,
        address: affinity?.chosen,
        found: foundStatus(running()?.life.discovery),
        nat: nat(),
        ...counted(life(), ports.clock.now()),
        warnings: [...options.warnings(state().settings), ...troubles(model, ports, running())],
      });
    },
    options: async () => optionReports(life().options, ports.config.view()),
    async inform() {
      const { settings } = state();
      if (settings.url === "") {
        throw new Refused("No ACS is known: set cwmp.acs.url, or start the agent with --acs-url.");
      }
      if (!settings.enabled) throw new Refused("The agent is switched off: set cwmp.cpe.enabled to 1.");
      running()?.feed({ to: "agent", event: { on: "asked" } });
    },
    async events() {
      // Events that wait are also taken in at start.
      state();
      takeIn();
    },
  };
}
