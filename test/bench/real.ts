/** Bench: a data model over a sample gateway on disk, with the adapters that ship. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../platform/bun/clock.ts";
import { openStore } from "../../platform/bun/store.ts";
import { openConfig } from "../../platform/openwrt/config.ts";
import type { Exec } from "../../platform/openwrt/exec.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { type Model, openModel } from "../../src/model/session.ts";

export const roots = { igd: igdRoot, device: deviceRoot } as const;

/** On a device ubus answers from other processes, whose time is not the agent's: what they say is made once. */
export function elsewhere(exec: Exec): Exec {
  const said = new Map<string, ReturnType<Exec>>();
  return (argv, msMax) => {
    const key = argv.join(" ");
    const known = said.get(key) ?? exec(argv, msMax);
    said.set(key, known);
    return known;
  };
}

export interface RealModel {
  readonly model: Model;
  readonly directory: string;
  /** Of the state. */
  readonly state: string;
  close(): void;
}

/** @param more sections for packages and lines for other files, by path */
export async function realModel(
  root: keyof typeof roots,
  more: Readonly<Record<string, string>> = {},
): Promise<RealModel> {
  const home = mkdtempSync(join(tmpdir(), "cwmpd-bench-"));
  const [directory, state] = [join(home, "gateway"), join(home, "state")];
  layOutSandbox(directory);
  for (const [name, text] of Object.entries(more)) appendFileSync(join(directory, name), text);
  const config = openConfig(directory);
  const store = await openStore(state);
  const clock = systemClock(
    () => true,
    () => 0,
  );
  const facts = openFacts(directory, elsewhere(simExec(directory, () => config.view())));
  const ports = { config, facts, store, clock, log: () => {} };
  return {
    model: openModel(roots[root], ports, { read: () => "" }),
    directory,
    state,
    close() {
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Sections of firewall for so many port mappings. */
export const redirects = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `
config redirect 'map${i}'
	option name 'Mapping ${i}'
	option src 'wan'
	option src_dport '${1024 + i}'
	option dest 'lan'
	option dest_ip '192.168.1.${2 + (i % 250)}'
	option dest_port '${1024 + i}'
	option proto 'tcp'
	option target 'DNAT'
`,
  ).join("");
