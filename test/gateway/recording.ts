/** Double: a configuration that notes which packages are looked into. */
import type { ConfigView } from "../../src/ports/config.ts";

export interface Recording {
  readonly view: ConfigView;
  /** Packages looked into since the last call. */
  taken(): readonly string[];
}

export function recorded(view: ConfigView): Recording {
  let seen = new Set<string>();
  const over = (inner: ConfigView): ConfigView => ({
    package(name) {
      seen.add(name);
      return inner.package(name);
    },
    with: (edits) => over(inner.with(edits)),
  });
  return {
    view: over(view),
    taken() {
      const found = [...seen].sort();
      seen = new Set();
      return found;
    },
  };
}
