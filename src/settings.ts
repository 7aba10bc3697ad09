/** Rule: the settings of `/etc/config/cwmp`, checked. A bad value is named and its default taken.
 * Options are described one by one in docs/configuration.md. */

import { connectionRequestLimits as rates } from "./connreq/limits.ts";
import { parseDateTime } from "./datetime.ts";
import { linkLimits } from "./http/limits.ts";
import type { TlsSettings } from "./http/lines.ts";
import type { LinkSettings } from "./http/link.ts";
import { deviceUsername } from "./http/username.ts";
import type { RootName } from "./model/roots.ts";
import { type LanSettings, readLanSettings } from "./page/settings.ts";
import type { ConfigView, Section } from "./ports/config.ts";
import type { Level } from "./ports/log.ts";
import type { DeviceIdStruct } from "./rpc/messages.ts";
import { soapLimits } from "./soap/limits.ts";
import {
  type OptionSetting,
  readOptionSettings,
  readVoucherSettings,
  type VoucherSettings,
} from "./voucher/settings.ts";

/** How the ACS was found (3.1). */
export type UrlSource = "configuration" | "command line" | "DHCP" | "none";

export interface Periodic {
  readonly enable: boolean;
  readonly intervalSeconds: number;
  /** A reference that every periodic Inform keeps a whole number of intervals from, UTC ms; undefined: none. */
  readonly referenceMs: number | undefined;
}

/** The names that /etc/config/cwmp may give to data models. */
const roots = {
  InternetGatewayDevice: "InternetGatewayDevice",
  Device: "Device",
  igd: "InternetGatewayDevice",
  device: "Device",
} as const satisfies Readonly<Record<string, RootName>>;

export interface Settings {
  readonly enabled: boolean;
  /** Empty: none is known, no session can begin. */
  readonly url: string;
  readonly urlSource: UrlSource;
  /** The URL as configured, also where DHCP has found another one. */
  readonly configuredUrl: string;
  readonly dhcp: {
    /** DHCP may name the ACS where none is configured (3.1). */
    readonly discovery: boolean;
    /** The retry wait and multiplier that DHCP names are used. */
    readonly retry: boolean;
  };
  /** Empty: the device's own name of 3.4.4 is used. */
  readonly username: string;
  readonly password: string;
  readonly periodic: Periodic;
  readonly tls: TlsSettings;
  /** The links over which basic authentication may send the password. */
  readonly basicAuth: "tls" | "always";
  readonly connectionRequest: {
    /** The logical interface whose address is reported to the ACS. */
    readonly interface: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
    /** Requests accepted in any minute, in all and from one source. */
    readonly perMinuteMax: number;
    readonly perSourceMax: number;
  };
  /** The wait of the first retry and its multiplier, as DHCP has named them; absent: those of 3.2.1.1. */
  readonly retry?: { readonly firstWaitSeconds: number; readonly factor: number };
  /** Which side of Annex F the device is on: it serves devices, is one behind a gateway, both or neither; auto: a
   * gateway where it has a LAN. */
  readonly association: "auto" | "gateway" | "device" | "both" | "none";
  /** Reaching the ACS from behind a NAT, Annex G. */
  readonly stun: {
    readonly enable: boolean;
    /** Empty: the host of the ACS URL. */
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
    /** Seconds between keep-alives; `max` -1: none is specified. */
    readonly min: number;
    readonly max: number;
  };
  /** The UDP echo server of TR-143 5. */
  readonly udpEcho: {
    readonly enable: boolean;
    /** The logical interface at whose address it is; empty: all. */
    readonly interface: string;
    /** The one address that it answers; empty: none. */
    readonly source: string;
    readonly port: number;
    readonly plus: boolean;
  };
  /** Milliseconds in which a session has to prove a change over CWMP; 0: changes are not put on trial. */
  readonly confirmMs: number;
  /** The root object that the ACS sees. */
  readonly dataModel: RootName;
  readonly transfer: TransferSettings;
  readonly lan: LanSettings;
  readonly logLevel: Level;
  readonly envelopeBytesMax: number;
  /** The service provider (Annex C); undefined: the file cannot be read as a whole. */
  readonly provisioningCode: string | undefined;
  readonly vouchers: VoucherSettings;
  /** Options of the device that vouchers turn on and off; undefined: the file cannot be read as a whole. */
  readonly options: readonly OptionSetting[] | undefined;
  /** Mistakes in the file, each with the value that is used instead. */
  readonly problems: readonly string[];
}

/** Seconds between periodic Informs where cwmp.acs does not say: a day. */
export const periodicInformSecondsInitial = 86_400;

const { acceptedPerMinuteSettable: settable } = rates;

/** The defaults of cwmp.stun: the port of RFC 3489, and the least number of seconds between keep-alives. */
export const stunInitial = { port: 3478, min: 20 } as const;

/** Reads the settings of one configuration again and again, and works only where its package is another one, or the
 * source of its URL. The versions of two configurations say nothing of each other.
 * @returns `readSettings`, which gives the same object for the same settings */
