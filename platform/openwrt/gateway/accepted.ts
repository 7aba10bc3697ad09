/** Rule: what the programs that read the configuration take. One value that its reader refuses can cost the whole file:
 * a rule that nft cannot parse keeps the firewall from loading, a line that dnsmasq cannot parse keeps it from
 * starting. Each judge gives the reason why not, or undefined. */
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
