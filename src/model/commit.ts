/** Handler: makes a planned change last, all of it or none, even if the power fails at any moment. TR-069 A.3.2.1.
 *
 *   1. every file is written beside its target (`stage`): a crash leaves the old values
 *   2. one write to the store holds the work that remains and all own rows: THE commit point
 *   3. the files take their places; a crash before the end is made good by `resume`
 *   4. the intent is struck out */
import { Fault, Refused } from "../errors.ts";
import type { Config, ConfigView, Edit, Staged } from "../ports/config.ts";
import type { Log } from "../ports/log.ts";
import type { Store, Write } from "../ports/store.ts";

export interface CommitPorts {
  readonly config: Config;
  readonly store: Store<"src/model" | "src/trial">;
  readonly log: Log;
}

type Rows = readonly Write<"src/model" | "src/trial">[];

/** Changes are made one after the other, so there is one. */
const intentKey = "change";

/** @param rows own rows that have to last together with the edits
 * @param watch further rows that do, once the edits are staged
 * @throws Fault 9002, and nothing has changed */
export async function commit(
  ports: CommitPorts,
  view: ConfigView,
  edits: readonly Edit[],
  rows: readonly Write<"src/model">[],
  watch: (staged: Staged) => Rows = () => [],
): Promise<void> {
  const { config, store } = ports;
  if (edits.length === 0) return orFault(() => (rows.length > 0 ? store.write(rows) : undefined));
  const together = new Set(edits.map((edit) => edit.package)).size > 1;
  if (together && store.lasting?.() === false)
    throw new Fault(9002, "Several packages change together only where the state of the device can be saved");
  await commitStaged(
    ports,
    () => config.stage(view, edits),
    (staged) => [...rows, ...watch(staged)],
  );
}

/** @param rows own rows that have to last together with the staged edits
 * @throws Fault 9002, and nothing has changed */
export async function commitStaged<S extends Staged>(
  ports: CommitPorts,
  stage: () => Promise<S>,
  rows: (staged: S) => Rows,
): Promise<S> {
  const { config, store } = ports;
  await recoverIntents(config, store).catch(asFault);
  const staged = await stage().catch(asFault);
  try {
    store.write([...rows(staged), { shelf: "intent", key: intentKey, value: staged.intent }]);
  } catch (error) {
    staged.abort();
    asFault(error);
  }
  // From here on the change is certain (A.3.2.1, Status 1): a step that fails now is repeated later.
  try {
    staged.commit();
    strikeOut(store);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    ports.log("error", "A change is saved but not in its files yet; it is retried", {
      reason: error.message,
    });
    await recoverIntents(config, store).catch(() => undefined);
  }
  return staged;
}

/** Finishes, at the start and before any read, a change that a crash interrupted. If that fails (a file that others
 * have broken since, a full disk), the agent serves the ACS all the same and tries again with every session. */
export async function resume({ config, store, log }: CommitPorts): Promise<void> {
  try {
    await recoverIntents(config, store);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    log("error", "A change that was interrupted cannot be finished yet", { reason: error.message });
  }
}

/** Finishes a commit that a crash or a full disk interrupted.
 * @throws Refused and the intent stays */
export async function recoverIntents(config: Config, store: Store<"src/model">): Promise<void> {
  const intent = store.get("intent", intentKey);
  if (intent === undefined || intent === null) return;
  await config.recover(intent);
  strikeOut(store);
}

const strikeOut = (store: Store<"src/model">): void =>
  store.write([{ shelf: "intent", key: intentKey, value: null }]);

/** Turns a refusal of the device into an internal error for the ACS, with the reason. */
export function asFault(error: unknown): never {
  throw error instanceof Refused ? new Fault(9002, error.message) : error;
}

export function orFault<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return asFault(error);
  }
}
