/** Rule: a tree as commands would leave it, and its differences from the present tree. TR-069 E.4.3 to E.4.9.
 *
 * Only the difference is written: no file is written that a later command would remove again. */
import { placeName } from "./journal.ts";
import { splitVersioned } from "./path.ts";
import { PackageRefused } from "./reason.ts";

/** The tree beneath the root of a package, at present. Paths are names from that root down, joined by slashes. */
export interface TreeView {
  /** The kind of thing at a path; a symbolic link is not followed. undefined: there is nothing. */
  kind(path: string): Kind | undefined;
  /** Names in a directory; at most one more than the limit of a removal. */
  names(path: string): readonly string[];
  /** Paths that belong to the installer: no package may touch them. */
  readonly own: readonly string[];
}

export type Kind = "file" | "directory" | "link" | "other";

/** In the order in which they are done: first removals, then new directories, then arrivals. */
export type Step =
  /** Something leaves its place: for good, or to reappear under another path (`moved`). */
  | { readonly do: "take"; readonly path: string; readonly moved: boolean }
  | { readonly do: "make"; readonly path: string }
  /** A payload file is added, perhaps over a file that is there. */
  | { readonly do: "write"; readonly path: string; readonly command: number; readonly replaces: boolean }
  /** Puts the file that was taken at `from` at its new path. */
  | { readonly do: "put"; readonly path: string; readonly from: string };

export type Node =
  | { readonly is: "file"; readonly from: Origin }
  | { readonly is: "directory"; readonly made: boolean; readonly children: Map<string, Node | null> }
  | { readonly is: "link" | "other" };

type Origin = { readonly payload: number } | { readonly path: string };

export type Directory = Extract<Node, { is: "directory" }>;

const directory = (made: boolean): Directory => ({ is: "directory", made, children: new Map() });

/** The tree after the commands so far; looked up in the real one where no command has been. */
export class Picture {
  private root: Directory = directory(false);
  private readonly real = new Map<string, Kind | undefined>();

  constructor(private readonly tree: TreeView) {}

  /** The real thing at a path before the package. */
  private was(path: string): Kind | undefined {
    if (!this.real.has(path)) this.real.set(path, this.tree.kind(path));
    return this.real.get(path);
  }

  private child(parent: Directory, path: string, name: string): Node | null {
    const known = parent.children.get(name);
    if (known !== undefined) return known;
    const found = parent.made ? null : this.nodeOf(path);
    parent.children.set(name, found);
    return found;
  }

  private nodeOf(path: string): Node | null {
    const kind = this.was(path);
    if (kind === undefined) return null;
    if (kind === "directory") return directory(false);
    return kind === "file" ? { is: "file", from: { path } } : { is: kind };
  }

  /** The directory that holds the last name. A link on the way could lead anywhere.
   * @param make directories that are missing (E.4.3)
   * @returns undefined where it is not there and is not to be made */
  parentOf(names: readonly string[], command: number, make: boolean): Directory | undefined {
    this.guard(names.join("/"), command);
    let at = this.root;
    for (let depth = 1; depth < names.length; depth++) {
      const path = names.slice(0, depth).join("/");
      let next = this.child(at, path, names[depth - 1]!);
      if (next === null && make) {
        next = directory(true);
        at.children.set(names[depth - 1]!, next);
      }
      if (next === null) return undefined;
      if (next.is === "link") {
        throw new PackageRefused(
          "link",
          `"/${path}" is a symbolic link, through which nothing is written.`,
          command,
        );
      }
      if (next.is !== "directory") {
        if (!make) return undefined;
        throw new PackageRefused("conflict", `"/${path}" is no directory.`, command);
      }
      at = next;
    }
    return at;
  }

  private guard(path: string, command: number): void {
    const within = this.tree.own.some((own) => own === path || path.startsWith(`${own}/`));
    if (within || path.split("/").includes(placeName)) this.refuseOwn(path, command);
  }

