/** Port: the configuration with the findings of DHCP in place: the URL over the configured one, the ProvisioningCode
 * where none is configured. The overlay is never written: a value set by an ACS or a person holds at once (TR-069 3.1). */
import { overridden } from "../override.ts";
import type { Config, ConfigView, Edit, Package } from "../ports/config.ts";
import type { Found } from "./found.ts";

const name = "cwmp";
const url = { package: name, section: "acs", type: "acs", option: "url" } as const;
const code = { package: name, section: "cpe", type: "cpe", option: "provisioning_code" } as const;

/** @param found what DHCP has found
 * @param allowed whether the configuration lets DHCP name the ACS */
export function withFound(
  config: Config,
  found: () => Found | undefined,
  allowed: (view: ConfigView) => boolean,
): Config {
  let last: Found | undefined;
  let turns = 0;
  const holds = (base: ConfigView): Found | undefined => {
    const known = found();
    return known?.over === urlIn(base) && allowed(base) ? known : undefined;
  };
  return {
    view() {
      const base = config.view();
      const now = holds(base);
      if (now !== last) turns += 1;
      last = now;
      return now === undefined ? base : new View(base, now, turns);
    },
    stage: (view, edits) => config.stage(view instanceof View ? view.base : view, edits),
    revert: (changes) => config.revert(changes),
    recover: (intent) => config.recover(intent),
    troubles: () => config.troubles(),
    watch: (changed) => config.watch(changed),
  };
}

/** The URL as it stands in the file, whatever it is worth. */
export const urlIn = (view: ConfigView): string => optionIn(view, url);

function optionIn(view: ConfigView, at: typeof url | typeof code): string {
  const value = view.package(at.package)?.section(at.section)?.options.get(at.option);
  return typeof value === "string" ? value : "";
}

class View implements ConfigView {
  /** @param turn counts what has been found: another find is another version of the package */
  constructor(
    readonly base: ConfigView,
    private readonly found: Found,
    private readonly turn: number,
  ) {}

  package(asked: string): Package | undefined {
    const file = this.base.package(asked);
    if (asked !== name || urlIn(this.base) !== this.found.over) return file;
    const { provisioningCode } = this.found;
    const named = overridden(file, { ...url, value: this.found.url });
    const both =
      provisioningCode === null || optionIn(this.base, code) !== ""
        ? named
        : overridden(named, { ...code, value: provisioningCode });
    // Between two versions of the file, and another one for each find.
    return { ...both, version: (file?.version ?? 0) + 0.25 / (1 + this.turn) };
  }

  with(edits: readonly Edit[]): ConfigView {
    return new View(this.base.with(edits), this.found, this.turn);
  }
}
