/** Adapter: the boot environment on its medium. */
import { closeSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Refused } from "../../../src/errors.ts";
import {
  type Copy,
  type EnvironmentPlace,
  newer,
  parsePlaces,
  readCopy,
  type Variables,
  writeCopy,
} from "./ubootenv.ts";

export interface Environment {
  /** @throws Refused neither copy can be read */
  read(): Variables;
  /** Changes variables. A power cut leaves all of the changes or none; they are durable on return. The value undefined
   * removes a variable. */
  set(changes: Readonly<Record<string, string | undefined>>): void;
}

/** @param root of the device; @param config the path of fw_env.config below it */
export function openEnvironment(root: string, config: string): Environment {
  const places = parsePlaces(readFileSync(join(root, config), "utf8"));

  function copies(): readonly [Copy | undefined, Copy | undefined] {
    return [readCopy(bytesOf(root, places[0])), readCopy(bytesOf(root, places[1]))];
  }

  function current() {
    const both = copies();
    const used = newer(...both);
    if (used === undefined) throw new Refused("The boot environment cannot be read: both copies are damaged");
    return { used, copy: both[used]! };
  }

  return {
    read: () => current().copy.variables,
    set(changes) {
      const { used, copy } = current();
      const variables = new Map(copy.variables);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) variables.delete(name);
        else variables.set(name, value);
      }
      const place = places[used === 0 ? 1 : 0];
      put(root, place, writeCopy({ counter: (copy.counter + 1) % 256, variables }, place.size));
    },
  };
}

function bytesOf(root: string, place: EnvironmentPlace): Uint8Array {
  const bytes = Buffer.alloc(place.size);
  const fd = openSync(join(root, place.device), "r");
  try {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(fd, bytes, done, bytes.length - done, place.offset + done);
      if (count === 0) break;
      done += count;
    }
  } finally {
    closeSync(fd);
  }
  return bytes;
}

function put(root: string, place: EnvironmentPlace, bytes: Uint8Array): void {
  const fd = openSync(join(root, place.device), "r+");
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, place.offset + done);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
