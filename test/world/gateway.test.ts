/** The whole agent against the built-in ACS, in memory: what only shows when all rooms work together. */
import { expect, test, vi } from "vitest";
import { ask } from "../../src/acs/state.ts";
import { Gateway } from "./gateway.ts";

test("3.7 a session with a request in it runs from the Inform to the empty answer", async () => {
  const gateway = new Gateway({ acs: { plan: () => [ask("GetRPCMethods", {})] } });
  await gateway.start();
  await gateway.rest();
  expect(gateway.heard()).toEqual(["Inform", "empty", "reply"]);
  expect(gateway.life.wire.open).toBe(0);
});

test("A.3.3.1 from the start to the first Inform the device is asked for its facts once", async () => {
  let before: number | undefined;
  const gateway = new Gateway({
    sent: () => {
      before ??= asked.mock.calls.length;
    },
  });
  const asked = vi.spyOn(gateway.facts, "sheet");
  await gateway.start();
  await gateway.rest();
  expect(gateway.heard()).toContain("Inform");
  expect(before).toBe(1);
});
