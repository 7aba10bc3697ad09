/** The graph of rooms. A room is a directory; a file directly in src or platform is a room of its own. */
import { dirname } from "node:path";
import type { Source } from "./source.ts";

const roomOf = (path: string): string => (dirname(path).includes("/") ? dirname(path) : path);

/** For each room the rooms of the same tree that it imports, each with one import that shows it. */
export type RoomGraph = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** @param files all of src, or all of platform: imports that leave the tree are no arrows in it */
export function roomGraph(files: readonly Pick<Source, "path" | "reaches">[]): RoomGraph {
  const rooms = new Map<string, Map<string, string>>(files.map((file) => [roomOf(file.path), new Map()]));
  for (const { path, reaches } of files) {
    for (const other of reaches) {
      if (roomOf(other) === roomOf(path) || !rooms.has(roomOf(other))) continue;
      rooms.get(roomOf(path))!.set(roomOf(other), `${path} imports ${other}`);
    }
  }
  return rooms;
}

/** @returns the rooms, each after all that it imports; and the imports that go in a circle, if some do */
export function inOrder(graph: RoomGraph): { readonly order: string[]; readonly circle: string[] } {
  const order: string[] = [];
  let left = [...graph.keys()].sort();
  for (;;) {
    const ready = left.filter((room) => [...graph.get(room)!.keys()].every((other) => !left.includes(other)));
    if (ready.length === 0) break;
    order.push(...ready);
    left = left.filter((room) => !ready.includes(room));
  }
  // What is left is the circles and the rooms above them; take those away that no other room imports.
  for (;;) {
    const tops = left.filter((room) => !left.some((other) => graph.get(other)!.has(room)));
    if (tops.length === 0) break;
    left = left.filter((room) => !tops.includes(room));
  }
  const circle = left.flatMap((room) =>
    [...graph.get(room)!].filter(([other]) => left.includes(other)).map(([, shown]) => shown),
  );
  return { order, circle };
}
