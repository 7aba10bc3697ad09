/** Handler: explanations for engineers: all facts about a parameter, and the writes of a change. */
import type { Edit } from "../ports/config.ts";
import type { AttributeBook } from "./attributes.ts";
import type { Setting } from "./change.ts";
import type { Env } from "./define.ts";
import type { Leaf } from "./node.ts";
import { sourcesOf } from "./source.ts";
import type { Tree } from "./tree.ts";

/** A parameter, its attributes and the source of its value. */
export interface Described {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly writable: boolean;
  readonly notification: "off" | "passive" | "active";
  readonly sources: readonly string[];
}

export interface Explainer {
  /** All that there is to say of parameters, for people. @throws Fault 9005 */
  described(paths: readonly string[]): Promise<readonly Described[]>;
  /** The edits that a local author's change would make; nothing is written. @throws Fault as `set` would */
  rehearsed(list: readonly Setting[]): Promise<readonly Edit[]>;
}

interface ExplainerParts {
  readonly tree: Tree;
  readonly book: AttributeBook;
  readonly eachLeaf: (paths: readonly string[], visit: (leaf: Leaf) => void) => void;
  /** Everything has been read. */
  readonly done: () => void;
  /** The tree as it is now, with all facts. */
  readonly now: () => Promise<Env>;
  /** The edits of a change that is planned and not made. */
  readonly rehearse: (list: readonly Setting[]) => Promise<readonly Edit[]>;
}

const notifications = ["off", "passive", "active"] as const;

export function explainer({ tree, book, eachLeaf, done, now, rehearse }: ExplainerParts): Explainer {
  const isHidden = (path: string): boolean => {
    const leaf = tree.find(path);
    return leaf?.is === "leaf" && leaf.shape.fact.hidden;
  };
  return {
    async described(paths) {
      const env = await now();
      const found: Described[] = [];
      eachLeaf(paths, (leaf) => {
        const { Name, Value, type } = tree.value(leaf);
        const { binding, writable, fact } = leaf.shape;
        found.push({
          name: Name,
          value: Value,
          type,
          writable: fact.writable && writable,
          notification: notifications[book.read(leaf).Notification] ?? "off",
          sources: sourcesOf(env, (watched) => binding.read(leaf.parent.at, watched)),
        });
      });
      done();
      return found;
    },
    async rehearsed(list) {
      const edits = await rehearse(list);
      const secrets = new Set(list.filter(({ Name }) => isHidden(Name)).map(({ Value }) => Value));
      return edits.map((edit) => withoutSecrets(edit, secrets));
    },
  };
}

/** A password is not shown to a person looking over a shoulder. */
function withoutSecrets(edit: Edit, secrets: ReadonlySet<string>): Edit {
  const secret = edit.edit === "set" && [edit.value].flat().some((one) => secrets.has(one));
  return secret ? { ...edit, value: "(hidden)" } : edit;
}
