/** The agent dies at every single step of a change: each call of the file system, each write of the state. Real files,
 * a real database and the real data model; test/uci stops the first alone, with a real kill. TR-069 A.3.2.1. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../platform/bun/store.ts";
import { openConfig } from "../../platform/openwrt/config.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { type Files, systemFiles } from "../../platform/openwrt/uci/files.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { recoverIntents } from "../../src/model/commit.ts";
import type { Root } from "../../src/model/define.ts";
import { type Model, openModel } from "../../src/model/session.ts";
import { type Fuse, fuse, Killed } from "../model/world.ts";

/** What a change is about, by the names of a root. */
interface Names {
  readonly root: Root;
  readonly mappings: string;
  /** Objects whose values are compared. */
  readonly objects: readonly string[];
  readonly address: string;
  readonly ssid: string;
  /** The row of the state that holds the ParameterKey. */
  readonly keyRow: string;
}

const igd: Names = {
  root: igdRoot,
  mappings: "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.",
  objects: [
    "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.",
    "InternetGatewayDevice.LANDevice.1.WLANConfiguration.",
  ],
  address: "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress",
  ssid: "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID",
  keyRow: "parameterKey",
};

const device: Names = {
  root: deviceRoot,
  mappings: "Device.NAT.PortMapping.",
  objects: ["Device.IP.Interface.2.", "Device.DHCPv4.Server.", "Device.WiFi."],
  address: "Device.IP.Interface.2.IPv4Address.1.IPAddress",
  ssid: "Device.WiFi.SSID.1.SSID",
  keyRow: "parameterKey Device",
};

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
  { root, mappings, keyRow }: Names,
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
    const read = (name: string) => (name === "parameterKey" ? String(real.get("change", keyRow) ?? "") : "x");
    const model = openModel(root, { config, facts, store, clock, log: () => {} }, { read });
    return await work(model, () => real.get("instance", mappings));
  } finally {
    end();
    real.close();
  }
}

/** All that a change is about, as it is after the next start. */
const outcome = (names: Names, home: string) =>
  living(names, home, fuse(), async (model, numbered) => {
    const { root, mappings, objects } = names;
    const values = await model.values([mappings, ...objects]);
    const key = await model.values([
      `${root.name}.ManagementServer.ParameterKey`,
      `${root.name}.DeviceInfo.ProvisioningCode`,
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
const values = ({ root, address, ssid }: Names) => [
  text(address, "10.4.0.1"),
  text(ssid, "New"),
  text(`${root.name}.DeviceInfo.ProvisioningCode`, "NEW.1"),
];

type Change = (model: Model, names: Names) => Promise<unknown>;

const changes: readonly (readonly [string, Change])[] = [
  [
    "A.3.2.1 [R-A.3.2.1-10] [R-A.3.2.1-14] values of three packages",
    (m, names) => m.set(values(names), "acs", "new"),
  ],
  [
    "A.3.2.6 [R-A.3.2.6-12] [R-A.3.2.6-16] a new instance",
    (m, { mappings }) => m.add(mappings, "acs", "new"),
  ],
  [
    "A.3.2.7 [R-A.3.2.7-17] [R-A.3.2.7-07] the end of one",
    (m, { mappings }) => m.remove(`${mappings}4.`, "acs", "new"),
  ],
];

describe.each([
  { name: "InternetGatewayDevice", names: igd },
  { name: "Device", names: device },
])("$name killed at every step", ({ names }) => {
  test.each(changes)(
    "%s: all old or all new, the ParameterKey, attributes and numbers with it",
    async (_, makes) => {
      const { mappings } = names;
      const change = (model: Model) => makes(model, names);
      const home = mkdtempSync(join(tmpdir(), "cwmpd-crash-"));
      onTestFinished(() => rmSync(home, { recursive: true, force: true }));
      layOutSandbox(join(home, "gw"), wall);
      await living(names, home, fuse(), async (model) => {
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
      const before = await outcome(names, home);
      restore();
      const course = fuse();
      await living(names, home, course, change);
      const after = await outcome(names, home);
      expect(after).not.toEqual(before);
      for (let at = 0; at < course.steps.length; at++) {
        restore();
        await expect(living(names, home, fuse(at), change), course.steps[at]).rejects.toBeInstanceOf(Killed);
        // The first write of the state holds the whole intent: from then on there is no way back, before it none forward.
        const expected = at > course.steps.indexOf("write state") ? after : before;
        expect(await outcome(names, home), `killed before: ${course.steps[at]}`).toEqual(expected);
      }
      expect(course.steps.filter((step) => step === "write state")).toHaveLength(2);
    },
  );
});
