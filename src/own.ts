/** Rule: the device's own names, which never change: its identity and its Connection Request URL.
 * TR-069 A.3.3.1 Table 36, 3.2.2, 3.4.4.
 *
 * The identity is computed once and then kept: a DeviceId must not change with the order of drivers or a new build. A
 * value of the configuration wins at any time. */

import { unknownTime } from "./datetime.ts";
import type { Own, OwnDevice, OwnName } from "./model/define.ts";
import { writeTime } from "./model/value.ts";
import type { Chance } from "./ports/chance.ts";
import type { ConfigView } from "./ports/config.ts";
import type { Sheet } from "./ports/facts.ts";
import type { Store } from "./ports/store.ts";
import type { DeviceIdStruct } from "./rpc/messages.ts";
import { isOui } from "./settings.ts";

/** Names in /etc/config/cwmp, section cpe, and the board fact that replaces each. */
const identityOptions = {
  manufacturer: "manufacturer",
  oui: "oui",
  productClass: "product_class",
  serialNumber: "serial_number",
} as const;

type IdentityName = keyof typeof identityOptions;
type Identity = Readonly<Record<IdentityName, string>>;

export interface OwnState extends Own {
  readonly deviceId: DeviceIdStruct;
  /** The port on which Connection Requests are accepted now; undefined: none. */
  readonly port: number | undefined;
  /** IPv4 address of the interface, or the address reported in its place; IPv6 where it has no other; empty: none. */
  readonly address: string;
  /** Path of the Connection Request URL; chosen once for this device (3.2.2). */
  readonly path: string;
  /** Brings identity and address up to date. */
  refresh(sheet: Sheet, view: ConfigView): void;
  /** Reports the port on which Connection Requests are accepted; undefined: none. */
  listening(port: number | undefined): void;
  /** The URLs of the LAN page. */
  servingPage(urls: PageUrls): void;
}

/** URLs of the LAN page; empty: it is not served. */
export interface PageUrls {
  readonly kick: string;
  readonly progress: string;
}

/** An address of each family; empty: none. */
export interface Hosts {
  readonly 4: string;
  readonly 6: string;
}

/** The facts about the NAT in front of the device (Annex G). */
export interface OwnNat {
  address(): string;
  detected(): boolean;
  /** False: that is being found out. */
  settled(): boolean;
}

/** @param parameterKey as the last change has left it
 * @param interfaceName the logical interface whose address is reported
 * @param hosts reported in its place where the addresses of the tree are not those of this machine
 * @param family by which the ACS is reached: the URL is one of that family, if the interface has an address of it
 * @param randomPath makes the path if there is none yet
 * @param nat asked each time
 * @param association the devices and the gateway that Annex F has found */
export function ownState(
  ports: { readonly store: Store<"src/own.ts">; readonly chance: Chance },
  parameterKey: () => string,
  interfaceName: () => string,
  hosts: Hosts | undefined,
  family: () => 4 | 6,
  randomPath: (chance: Chance) => string,
  nat: OwnNat,
  association: () => OwnAssociation = () => nobody,
  echo: () => OwnEcho = () => noEcho,
): OwnState {
  const { store } = ports;
  const path = keptPath(ports, randomPath);
  let identity = (store.get("own", "identity") ?? empty) as Identity;
  let shown = identity;
  let located: Hosts = { 4: "", 6: "" };
  let port: number | undefined;
  let page: PageUrls = { kick: "", progress: "" };

  const hostOf = (wanted: 4 | 6): string => {
    const own = hosts ?? located;
    return own[wanted] || own[4] || own[6];
  };
  const url = (): string => {
    const host = hostOf(family());
    if (port === undefined || host === "") return "";
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
  };

  const names: Record<OwnName, () => string> = {
    parameterKey,
    connectionRequestURL: url,
    kickURL: () => page.kick,
    downloadProgressURL: () => page.progress,
    manufacturer: () => shown.manufacturer,
    oui: () => shown.oui,
    productClass: () => shown.productClass,
    serialNumber: () => shown.serialNumber,
    udpConnectionRequestAddress: () => nat.address(),
    natDetected: () => (nat.detected() ? "1" : "0"),
    natSettled: () => (nat.settled() ? "1" : "0"),
    firstUseDate: () => String(store.get("own", "firstUseDate") ?? unknownTime),
    gatewayOui: () => association().gateway.oui,
    gatewaySerial: () => association().gateway.serial,
    gatewayProductClass: () => association().gateway.productClass,
    ...echoNames(echo),
  };

  return {
    path,
    devices: () => association().devices,
    get port() {
      return port;
    },
    get address() {
      return hostOf(4);
    },
    read: (name) => names[name](),
    get deviceId() {
      return told(shown);
    },
    refresh(sheet, view) {
      const complete = completed(identity, sheet);
      if (complete !== identity) store.write([{ shelf: "own", key: "identity", value: complete }]);
      identity = complete;
      shown = overridden(identity, view);
      const name = interfaceName();
      located = {
        4: sheet.interface(name)?.addresses[0]?.address ?? "",
        6: sheet.address6?.(name) ?? "",
      };
    },
    listening(at) {
      port = at;
    },
    servingPage(urls) {
      page = urls;
    },
  };
}

