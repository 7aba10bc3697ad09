/** Helper: a browser on the LAN, as far as the site sees one: requests as values, answers as values. */
import type { Place } from "../../src/page/place.ts";
import type { PageAnswer, PageRequest } from "../../src/page/request.ts";

export const place: Place = {
  port: 7580,
  lanName: "my.gateway",
  names: ["my.gateway", "openwrt", "openwrt.lan", "192.168.1.1", "fd00::1"],
};

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly client?: string;
  readonly local?: string;
  readonly onGone?: PageRequest["onGone"];
}

/** @param target path and query */
export function requestOf(target: string, asked: Asked = {}): PageRequest {
  const [path = "", ...query] = target.split("?");
  return {
    method: asked.method ?? "GET",
    path,
    query: query.join("?"),
    headers: new Map(Object.entries({ host: "192.168.1.1:7580", ...asked.headers })),
    body: new TextEncoder().encode(asked.body ?? ""),
    client: asked.client ?? "192.168.1.50",
    local: asked.local ?? "192.168.1.1",
    onGone: asked.onGone ?? (() => {}),
  };
}

export const headerOf = ({ headers }: PageAnswer, name: string): string | undefined =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1];

export const bodyOf = ({ body }: PageAnswer): string =>
  typeof body === "string" ? body : new TextDecoder().decode(body);

/** The first heading and what stands under it, as one reads it. */
export const textOf = (answer: PageAnswer): string =>
  (/<main>([\s\S]*)<\/main>/.exec(bodyOf(answer))?.[1] ?? "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ")
    .trim();
