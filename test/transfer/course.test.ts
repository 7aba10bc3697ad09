/** The bounds of a file on its way, whatever the transport: the speed that UCI allows. TR-069 3.4.3. */
import { expect, test } from "vitest";
import { openFiles } from "../../platform/bun/files.ts";
import { bounded, paced } from "../../src/transfer/course.ts";
import { settled, VirtualClock } from "../world/clock.ts";
import { content, folder, folderFile } from "./lab.ts";

/** Does the work while time passes, a second at a time. @returns seconds */
async function seconds(clock: VirtualClock, work: () => Promise<void>): Promise<number> {
  let over = false;
  const done = work().finally(() => {
    over = true;
  });
  const began = clock.time.mono;
  while (!over) {
    await settled();
    if (!over && clock.waiting > 0) await clock.pass(clock.next! - clock.time.mono);
  }
  await done;
  return (clock.time.mono - began) / 1000;
}

const bytes = 1_000_000;

test("A.3.2.8 a download receives no more bytes a second than its limit", async () => {
  for (const [speedMax, expected] of [
    [100_000, 10],
    [50_000, 20],
    // Below that a server would be given up as too slow.
    [1, bytes / 8192],
    [0, 0],
  ] as const) {
    const clock = new VirtualClock();
    const inner = await openFiles(folder()).receive(1, "");
    const { file } = bounded(inner, { clock, speedMax, room: undefined }, () => {});
    const took = await seconds(clock, async () => {
      for (let at = 0; at < bytes; at += 10_000) await file.take(content(10_000));
    });
    expect(took, `${speedMax}`).toBeCloseTo(expected, 0);
    await file.drop();
  }
});

test("A.4.1.5 an upload sends no more bytes a second than its limit, and sends all of them", async () => {
  const clock = new VirtualClock();
  const file = paced(await folderFile(content(bytes)), { clock, speedMax: 100_000, room: undefined });
  const pieces: Uint8Array[] = [];
  const took = await seconds(clock, async () => {
    for await (const piece of file.pieces()) pieces.push(piece);
  });
  expect(took).toBeCloseTo(10, 0);
  expect(Buffer.concat(pieces).equals(content(bytes))).toBe(true);
});
