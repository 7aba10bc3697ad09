/** Table: the common parameters of logical interfaces on either side of the gateway. */
import type { Binding } from "../../../src/model/define.ts";
import { bit, instance, put, refuse, sectionAt, truth } from "./bind.ts";
import { cwmpInterface, isWan, protoOf } from "./network.ts";

const network = instance("network", "interface");

/** netifd: `disabled`, and `auto '0'` for an interface that nobody starts at boot.
 * Turning off the interface that leads to the ACS would end all management of the device: refused. */
export const enable: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const section = sectionAt(network, at, env);
    return bit(!truth("network", section, "disabled", false) && truth("network", section, "auto", true));
  },
  write: (at, value, env) => {
    if (value === "0" && at.interface === cwmpInterface(env))
      return refuse("The connection to the ACS uses this interface");
    const auto = truth("network", sectionAt(network, at, env), "auto", true);
    return [
      ...put(network, at, env, "disabled", value === "1" ? "0" : "1"),
      ...(value === "1" && !auto ? put(network, at, env, "auto", undefined) : []),
    ];
  },
};

/** Some interfaces count as WAN by their protocol alone: the object must not change sides under its own write. */
export const addressingType: Binding = {
  packages: ["network"],
  read: (at, env) => (protoOf(sectionAt(network, at, env)) === "static" ? "Static" : "DHCP"),
  write: (at, value, env) => {
    if (value !== "Static" && value !== "DHCP") return refuse("Expected Static or DHCP");
    const proto = protoOf(sectionAt(network, at, env));
    if (proto !== "static" && proto !== "dhcp")
      return value === "DHCP" ? [] : refuse(`The addresses come by protocol ${proto}`);
    const edits = put(network, at, env, "proto", value === "Static" ? "static" : "dhcp");
    const after = { ...env, config: env.config.with(edits) };
    const [old, made] = [sectionAt(network, at, env), sectionAt(network, at, after)];
    return old && made && isWan(old, env) === isWan(made, after)
      ? edits
      : refuse("This would make a WAN of the LAN, or the other way round");
  },
};
