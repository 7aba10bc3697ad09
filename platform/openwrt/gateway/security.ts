/** Table: one `option encryption` of a wifi-iface as four parameters of TR-098, and back.
 * `encryption` is a method with perhaps ciphers behind a plus sign: `psk2+ccmp`, `psk-mixed+tkip+ccmp`, `wpa3`. */
import { type At, always, type Binding, type Check, type Env, type Rows } from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import { judgeSaePassword } from "./accepted.ts";
import { parseAddress } from "./address.ts";
import { isUnicast6 } from "./address6.ts";
import { choice, instance, type Judge, number, put, refuse, sectionAt, single, text, truth } from "./bind.ts";
import { radio } from "./radio.ts";

const iface = instance("wireless", "wlan");

type Beacon = "None" | "Basic" | "WPA" | "11i" | "WPAand11i";
type Proof = "PSKAuthentication" | "EAPAuthentication";

/** Methods with their beacon and proof. WPA3 and OWE are newer than this model: 11i is the model's nearest value. */
const methods: Readonly<Record<string, readonly [Beacon, Proof?]>> = {
  none: ["None"],
  owe: ["11i"],
  "wep-open": ["Basic"],
  "wep-shared": ["Basic"],
  "wep-mixed": ["Basic"],
  wep: ["Basic"],
  psk: ["WPA", "PSKAuthentication"],
  psk2: ["11i", "PSKAuthentication"],
  "psk-mixed": ["WPAand11i", "PSKAuthentication"],
  sae: ["11i", "PSKAuthentication"],
  "sae-mixed": ["11i", "PSKAuthentication"],
  wpa: ["WPA", "EAPAuthentication"],
  wpa2: ["11i", "EAPAuthentication"],
  "wpa-mixed": ["WPAand11i", "EAPAuthentication"],
  wpa3: ["11i", "EAPAuthentication"],
  "wpa3-mixed": ["11i", "EAPAuthentication"],
};

const ciphers = {
  tkip: "TKIPEncryption",
  ccmp: "AESEncryption",
  "tkip+ccmp": "TKIPandAESEncryption",
} as const;
type Cipher = keyof typeof ciphers;

interface Security {
  readonly method: string;
  readonly beacon: Beacon;
  readonly proof: Proof | undefined;
  /** As written; undefined: the method's own. */
  readonly cipher: Cipher | undefined;
}

/** Reads the option. Absent and `none` both mean an open network: the one is Basic without encryption, the other None,
 * so that either can be set and read back. An unknown value counts as open, as in netifd. */
function parseEncryption(text: string | undefined): Security {
  if (text === undefined) return { method: "", beacon: "Basic", proof: undefined, cipher: undefined };
  const words = text.split(/[+/]/);
  const method = words.includes("psk") && words.includes("psk2") ? "psk-mixed" : (words[0] ?? "");
  const tkip = words.includes("tkip");
  const aes = words.includes("ccmp") || words.includes("aes");
  const [beacon, proof] = meaningOf(method);
  return { method, beacon, proof, cipher: tkip ? (aes ? "tkip+ccmp" : "tkip") : aes ? "ccmp" : undefined };
}

function meaningOf(method: string): readonly [Beacon, Proof?] {
  if (Object.hasOwn(methods, method)) return methods[method]!;
  if (method.startsWith("wpa3")) return ["11i", "EAPAuthentication"];
  return method.startsWith("sae") ? ["11i", "PSKAuthentication"] : ["None"];
}

const read = (at: At, env: Env): Security => parseEncryption(single(sectionAt(iface, at, env), "encryption"));

function putMethod(at: At, env: Env, method: string, cipher: Cipher | undefined): readonly Edit[] {
  return put(iface, at, env, "encryption", cipher === undefined ? method : `${method}+${cipher}`);
}

/** The method that means the two; WPA3 is never chosen, only kept. */
const methodOf = (beacon: "None" | "WPA" | "11i" | "WPAand11i", proof: Proof): string => {
  if (beacon === "None") return "none";
  const family = proof === "PSKAuthentication" ? "psk" : "wpa";
  return { WPA: family, "11i": `${family}2`, WPAand11i: `${family}-mixed` }[beacon];
};

