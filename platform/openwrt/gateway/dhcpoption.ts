/** Rule: one DHCP option inside `list dhcp_option`, edited alone: its neighbours stay as they are.
 * A bare code (`3`) makes dnsmasq send none; an absent item leaves it to dnsmasq's own answer. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { judgeDomain } from "./accepted.ts";
import { parseAddress } from "./address.ts";
import { members, type Place, put, refuse, sectionAt, shown, single } from "./bind.ts";

const names: Readonly<Record<number, string>> = { 3: "router", 6: "dns-server", 15: "domain-name" };

export interface Item {
  /** The value that clients get if the option has no item. */
  readonly answer: (at: At, env: Env) => string;
  readonly kind: "addresses" | "domain";
}

interface Found {
  readonly option: "dhcp_option" | "dhcp_option_force";
  /** Its place in the list. */
  readonly at: number;
  readonly head: string;
  readonly value: string;
}

/** @param tag of the items that are looked for; undefined: of those without one
 * @returns the item that counts: of several dnsmasq takes the last, and forced ones come last */
function find(section: Section | undefined, code: number, tag?: string): Found | undefined {
  for (const option of ["dhcp_option_force", "dhcp_option"] as const) {
    for (const [at, item] of [...members(section, option).entries()].reverse()) {
      const [head = "", ...words] = (tag === undefined ? item : untagged(item, tag)).split(",");
      if (head === String(code) || head === `option:${names[code]}`)
        return { option, at, head, value: words.join(",") };
    }
  }
  return undefined;
}

/** The rest of an item with the tag, `tag:lan,6,…` or as older ones have it `lan,6,…`. */
const untagged = (item: string, tag: string): string => {
  const head = [`tag:${tag},`, `${tag},`].find((one) => item.startsWith(one));
  return head === undefined ? "" : item.slice(head.length);
};

/** Options of dnsmasq for all pools, or of its own section for this pool: the items of the pool itself
 * win over them. */
function elsewhere(section: Section | undefined, code: number, at: At, env: Env): Found | undefined {
  const [server] = env.config.package("dhcp")?.ofType("dnsmasq") ?? [];
  return find(server, code, single(section, "networkid") ?? at.interface) ?? find(server, code);
}

/** The address that dnsmasq replaces by its own. */
const own = "0.0.0.0";

/** The value as clients get it: 0.0.0.0 stands for the server's own address; a word that is no address is left out. */
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
  const unsaid = (at: At, env: Env): string => {
    const found = elsewhere(sectionAt(place, at, env), code, at, env);
    return found ? readItem(item, found.value, at, env) : item.answer(at, env);
  };
  return {
    packages: [place.package, "network"],
    read: (at, env) => {
      const found = find(sectionAt(place, at, env), code);
      return found ? readItem(item, found.value, at, env) : unsaid(at, env);
    },
    write: (at, value, env) => {
      const why = judgeItem(item.kind, value);
      if (why !== undefined) return refuse(why);
      const section = sectionAt(place, at, env);
      const found = find(section, code);
      const option = found?.option ?? "dhcp_option";
      const list = [...members(section, option)];
      // A bare code makes dnsmasq send no option. It is written only if an option would be sent otherwise.
      const text = value === "" ? (unsaid(at, env) === "" ? undefined : "") : `,${value}`;
      if (text === undefined) list.splice(found?.at ?? list.length, found ? 1 : 0);
      else list[found?.at ?? list.length] = (found?.head ?? String(code)) + text;
      return put(place, at, env, option, list.length === 0 ? undefined : list);
    },
  };
}
