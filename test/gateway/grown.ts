/** Double: both roots grown over one sample gateway, with every parameter that there is and what it stands for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConfig } from "../../platform/openwrt/config.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { type Form, plainForm } from "../../platform/sim/form.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import type { Env, Own, Root } from "../../src/model/define.ts";
import { openInstances } from "../../src/model/instances.ts";
import type { Leaf } from "../../src/model/node.ts";
import { growTree, type Tree } from "../../src/model/tree.ts";
import type { Config } from "../../src/ports/config.ts";
import type { Sheet } from "../../src/ports/facts.ts";

export interface Gateway {
  readonly directory: string;
  readonly config: Config;
  readonly sheet: Sheet;
  remove(): void;
}

export async function sampleGateway(form: Form = plainForm): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-gateway-"));
  layOutSandbox(directory, wall, form);
  const config = openConfig(directory);
  const facts = openFacts(
    directory,
    simExec(directory, () => config.view()),
  );
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  return { directory, config, sheet: await facts.sheet("whole"), remove };
}

const wall = Date.UTC(2026, 10, 24);

export interface Grown {
  readonly root: Root;
  readonly tree: Tree;
  readonly env: Env;
  readonly leaves: readonly Leaf[];
}

export const plainOwn: Own = {
  read: (name) => {
    if (name === "echoFirst" || name === "echoLast") return "0001-01-01T00:00:00Z";
    if (name.startsWith("echo")) return "0";
    if (name === "oui" || name === "gatewayOui") return "00005E";
    return name === "firstUseDate" ? "0001-01-01T00:00:00Z" : name;
  },
};

/** The root as it stands at this moment. */
export function grown(root: Root, { config, sheet }: Gateway, own: Own = plainOwn): Grown {
  const tree = growTree(
    root,
    openInstances(new Map(), () => {}),
    () => {},
  );
  const env: Env = {
    config: config.view(),
    sheet,
    own,
    now: { mono: 0, wall, known: true },
    zone: 60,
    refer: tree.refer,
    resolve: tree.resolve,
  };
  tree.at(env, 1);
  const leaves: Leaf[] = [];
  tree.walk(tree.root, (leaf) => leaves.push(leaf));
  return { root, tree, env, leaves };
}

/** The path below the root, with `{i}` for instance numbers. */
export const declaredPath = (leaf: Leaf): string =>
  leaf.name.replace(/^[^.]*\./, "").replace(/\.\d+(?=\.)/g, ".{i}");
