/** Port: the configuration with the findings of DHCP in place: the URL over the configured one, the ProvisioningCode
 * where none is configured. The overlay is never written: a value set by an ACS or a person holds at once (TR-069
 * 3.1). */
import { lastMade, overridden } from "../override.ts";
import type { Config, ConfigView, Edit, Package } from "../ports/config.ts";
import type { Found } from "./found.ts";

const name = "cwmp";
const url = { package: name, section: "acs", type: "acs", option: "url" } as const;
const code = { package: name, section: "cpe", type: "cpe", option: "provisioning_code" } as const;

export interface FoundConfig extends Config {
  /** The configured URL, below the findings of DHCP, in the view that was made last. */
  readonly ownUrl: string;
}

/** @param found the URL that DHCP has found
 * @param allowed whether the configuration lets DHCP name the ACS */
export function withFound(
  config: Config,
  found: () => Found | undefined,
  allowed: (view: ConfigView) => boolean,
): FoundConfig {
  let last: Found | undefined;
  let turns = 0;
  let shown: Shown | undefined;
  let ownUrl = "";
  const holds = (base: ConfigView): Found | undefined => {
    const known = found();
    return known?.over === ownUrl && allowed(base) ? known : undefined;
  };
  return {
    get ownUrl() {
      return ownUrl;
    },
    view() {
      const base = config.view();
      ownUrl = urlIn(base);
      const now = holds(base);
      if (now !== last) {
        turns += 1;
        const turn = turns;
        shown = now && { over: now.over, package: lastMade((file) => withFoundIn(file, now, turn)) };
      }
      last = now;
      return shown === undefined ? base : new View(base, shown);
    },
    stage: (view, edits) => config.stage(view instanceof View ? view.base : view, edits),
    revert: (changes) => config.revert(changes),
    recover: (intent) => config.recover(intent),
    troubles: () => config.troubles(),
    watch: (changed) => config.watch(changed),
  };
}

/** The URL as it stands in the file, unchecked. */
export const urlIn = (view: ConfigView): string => optionOf(view.package(name), url);

function optionOf(file: Package | undefined, at: typeof url | typeof code): string {
  const value = file?.section(at.section)?.options.get(at.option);
  return typeof value === "string" ? value : "";
}

/** The package as it is shown while something that DHCP has found holds. */
interface Shown {
  /** The URL in the file over which it holds. */
  readonly over: string;
  readonly package: (file: Package | undefined) => Package;
}

/** @param turn counts the finds: each find is another version of the package */
function withFoundIn(file: Package | undefined, found: Found, turn: number): Package {
  const { provisioningCode } = found;
  const named = overridden(file, { ...url, value: found.url });
  const both =
    provisioningCode === null || optionOf(file, code) !== ""
      ? named
      : overridden(named, { ...code, value: provisioningCode });
  // Between two versions of the file, and another one for each find.
  return { ...both, version: (file?.version ?? 0) + 0.25 / (1 + turn) };
}

class View implements ConfigView {
  constructor(
    readonly base: ConfigView,
    private readonly shown: Shown,
  ) {}

  package(asked: string): Package | undefined {
    const file = this.base.package(asked);
    return asked === name && optionOf(file, url) === this.shown.over ? this.shown.package(file) : file;
  }

  with(edits: readonly Edit[]): ConfigView {
    return new View(this.base.with(edits), this.shown);
  }
}
