/** Adapter: small files that are there whole after a power cut, or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Replaces a file; when it returns, the new one is on the medium. @throws the errors of node:fs */
export function writeDurably(path: string, bytes: Uint8Array | string, mode = 0o600): void {
  const beside = `${path}.new`;
  const fd = openSync(beside, "w", mode);
  try {
    writeFileSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(beside, path);
  syncFolder(dirname(path));
}

/** Makes names in a directory last. */
export function syncFolder(directory: string): void {
  const fd = openSync(directory, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
