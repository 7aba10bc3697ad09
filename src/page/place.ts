/** Rule: names, addresses and networks of the gateway on its LAN. TR-069 D.3. */

export interface Network {
  readonly address: string;
  /** Bits. */
  readonly mask: number;
}

export interface Place {
  readonly port: number;
  /** cwmp.lan.lan_name; empty: none. */
  readonly lanName: string;
  /** All names and addresses of the gateway on its LAN, in lower case. */
  readonly names: readonly string[];
}

/** A host as it is written in URLs. */
export const withPort = (host: string, port: number): string =>
  `${host.includes(":") ? `[${host}]` : host}${port === 80 ? "" : `:${port}`}`;

/** @returns undefined: it is no Host (RFC 9110 7.2). The name is in lower case, without a last dot. */
export function hostOf(
  text: string,
): { readonly name: string; readonly port: number | undefined } | undefined {
  const [, six, name, port] =
    /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = six ?? name?.replace(/\.$/, "");
  if (host === undefined || host === "") return undefined;
  return { name: host.toLowerCase(), port: port === undefined ? undefined : Number(port) };
}

/** Normalizes an address of a socket: an IPv4 address may be mapped into IPv6, and a zone may follow. */
export const plainAddress = (text: string): string =>
  text.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");

/** D.3: only devices on the LAN see the page. The kernel alone does not ensure that: it also accepts packets to a LAN
 * address on other interfaces. */
export function isInside(address: string, networks: readonly Network[]): boolean {
  const bits = bitsOf(address);
  return (
    bits !== undefined &&
    networks.some(
      (network) => bitsOf(network.address)?.slice(0, network.mask) === bits.slice(0, network.mask),
    )
  );
}

/** @returns undefined: it is no address */
function bitsOf(address: string): string | undefined {
  if (!address.includes(":")) return four(address);
  const [front = "", back] = address.split("::");
  const words = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [words(front), words(back ?? "")];
  const missing = 8 - before.length - after.length;
  if (back === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array<string>(Math.max(missing, 0)).fill("0"), ...after];
  if (!all.every((word) => /^[0-9a-f]{1,4}$/i.test(word))) return undefined;
  return all.map((word) => Number.parseInt(word, 16).toString(2).padStart(16, "0")).join("");
}

function four(address: string): string | undefined {
  const octets = address.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256))
    return undefined;
  return octets.map((octet) => Number(octet).toString(2).padStart(8, "0")).join("");
}
