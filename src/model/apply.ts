/** Handler: the work after a change: its ParameterKey is kept, and services reload its packages. TR-069 A.3.2.1.
 *
 * On the shelf "change" by name. */
import type { ConfigView } from "../ports/config.ts";
import type { Log } from "../ports/log.ts";
import type { Services } from "../ports/services.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Env, Own } from "./define.ts";
import type { RootName } from "./roots.ts";

export interface ApplyPorts {
  readonly store: Store<"src/model">;
  readonly services: Services;
  readonly log: Log;
}

/** Each root has its own, as it has its own instance numbers. */
const parameterKeyKey = (root: RootName): string =>
  root === "InternetGatewayDevice" ? "parameterKey" : `parameterKey ${root}`;
/** Packages that `Services.apply` has still to be called for (string[]). */
const unappliedKey = "unapplied";
/** The packages whose services are being notified now. A start after a crash finds them here. */
const applyingKey = "applying";

/** Packages of the agent's own: they take effect without a notification. */
export const ownPackages: ReadonlySet<string> = new Set(["cwmp", "cwmp_diagnostics", "cwmp_orders"]);

export const parameterKeyOf = (store: Store<"src/model">, root: RootName): string =>
  String(store.get("change", parameterKeyKey(root)) ?? "");

/** Rows that are written with a change. @param parameterKey undefined: it stays as it is */
export function changeRows(
  store: Store<"src/model">,
  root: RootName,
  parameterKey: string | undefined,
  packages: readonly string[],
): Write<"src/model">[] {
  const rows: Write<"src/model">[] = [];
  if (parameterKey !== undefined)
    rows.push({ shelf: "change", key: parameterKeyKey(root), value: parameterKey });
  const waiting = (store.get("change", unappliedKey) ?? []) as readonly string[];
  const all = new Set([...waiting, ...packages.filter((name) => !ownPackages.has(name))]);
  if (all.size > waiting.length) rows.push({ shelf: "change", key: unappliedKey, value: [...all] });
  return rows;
}

/** Puts the written packages into effect, once (A.3.2.1: as soon as possible after the session). A package that
 * fails is tried again the next time. Calls run one after the other; packages written during a call wait for the next.
 * @param finish puts the files in place that a change could not: services would read the old ones */
export function applier(ports: ApplyPorts, finish: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => applyChanges(ports, finish));
    return last;
  };
}

async function applyChanges(
  { store, services, log }: ApplyPorts,
  finish: () => Promise<void>,
): Promise<void> {
  const named = (key: string) => (store.get("change", key) ?? []) as readonly string[];
  const packages = [...new Set([...named(applyingKey), ...named(unappliedKey)])];
  try {
    await finish();
    if (packages.length === 0) return;
    store.write([
      { shelf: "change", key: unappliedKey, value: null },
      { shelf: "change", key: applyingKey, value: packages },
    ]);
    await services.apply(packages);
    store.write([{ shelf: "change", key: applyingKey, value: null }]);
  } catch (error) {
    log("error", "Changes are saved but not in effect", {
      packages: packages.join(" "),
      reason: String(error),
    });
  }
}

/** The state after the change, the ParameterKey included. */
export function afterwards(env: Env, view: ConfigView, parameterKey: string | undefined): Env {
  const { devices } = env.own;
  const own: Own = {
    ...(devices === undefined ? {} : { devices }),
    read: (name) =>
      name === "parameterKey" && parameterKey !== undefined ? parameterKey : env.own.read(name),
  };
  return { ...env, config: view, own };
}
