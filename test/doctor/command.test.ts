/** `cwmpd doctor` as a command: its order, its words, its exit code. */
import { describe, expect, test } from "vitest";
import { doctor } from "../../src/cli/doctor.ts";
import { examine } from "../../src/doctor/examine.ts";
import type { Observed } from "../../src/doctor/observed.ts";
import { good } from "./board.ts";

describe("doctor: as a command", () => {
  const call = (seen: Observed, json: boolean) =>
    doctor({ json, offline: false, root: "/" }, async () => seen);

  test("on a good board every check passes", async () => {
    const { exit, out } = await call(good, true);
    const told = JSON.parse(String(out)) as { verdict: string; fix: string | null }[];
    expect(exit).toBe(0);
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter(({ verdict, fix }) => verdict !== "ok" || fix !== null)).toEqual([]);
  });

  test("a warning exits with 0; a failure exits with 1", async () => {
    expect((await call({ ...good, clockKnown: false }, false)).exit).toBe(0);
    const { exit, out } = await call({ ...good, enabledAtBoot: false }, false);
    expect(exit).toBe(1);
    expect(out).toMatch(
      /^fail {2}hooks {2,}the service is not started at boot\n {6,}-> \/etc\/init\.d\/cwmpd enable$/m,
    );
    expect(out).toMatch(/^1 failure, 0 warnings, \d+ in order\n$/m);
  });

  test("for a directory that plays a device, ports, memory and libraries are not checked", () => {
    const checks = examine({ ...good, machine: undefined }).map(({ check }) => check);
    for (const name of ["Connection Request port", "memory", "/tmp", "receive buffer", "libstdc++"])
      expect(checks).not.toContain(name);
  });

  test("findings are listed in the order of repair: configuration before address, address before ACS", () => {
    const checks = examine(good).map(({ check }) => check);
    const order = [
      "configuration",
      "identity",
      "clock",
      "management interface",
      "DNS",
      "ACS",
      "hooks",
      "agent",
    ];
    expect(checks.filter((check) => order.includes(check))).toEqual(order);
  });
});
