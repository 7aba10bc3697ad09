/** A tree that keeps values from moment to moment shows the values that a new tree reads from the same system. */
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Env, Root } from "../../src/model/define.ts";
import { openInstances } from "../../src/model/instances.ts";
import { growTree } from "../../src/model/tree.ts";
import { type Gateway, plainOwn, sampleGateway } from "./grown.ts";

/** Every plain file of the device that can be read. */
function filesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** The text with another number in the place of its last one. */
function renumbered(text: string): string | undefined {
  const at = text.search(/\d(?=\D*$)/);
  return at < 0 ? undefined : `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`;
}

/** A tree that lives from moment to moment, and for each moment a tree that has kept nothing. */
function observer(root: Root, { directory, config }: Gateway) {
  const facts = openFacts(
    directory,
    simExec(directory, () => config.view()),
  );
  const rows = new Map<string, unknown>();
  const instances = openInstances(new Map(), () => {});
  const kept = growTree(root, instances, () => {});
  let moment = 0;
  return async () => {
    moment++;
    const sheet = await facts.sheet("whole");
    const env = {
      config: config.view(),
      sheet,
      own: plainOwn,
      now: { mono: moment, wall: Date.UTC(2026, 10, 24), known: true },
      zone: 60,
    };
    const valuesOf = (tree: ReturnType<typeof growTree>) => {
      tree.at({ ...env, refer: tree.refer, resolve: tree.resolve } satisfies Env, moment);
      const values: { readonly Name: string; readonly Value: string }[] = [];
      tree.collect(tree.root, values as never);
      return Object.fromEntries(values.map(({ Name, Value }) => [Name, Value]));
    };
    const own = valuesOf(kept);
    const writes = instances.pending();
    for (const { key, value } of writes) {
      if (value === null) rows.delete(key);
      else rows.set(key, structuredClone(value));
    }
    instances.settled(writes);
    const anew = valuesOf(
      growTree(
        root,
        openInstances(new Map(rows) as never, () => {}),
        () => {},
      ),
    );
    return { own, anew };
  };
}

describe.each([igdRoot, deviceRoot])("$name", (root) => {
  test("A.3.2.2 whichever file of the device changes, vanishes or comes back, the kept values are those of the file", async () => {
    const gateway = await sampleGateway({ wan: "dhcp" });
    try {
      const observe = observer(root, gateway);
      let last = JSON.stringify((await observe()).own);
      let changed = 0;
      // The next look after a file is back is that at the next file.
      for (const path of filesOf(gateway.directory)) {
        const text = readFileSync(path, "latin1");
        const other = renumbered(text);
        if (other !== undefined) writeFileSync(path, other, "latin1");
        for (const vanishes of [false, true]) {
          if (vanishes) renameSync(path, `${path}.away`);
          const { own, anew } = await observe();
          expect(own, path).toEqual(anew);
          const now = JSON.stringify(own);
          if (now !== last) changed++;
          last = now;
        }
        renameSync(`${path}.away`, path);
        writeFileSync(path, text, "latin1");
      }
      expect(changed).toBeGreaterThan(50);
    } finally {
      gateway.remove();
    }
  });
});