const isBeacon = (value: string): value is Beacon =>
  value === "None" || value === "Basic" || value === "WPA" || value === "11i" || value === "WPAand11i";

const beaconType: Binding = {
  packages: ["wireless"],
  read: (at, env) => read(at, env).beacon,
  write: (at, value, env) => {
    const now = read(at, env);
    if (value === now.beacon) return [];
    if (!isBeacon(value)) return refuse("WEP in one beacon with WPA is not supported");
    if (value === "Basic") return put(iface, at, env, "encryption", undefined);
    const method = methodOf(value, now.proof ?? "PSKAuthentication");
    return putMethod(at, env, method, value === "None" ? undefined : now.cipher);
  },
};

/** WEP can be seen, never set: it protects nothing. */
const basicEncryptionModes: Binding = {
  packages: ["wireless"],
  read: (at, env) => (read(at, env).method.startsWith("wep") ? "WEPEncryption" : "None"),
};

const basicAuthenticationMode: Binding = {
  packages: ["wireless"],
  read: (at, env) => (read(at, env).method === "wep-shared" ? "SharedAuthentication" : "None"),
};

/** With WEP `key` is the number of the key in use, or the one key itself. */
const wepKeyIndex: Binding = {
  packages: ["wireless"],
  read: (at, env) => /^[1-4]$/.exec(single(sectionAt(iface, at, env), "key") ?? "")?.[0] ?? "1",
};

/** The four keys of WEP. Where `key` is no number of one, it is the first key itself (hostapd.sh of OpenWrt). */
export const wepKeys: Rows = {
  of: "wepKey",
  packages: [],
  rows: () => ["1", "2", "3", "4"].map((wepKey) => ({ key: wepKey, at: { wepKey } })),
};

const judgeWepKey: Judge = (value) =>
  /^(?:[0-9A-Fa-f]{10}|[0-9A-Fa-f]{26})?$/.test(value) ? undefined : "Expected 10 or 26 hexadecimal digits";

/** A key can be stored beside any method, but no network can be switched to WEP. The empty key, which is the value that
 * servers read, removes no key. */
const wepKeyOf = (numberOf: (at: At, env: Env) => string): Binding => {
  const optionOf = (at: At, env: Env): string => {
    const section = sectionAt(iface, at, env);
    const key = single(section, "key");
    const direct = read(at, env).method.startsWith("wep") && key !== undefined && !/^[1-4]$/.test(key);
    return direct && numberOf(at, env) === "1" ? "key" : `key${numberOf(at, env)}`;
  };
  return {
    packages: ["wireless"],
    judge: judgeWepKey,
    read: (at, env) => single(sectionAt(iface, at, env), optionOf(at, env)) ?? "",
    alike: (written) => written === "",
    write: (at, value, env) => {
      const why = judgeWepKey(value);
      if (why !== undefined) return refuse(why);
      return value === "" ? [] : put(iface, at, env, optionOf(at, env), value);
    },
  };
};

export const wepKey = wepKeyOf((at) => at.wepKey ?? "1");
/** TR-181 has one key: the one in use. */
export const wepKeyInUse = wepKeyOf((at, env) => wepKeyIndex.read(at, env));

const wpaEncryptionModes: Binding = {
  packages: ["wireless"],
  read: (at, env) => ciphers[read(at, env).cipher ?? "ccmp"],
  write: (at, value, env) => {
    const { method, proof, cipher } = read(at, env);
    const found = Object.entries(ciphers).find(([, name]) => name === value);
    if (!found) return refuse("WEP is not supported");
    if (value === ciphers[cipher ?? "ccmp"]) return [];
    return proof ? putMethod(at, env, method, found[0] as Cipher) : refuse("BeaconType does not use WPA");
  },
};

const wpaAuthenticationMode: Binding = {
  packages: ["wireless"],
  read: (at, env) => read(at, env).proof ?? "PSKAuthentication",
  write: (at, value, env) => {
    const { beacon, proof, cipher } = read(at, env);
    if (value === (proof ?? "PSKAuthentication")) return [];
    if (!proof || beacon === "Basic") return refuse("BeaconType does not use WPA");
    return putMethod(at, env, methodOf(beacon, value as Proof), cipher);
  },
};

