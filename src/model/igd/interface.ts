/** Rule: whether a logical interface is on, on either side of the gateway. netifd: `disabled`, and `auto '0'` for one
 * that nobody starts at boot. */
import type { Binding } from "../define.ts";
import { bit, instance, put, refuse, sectionAt, truth } from "./bind.ts";
import { cwmpInterface } from "./network.ts";

const network = instance("network");

/** Turning off the interface that leads to the ACS would end all management of the device: refused. */
export const interfaceEnable: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const section = sectionAt(network, at, env);
    return bit(!truth("network", section, "disabled", false) && truth("network", section, "auto", true));
  },
  write: (at, value, env) => {
    if (value === "0" && at.network === cwmpInterface(env))
      return refuse("The connection to the ACS uses this interface");
    const auto = truth("network", sectionAt(network, at, env), "auto", true);
    return [
      ...put(network, at, env, "disabled", value === "1" ? "0" : "1"),
      ...(value === "1" && !auto ? put(network, at, env, "auto", undefined) : []),
    ];
  },
};
