/** Rule: one DHCP option inside `list dhcp_option`, edited alone: its neighbours stay as they are.
 * A bare code (`3`) tells dnsmasq to send none; an absent item leaves it to dnsmasq's own answer. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { judgeDomain } from "./accepted.ts";
import { parseAddress } from "./address.ts";
import { members, type Place, put, refuse, sectionAt, shown } from "./bind.ts";

const names: Readonly<Record<number, string>> = { 3: "router", 6: "dns-server", 15: "domain-name" };

export interface Item {
  /** The value that clients get if the option has no item. */
  readonly answer: (at: At, env: Env) => string;
  readonly kind: "addresses" | "domain";
}

/** @returns its place in the list and its value; undefined where there is none. Items with tags are not ours. */
function find(
  section: Section | undefined,
  code: number,
): { at: number; head: string; value: string } | undefined {
  const list = members(section, "dhcp_option");
  for (const [at, item] of list.entries()) {
    const comma = item.indexOf(",");
    const head = comma < 0 ? item : item.slice(0, comma);
    if (head === String(code) || head === `option:${names[code]}`)
      return { at, head, value: comma < 0 ? "" : item.slice(comma + 1) };
  }
  return undefined;
}

/** The address that dnsmasq replaces by its own. */
const own = "0.0.0.0";

/** The value as clients get it: an address 0.0.0.0 stands for the server's own; what is no address is left out. */
function readItem(item: Item, value: string, at: At, env: Env): string {
  if (item.kind === "domain") return shown(value);
  return value
    .split(",")
    .map((word) => (word === own ? item.answer(at, env) : word))
    .filter((word) => parseAddress(word) !== undefined)
    .join(",");
}

function judgeItem(kind: Item["kind"], value: string): string | undefined {
  if (value === "") return undefined;
  if (kind === "domain") return judgeDomain(value);
  const words = value.split(",");
  if (words.some((word) => parseAddress(word) === undefined)) return "Expected IPv4 addresses";
  return words.includes(own) ? `${own} is no address of a server` : undefined;
}

export function optionItem(place: Place, code: number, item: Item): Binding {
  return {
    packages: [place.package, "network"],
    read: (at, env) => {
      const found = find(sectionAt(place, at, env), code);
      return found ? readItem(item, found.value, at, env) : item.answer(at, env);
    },
    write: (at, value, env) => {
      const why = judgeItem(item.kind, value);
      if (why !== undefined) return refuse(why);
      const section = sectionAt(place, at, env);
      const found = find(section, code);
      const list = [...members(section, "dhcp_option")];
      // A bare code makes dnsmasq send no option. It is written only if an option would be sent otherwise.
      const text = value === "" ? (item.answer(at, env) === "" ? undefined : "") : `,${value}`;
      if (text === undefined) list.splice(found?.at ?? list.length, found ? 1 : 0);
      else list[found?.at ?? list.length] = (found?.head ?? String(code)) + text;
      return put(place, at, env, "dhcp_option", list.length === 0 ? undefined : list);
    },
  };
}
