/** The agent dies at every single step of a change: each call of the file system, each write of the state. Real files,
 * a real database and the real data model; test/uci stops the first alone, with a real kill. TR-069 A.3.2.1. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../platform/bun/store.ts";
import { openConfig } from "../../platform/openwrt/config.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { type Files, systemFiles } from "../../platform/openwrt/uci/files.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { recoverIntents } from "../../src/model/commit.ts";
import { type Model, openModel } from "../../src/model/session.ts";
import { type Fuse, fuse, Killed } from "../model/world.ts";

const root = "InternetGatewayDevice.";
const lan = `${root}LANDevice.1.`;
const wan = `${root}WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.`;
const mappings = `${wan}PortMapping.`;
const wall = Date.UTC(2026, 10, 24);

/** What leaves a trace on the medium: between two of these a kill makes no difference. */
const traces: readonly (keyof Files)[] = [
  "open",
  "write",
  "truncate",
  "chmod",
  "sync",
  "rename",
  "link",
  "remove",
];

/** The file system, a step a call. What a dead process had open is closed by `end`, as the system does. */
function wired(wire: Fuse): { readonly files: Files; end(): void } {
  const open = new Set<number>();
  let ended = false;
  const files = new Proxy(systemFiles, {
    get:
      (target, name: keyof Files) =>
      (...args: unknown[]) => {
        // Timers of the dead go on in this process, and what they would close is somebody else's by now.
        if (ended) return undefined;
        if (name === "open" ? args[1] === "create" : traces.includes(name)) wire.step(`${name} ${args[0]}`);
        const done = (target[name] as (...args: unknown[]) => unknown)(...args);
        if (name === "open") open.add(done as number);
        if (name === "close") open.delete(args[0] as number);
        return done;
      },
  });
  return {
    files,
    end: () => {
      ended = true;
      for (const fd of open) systemFiles.close(fd);
    },
  };
}

/** One life of the agent on a device. */
async function living<T>(
  home: string,
  wire: Fuse,
  work: (model: Model, numbered: () => unknown) => Promise<T>,
): Promise<T> {
  const device = join(home, "gw");
  const { files, end } = wired(wire);
  const real = await openStore(join(home, "state"));
  const store = {
    ...real,
    write: (writes: Parameters<typeof real.write>[0]) => {
      wire.step("write state");
      real.write(writes);
      wire.step("state written");
    },
  };
  try {
    const config = openConfig(device, undefined, { files });
    await recoverIntents(config, store);
    const facts = openFacts(
      device,
      simExec(device, () => config.view()),
    );
    const clock = {
      now: () => ({ mono: 0, wall, known: true }),
      wake: () => () => {},
      zone: () => 0,
    };
    const read = (name: string) =>
      name === "parameterKey" ? String(real.get("change", "parameterKey") ?? "") : "x";
    const model = openModel(igdRoot, { config, facts, store, clock, log: () => {} }, { read });
    return await work(model, () => real.get("instance", mappings));
  } finally {
    end();
    real.close();
  }
}

/** All that a change is about, as it is after the next start. */
const outcome = (home: string) =>
  living(home, fuse(), async (model, numbered) => {
    const values = await model.values([
      mappings,
      `${lan}LANHostConfigManagement.`,
      `${lan}WLANConfiguration.`,
    ]);
    const key = await model.values([
      `${root}ManagementServer.ParameterKey`,
      `${root}DeviceInfo.ProvisioningCode`,
    ]);
    const left = readdirSync(join(home, "gw/etc/config")).filter((name) => name.startsWith("."));
    return {
      values: [...values, ...key].map((v) => [v.Name, v.Value]),
      attributes: await model.attributes([mappings]),
      next: numbered(),
      left,
    };
  });

const text = (Name: string, Value: string) => ({ Name, Value, type: "string" });
const values = [
  text(`${lan}LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress`, "10.4.0.1"),
  text(`${lan}WLANConfiguration.1.SSID`, "New"),
  text(`${root}DeviceInfo.ProvisioningCode`, "NEW.1"),
];

const changes: readonly (readonly [string, (model: Model) => Promise<unknown>])[] = [
  ["A.3.2.1 [R-A.3.2.1-10] [R-A.3.2.1-14] values of three packages", (m) => m.set(values, "acs", "new")],
  ["A.3.2.6 [R-A.3.2.6-12] [R-A.3.2.6-16] a new instance", (m) => m.add(mappings, "acs", "new")],
  ["A.3.2.7 [R-A.3.2.7-17] [R-A.3.2.7-07] the end of one", (m) => m.remove(`${mappings}4.`, "acs", "new")],
];

describe("killed at every step", () => {
  test.each(changes)(
    "%s: all old or all new, the ParameterKey, attributes and numbers with it",
    async (_, change) => {
      const home = mkdtempSync(join(tmpdir(), "cwmpd-crash-"));
      onTestFinished(() => rmSync(home, { recursive: true, force: true }));
      layOutSandbox(join(home, "gw"), wall);
      await living(home, fuse(), async (model) => {
        await model.values([""]);
        await model.add(mappings, "acs", "old");
        const list = { NotificationChange: true, Notification: 1, AccessListChange: false, AccessList: [] };
        await model.setAttributes([{ Name: mappings, ...list }]);
      });
      const kept = ["state", "gw/etc/config"];
      for (const part of kept) cpSync(join(home, part), join(home, "kept", part), { recursive: true });
      const restore = (): void => {
        for (const part of kept) {
          rmSync(join(home, part), { recursive: true });
          cpSync(join(home, "kept", part), join(home, part), { recursive: true });
        }
      };
      const before = await outcome(home);
      restore();
      const course = fuse();
      await living(home, course, change);
      const after = await outcome(home);
      expect(after).not.toEqual(before);
      for (let at = 0; at < course.steps.length; at++) {
        restore();
        await expect(living(home, fuse(at), change), course.steps[at]).rejects.toBeInstanceOf(Killed);
        // The first write of the state holds the whole intent: from then on there is no way back, before it none forward.
        const expected = at > course.steps.indexOf("write state") ? after : before;
        expect(await outcome(home), `killed before: ${course.steps[at]}`).toEqual(expected);
      }
      expect(course.steps.filter((step) => step === "write state")).toHaveLength(2);
    },
  );
});