  private refuseOwn(path: string, command: number): never {
    throw new PackageRefused(
      "own-files",
      `"/${path}" holds the installer's own journal. Keep that elsewhere with --state.`,
      command,
    );
  }

  look(parent: Directory, names: readonly string[]): Node | null {
    return this.child(parent, names.join("/"), names.at(-1)!);
  }

  set(parent: Directory, names: readonly string[], node: Node | null): void {
    this.look(parent, names);
    parent.children.set(names.at(-1)!, node);
  }

  /** Names of files that have the base of a versioned file, with any extension. */
  versions(parent: Directory, names: readonly string[]): string[] {
    const base = splitVersioned(names.at(-1)!)!.base;
    return this.namesIn(parent, names.slice(0, -1)).filter(
      (name) =>
        splitVersioned(name)?.base === base &&
        this.look(parent, [...names.slice(0, -1), name])?.is === "file",
    );
  }

  private namesIn(parent: Directory, names: readonly string[]): string[] {
    const real = parent.made ? [] : this.tree.names(names.join("/"));
    return [...new Set([...real, ...parent.children.keys()])].sort();
  }

  removeTree(names: readonly string[], command: number): void {
    const path = names.join("/");
    if (this.tree.own.some((own) => own === path || own.startsWith(`${path}/`)))
      this.refuseOwn(path, command);
    const parent = this.parentOf(names, command, false);
    if (parent !== undefined) this.set(parent, names, null);
  }

  /** E.4.9: everything beneath the root is removed. */
  clear(command: number): void {
    if (this.tree.own.length > 0) this.refuseOwn(this.tree.own[0]!, command);
    for (const name of this.namesIn(this.root, [])) this.set(this.root, [name], null);
  }

  // -------------------------------------------------------------- the difference

  difference(): Step[] {
    const moved = new Set<string>();
    for (const { node, path, stands } of this.nodes(this.root, "")) {
      if (node?.is === "file" && "path" in node.from && !(stands && node.from.path === path)) {
        moved.add(node.from.path);
      }
    }
    const found = { gone: [] as Step[], made: [] as Step[], come: [] as Step[] };
    for (const { node, path, stands } of this.nodes(this.root, "")) {
      this.compare(node, path, stands ? this.was(path) : undefined, moved, found);
    }
    // A file that moves elsewhere is taken before the directory that holds it.
    const leaving = [...moved].sort().map((path): Step => ({ do: "take", path, moved: true }));
    return [...leaving, ...found.gone, ...found.made, ...found.come];
  }

  /** Everything that was looked at, directories before their content. `stands`: no directory above is a new one, so
   * that the real thing at the path is not removed with one. */
  private *nodes(
    at: Directory,
    path: string,
  ): Generator<{ node: Node | null; path: string; stands: boolean }> {
    for (const [name, node] of [...at.children].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const here = path === "" ? name : `${path}/${name}`;
      yield { node, path: here, stands: !at.made };
      if (node?.is === "directory") yield* this.nodes(node, here);
    }
  }

  private compare(
    node: Node | null,
    path: string,
    was: Kind | undefined,
    moved: ReadonlySet<string>,
    found: { gone: Step[]; made: Step[]; come: Step[] },
  ): void {
    const goes = was !== undefined && !moved.has(path);
    const take = () => {
      if (goes) found.gone.push({ do: "take", path, moved: false });
    };
    if (node === null) take();
    else if (node.is === "directory" && node.made) {
      take();
      found.made.push({ do: "make", path });
    } else if (node.is === "file" && "payload" in node.from) {
      const replaces = was === "file" && goes;
      if (!replaces) take();
      found.come.push({ do: "write", path, command: node.from.payload, replaces });
    } else if (node.is === "file" && "path" in node.from && moved.has(node.from.path)) {
      take();
      found.come.push({ do: "put", path, from: node.from.path });
    }
  }
}