export function keptSettings(): typeof readSettings {
  let last: { readonly key: string; readonly settings: Settings } | undefined;
  return (view, source, configuredUrl) => {
    const version = view.package("cwmp")?.version;
    const key = [version, source, configuredUrl].join(" ");
    if (last?.key !== key) last = { key, settings: readSettings(view, source, configuredUrl) };
    return last.settings;
  };
}

/** @param source the source of the URL in it
 * @param configuredUrl absent: the URL in it is the configured one */
export function readSettings(
  view: ConfigView,
  source: Exclude<UrlSource, "none">,
  configuredUrl?: string,
): Settings {
  const file = view.package("cwmp");
  const problems: string[] = [];
  if (file === undefined)
    problems.push("There is no usable package cwmp: the defaults hold and no ACS is known.");
  const acs = reader("acs", file?.section("acs"), problems);
  const cpe = reader("cpe", file?.section("cpe"), problems);
  const url = acs.url("url");
  const oui = cpe.text("oui");
  if (oui !== "" && !isOui(oui))
    problems.push("cwmp.cpe.oui is not six hexadecimal digits; the device's own is taken.");
  return {
    enabled: cpe.flag("enabled", true),
    url,
    urlSource: url === "" ? "none" : source,
    configuredUrl: configuredUrl ?? url,
    dhcp: {
      discovery: acs.flag("dhcp_discovery", true),
      retry: acs.flag("dhcp_retry", false),
    },
    username: acs.text("username"),
    password: acs.text("password"),
    periodic: {
      enable: acs.flag("periodic_inform_enable", false),
      intervalSeconds: acs.number("periodic_inform_interval", periodicInformSecondsInitial, 1, 4_294_967_295),
      referenceMs: acs.time("periodic_inform_time"),
    },
    tls: {
      ...acs.file("ca", "ca_file"),
      ...acs.file("clientCert", "client_cert"),
      ...acs.file("clientKey", "client_key"),
      minVersion: acs.choice("tls_min_version", ["1.2", "1.3", "1.1", "1.0"]),
      weak: acs.flag("tls_weak_certificates", false),
    },
    basicAuth: acs.choice("basic_auth", ["tls", "always"]),
    connectionRequest: {
      interface: cpe.text("interface") || "wan",
      port: cpe.number("port", 7547, 0, 65_535),
      username: cpe.text("username"),
      password: cpe.text("password"),
      perMinuteMax: cpe.number("requests_per_minute", rates.acceptedPerMinuteMax, 1, settable),
      perSourceMax: cpe.number("requests_per_source", rates.acceptedPerSourcePerMinuteMax, 1, settable),
    },
    stun: stunSettings(reader("stun", file?.section("stun"), problems)),
    udpEcho: echoSettings(reader("udp_echo", file?.section("udp_echo"), problems)),
    confirmMs: cpe.number("confirm_timeout", 0, 0, 1440) * 60_000,
    dataModel: roots[cpe.choice("data_model", ["InternetGatewayDevice", "Device", "igd", "device"])],
    transfer: transferSettings(reader("transfer", file?.section("transfer"), problems)),
    association: cpe.choice("association", ["auto", "gateway", "device", "both", "none"]),
    lan: readLanSettings(file, problems),
    logLevel: cpe.choice("log_level", ["info", "debug", "warn", "error"]),
    envelopeBytesMax: cpe.number("envelope_bytes_max", soapLimits.envelopeBytesMax, 32_768, 67_108_864),
    provisioningCode:
      file === undefined || file.damaged !== undefined ? undefined : cpe.text("provisioning_code"),
    vouchers: readVoucherSettings(file, problems),
    options: readOptionSettings(file, problems),
    problems,
  };
}

const stunSettings = (stun: ReturnType<typeof reader>): Settings["stun"] => ({
  enable: stun.flag("enable", false),
  host: stun.text("server"),
  // Port 0 is none: the data model allows it.
  port: stun.number("port", stunInitial.port, 0, 65_535) || stunInitial.port,
  username: stun.text("username"),
  password: stun.text("password"),
  min: stun.number("min_keepalive", stunInitial.min, 0, 4_294_967_295),
  max: stun.text("max_keepalive") === "-1" ? -1 : stun.number("max_keepalive", -1, 0, 2_147_483_647),
});

/** The port that is the echo service's own (RFC 862). */
export const udpEchoPortInitial = 7;

const echoSettings = (echo: ReturnType<typeof reader>): Settings["udpEcho"] => ({
  enable: echo.flag("enable", false),
  interface: echo.text("interface"),
  source: echo.text("source"),
  port: echo.number("port", udpEchoPortInitial, 1, 65_535),
  plus: echo.flag("plus", false),
});

