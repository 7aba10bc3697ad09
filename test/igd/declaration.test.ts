import { describe, expect, test } from "vitest";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { parseRule } from "../../src/model/constraint.ts";
import type { TableDef } from "../../src/model/define.ts";
import { judge } from "../../src/model/judge.ts";
import { profilesOf } from "../../src/model/profiles.ts";
import { igdSchema } from "../../src/model/schema/igd.ts";
import { all } from "./sample.ts";
import { declared, netdev, present, world } from "./world.ts";

const leaves = declared();

describe("the declared tree against its schema", () => {
  test("A.3.2.3 every parameter has facts in the data model", () => {
    expect(leaves.filter(({ path }) => !igdSchema.parameter(path)).map(({ path }) => path)).toEqual([]);
  });

  test("A.3.2.3 no parameter is writable that the data model calls read-only", () => {
    const wrong = leaves.filter(({ path, binding }) => binding.write && !igdSchema.parameter(path)?.writable);
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("A.3.2.1 every password and key is hidden", () => {
    const secrets = leaves.filter(({ path }) => /Password$|Passphrase$|Key$/.test(path));
    const shown = secrets.filter(
      ({ path }) => !igdSchema.parameter(path)?.hidden && !/ParameterKey$/.test(path),
    );
    expect(secrets.length).toBeGreaterThan(2);
    expect(shown).toEqual([]);
  });

  test("A.3.3.1 every parameter of the forced list that this root has is marked", () => {
    const forced = leaves
      .filter(({ path }) => igdSchema.parameter(path)?.forcedInform)
      .map(({ path }) => path);
    expect(forced.sort()).toEqual([
      "DeviceInfo.HardwareVersion",
      "DeviceInfo.ProvisioningCode",
      "DeviceInfo.SoftwareVersion",
      "DeviceInfo.SpecVersion",
      "DeviceSummary",
      "ManagementServer.ConnectionRequestURL",
      "ManagementServer.ParameterKey",
      "WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.ExternalIPAddress",
      "WANDevice.{i}.WANConnectionDevice.{i}.WANPPPConnection.{i}.ExternalIPAddress",
    ]);
  });

  test("A.3.3.1 of two connections only the one that leads to the ACS is in the Inform", () => {
    const { env } = world({ ...all, cwmp: "config cpe 'cpe'\n\toption interface 'wan2'" });
    const wan = igdRoot.object.objects.WANDevice as TableDef;
    const link = wan.instance.objects.WANConnectionDevice as TableDef;
    const connection = link.instance.objects.WANIPConnection as TableDef;
    expect(connection.instance.informs?.({ interface: "wan" }, env)).toBe(false);
    expect(connection.instance.informs?.({ interface: "wan2" }, env)).toBe(true);
  });

  test("TR-106 2.4 DeviceSummary names a profile only if the tree has all of it [R-G.2.1-01]", () => {
    const paths = new Set(leaves.map(({ path }) => path));
    const complete = profilesOf(igdRoot).filter(({ lacks }) => lacks.length === 0);
    expect(world(all).get("DeviceSummary")).toBe(
      `InternetGatewayDevice:1.14[](${complete.map(({ name }) => name).join(", ")})`,
    );
    expect(complete.map(({ name }) => name)).toContain("MemoryStatus:1");
    expect(paths.has("DeviceInfo.MemoryStatus.Total") && paths.has("DeviceInfo.MemoryStatus.Free")).toBe(
      true,
    );
  });

  test("A.3.2.2 every value of a whole device is within its type, range and enumeration", () => {
    const devices = ["br-lan", "lan1", "lan2", "wan", "eth0.3", "eth1", "phy0-ap0"].map((name) =>
      netdev(name),
    );
    const here = world(all, {
      netdev: (name) => devices.find((device) => device.name === name),
      wifiDevice: () => "phy0-ap0",
      leases: () => [
        { expires: 0, mac: "00:00:5E:00:53:10", address: "192.168.1.10", hostname: "a", clientId: "*" },
      ],
    });
    const paths = present(here.env);
    expect(paths.length).toBeGreaterThan(150);
    const wrong = paths.flatMap((path) => {
      const fact = igdSchema.parameter(path.replace(/\.\d+(?=\.)/g, ".{i}"))!;
      const value = path.endsWith("OUI")
        ? "00005E"
        : path.endsWith("FirstUseDate")
          ? "0001-01-01T00:00:00Z"
          : here.get(path);
      // What may only be read is among the values all the same.
      const rule = parseRule(fact);
      const values = new Map([...rule.values.keys()].map((word) => [word, true] as const));
      const judged = judge({ ...rule, values }, fact.type, value, here.env.now);
      return judged.ok ? [] : [`${path} = ${value}: ${judged.text}`];
    });
    expect(wrong).toEqual([]);
  });

  test("A.3.2.1 every value that reads back can be set again", () => {
    const here = world(all, { netdev: (name) => netdev(name) });
    for (const path of present(here.env)) {
      const { binding } = leaves.find((leaf) => leaf.path === path.replace(/\.\d+(?=\.)/g, ".{i}"))!;
      const value = here.get(path);
      // What orders a test, what DHCP gives, what the driver chooses by itself and what is not there have no value of their own to set.
      const given =
        /DiagnosticsState$|WANIPConnection\.1\.(SubnetMask|ExternalIPAddress|DefaultGateway)$|\.Channel$/.test(
          path,
        );
      if (!binding.write || given || value === "") continue;
      expect(() => here.set(path, value), path).not.toThrow();
      expect(here.get(path), path).toBe(value);
    }
  });
});
