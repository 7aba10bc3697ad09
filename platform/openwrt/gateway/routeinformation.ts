/** Table: routes that a router of the provider has advertised (RFC 4191 2.3), as odhcp6c has set them in the kernel. */
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import type { Route6 } from "../../../src/ports/facts.ts";
import { words6 } from "./address6.ts";
import { fact } from "./bind.ts";
import { ends, together } from "./ip6.ts";
import { ipInterfaces, sidePackages } from "./network.ts";

/** A route to everywhere is the router's lifetime and none of its options; one without a router is a
 * prefix of the link. */
const routesOf = (at: At, env: Env): readonly Route6[] =>
  together(at, env).flatMap(({ proto, routes6 = [] }) =>
    proto === "static" ? [] : routes6.filter(({ mask, gateway }) => mask > 0 && isRouter(gateway)),
  );

/** Routers are named by their addresses on the link. */
const isRouter = (address: string): boolean => (words6(address)?.[0] ?? 0) >>> 6 === 0xfe80 >>> 6;

const keyOf = ({ target, mask, gateway }: Route6): string => `${target}/${mask} ${gateway}`;

export const told: Rows = {
  of: "routeInformation",
  packages: sidePackages,
  fresh: true,
  rows: (_at, env) =>
    ipInterfaces(env).flatMap(({ name }) =>
      [...new Set(routesOf({ interface: name }, env).map(keyOf))].map((key) => ({
        key: `${name} ${key}`,
        at: { interface: name, routeInformation: key },
      })),
    ),
};

const routeAt = (read: (route: Route6, env: Env) => string): Binding =>
  fact(
    (_sheet, at, env) => {
      const route = routesOf(at, env).find((one) => keyOf(one) === at.routeInformation);
      return route === undefined ? "" : read(route, env);
    },
    ["network"],
  );

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", { interface: at.interface }));
export const sourceRouter = routeAt(({ gateway }) => gateway);
export const prefix = routeAt(({ target, mask }) => `${target}/${mask}`);
export const lifetime = routeAt(({ valid }, env) => ends(valid, env));

/** odhcp6c turns the preference into a metric: 384, 512 or 640. */
export const preference = routeAt(({ metric }) =>
  metric < 512 ? "High" : metric === 512 ? "Medium" : "Low",
);
