/** Adapter: DHCP of a directory that plays a device: there is no link to ask on. */
import { Refused } from "../../src/errors.ts";
import type { Dhcp } from "../../src/ports/dhcp.ts";

export const playedDhcp: Dhcp = {
  async inform() {
    throw new Refused("a directory that plays a device has no link to ask on");
  },
  hangUp() {},
};
