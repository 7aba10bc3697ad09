/** Rule: the values that readers of the configuration accept. One value that its reader refuses can cost the whole
 * file: a rule that nft cannot parse keeps the firewall from loading, a line that dnsmasq cannot parse keeps it from
 * starting. Each judge gives the reason why not, or undefined. */
import { addressTypes } from "../../../src/model/address.ts";
import type { Judge } from "./bind.ts";

const octets = (text: string): number => new TextEncoder().encode(text).length;

/** nft keeps 128 octets of a comment. fw4 writes `!fw4: NAME (reflection)` there, with a backslash before each. */
const commentOctetsMax = 128 - octets("!fw4:  (reflection)");

/** The name of a rule: nft knows no escape in strings, so that a quotation mark ends them. */
export const judgeRuleName: Judge = (value) => {
  if (value.includes('"')) return "The firewall cannot keep quotation marks";
  const length = octets(value) + value.split("\\").length - 1;
  return length > commentOctetsMax
    ? `The firewall keeps no more than ${commentOctetsMax} octets, a backslash counting twice`
    : undefined;
};

const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** RFC 1035 2.3.4: labels of 63 octets at most. */
const isName = (text: string): boolean =>
  text.length <= 253 && text.split(".").every((one) => label.test(one));

/** A server as a resolver takes it, and ntpd after `-p`; a text that is no name and no address could be one of ntpd's
 * options (`keyno:`). */
export const judgeHost: Judge = (value) => {
  const isAddress = addressTypes.IPAddress?.(value) === true;
  // A dot at the end says that no domain is to be added.
  const isHost = isName(value.replace(/\.$/, "")) && !/^[\d.]+$/.test(value);
  return value === "" || isAddress || isHost ? undefined : "Expected a host name or an address";
};

/** A domain as a value of dnsmasq's `dhcp-option`, which takes digits for a number and digits with dots
 * for an address. */
export const judgeDomain: Judge = (value) => {
  if (value === "") return undefined;
  if (!isName(value) || value.startsWith("-")) return "Expected a domain name";
  return /^(?:\d[\d-]*[bsi]?|[\d.]+)$/.test(value)
    ? "A domain of digits would be sent as a number"
    : undefined;
};

/** hostapd reads the text after one of these words in a password of WPA3 as an option. */
export const judgeSaePassword: Judge = (value) =>
  /\|(?:mac|vlanid|pk|id)=/.test(value)
    ? "WPA3 takes what follows a bar in this key as an option"
    : undefined;
