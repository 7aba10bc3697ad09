/** The octets of a package: what is read, and what is refused at sight. */
import { afterAll, describe, expect, test } from "vitest";
import { readHead } from "../../src/package/head.ts";
import { isPackage } from "../../src/package/header.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import {
  bound,
  end,
  extract,
  format,
  type Made,
  move,
  raw,
  reboot,
  remove,
  role,
  storage,
  text,
  Workshop,
} from "./workshop.ts";

const shop = new Workshop();
afterAll(() => shop.remove());

/** The code with which a changed package is refused; "ok" where it is installed. */
async function changed(change: (bytes: Uint8Array) => Uint8Array, ...commands: Made[]): Promise<string> {
  shop.lay({});
  const whole = await shop.bytes({ commands: commands.length > 0 ? commands : [extract("/a", "content")] });
  const report = await shop.install(shop.file(change(whole)));
  expect(Object.keys(shop.tree())).toEqual(report.reason === null ? ["a"] : []);
  return report.reason?.code ?? "ok";
}

/** One octet, or four, at a place. */
const at =
  (place: number, ...octets: number[]) =>
  (bytes: Uint8Array) => {
    const copy = Uint8Array.from(bytes);
    copy.set(octets, place);
    return copy;
  };

const refused: readonly [title: string, commands: readonly Made[], code: string][] = [
  ["E.4.2 [R-E.4.2-03] End with a Value", [raw(0, 0, 0, 0, 0)], "command"],
  ["E.4.8 [R-E.4.8-03] Reboot with a Value", [raw(16, 0, 0, 0, 0)], "command"],
  ["E.4.9 [R-E.4.9-02] Format File System with a Value", [raw(17, 0, 0, 0, 0)], "command"],
  ["E.4.8 [R-E.4.8-02] Reboot before another command", [reboot, extract("/a", "1")], "reboot"],
  ["E.4.8 [R-E.4.8-02] Reboot before a command that is not known", [reboot, raw(999), end], "reboot"],
  [
    "E.4.3 [R-E.4.3-10] a SHA-1 hash of 16 octets",
    [extract("/a", "1", { hash: new Uint8Array(16) })],
    "command",
  ],
  ["E.4.3 [R-E.4.3-11] Hash Type 2", [extract("/a", "1", { hashType: 2 })], "hash-type"],
  [
    "E.4.3 [R-E.4.3-11] Hash Type 0 without a hash",
    [extract("/a", "1", { hashType: 0, hash: new Uint8Array() })],
    "hash-type",
  ],
  ["E.4.3 [R-E.4.3-14] a file with another hash", [extract("/a", "1", { hash: new Uint8Array(20) })], "hash"],
  [
    "E.4.3 a file that begins in the payload and ends behind it",
    [extract("/a", "123", { offset: 1 })],
    "range",
  ],
  [
    "E.4.3 an offset and a length that make less than 2^32 only when they overflow",
    [extract("/a", "1", { offset: 0xffffffff, length: 2 })],
    "range",
  ],
  [
    "E.4.3 two files that share octets",
    [extract("/a", "123"), extract("/b", "234", { offset: 2 })],
    "overlap",
  ],
  [
    "E.4.3 two files in the same octets",
    [extract("/a", "123"), extract("/b", "", { offset: 0, length: 3 })],
    "overlap",
  ],
  ["E.4.3 a Value shorter than its fields", [raw(1, 0, 0, 0)], "command"],
  ["E.4.4 a Value shorter than its fields", [raw(5, 0, 0, 0, 0)], "command"],
  [
    "E.4.4 a path behind the end of the Value",
    [raw(5, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 5, 0x2f, 0x61)],
    "range",
  ],
  [
    "E.4.4 a path whose offset and length overflow",
    [raw(5, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 2, 0x2f, 0x61)],
    "range",
  ],
  ["E.4.4 a path that lies in the fields before it", [raw(5, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 4)], "overlap"],
  [
    "E.4.5 two paths in the same octets",
    [raw(8, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 20, 0, 0, 0, 2, 0x2f, 0x61)],
    "overlap",
  ],
  ["E.4.7 a timeout of 2 octets", [raw(12, 0, 1)], "command"],
  ["E.4.10 a version of 6 octets", [raw(18, 0, 0, 0, 1, 0, 2)], "command"],
  ["E.4.10 a version without elements", [raw(19)], "command"],
  ["E.4.11 a standard Role with arguments", [raw(20, 0, 0, 0, 3, 0, 0, 0, 1)], "command"],
  ["E.4.11 two Roles", [role(3), role(3)], "command"],
  ["E.4.6 two Versions", [text("version", "1"), text("version", "2")], "command"],
  ["E.4.12 a size of 8 octets", [raw(21, 0, 0, 0, 1, 0, 0, 0, 1)], "command"],
  ["E.4.13 attributes without a class", [raw(25, 0, 0, 0, 0)], "command"],
];

