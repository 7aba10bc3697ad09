/** A package while it arrives: judged as soon as its head is there, held to its own timeouts. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openFiles } from "../../platform/bun/files.ts";
import {
  filesWithPackages,
  flashWithPackages,
  installerWithPackages,
  recoverPackages,
} from "../../platform/package/taking.ts";
import { beginReception, type ReceptionDeed, stepReception, wakeAt } from "../../src/package/reception.ts";
import type { Flash, Installer } from "../../src/ports/installer.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";
import { extract, type Made, makeKeys, raw, reboot, role, Workshop } from "./workshop.ts";

const shop = new Workshop();
afterAll(() => shop.remove());

const seconds = (count: number) => [count >>> 24, (count >> 16) & 255, (count >> 8) & 255, count & 255];
const recoverable = (count: number) => raw(12, ...seconds(count));
const unrecoverable = (count: number) => raw(13, ...seconds(count));
const initial = (count: number) => raw(14, ...seconds(count));
const activity = (count: number) => raw(15, ...seconds(count));

/** Feeds pieces of a package at moments in seconds, and "time" wherever the machine wants to be woken before the next.
 * @returns when it was judged, when refused, and with which code */
async function arrive(
  commands: readonly Made[],
  pieces: readonly [at: number, share: number][],
  until = 1000,
) {
  const bytes = await shop.bytes({ commands: [...commands, extract("/a", "x".repeat(1000))] });
  let state = beginReception(0);
  let from = 0;
  const seen: string[] = [];
  const note = (at: number, deeds: readonly ReceptionDeed[]) => {
    for (const deed of deeds) seen.push(`${deed.do === "judge" ? "judge" : deed.why.reason.code} ${at}`);
    return deeds.some((deed) => deed.do === "refuse");
  };
  for (const [at, share] of [...pieces, [until, 0] as const]) {
    for (let wake = wakeAt(state); wake !== undefined && wake < at * 1000; wake = wakeAt(state)) {
      const stepped = stepReception(state, wake, { on: "time" });
      if (note(wake / 1000, stepped.deeds)) return seen;
    }
    if (share === 0) continue;
    const to = Math.ceil(bytes.length * share);
    const stepped = stepReception(state, at * 1000, { on: "bytes", piece: bytes.subarray(from, to) });
    from = to;
    state = stepped.state;
    if (note(at, stepped.deeds)) return seen;
  }
  return seen;
}

describe("E.4.7 a package while it arrives", () => {
  test("[R-E.4.7-04][R-E.4.7-07] Initial Timeout counts from the start of the download, whatever data arrive", async () => {
    expect(
      await arrive(
        [initial(5)],
        [
          [0, 0.02],
          [1, 0.5],
          [4.9, 0.6],
          [5.1, 1],
        ],
      ),
    ).toEqual(["judge 1", "timeout 5"]);
    expect(
      await arrive(
        [initial(5)],
        [
          [0, 0.02],
          [1, 0.5],
          [4.9, 1],
        ],
      ),
    ).toEqual(["judge 1"]);
  });

  test("[R-E.4.7-08] Initial Activity Timeout counts from the last data received", async () => {
    const trickle: [number, number][] = [
      [0, 0.5],
      [1.9, 0.6],
      [3.8, 0.7],
      [5.7, 0.8],
    ];
    expect(await arrive([activity(2)], [...trickle, [7.6, 1]])).toEqual(["judge 0"]);
    expect(await arrive([activity(2)], [...trickle, [8, 1]])).toEqual(["judge 0", "timeout 7.7"]);
  });

  test("[R-E.4.7-01] a download that stalls after the commands, or before them, is aborted", async () => {
    expect(await arrive([initial(5), activity(3)], [[0, 0.5]])).toEqual(["judge 0", "timeout 3"]);
    expect(await arrive([initial(2), activity(3)], [[0, 0.5]])).toEqual(["judge 0", "timeout 2"]);
  });

  test("[R-E.4.7-05] a timeout of 0 never expires, and without timeout commands there is no timeout", async () => {
    expect(
      await arrive(
        [initial(0), activity(0)],
        [
          [0, 0.5],
          [900, 1],
        ],
      ),
    ).toEqual(["judge 0"]);
    expect(
      await arrive(
        [],
        [
          [0, 0.5],
          [900, 1],
        ],
      ),
    ).toEqual(["judge 0"]);
  });

  test("Recoverable and Unrecoverable Timeout have no effect: nothing is changed while data arrive", async () => {
    expect(
      await arrive(
        [recoverable(1), unrecoverable(1)],
        [
          [0, 0.5],
          [900, 1],
        ],
      ),
    ).toEqual(["judge 0"]);
  });

  test("a timeout that expired before the commands were known aborts the download when they are", async () => {
    expect(
      await arrive(
        [initial(5)],
        [
          [0, 0.01],
          [6, 0.5],
        ],
      ),
    ).toEqual(["judge 6", "timeout 6"]);
  });

  test("a file that is not a package passes unjudged, and a package that cannot be read is refused at once", () => {
    const feed = (...pieces: Uint8Array[]) => {
      let state = beginReception(0);
      const deeds: ReceptionDeed[] = [];
      for (const piece of pieces) {
        const stepped = stepReception(state, 0, { on: "bytes", piece });
        state = stepped.state;
        deeds.push(...stepped.deeds);
      }
      return {
        is: state.is,
        codes: deeds.map((deed) => (deed.do === "refuse" ? deed.why.reason.code : deed.do)),
      };
    };
    const encode = (text: string) => new TextEncoder().encode(text);
    expect(feed(encode("#!/bin/"), encode("sh"), new Uint8Array(100))).toEqual({ is: "other", codes: [] });
    expect(feed(encode("2WIRE_"), encode("SP"))).toEqual({ is: "head", codes: [] });
    expect(feed(encode("2WIRE_SP"), new Uint8Array(16))).toMatchObject({ codes: ["format-version"] });
  });
});

