/** Double: a device without any tool for diagnostics. */
import { Refused } from "../../src/errors.ts";
import type { Probes } from "../../src/ports/probes.ts";

export const noProbes: Probes = {
  run: async () => ({ is: "failed", why: "missing" }),
  ftp: async () => ({
    failure: "connect",
    opening: undefined,
    opened: undefined,
    requested: undefined,
    began: undefined,
    ended: undefined,
    bytes: 0,
  }),
  listen: async () => {
    throw new Refused("there is no network");
  },
};
