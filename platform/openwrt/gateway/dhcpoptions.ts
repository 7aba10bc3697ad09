/** Table: DHCP options beside those that have parameters of their own: options that a pool sends its clients, options
 * that the client of a WAN interface sends and requests.
 *
 * Options that others have configured are read only: dnsmasq and udhcpc accept texts of many forms. An option that the
 * ACS makes is a section of a type that no program reads (ownoption.ts); while the option is on, its item is in the
 * list that the program reads. */
import type { At, Binding, Check, Env, Row, Rows } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { parseAddress } from "./address.ts";
import { bit, decimal, instance, sectionAt, single } from "./bind.ts";
import { pool } from "./dhcp.ts";
import { gatewayLimits } from "./limits.ts";
import { type Option, type OptionList, type OwnOption, ownOptions } from "./ownoption.ts";

/** DHCP options of a pool that are parameters of their own: router, name servers, domain. */
const own = new Set([3, 6, 15]);

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** Options whose numbers have so many octets, and options that are texts even if they look like numbers, as in dnsmasq.
 * Any other number has as few octets as it needs, or as the letter behind it says. */
const numberOctets = new Map<number, 1 | 2 | 4 | "text">([
  ...[19, 20, 23, 27, 31, 34, 36, 37, 46].map((tag) => [tag, 1] as const),
  ...[13, 22, 26, 93].map((tag) => [tag, 2] as const),
  ...[2, 35, 38, 51, 58, 59].map((tag) => [tag, 4] as const),
  ...[12, 15, 17, 18, 40, 64, 66, 67, 100, 101, 119, 120].map((tag) => [tag, "text"] as const),
]);
const letterOctets: Readonly<Record<string, number>> = { b: 1, s: 2, i: 4 };

function number(tag: number, text: string): Uint8Array | undefined {
  const [, digits, letter = ""] = /^(-?\d{1,10})([bsi]?)$/.exec(text) ?? [];
  const known = numberOctets.get(tag);
  if (digits === undefined || known === "text") return undefined;
  const value = Number(digits) >>> 0;
  const needed = value > 0xffff ? 4 : value > 0xff ? 2 : 1;
  const length = letterOctets[letter] ?? known ?? needed;
  return Uint8Array.from({ length }, (_, at) => (value >>> (8 * (length - 1 - at))) & 255);
}

/** As dnsmasq takes it: addresses as their octets, pairs of hexadecimal digits with colons as such, numbers,
 * all else as text. */
function encoded(tag: number, words: readonly string[]): Uint8Array {
  if (numberOctets.get(tag) === "text") return octets(words.join(","));
  const addresses = words.map(parseAddress);
  if (words.length > 0 && addresses.every((one) => one !== undefined))
    return Uint8Array.from(
      addresses.flatMap((one) => [24, 16, 8, 0].map((shift) => ((one ?? 0) >>> shift) & 255)),
    );
  const text = words.join(",");
  const counted = number(tag, text);
  if (counted !== undefined) return counted;
  return /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+$/.test(text) ? fromHex(text.replaceAll(":", "")) : octets(text);
}

/** `CODE,VALUE` and `option:NAME,VALUE`; names and tags are dnsmasq's own matter. */
function ofPool(_section: Section | undefined, items: readonly string[]): readonly Option[] {
  return items.flatMap((item) => {
    const [head = "", ...words] = item.split(",");
    const tag = decimal(head);
    return tag !== undefined && tag >= 1 && tag <= 254 && !own.has(tag)
      ? [{ tag, value: encoded(tag, words) }]
      : [];
  });
}

/** `hostname`, `vendorid`, `clientid` (hexadecimal), and `sendopts 'CODE:HEX …'`. netifd's dhcp.sh. */
function sentBy(section: Section | undefined, items: readonly string[]): readonly Option[] {
  const found: Option[] = [];
  const [hostname, vendor, client] = ["hostname", "vendorid", "clientid"].map((name) =>
    single(section, name),
  );
  if (hostname !== undefined && hostname !== "*") found.push({ tag: 12, value: octets(hostname) });
  if (vendor !== undefined) found.push({ tag: 60, value: octets(vendor) });
  if (client !== undefined && isHex(client)) found.push({ tag: 61, value: fromHex(client) });
  for (const word of items) {
    const [code = "", hex = ""] = word.split(":");
    const tag = decimal(code.replace(/^0x[0-9a-f]+$/i, (text) => String(Number(text))));
    if (tag !== undefined && tag >= 1 && tag <= 254 && isHex(hex)) found.push({ tag, value: fromHex(hex) });
  }
  return found;
}

const isHex = (text: string): boolean => /^(?:[0-9A-Fa-f]{2})+$/.test(text);

const network = instance("network", "interface");

export interface OptionRows {
  readonly rows: Rows;
  readonly enabled: Binding;
  readonly tag: Binding;
  readonly hex: Binding;
  readonly base64: Binding;
  readonly check: Check;
}

const lineOf = ({ tag, value }: Option) => `${tag} ${Buffer.from(value).toString("hex")}`;

