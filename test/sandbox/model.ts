/** Double: the data model on a directory, with a store that forgets and a clock that stands still. */
import { openConfig } from "../../platform/openwrt/config.ts";
import type { Exec } from "../../platform/openwrt/exec.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Root } from "../../src/model/define.ts";
import { type Model, openModel } from "../../src/model/session.ts";
import type { Config, ConfigView } from "../../src/ports/config.ts";
import type { Shelf, Store } from "../../src/ports/store.ts";

function memory(): Store {
  const shelves = new Map<Shelf, Map<string, unknown>>();
  const shelf = (name: Shelf): Map<string, unknown> => {
    const there = shelves.get(name) ?? new Map();
    shelves.set(name, there);
    return there;
  };
  const write: Store["write"] = (writes) => {
    for (const { shelf: name, key, value } of writes)
      if (value === null) shelf(name).delete(key);
      else shelf(name).set(key, value);
  };
  return {
    get: (name, key) => shelf(name).get(key),
    all: (name) => new Map(shelf(name)),
    write,
    mark: () => {},
    marked: false,
  };
}

/** @param exec the programs of the device
 * @param wall the time, UTC milliseconds */
export function openTree(
  directory: string,
  exec: (view: () => ConfigView) => Exec,
  root: Root = igdRoot,
  wall: () => number = () => Date.UTC(2026, 10, 24),
): { readonly config: Config; readonly model: Model } {
  const config = openConfig(directory);
  const facts = openFacts(
    directory,
    exec(() => config.view()),
  );
  const clock = {
    now: () => ({ mono: 0, wall: wall(), known: true }),
    wake: () => () => {},
    zone: () => 60,
  };
  const ports = { config, facts, store: memory(), clock, log: () => {} };
  const own = { read: (name: string) => (name === "oui" ? "00005E" : name) };
  return { config, model: openModel(root, ports, own) };
}