/** The empty value removes the passphrase (servers also read it as empty); the check reports a missing passphrase. */
const judgeKey: Judge = (value) =>
  /^(?:[\x20-\x7e]{8,63})?$/.test(value) ? undefined : "Expected 8 to 63 printable ASCII characters";

/** In the order in which one call applies them: the meaning of the modes depends on the beacon. */
export const modes = {
  BeaconType: beaconType,
  WEPKeyIndex: wepKeyIndex,
  WEPEncryptionLevel: always("Disabled"),
  BasicEncryptionModes: basicEncryptionModes,
  BasicAuthenticationMode: basicAuthenticationMode,
  WPAAuthenticationMode: wpaAuthenticationMode,
  WPAEncryptionModes: wpaEncryptionModes,
  // Which of both holds BeaconType says: one option is behind them.
  IEEE11iAuthenticationMode: wpaAuthenticationMode,
  IEEE11iEncryptionModes: wpaEncryptionModes,
  // The schema hides it: the tree shows it empty.
  KeyPassphrase: text(iface, "key", { judge: judgeKey }),
} as const;

/** The same option in TR-181's words. WEP can be seen, never set; OWE has no word. */
const modeWords: Readonly<Record<string, string>> = {
  "wep-open": "WEP-128",
  "wep-shared": "WEP-128",
  "wep-mixed": "WEP-128",
  wep: "WEP-128",
  psk: "WPA-Personal",
  psk2: "WPA2-Personal",
  "psk-mixed": "WPA-WPA2-Personal",
  sae: "WPA3-Personal",
  "sae-mixed": "WPA3-Personal-Transition",
  wpa: "WPA-Enterprise",
  wpa2: "WPA2-Enterprise",
  "wpa-mixed": "WPA-WPA2-Enterprise",
  wpa3: "WPA3-Enterprise",
};

const settable = new Map(
  Object.entries(modeWords).flatMap(([method, word]) => (word.startsWith("WEP") ? [] : [[word, method]])),
);

const modesSupported = always(["None", ...settable.keys()].join(","));

const modeEnabled: Binding = {
  packages: ["wireless"],
  read: (at, env) => {
    const { method } = read(at, env);
    return Object.hasOwn(modeWords, method) ? modeWords[method]! : "None";
  },
  write: (at, value, env) => {
    if (value === "None") return put(iface, at, env, "encryption", "none");
    const method = settable.get(value);
    if (method === undefined) return refuse("Expected one of ModesSupported");
    // WPA3 has one cipher; a cipher chosen for another method is kept by the methods that know it.
    const cipher = value.startsWith("WPA3") ? undefined : read(at, env).cipher;
    return putMethod(at, env, method, cipher);
  },
};

/** hostapd takes the address of a RADIUS server in either family, one that stands for a host. */
const judgeServer: Judge = (value) =>
  value === "" || parseAddress(value) !== undefined || isUnicast6(value)
    ? undefined
    : "Expected an IP address";

const judgeHexKey: Judge = (value) =>
  /^(?:[0-9A-Fa-f]{64})?$/.test(value) ? undefined : "Expected 64 hexadecimal digits";

const hexKey = text(iface, "key", { judge: judgeHexKey });

/** The same option where it is no passphrase: empty while it is one, so that an empty one takes nothing away. */
const preSharedKey: Binding = {
  ...hexKey,
  read: (at, env) => {
    const key = hexKey.read(at, env);
    return judgeHexKey(key) === undefined ? key : "";
  },
};
/** hostapd keeps it in 31 bits. */
export const rekeyingInterval = number(iface, "wpa_group_rekey", 3600, 0, 2_147_483_647);
export const radiusServer = text(iface, "auth_server", { judge: judgeServer });
export const radiusPort = number(iface, "auth_port", 1812, 1, 65_535);
export const radiusSecret = text(iface, "auth_secret");
const frames = choice(iface, "ieee80211w", { "0": "Disabled", "1": "Optional", "2": "Required" }, "Disabled");

const isWpa3 = (method: string): boolean => /^(?:sae|wpa3|owe)/.test(method);

/** WPA3 requires protected frames; beside WPA2 they are optional unless the option differs (netifd's scripts). */
export const managementFrames: Binding = {
  ...frames,
  read: (at, env) => {
    const { method } = read(at, env);
    if (single(sectionAt(iface, at, env), "ieee80211w") !== undefined || !isWpa3(method))
      return frames.read(at, env);
    return method.endsWith("-mixed") ? "Optional" : "Required";
  },
};