/** The devices behind this one, and the gateway in front of it. Annex F. */
export interface OwnAssociation {
  readonly gateway: Pick<OwnDevice, "oui" | "serial" | "productClass">;
  readonly devices: readonly OwnDevice[];
}

/** The counters of the UDP echo server; times are UTC ms. */
export interface OwnEcho {
  readonly packetsReceived: number;
  readonly packetsResponded: number;
  readonly bytesReceived: number;
  readonly bytesResponded: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export const noEcho: OwnEcho = {
  packetsReceived: 0,
  packetsResponded: 0,
  bytesReceived: 0,
  bytesResponded: 0,
  first: undefined,
  last: undefined,
};

const echoNames = (echo: () => OwnEcho) => ({
  echoPacketsReceived: () => String(echo().packetsReceived),
  echoPacketsResponded: () => String(echo().packetsResponded),
  echoBytesReceived: () => String(echo().bytesReceived),
  echoBytesResponded: () => String(echo().bytesResponded),
  echoFirst: () => timeOf(echo().first),
  echoLast: () => timeOf(echo().last),
});

const timeOf = (ms: number | undefined): string => (ms === undefined ? unknownTime : writeTime(ms));

const nobody: OwnAssociation = { gateway: { oui: "", serial: "", productClass: "" }, devices: [] };

const told = ({ manufacturer, oui, productClass, serialNumber }: Identity): DeviceIdStruct => ({
  Manufacturer: manufacturer,
  OUI: oui,
  ProductClass: productClass,
  SerialNumber: serialNumber,
});

const empty: Identity = { manufacturer: "", oui: "", productClass: "", serialNumber: "" };
const identityNames = Object.keys(identityOptions) as IdentityName[];

/** Fills in the members of the identity that are not known yet from the board's facts. Known members stay. */
function completed(identity: Identity, sheet: Sheet): Identity {
  const missing = identityNames.filter((name) => identity[name] === "" && sheet.board(name) !== "");
  if (missing.length === 0) return identity;
  return {
    ...identity,
    ...Object.fromEntries(missing.map((name) => [name, sheet.board(name).slice(0, 64)])),
  };
}

function overridden(identity: Identity, view: ConfigView): Identity {
  const section = view.package("cwmp")?.section("cpe");
  const configured = identityNames.flatMap((name) => {
    const value = section?.options.get(identityOptions[name]);
    const usable = typeof value === "string" && value !== "" && (name !== "oui" || isOui(value));
    return usable ? [[name, value.slice(0, 64)] as const] : [];
  });
  const merged: Identity = { ...identity, ...Object.fromEntries(configured) };
  return { ...merged, oui: merged.oui.toUpperCase() };
}

function keptPath(
  ports: { readonly store: Store<"src/own.ts">; readonly chance: Chance },
  randomPath: (chance: Chance) => string,
): string {
  const known = ports.store.get("own", "connectionRequestPath");
  if (typeof known === "string" && known !== "") return known;
  const path = randomPath(ports.chance);
  ports.store.write([{ shelf: "own", key: "connectionRequestPath", value: path }]);
  return path;
}
