/** Table: the largest packet of an interface: `option mtu` of its device, else what the kernel has. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import { decimal, instance, netdev, type Place, put, refuse, sectionAt, single } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { deviceOf, deviceSection, isPpp } from "./network.ts";
import { maxMru } from "./ppp.ts";

const network = instance("network", "interface");

const device = (at: At, env: Env): string => {
  const section = sectionAt(network, at, env);
  return section ? deviceOf(section) : "";
};

/** The `config device` section of the interface's device; a write makes one. */
const deviceOption: Place = {
  package: "network",
  name: (at, env) => {
    const name = device(at, env);
    if (name === "") return undefined;
    return deviceSection(name, env)?.name ?? `cwmp_device_${name.replace(/\W/g, "_")}`;
  },
  type: "device",
};

export const maxMtuSize: Binding = {
  packages: ["network"],
  fresh: true,
  read: (at, env) => {
    const section = sectionAt(network, at, env);
    if (section !== undefined && isPpp(section)) return maxMru.read(at, env);
    const configured = decimal(single(sectionAt(deviceOption, at, env), "mtu"));
    const inUse = env.sheet.interface(at.interface ?? "")?.device ?? device(at, env);
    return String(configured ?? netdev(env.sheet, inUse)?.mtu ?? gatewayLimits.mtuInitial);
  },
  write: (at, value, env) => {
    const { mtuMin, mtuMax } = gatewayLimits;
    const section = sectionAt(network, at, env);
    if (section !== undefined && isPpp(section)) return maxMru.write?.(at, value, env) ?? [];
    const name = device(at, env);
    // A modem's own device is no network device; an alias is another interface.
    if (name === "" || /[@/]/.test(name)) return refuse("The interface has no device of its own");
    if (Number(value) < mtuMin || Number(value) > mtuMax)
      return refuse(`Expected a size from ${mtuMin} to ${mtuMax}`);
    return put({ ...deviceOption, with: () => ({ name }) }, at, env, "mtu", value);
  },
};
