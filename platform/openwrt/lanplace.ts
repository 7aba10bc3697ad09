/** Adapter: the names and networks of the gateway on its LAN. TR-069 D.3. */
import type { Network, Place } from "../../src/page/place.ts";
import type { ConfigView } from "../../src/ports/config.ts";
import type { Facts } from "../../src/ports/facts.ts";

export interface LanPlace extends Omit<Place, "port"> {
  readonly networks: readonly Network[];
}

/** @param here where the addresses of the tree are not those of this machine: the one in their place */
export async function lanPlace(
  facts: Facts,
  view: ConfigView,
  { interface: name, lanName }: { readonly interface: string; readonly lanName: string },
  here: string | undefined,
): Promise<LanPlace> {
  const found = (await facts.sheet("wired")).interface(name)?.addresses ?? [];
  const networks = here === undefined ? found : [{ address: here, mask: 8 }];
  const text = (file: string, type: string, option: string): string => {
    const value = view.package(file)?.ofType(type)[0]?.options.get(option);
    return typeof value === "string" ? value.toLowerCase() : "";
  };
  const host = text("system", "system", "hostname");
  const domain = text("dhcp", "dnsmasq", "domain");
  const names = [lanName, host, host !== "" && domain !== "" ? `${host}.${domain}` : ""];
  const addresses = [...found, ...networks].map(({ address }) => address.toLowerCase());
  return { lanName, networks, names: [...new Set([...names.filter((one) => one !== ""), ...addresses])] };
}