/** TR-098 has ten keys of a network, of which hostapd takes the first. */
export const keys: Rows = { packages: [], rows: () => [{ key: "1", at: {} }] };
export const sharedKey = { PreSharedKey: preSharedKey, KeyPassphrase: modes.KeyPassphrase } as const;

/** In the order in which one call applies them, as `modes` above. */
export const accessPointModes = {
  ModesSupported: modesSupported,
  ModeEnabled: modeEnabled,
  KeyPassphrase: modes.KeyPassphrase,
} as const;

/** WPA3 alone proves the passphrase itself: from the 64 digits that WPA2 makes of one hostapd has no
 * password for it. */
const isKeyOf = (method: string, key: string): boolean =>
  /^[\x20-\x7e]{8,63}$/.test(key) || (method !== "sae" && /^[0-9A-Fa-f]{64}$/.test(key));

/** The number of the key in use, or the key itself: 5 or 13 octets, as text behind `s:` or in hexadecimal digits. */
const isWepKey = (key: string): boolean =>
  /^[1-4]?$|^(?:s:)?(?:.{5}|.{13})$|^(?:[0-9A-Fa-f]{10}|[0-9A-Fa-f]{26})$/.test(key);

type Complaints = ReturnType<Check>;

/** Values of the network with which hostapd would not start. */
const complaints: readonly ((section: Section, at: At, env: Env) => Complaints)[] = [
  (section) => {
    const key = single(section, "key") ?? "";
    const { method, proof } = parseEncryption(single(section, "encryption"));
    if (proof !== "PSKAuthentication" || isKeyOf(method, key)) return [];
    return [
      { about: beaconType, why: "This BeaconType needs a KeyPassphrase of 8 to 63 characters" },
      { about: modeEnabled, why: "This mode needs a KeyPassphrase of 8 to 63 characters" },
    ];
  },
  (section) => {
    const { proof } = parseEncryption(single(section, "encryption"));
    if (proof !== "EAPAuthentication") return [];
    const served = section.options.has("auth_server") || section.options.has("server");
    if (!served)
      return [
        { about: wpaAuthenticationMode, why: "EAPAuthentication needs an authentication server" },
        { about: modeEnabled, why: "This mode needs a RADIUS server" },
      ];
    const secret = section.options.has("auth_secret") || section.options.has("key");
    return secret ? [] : [{ about: radiusSecret, why: "A RADIUS server needs a secret" }];
  },
  (section) => {
    const { method, cipher } = parseEncryption(single(section, "encryption"));
    if (!isWpa3(method)) return [];
    const why = judgeSaePassword(single(section, "key") ?? "");
    const bad = method.startsWith("sae") && why !== undefined ? [{ about: modes.KeyPassphrase, why }] : [];
    const weak = cipher?.startsWith("tkip") ? [{ about: wpaEncryptionModes, why: "WPA3 knows no TKIP" }] : [];
    const open = !method.endsWith("-mixed") && single(section, "ieee80211w") === "0";
    return [
      ...bad,
      ...weak,
      ...(open ? [{ about: managementFrames, why: "WPA3 needs protected frames" }] : []),
    ];
  },
  (section) => {
    const { method } = parseEncryption(single(section, "encryption"));
    if (!method.startsWith("wep") || isWepKey(single(section, "key") ?? "")) return [];
    return [{ about: modes.KeyPassphrase, why: "A network with WEP takes none: set BeaconType with it" }];
  },
  (section, at, env) => {
    const is6g = single(sectionAt(radio, at, env), "band") === "6g";
    const { method } = parseEncryption(single(section, "encryption"));
    if (!is6g || (isWpa3(method) && !method.endsWith("-mixed"))) return [];
    const why = "A network of 6 GHz needs WPA3";
    return [
      { about: beaconType, why },
      { about: modeEnabled, why },
    ];
  },
];

/** An enabled network that could not start is rejected. */
export const check: Check = (at, env) => {
  const section = sectionAt(iface, at, env);
  if (!section || truth("wireless", section, "disabled", false)) return [];
  return complaints.map((of) => of(section, at, env)).find((found) => found.length > 0) ?? [];
};
