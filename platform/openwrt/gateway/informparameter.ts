/** Table: parameters that the ACS wants in Informs beside those that each holds: sections `inform_parameter` of the
 * agent's own package. TR-181 ManagementServer.InformParameter. */
import { type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { RootName } from "../../../src/model/roots.ts";
import type { ConfigView, Edit } from "../../../src/ports/config.ts";
import { flag, instance, members, put, refuse, sectionAt, single, text, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

const type = "inform_parameter";
const place = instance("cwmp", "informParameter");

export const wishes: Rows = {
  of: "informParameter",
  packages: ["cwmp"],
  rows: (_at, env) =>
    (env.config.package("cwmp")?.ofType(type) ?? []).map((section) =>
      sectionRow(section, { informParameter: section.name }),
    ),
  add: (_at, number, env) => {
    const name = freeName(number, env);
    const edits: Edit[] = [
      { edit: "add", package: "cwmp", section: name, type },
      { edit: "set", package: "cwmp", section: name, option: "enable", value: "0" },
    ];
    return { row: { key: name, at: { informParameter: name } }, edits };
  },
  remove: ({ informParameter = "" }) => [{ edit: "remove", package: "cwmp", section: informParameter }],
  rowsMax: gatewayLimits.informParametersMax,
};

/** Each root has numbers of its own: the other one may have given this one. */
function freeName(number: number, env: Env): string {
  let name = `${type}_${number}`;
  while (env.config.package("cwmp")?.section(name) !== undefined) name += "_";
  return name;
}

export const enable = flag(place, "enable", false);

export const parameterName = text(place, "parameter", {
  judge: (value) =>
    value === "" || /^(?:InternetGatewayDevice|Device)\.(?:\w+\.)*\w+$/.test(value)
      ? undefined
      : "Expected the full name of a parameter",
});

/** Codes of events as Inform has them. Without any the parameter is in every Inform. */
export const eventList: Binding = {
  packages: ["cwmp"],
  read: (at, env) => members(sectionAt(place, at, env), "event").join(","),
  write: (at, value, env) => {
    const codes = value.split(",").filter((code) => code !== "");
    return codes.every((code) => /^(?:\d{1,2}|M|X) [\w -]{1,60}$/.test(code))
      ? put(place, at, env, "event", codes.length === 0 ? undefined : codes)
      : refuse("Expected codes of events, as 1 BOOT");
  },
};

/** Names of the parameters of the root that belong into an Inform with these events. */
export function wantedIn(root: RootName) {
  return (config: ConfigView, events: readonly string[]): readonly string[] => {
    const found = (config.package("cwmp")?.ofType(type) ?? []).flatMap((section) => {
      const codes = members(section, "event");
      const fits = codes.length === 0 || codes.some((code) => events.includes(code));
      const name = single(section, "parameter") ?? "";
      return fits && truth("cwmp", section, "enable", false) && name.startsWith(`${root}.`) ? [name] : [];
    });
    return [...new Set(found)].slice(0, gatewayLimits.informParametersMax);
  };
}
