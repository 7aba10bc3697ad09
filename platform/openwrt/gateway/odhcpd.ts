/** Rule: which services of IPv6 odhcpd gives a LAN: `ra` and `dhcpv6` of the LAN's `config dhcp` section. A hybrid
 * serves unless another interface is the master of a relay, which this gateway makes none. */
import type { At, Env } from "../../../src/model/define.ts";
import type { Edit } from "../../../src/ports/config.ts";
import { put, sectionAt, single, truth } from "./bind.ts";
import { pool } from "./dhcp.ts";

type Service = "ra" | "dhcpv6";

/** `ignore` takes the whole section from odhcpd as well as from dnsmasq. */
export function isServed(service: Service, at: At, env: Env): boolean {
  const section = sectionAt(pool, at, env);
  return (
    /^(?:server|hybrid)$/.test(single(section, service) ?? "") && !truth("dhcp", section, "ignore", false)
  );
}

/** A section that was ignored serves IPv4 no more than before. */
export function switchService(service: Service, at: At, on: boolean, env: Env): readonly Edit[] {
  if (isServed(service, at, env) === on) return [];
  if (!on) return put(pool, at, env, service, "disabled");
  const said = put(pool, at, env, service, "server");
  const after = { ...env, config: env.config.with(said) };
  if (!truth("dhcp", sectionAt(pool, at, after), "ignore", false)) return said;
  return [
    ...said,
    ...put(pool, at, after, "ignore", undefined),
    ...put(pool, at, after, "dhcpv4", "disabled"),
  ];
}
