/** Table: static IPv6 routes: `config route6` sections of the network package. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { isAddress6, isPrefix6, isUnicast6 } from "./address6.ts";
import { fact, freeName, type Place, put, refuse, sectionAt, shown, single, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { isPlainRoute } from "./network.ts";

const route: Place = { package: "network", name: (at) => at.route };
const section = (at: At, env: Env): Section | undefined => sectionAt(route, at, env);

const sections = (env: Env): readonly Section[] =>
  (env.config.package("network")?.ofType("route6") ?? []).filter(isPlainRoute);

export const routes: Rows = {
  of: "route",
  packages: ["network"],
  rows: (_at, env) => sections(env).map((one) => sectionRow(one, { route: one.name })),
  add: (_at, number, env) => {
    const name = freeName("network", `cwmp_route6_${number}`, env);
    const where = { package: "network", section: name };
    return {
      row: { key: name, at: { route: name } },
      edits: [
        { edit: "add", ...where, type: "route6" },
        { edit: "set", ...where, option: "disabled", value: "1" },
      ],
    };
  },
  remove: (at) => [{ edit: "remove", package: "network", section: at.route ?? "" }],
  rowsMax: gatewayLimits.routesMax,
};

/** `::/0` is any network. */
export const prefix: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const word = single(section(at, env), "target") ?? "";
    const whole = word.includes("/") || word === "" ? word : `${word}/128`;
    return isPrefix6(whole) ? whole : "";
  },
  write: (at, value, env) =>
    value === "" || isPrefix6(value)
      ? put(route, at, env, "target", value === "" ? undefined : value)
      : refuse("Expected an IPv6 prefix"),
};

export const nextHop: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const word = single(section(at, env), "gateway") ?? "";
    return isAddress6(word) ? shown(word) : "";
  },
  write: (at, value, env) =>
    value === "" || isUnicast6(value)
      ? put(route, at, env, "gateway", value === "" ? undefined : value)
      : refuse("Expected the IPv6 address of a host"),
};

export const status = fact(
  (sheet, at, env) => {
    const one = section(at, env);
    if (truth("network", one, "disabled", false)) return "Disabled";
    return sheet.interface(single(one, "interface") ?? "")?.up ? "Enabled" : "Error";
  },
  ["network"],
);
