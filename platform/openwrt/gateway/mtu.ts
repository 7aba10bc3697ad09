/** Table: the largest packet of an interface: `option mtu` of its device, else the kernel's value. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import { decimal, instance, isMuddled, netdev, put, refuse, sectionAt, single } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { deviceOf, isPpp, sectionOfDevice } from "./network.ts";
import { maxMru } from "./ppp.ts";

const network = instance("network", "interface");

const device = (at: At, env: Env): string => {
  const section = sectionAt(network, at, env);
  return section ? deviceOf(section) : "";
};

const deviceOption = sectionOfDevice(device);

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
  guessed: (at, env) =>
    isMuddled(sectionAt(deviceOption, at, env), "mtu", (value) => decimal(value) !== undefined),
  write: (at, value, env) => {
    const { mtuMin, mtuMax } = gatewayLimits;
    const section = sectionAt(network, at, env);
    if (section !== undefined && isPpp(section)) return maxMru.write?.(at, value, env) ?? [];
    const name = device(at, env);
    // A modem's own device is no network device; an alias is another interface.
    if (name === "" || /[@/]/.test(name)) return refuse("The interface has no device of its own");
    if (Number(value) < mtuMin || Number(value) > mtuMax)
      return refuse(`Expected a size from ${mtuMin} to ${mtuMax}`);
    return put(deviceOption, at, env, "mtu", value);
  },
};