/** The settings of file transfers (3.4.3). A client certificate is shown to the ACS only. */
export interface TransferSettings {
  readonly tls: TlsSettings;
  /** Bytes a second that a transfer may take; 0: as many as there are. */
  readonly speedMax: number;
  /** Milliseconds in which a session has to prove a new configuration or image; 0: it is not put on trial. */
  readonly trialMs: number;
  /** Uploads of the configuration hold passwords and keys. */
  readonly secrets: boolean;
  /** The transfers that are reported to the ACS though it did not request them. */
  readonly autonomous: AutonomousPolicy;
}

/** Of which transfers that were begun at the device the ACS wants to hear (A.3.3.3). */
export interface AutonomousPolicy {
  readonly enable: boolean;
  readonly transfers: "Both" | "Upload" | "Download";
  readonly results: "Both" | "Success" | "Failure";
  /** As Table 59 names them; an empty list leaves none out. */
  readonly fileTypes: readonly string[];
}

const transferSettings = (transfer: ReturnType<typeof reader>): TransferSettings => ({
  tls: {
    ...transfer.file("ca", "ca_file"),
    minVersion: transfer.choice("tls_min_version", ["1.2", "1.3", "1.1", "1.0"]),
    weak: transfer.flag("tls_weak_certificates", false),
  },
  speedMax: transfer.number("speed_max", 0, 0, 4_294_967_295),
  trialMs: transfer.number("confirm_timeout", 10, 0, 1440) * 60_000,
  secrets: transfer.flag("upload_secrets", false),
  autonomous: {
    enable: transfer.flag("report_autonomous", true),
    transfers: transfer.choice("report_transfers", ["Both", "Upload", "Download"]),
    results: transfer.choice("report_results", ["Both", "Success", "Failure"]),
    fileTypes: transfer.list("report_types"),
  },
});

/** The settings of a session's link to the ACS. Without a configured user name the device's own is used (3.4.4). */
export function linkSettings(settings: Settings, deviceId: DeviceIdStruct): LinkSettings {
  return {
    url: settings.url,
    // Worked out when the ACS asks for it.
    get username() {
      return settings.username || deviceUsername(deviceId);
    },
    password: settings.password,
    basic: settings.basicAuth,
    tls: settings.tls,
    bodyBytesMax: settings.envelopeBytesMax,
    responseMsMax: linkLimits.responseMsMax,
    connectMsMax: linkLimits.connectMsMax,
  };
}

/** True for an absolute http or https URL without credentials in it (3.1). Nobody can be reached at port 0. */
export function isAcsUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return false;
  if (/^https?:\/\/[^/?#]*:0+(?:[/?#]|$)/i.test(text)) return false;
  if (!text.includes("@")) return true;
  const url = new URL(text);
  return url.username === "" && url.password === "";
}

/** A.3.3.1 Table 36: six hexadecimal digits; they are reported in upper case. */
export const isOui = (text: string): boolean => /^[0-9A-Fa-f]{6}$/.test(text);

const truths = new Map([
  ..."1 on true yes enabled".split(" ").map((w) => [w, true] as const),
  ..."0 off false no disabled".split(" ").map((w) => [w, false] as const),
]);

function reader(name: string, section: Section | undefined, problems: string[]) {
  const text = (option: string): string => {
    const value = section?.options.get(option);
    return typeof value === "string" ? value : (value?.[0] ?? "");
  };
  const parsed = <T>(
    option: string,
    otherwise: T,
    expected: string,
    parse: (t: string) => T | undefined,
  ): T => {
    const found = text(option);
    if (found === "") return otherwise;
    const value = parse(found);
    if (value === undefined)
      problems.push(`cwmp.${name}.${option} is not ${expected}; its default is taken.`);
    return value ?? otherwise;
  };
  return {
    text,
    /** An option in its place is a list of one. */
    list: (option: string): readonly string[] => {
      const value = section?.options.get(option);
      return (typeof value === "string" ? [value] : (value ?? [])).filter((one) => one !== "");
    },
    url: (option: string) =>
      parsed(option, "", "an absolute http or https URL without credentials", (t) =>
        isAcsUrl(t) ? t : undefined,
      ),
    flag: (option: string, otherwise: boolean) =>
      parsed(option, otherwise, "0 or 1", (t) => truths.get(t.toLowerCase())),
    number: (option: string, otherwise: number, min: number, max: number) =>
      parsed(option, otherwise, `a whole number from ${min} to ${max}`, (t) => {
        const value = /^\d{1,10}$/.test(t) ? Number(t) : -1;
        return value >= min && value <= max ? value : undefined;
      }),
    choice: <T extends string>(option: string, choices: readonly [T, ...T[]]): T =>
      parsed<T>(option, choices[0], `one of ${choices.join(", ")}`, (t) => choices.find((c) => c === t)),
    /** The Unknown Time and times since boot are no reference (A.2.1). */
    time: (option: string): number | undefined => {
      const time = parsed(option, undefined, "a dateTime", parseDateTime);
      return time?.is === "time" ? time.ms : undefined;
    },
    file: <K extends string>(key: K, option: string): { [P in K]?: string } => {
      const path = text(option);
      return (path === "" ? {} : { [key]: path }) as { [P in K]?: string };
    },
  };
}
