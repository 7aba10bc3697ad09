/** Rule: the effect of a verified package on a tree: its commands, carried out in their order on a picture of it.
 * TR-069 E.4.3 to E.4.9. */
import type { Action } from "./judge.ts";
import { lowestVersion } from "./path.ts";
import { type Directory, Picture, type Step, type TreeView } from "./picture.ts";
import { PackageRefused } from "./reason.ts";
import type { VerifiedPackage } from "./verify.ts";

declare const planned: unique symbol;

/** The steps of an installation; only `planOf` makes a plan. */
export interface Plan {
  readonly [planned]: true;
  readonly steps: readonly Step[];
}

/** @throws PackageRefused */
export function planOf(verified: VerifiedPackage, tree: TreeView): Plan {
  const picture = new Picture(tree);
  for (const action of verified.actions) act(picture, action);
  return { steps: picture.difference() } as unknown as Plan;
}

function act(picture: Picture, action: Action): void {
  switch (action.is) {
    case "format":
      picture.clear(action.command);
      break;
    case "put":
      putFile(picture, action);
      break;
    case "remove":
      remove(picture, action);
      break;
    case "move":
      move(picture, action);
      break;
  }
}

const sibling = (names: readonly string[], name: string): string[] => [...names.slice(0, -1), name];

function putFile(picture: Picture, action: Extract<Action, { is: "put" }>): void {
  const { path, command, versioned, how } = action;
  if (how === "add") {
    const parent = picture.parentOf(path, command, false);
    if (parent !== undefined) {
      if (versioned ? picture.versions(parent, path).length > 0 : fileAt(picture, parent, path, command))
        return;
    }
  }
  const parent = picture.parentOf(path, command, true)!;
  fileAt(picture, parent, path, command);
  if (versioned) {
    for (const name of picture.versions(parent, path)) picture.set(parent, sibling(path, name), null);
  }
  picture.set(parent, path, { is: "file", from: { payload: command } });
}

/** True where there is a file. @throws PackageRefused for anything else but nothing */
function fileAt(picture: Picture, parent: Directory, path: readonly string[], command: number): boolean {
  const node = picture.look(parent, path);
  const shown = `"/${path.join("/")}"`;
  if (node?.is === "link") {
    throw new PackageRefused(
      "link",
      `${shown} is a symbolic link; it is neither followed nor replaced.`,
      command,
    );
  }
  if (node?.is === "other") {
    throw new PackageRefused("device", `${shown} is neither a file nor a directory.`, command);
  }
  if (node?.is === "directory") throw new PackageRefused("conflict", `${shown} is a directory.`, command);
  return node !== null;
}

/** E.4.4: an absent file needs no removal. */
function remove(picture: Picture, { path, how, command }: Extract<Action, { is: "remove" }>): void {
  if (how === "tree") {
    picture.removeTree(path, command);
    return;
  }
  const parent = picture.parentOf(path, command, false);
  if (parent === undefined) return;
  if (how === "file") {
    // A link by that name is removed itself: it leads nowhere in that.
    if (picture.look(parent, path)?.is === "link" || fileAt(picture, parent, path, command)) {
      picture.set(parent, path, null);
    }
    return;
  }
  for (const name of picture.versions(parent, path)) picture.set(parent, sibling(path, name), null);
}

/** E.4.5: a missing source is no error; of several versions one is moved and the others are removed. */
function move(picture: Picture, action: Extract<Action, { is: "move" }>): void {
  const { path, to, versioned, command } = action;
  const parent = picture.parentOf(path, command, false);
  if (parent === undefined) return;
  const versions = versioned ? picture.versions(parent, path) : [path.at(-1)!];
  const chosen = versioned ? lowestVersion(versions) : versions[0];
  if (chosen === undefined || !fileAt(picture, parent, sibling(path, chosen), command)) return;
  const source = sibling(path, chosen);
  const node = picture.look(parent, source);
  for (const name of versions) picture.set(parent, sibling(path, name), null);
  const target = picture.parentOf(to, command, true)!;
  fileAt(picture, target, to, command);
  picture.set(target, to, node);
}