describe("the octets of a package", () => {
  test("E.3 a package is known by its first eight octets", async () => {
    const whole = await shop.bytes({ commands: [] });
    expect([isPackage(whole), isPackage(whole.subarray(0, 8)), isPackage(whole.subarray(0, 7))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isPackage(whole.subarray(1))).toBe(false);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "E.3 [R-E.3-02] a preamble with another octet %i is refused",
    async (place) => {
      expect(await changed((bytes) => at(place, bytes[place]! ^ 0x20)(bytes))).toBe("not-a-package");
    },
  );

  test("E.3 [R-E.3-01] a header that is cut off is refused, at every octet", async () => {
    const whole = await shop.bytes({ commands: [extract("/a", "1")] });
    for (let length = 0; length < whole.length; length++) {
      const report = await shop.verify(shop.file(whole.subarray(0, length)));
      expect([length, report.verdict, report.reason?.code]).toEqual([length, "refused", "truncated"]);
    }
  });

  test("E.3 [R-E.3-03] another major version is refused", async () => {
    expect(await changed(at(11, 2))).toBe("format-version");
    expect(await changed(at(11, 0))).toBe("format-version");
  });

  test("E.3 [R-E.3-04][R-E.3-05] any minor version is read", async () => {
    expect(await changed((bytes) => bytes)).toBe("ok");
    expect(await changed(at(12, 0, 0, 0, 7))).toBe("ok");
    expect(await changed(at(12, 255, 255, 255, 255))).toBe("ok");
  });

  test("E.3 [R-E.3-06] a command list of 65,535 octets is read, one of 65,536 refused", async () => {
    const filler = (length: number) => raw(500, ...new Array<number>(length).fill(0));
    const length = 65_535 - (await shop.bytes({ commands: [extract("/a", "content")] })).length;
    const list = 8 + 32 + 2 + 20;
    const longest = filler(65_535 - list - 8);
    expect(length).toBeLessThan(65_535);
    expect(await changed((bytes) => bytes, longest, extract("/a", "content"))).toBe("ok");
    expect(await changed((bytes) => bytes, filler(65_536 - list - 8), extract("/a", "content"))).toBe(
      "too-large",
    );
  });

  test("E.3 a command list with the largest possible number of commands is read", async () => {
    const many = Array.from({ length: 8191 }, () => raw(500));
    expect((await shop.verify(await shop.pack(...many))).commands).toHaveLength(8191);
  });

  test("E.3 [R-E.3-07] a payload that is shorter than the header says is refused, and a longer one", async () => {
    expect(await changed((bytes) => bytes.subarray(0, -1))).toBe("truncated");
    expect(await changed((bytes) => Uint8Array.of(...bytes, 0))).toBe("trailing-bytes");
    expect(await changed(at(20, 255, 255, 255, 255))).toBe("too-large");
  });

  test("E.4 [R-E.4-01] a command that reaches past the list is refused, and one that is cut off", async () => {
    expect(await changed(at(28, 255, 255, 255, 255))).toBe("command");
    const cut = (bytes: Uint8Array) =>
      at(19, 4)(Uint8Array.of(...bytes.subarray(0, 28), ...bytes.subarray(32)));
    expect(await changed(cut, end)).toBe("command");
  });

  test.each(refused)("%s is refused", async (_, commands, code) => {
    expect(await shop.refusal({}, commands)).toBe(code);
  });

  test("E.2.1 [R-E.2.1-01] E.4.3 [R-E.4.3-06][R-E.4.3-08][R-E.4.3-09] numbers are big-endian; path and hash may lie in any order with gaps; unknown flags are ignored", async () => {
    const { createHash } = await import("node:crypto");
    const hash = [...createHash("sha1").update("content").digest()];
    const value = [255, 255, 255, 254, 0, 0, 0, 56, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 33, 0, 0, 0, 20];
    const rest = [0, 0, 0, 0, 0, 0, 0, 7, 9, ...hash, 9, 9, 9, 0x2f, 0x61, 9];
    const made: Made = { ...raw(1, ...value, ...rest), payload: new TextEncoder().encode("content") };
    const file = await shop.pack(made);
    expect((await shop.inspect(file)).commands).toEqual([
      {
        type: 1,
        name: "Extract File",
        path: "/a",
        size: 7,
        sha1: Buffer.from(hash).toString("hex"),
        unsafe: false,
      },
    ]);
    expect(await changed((bytes) => bytes, made)).toBe("ok");
  });

  test("E.4.4 [R-E.4.4-04][R-E.4.4-06] E.4.5 [R-E.4.5-07][R-E.4.5-09] paths of removals and moves are found by their offsets, and unknown flags ignored", async () => {
    const flags = [255, 255, 255, 254];
    const removal = raw(5, ...flags, 0, 0, 0, 13, 0, 0, 0, 2, 9, 0x2f, 0x61, 9);
    const moving = raw(
      8,
      ...flags,
      0,
      0,
      0,
      23,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      20,
      0,
      0,
      0,
      2,
      0x2f,
      0x63,
      9,
      0x2f,
      0x62,
    );
    expect(await shop.after({ a: "A", b: "B" }, removal, moving)).toEqual({ c: "B" });
    expect((await shop.inspect(await shop.pack(removal, moving))).commands.map((one) => one.unsafe)).toEqual([
      false,
      false,
    ]);
  });

  test("E.4.7 [R-E.4.7-04] timeouts are shown in seconds", async () => {
    const { commands } = await shop.inspect(await shop.pack(raw(14, 0, 0, 1, 0), raw(13, 0, 0, 0, 0)));
    expect(commands.map(({ name, value }) => [name, value])).toEqual([
      ["Initial Timeout", 256],
      ["Unrecoverable Timeout", 0],
    ]);
  });

  test("E.5 [R-E.5-15][R-E.2-01] a head that arrives octet by octet asks for the missing octets, and never for more", async () => {
    const whole = await shop.bytes({
      commands: [extract("/a", "content"), remove("/b"), move("/c", "/d"), format],
    });
    const { payloadAt } = parsedOf(whole);
    for (let length = 0; length < payloadAt; length++) {
      const reading = readHead(whole.subarray(0, length));
      expect(reading).toMatchObject({ is: "more" });
      if (reading.is === "more") {
        expect(reading.bytes).toBeGreaterThan(length);
        expect(reading.bytes).toBeLessThanOrEqual(payloadAt + 4);
      }
    }
    expect(parsedOf(whole.subarray(0, payloadAt))).toMatchObject({ payloadAt, totalBytes: whole.length });
  });

  test("E.5 a signature block of more than 1 MiB is refused before it arrives", async () => {
    const whole = await shop.bytes({ commands: [bound("minimum", "1"), storage("volatile", 1)] });
    const { signed } = parsedOf(whole);
    const long = Uint8Array.of(...signed, 0x30, 0x84, 0x00, 0x20, 0x00, 0x00);
    expect(() => readHead(long)).toThrow(PackageRefused);
    expect(() => readHead(Uint8Array.of(...signed, 0x30, 0x80, 0, 0))).toThrow(/not definite/);
  });

  test("E.5 [R-E.5-08] an identifier of several octets is refused", async () => {
    const { signed } = parsedOf(await shop.bytes({ commands: [] }));
    expect(() => readHead(Uint8Array.of(...signed, 0x3f, 0x1f, 0))).toThrow(
      /signature block begins with octet 3f/,
    );
  });

  test("a package path that is not a regular file, or does not exist, is refused", async () => {
    const { execFileSync } = await import("node:child_process");
    const pipe = `${shop.directory}/pipe`;
    execFileSync("mkfifo", [pipe]);
    for (const path of [shop.root, `${shop.root}/absent`, "/dev/zero", pipe]) {
      expect((await shop.inspect(path)).reason?.code).toBe("unreadable");
    }
  });
});

function parsedOf(bytes: Uint8Array) {
  const reading = readHead(bytes);
  if (reading.is !== "parsed") throw new Error("more is needed");
  return reading.parsed;
}