/** @param read the options of others in the section and in the items of its list */
function table(
  list: OptionList,
  read: (section: Section | undefined, items: readonly string[]) => readonly Option[],
  name: string,
): OptionRows {
  const own = ownOptions(list, name);
  const others = (at: At, env: Env): readonly Option[] =>
    read(sectionAt(list.place, at, env), own.itemsOfOthers(at, env));
  const optionAt = (at: At, env: Env): Option | undefined =>
    own.optionAt(at, env) ?? others(at, env)[Number(at[name])];
  const shown = (
    show: (option: Option) => string,
    changed?: (option: OwnOption, value: string) => OwnOption,
  ): Binding => ({
    packages: [list.place.package],
    read: (at, env) => {
      const option = optionAt(at, env);
      return option === undefined ? "" : show(option);
    },
    ...(changed && { write: (at, value, env) => own.write(at, env, (option) => changed(option, value)) }),
  });
  const valued = (encoding: "hex" | "base64", show: (text: string) => string = (text) => text) =>
    shown(
      ({ value }) => show(Buffer.from(value).toString(encoding)),
      list.told
        ? undefined
        : (option, text) => ({ ...option, value: Uint8Array.from(Buffer.from(text, encoding)) }),
    );
  const rows = (at: At, env: Env): readonly Row[] =>
    others(at, env).map((option, index) => ({
      key: String(index),
      at: { [name]: String(index) },
      content: () => [lineOf(option)],
      shifts: true,
    }));
  const enabled: Binding = {
    packages: [list.place.package],
    read: (at, env) => bit(own.isOwn(at, env) ? own.isOn(at, env) : optionAt(at, env) !== undefined),
    write: (at, value, env) => own.write(at, env, (option) => ({ ...option, enabled: value === "1" })),
  };
  return {
    rows: {
      of: name,
      packages: [list.place.package],
      rows: (at, env) => [...rows(at, env), ...own.rows(at, env)],
      add: own.add,
      remove: own.remove,
      rowsMax: gatewayLimits.ownOptionsMax,
    },
    enabled,
    tag: shown(
      ({ tag }) => String(tag),
      (option, value) => ({ ...option, tag: Number(value) }),
    ),
    hex: valued("hex", (text) => text.toUpperCase()),
    base64: valued("base64"),
    check: (at, env) => own.complaint(at, env, enabled),
  };
}

/** dnsmasq knows these by itself, or they have parameters of their own. */
const notOfPools = new Set([1, ...own, 50, 51, 52, 53, 54, 55, 56, 57, 61, 82, 119, 120]);

const asText = (value: Uint8Array): string => Buffer.from(value).toString("latin1");
const asHex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

const poolList: OptionList = {
  place: pool,
  option: "dhcp_option",
  judge: (_section, { tag, value }) => {
    if (notOfPools.has(tag)) return `Option ${tag} is none that a pool is given`;
    if (value.length === 0) return "Without a Value dnsmasq would send no such option at all";
    if (numberOctets.get(tag) !== "text" || /^[\w.:/@%?=&~+-]+$/.test(asText(value))) return undefined;
    return `dnsmasq takes option ${tag} as a text of letters, digits and ._:/@%?=&~+-`;
  },
  item: ({ tag, value }) => {
    if (numberOctets.get(tag) === "text") return `${tag},${asText(value)}`;
    return `${tag},${value.length === 1 ? `${value[0]}b` : asHex(value).replace(/..(?!$)/g, "$&:")}`;
  },
};

/** udhcpc knows these by itself, or netifd gives them to it. */
const notSent = new Set([12, 50, 53, 54, 55, 57, 61]);

const sentList: OptionList = {
  place: network,
  option: "sendopts",
  judge: (section, { tag, value }) => {
    if (notSent.has(tag)) return `Option ${tag} is sent by the client itself`;
    if (tag === 60 && section?.options.has("vendorid")) return "vendorid says option 60 already";
    return value.length === 0 ? "An option that is sent needs a Value" : undefined;
  },
  item: ({ tag, value }) => `${tag}:${asHex(value)}`,
};

/** netifd leaves out a list where it expects a text. */
const requestedList: OptionList = {
  place: network,
  option: "reqopts",
  joined: true,
  told: true,
  judge: () => undefined,
  item: ({ tag }) => String(tag),
};

export const poolOptions = table(poolList, ofPool, "poolOption");
export const sentOptions = table(sentList, sentBy, "sentOption");

/** `reqopts 'CODE …'`: options requested beside udhcpc's own list. Answers are shown where they are used. */
const requested = (_section: Section | undefined, items: readonly string[]): readonly Option[] =>
  items.flatMap((word) => {
    const tag = decimal(word);
    return tag !== undefined && tag >= 1 && tag <= 254 ? [{ tag, value: new Uint8Array() }] : [];
  });

export const requestedOptions = table(requestedList, requested, "requestedOption");

/** The place among all requested options. */
export const requestedOrder: Binding = {
  packages: ["network"],
  read: (at, env) =>
    String(
      requestedOptions.rows.rows(at, env).findIndex((row) => row.at.requestedOption === at.requestedOption) +
        1,
    ),
};
