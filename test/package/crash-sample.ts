/** One package that does everything, and the tree before and after it. */
import {
  add,
  extract,
  extractVersioned,
  type Made,
  move,
  moveVersioned,
  remove,
  removeTree,
  removeVersioned,
  type Tree,
} from "./workshop.ts";

export const before: Tree = {
  "etc/config": "old",
  "etc/gone": "gone",
  "lib/a.001": "1",
  "lib/a.002": "2",
  "lib/v.001": "v1",
  "lib/v.010": "v10",
  "lib/r.001": "r",
  "tree/deep/x": "x",
  "tree/y": "y",
  "tree/link": "-> ../etc",
  from: "moved",
  to: "overwritten",
  kept: "kept",
};

/** The same with the Unsafe flag set. */
const unsafe = (made: Made): Made => ({
  ...made,
  content: { ...made.content, unsafe: true } as Made["content"],
});

export const commands: readonly Made[] = [
  extract("/etc/config", "new", { unsafe: true }),
  unsafe(remove("/etc/gone")),
  extractVersioned("/lib/a.003", "3"),
  moveVersioned("/lib/v.000", "/lib/w.001"),
  removeVersioned("/lib/r.000"),
  unsafe(move("/tree/y", "/new/dir/y")),
  removeTree("/tree"),
  extract("/tree/z", "z"),
  move("/from", "/to"),
  add("/kept", "not taken"),
  extract("/empty", ""),
];

export const after: Tree = {
  "etc/config": "new",
  "lib/a.003": "3",
  "lib/w.001": "v1",
  "new/dir/y": "y",
  "tree/z": "z",
  to: "moved",
  kept: "kept",
  empty: "",
};
