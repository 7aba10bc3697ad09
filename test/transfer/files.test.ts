/** The files of transfers on their way, in their directory. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFiles } from "../../platform/bun/files.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { faulted } from "./faultyfs.ts";
import { content, folder } from "./lab.ts";

test("a new process keeps only the files of queued transfers, whole or partial", async () => {
  const directory = join(folder(), "files");
  const files = openFiles(directory);
  files.sweep([]);
  expect(existsSync(directory)).toBe(false);
  for (const id of [1, 2, 12]) await (await files.receive(id, "")).finish();
  const part = await files.receive(3, "");
  openFiles(directory).sweep([2, 4]);
  expect(readdirSync(directory)).toEqual(["2.file"]);
  await part.drop();
});

for (const [how, kind] of [
  ["ENOSPC", "space"],
  ["EROFS", "internal"],
] as const) {
  test(`a file received on a file system with ${how} from any call on is aborted with a reason, and nothing of it stays`, async () => {
    const directory = join(folder(), "files");
    const files = openFiles(directory);
    const work = async () => {
      const file = await files.receive(1, "");
      try {
        for (let i = 0; i < 20; i++) await file.take(content(100_000));
        await file.restart();
        for (let i = 0; i < 20; i++) await file.take(content(100_000));
        await file.finish();
      } catch (error) {
        await file.drop();
        throw error;
      }
    };
    const { calls, error } = await faulted(how, 0, work);
    expect([error, files.has(1)]).toEqual([undefined, true]);
    expect(calls.length).toBeGreaterThan(10);
    for (let at = 1; at <= calls.length; at++) {
      files.remove(1);
      const about = `${how} at ${calls[at - 1]}, call ${at}`;
      const failed = await faulted(how, at, work);
      const whole = failed.error === undefined;
      // The last calls need no room.
      expect([about, files.has(1)]).toEqual([about, whole]);
      if (whole) continue;
      expect([about, failed.error]).toEqual([about, expect.any(TransferFailure)]);
      expect([about, (failed.error as TransferFailure).kind]).toEqual([about, kind]);
      files.remove(1);
      expect([about, existsSync(directory)]).toEqual([about, false]);
    }
  });
}
