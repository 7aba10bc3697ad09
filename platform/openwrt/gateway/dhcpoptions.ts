/** Table: DHCP options beside those that have parameters of their own: what a pool tells its clients, what the client of a
 * WAN interface sends and asks for. They are told and not set: dnsmasq and udhcpc take texts of many forms. */
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { parseAddress } from "./address.ts";
import { decimal, instance, members, type Place, sectionAt, single } from "./bind.ts";
import { pool } from "./dhcp.ts";

interface Option {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** DHCP options of a pool that are parameters of their own: router, name servers, domain. */
const own = new Set([3, 6, 15]);

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** Options whose numbers have so many octets, and options that are texts whatever they look like, as dnsmasq knows them.
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

/** As dnsmasq takes it: addresses as their octets, pairs of hexadecimal digits with colons as such, numbers, all else as
 * text. */
function encoded(tag: number, words: readonly string[]): Uint8Array {
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
function ofPool(section: Section | undefined): readonly Option[] {
  return members(section, "dhcp_option").flatMap((item) => {
    const [head = "", ...words] = item.split(",");
    const tag = decimal(head);
    return tag !== undefined && tag >= 1 && tag <= 254 && !own.has(tag)
      ? [{ tag, value: encoded(tag, words) }]
      : [];
  });
}

/** `hostname`, `vendorid`, `clientid` (hexadecimal), and `sendopts 'CODE:HEX …'`. netifd's dhcp.sh. */
function sentBy(section: Section | undefined): readonly Option[] {
  const found: Option[] = [];
  const [hostname, vendor, client] = ["hostname", "vendorid", "clientid"].map((name) =>
    single(section, name),
  );
  if (hostname !== undefined && hostname !== "*") found.push({ tag: 12, value: octets(hostname) });
  if (vendor !== undefined) found.push({ tag: 60, value: octets(vendor) });
  if (client !== undefined && isHex(client)) found.push({ tag: 61, value: fromHex(client) });
  for (const word of members(section, "sendopts")) {
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
  readonly tag: Binding;
  readonly hex: Binding;
  readonly base64: Binding;
}

const table = (
  place: Place,
  read: (section: Section | undefined) => readonly Option[],
  name: string,
): OptionRows => {
  const all = (at: At, env: Env): readonly Option[] => read(sectionAt(place, at, env));
  const lineOf = ({ tag, value }: Option) => `${tag} ${Buffer.from(value).toString("hex")}`;
  const one = (show: (option: Option) => string): Binding => ({
    packages: [place.package],
    read: (at, env) => {
      const option = all(at, env)[Number(at[name])];
      return option === undefined ? "" : show(option);
    },
  });
  return {
    rows: {
      of: name,
      packages: [place.package],
      rows: (at, env) =>
        all(at, env).map((option, index) => ({
          key: String(index),
          at: { [name]: String(index) },
          content: () => [lineOf(option)],
          shifts: true,
        })),
    },
    tag: one(({ tag }) => String(tag)),
    hex: one(({ value }) => Buffer.from(value).toString("hex").toUpperCase()),
    base64: one(({ value }) => Buffer.from(value).toString("base64")),
  };
};

export const poolOptions = table(pool, ofPool, "poolOption");
export const sentOptions = table(network, sentBy, "sentOption");

/** `reqopts 'CODE …'`: what is asked for beside udhcpc's own list. What came stands where it is used. */
const requested = (section: Section | undefined): readonly Option[] =>
  members(section, "reqopts").flatMap((word) => {
    const tag = decimal(word);
    return tag !== undefined && tag >= 1 && tag <= 254 ? [{ tag, value: new Uint8Array() }] : [];
  });

export const requestedOptions = table(network, requested, "requestedOption");
export const requestedOrder: Binding = {
  packages: [],
  read: (at) => String(Number(at.requestedOption ?? 0) + 1),
};
