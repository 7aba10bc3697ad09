/** Rule: all checks, in the order in which an engineer would mend their findings: a later fault cannot be mended before
 * an earlier one. */
import { agentCheck, clockCheck, configChecks, identityCheck } from "./agent.ts";
import { hookChecks, leftoverChecks, roomChecks, systemChecks, trustChecks } from "./board.ts";
import {
  acsChecks,
  dhcpCheck,
  interfaceCheck,
  nameServerCheck,
  natCheck,
  portChecks,
  routeCheck,
} from "./network.ts";
import type { Finding, Observed } from "./observed.ts";

export const examine = (seen: Observed): readonly Finding[] => [
  ...configChecks(seen),
  identityCheck(seen),
  clockCheck(seen),
  interfaceCheck(seen),
  routeCheck(seen),
  nameServerCheck(seen),
  ...trustChecks(seen),
  ...acsChecks(seen),
  ...portChecks(seen),
  ...hookChecks(seen),
  ...dhcpCheck(seen),
  natCheck(seen),
  ...roomChecks(seen),
  ...leftoverChecks(seen),
  ...systemChecks(seen),
  agentCheck(seen),
];