describe("Download of a package", () => {
  let keys = "";
  let device: Workshop;
  beforeAll(() => {
    keys = makeKeys();
    device = new Workshop(keys);
  });
  afterAll(() => {
    device.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  /** A device with one section for web pages and one for images, both trusting the root. */
  async function world() {
    const { readFileSync } = await import("node:fs");
    const section = (name: string, type: string, more: string) =>
      `config package '${name}'\n\tlist file_type '${type}'\n\tlist trust '/etc/ca.pem'\n${more}\n`;
    device.lay({
      "etc/config/cwmp": `${section("web", "2 Web Content", "\toption directory '/www'\n")}${section("fw", "1 Firmware Upgrade Image", "")}`,
      "etc/ca.pem": readFileSync(join(keys, "root.pem"), "utf8"),
      "www/old": "old",
    });
    const files = openFiles(join(device.directory, "transfers"));
    const rebooted = vi.fn(async () => {});
    const lines: string[] = [];
    const parts = {
      root: device.root,
      state: join(device.directory, "state"),
      path: files.path,
      version: async () => "1.4.2",
      services: { reboot: rebooted },
      log: (_: string, what: string) => void lines.push(what),
    };
    return { files: filesWithPackages(files, parts), parts, rebooted, lines };
  }

  const pack = (commands: readonly Made[], signer = "signer") =>
    device.bytes({ commands, signers: [signer] });
  const others = { apply: vi.fn(async () => 7), serves: () => true } as unknown as Installer;
  const www = () =>
    Object.fromEntries(Object.entries(device.tree()).filter(([name]) => name.startsWith("www")));

  async function download(
    files: Awaited<ReturnType<typeof world>>["files"],
    id: number,
    type: string,
    bytes: Uint8Array,
  ) {
    const file = await files.receive(id, type);
    try {
      for (let at = 0; at < bytes.length; at += 700) await file.take(bytes.subarray(at, at + 700));
      await file.finish();
    } catch (error) {
      await file.drop();
      throw error;
    }
  }

  test("E.4.8 [R-E.4.8-01][R-E.4.1-20] is installed beneath its directory, and the device reboots if the package asks for it", async () => {
    const { files, parts, rebooted } = await world();
    await download(
      files,
      1,
      "2 Web Content",
      await pack([role(3), extract("/new", "n".repeat(3000)), reboot]),
    );
    const installer = installerWithPackages(others, parts);
    expect(await installer.apply({ id: 1, fileType: "2 Web Content", name: "" })).toBe(0);
    expect(www()).toEqual({ "www/new": "n".repeat(3000), "www/old": "old" });
    expect(rebooted).toHaveBeenCalledTimes(1);
    // The reboot came before the queue knew: the package is not installed again, nor the device restarted.
    expect(await installer.apply({ id: 1, fileType: "2 Web Content", name: "" })).toBe(0);
    expect(rebooted).toHaveBeenCalledTimes(1);
  });

  test("is aborted as soon as its untrusted head has arrived, with fault 9019", async () => {
    const { files } = await world();
    const bytes = await pack([extract("/new", "n".repeat(100_000))], "foreign");
    const file = await files.receive(2, "2 Web Content");
    const taken = async () => {
      for (let at = 0; at < 10_000; at += 700) await file.take(bytes.subarray(at, at + 700));
    };
    await expect(taken()).rejects.toMatchObject({ kind: "unauthentic" });
    await expect(file.failed).rejects.toBeInstanceOf(TransferFailure);
    await file.drop();
  });

  test("of a type without a section is refused; a file that is not a package is handled as usual", async () => {
    const { files, parts } = await world();
    await expect(
      download(files, 3, "3 Vendor Configuration File", await pack([extract("/a", "1")])),
    ).rejects.toThrow(/No section "config package"/);
    await download(files, 4, "3 Vendor Configuration File", new TextEncoder().encode("package system\n"));
    expect(
      await installerWithPackages(others, parts).apply({
        id: 4,
        fileType: "3 Vendor Configuration File",
        name: "",
      }),
    ).toBe(7);
  });

  test("with a file that was altered is refused with 9018, and nothing is installed", async () => {
    const { files, parts } = await world();
    const bytes = Buffer.from(await pack([extract("/new", "n".repeat(3000))]));
    bytes[bytes.length - 1]! ^= 1;
    await download(files, 5, "2 Web Content", bytes);
    await expect(
      installerWithPackages(others, parts).apply({ id: 5, fileType: "2 Web Content", name: "" }),
    ).rejects.toMatchObject({ kind: "corrupted" });
    expect(www()).toEqual({ "www/old": "old" });
  });

  test("that stalls is aborted when its Initial Activity Timeout expires, although no more data arrive", async () => {
    const { files } = await world();
    const bytes = await pack([activity(1), extract("/new", "n".repeat(9000))]);
    const file = await files.receive(6, "2 Web Content");
    await file.take(bytes.subarray(0, bytes.length - 10));
    await expect(file.failed).rejects.toThrow(/Initial Activity Timeout/);
    await file.drop();
  });

  test("E.4.11 of Role 1 has its image flashed; no other package is flashed, and no image is installed into the tree", async () => {
    const { files, parts } = await world();
    const { readFileSync } = await import("node:fs");
    const type = "1 Firmware Upgrade Image";
    const check = vi.fn(async (id: number) => readFileSync(parts.path(id), "utf8"));
    const flash = flashWithPackages({ check } as unknown as Flash, parts);
    await download(files, 7, type, await pack([role(1), extract("/image", "the image")]));
    expect(await flash.check(7)).toBe("the image");
    writeFileSync(parts.path(8), "a bare image");
    expect(await flash.check(8)).toBe("a bare image");
    for (const commands of [
      [role(3), extract("/image", "1")],
      [extract("/image", "1")],
      [role(1), extract("/a", "1"), extract("/b", "2")],
    ]) {
      await download(files, 9, type, await pack(commands));
      await expect(flash.check(9)).rejects.toBeInstanceOf(TransferFailure);
    }
    await download(files, 10, "2 Web Content", await pack([role(1), extract("/image", "1")]));
    await expect(
      installerWithPackages(others, parts).apply({ id: 10, fileType: "2 Web Content", name: "" }),
    ).rejects.toThrow(/holds an image/);
  });

  test("interrupted by a crash is completed when the agent starts", async () => {
    const { parts, lines } = await world();
    await recoverPackages(parts);
    expect(lines).toEqual([]);
    const { mkdirSync } = await import("node:fs");
    const { writeJournal } = await import("../../src/package/journal.ts");
    mkdirSync(parts.state, { recursive: true });
    writeFileSync(join(parts.state, "journal"), writeJournal({ places: [], moves: [] }));
    await recoverPackages(parts);
    expect(lines).toEqual(["The installation of a package was interrupted"]);
  });
});
