/** Conditions: whether a sound package is for this device. */
import { afterAll, describe, expect, test } from "vitest";
import { settingsBeneath } from "../../platform/package/setting.ts";
import type { HandPolicy } from "../../src/cli/package-call.ts";
import { settingsForType } from "../../src/package/policy.ts";
import { attributes, bound, extract, type Made, role, storage, text, Workshop } from "./workshop.ts";

const shop = new Workshop();
afterAll(() => shop.remove());

const file = extract("/a", "1");
const own = (version: string) => ({ version });
const has = (...list: [entity: number, class_: number, value: number][]): Partial<HandPolicy> => ({
  attributes: list.map(([entity, class_, value]) => ({ entity, class: class_, value })),
});
const vendor = 0xff00d09e;

const rows: readonly [
  title: string,
  condition: readonly Made[],
  policy: Partial<HandPolicy>,
  code: string,
][] = [
  ["[R-E.4.10-04] minimum 1.5 lets 2.0 pass", [bound("minimum", "1.5")], own("2.0"), "ok"],
  ["[R-E.4.10-05][R-E.4.1-22] minimum 3.0 refuses 2.9", [bound("minimum", "3.0")], own("2.9"), "version"],
  ["[R-E.4.10-06] minimum 2.9 lets 2.9 pass", [bound("minimum", "2.9")], own("2.9"), "ok"],
  ["[R-E.4.10-07] minimum 2.0.1 refuses 2.0.0", [bound("minimum", "2.0.1")], own("2.0.0"), "version"],
  [
    "minimum 2.0.1 refuses 2.0: elements that are missing are 0",
    [bound("minimum", "2.0.1")],
    own("2.0"),
    "version",
  ],
  ["[R-E.4.10-06] minimum 2 lets 2.0.9 pass", [bound("minimum", "2")], own("2.0.9"), "ok"],
  ["[R-E.4.10-08] maximum 3.0 lets 2.9 pass", [bound("maximum", "3.0")], own("2.9"), "ok"],
  ["[R-E.4.10-09][R-E.4.1-23] maximum 1.9 refuses 2.0", [bound("maximum", "1.9")], own("2.0"), "version"],
  ["[R-E.4.10-10] maximum 2.0 lets 2.0 pass, and 2.0.7", [bound("maximum", "2.0")], own("2.0.7"), "ok"],
  ["[R-E.4.10-11] maximum 2.0.0 refuses 2.0.1", [bound("maximum", "2.0.0")], own("2.0.1"), "version"],
  ["[R-E.4.10-02] 10 is more than 9", [bound("minimum", "1.10")], own("1.9"), "version"],
  [
    "[R-E.4.10-03] the first element is the most major",
    [bound("minimum", "1.0.20.3")],
    own("1.0.20.2"),
    "version",
  ],
  [
    "[R-E.4.10-01] minimum and maximum both bind",
    [bound("minimum", "1"), bound("maximum", "1.9")],
    own("2"),
    "version",
  ],
  ["[R-E.4.10-01] an own version that is not known meets no bound", [bound("minimum", "0")], {}, "version"],
  ["[R-E.4.11-02][R-E.4.1-24] Role 1", [role(1)], {}, "ok"],
  ["[R-E.4.11-02] Role 2", [role(2)], {}, "ok"],
  ["[R-E.4.11-01][R-E.4.11-02] Role 3", [role(3)], {}, "ok"],
  ["[R-E.4.11-02] Role 4", [role(4)], {}, "ok"],
  ["[R-E.4.11-04] a reserved Role has no effect", [role(9)], {}, "ok"],
  ["[R-E.4.11-03] a vendor's Role has arguments", [role(vendor, [1, 2, 3, 4, 5, 6, 7])], {}, "ok"],
  ["[R-E.4.12-03] a size of 1", [storage("nonvolatile", 1), storage("volatile", 1)], {}, "ok"],
  [
    "[R-E.4.12-01][R-E.4.12-02][R-E.4.1-25] non-volatile storage is its own",
    [storage("nonvolatile", 11)],
    { storage: { nonvolatile: 10, volatile: 99 } },
    "storage",
  ],
  [
    "[R-E.4.12-01][R-E.4.12-02][R-E.4.1-26] volatile storage is its own",
    [storage("volatile", 11)],
    { storage: { nonvolatile: 99, volatile: 10 } },
    "storage",
  ],
  [
    "[R-E.4.12-01] as much as is asked for is enough",
    [storage("volatile", 10), storage("nonvolatile", 0xffffffff)],
    { storage: { nonvolatile: 0xffffffff, volatile: 10 } },
    "ok",
  ],
  ["[R-E.4.13-03] standard attributes are not defined yet", [attributes(0, 1, [5])], {}, "ok"],
  [
    "[R-E.4.13-05] an entity that is not known is passed over",
    [attributes(vendor, 1, [5])],
    has([7, 1, 1]),
    "ok",
  ],
  [
    "[R-E.4.13-06] a class that is not known is passed over",
    [attributes(vendor, 2, [5])],
    has([vendor, 1, 1]),
    "ok",
  ],
  [
    "[R-E.4.13-07][R-E.4.13-02][R-E.4.13-04] one value of the array is enough",
    [attributes(vendor, 1, [1, 2, 3])],
    has([vendor, 1, 3]),
    "ok",
  ],
  [
    "[R-E.4.13-08][R-E.4.1-29] no value of the array matches",
    [attributes(vendor, 1, [1, 2, 3])],
    has([vendor, 1, 4]),
    "attribute",
  ],
  [
    "[R-E.4.13-08] an empty array matches nothing",
    [attributes(vendor, 1, [])],
    has([vendor, 1, 4]),
    "attribute",
  ],
  [
    "[R-E.4.13-01] every command has to be met",
    [attributes(vendor, 1, [4]), attributes(vendor, 2, [1])],
    has([vendor, 1, 4], [vendor, 2, 9]),
    "attribute",
  ],
];

describe("E.4.10 to E.4.13", () => {
  test.each(rows)("%s", async (_, condition, policy, code) => {
    // A condition binds wherever it stands: also behind the action.
    expect(await shop.refusal({ old: "o" }, [...condition, file], policy)).toBe(code);
    expect(await shop.refusal({ old: "o" }, [file, ...condition], policy)).toBe(code);
  });

  test("a downgrade is allowed unless UCI forbids it; then the package must state a version", async () => {
    const forbid = { "etc/config/cwmp": "config package 'web'\n\toption allow_downgrade '0'\n" };
    const older = [text("version", "1.9"), file];
    expect(await shop.refusal({}, older, own("2.0"))).toBe("ok");
    expect(await shop.refusal(forbid, older, own("2.0"))).toBe("downgrade");
    expect(await shop.refusal(forbid, [text("version", "2.0.0"), file], own("2.0"))).toBe("ok");
    expect(await shop.refusal(forbid, [text("version", "2.0"), file], own("2.0.1"))).toBe("downgrade");
    expect(await shop.refusal(forbid, [text("version", "3"), file], own("2.0"))).toBe("ok");
    expect(await shop.refusal(forbid, [text("version", "beta"), file], own("2.0"))).toBe("downgrade");
    expect(await shop.refusal(forbid, [file], own("2.0"))).toBe("downgrade");
  });

  test("values without an option are read from UCI, and a damaged file allows no package", async () => {
    const config = (lines: string) => ({ "etc/config/cwmp": `config package 'web'\n${lines}` });
    const asks = [bound("minimum", "2"), storage("volatile", 50), attributes(vendor, 1, [4]), file];
    const known = `\toption version '2.1'\n\toption volatile '50'\n\tlist attribute '${vendor}:1=4'\n`;
    expect(await shop.refusal(config(known), asks)).toBe("ok");
    expect(await shop.refusal(config(known), asks, own("1.0"))).toBe("version");
    expect(await shop.refusal(config(known.replace("'50'", "'49'")), asks)).toBe("storage");
    expect(await shop.refusal(config("\tnonsense\n"), [file])).toBe("unreadable");
    expect(await shop.refusal(config(""), [file], { section: "firmware" })).toBe("unreadable");
    expect(await shop.refusal(config(""), [file], { requireSignature: undefined })).toBe("unsigned");
    expect(await shop.refusal({}, [file], { requireSignature: undefined })).toBe("unsigned");
    expect(
      await shop.refusal(config("\toption require_signature '0'\n"), [file], { requireSignature: undefined }),
    ).toBe("ok");
  });

  test("the reason has a code, a text, the offset of its command and a fault", async () => {
    const report = await shop.verify(await shop.pack(text("version", "1"), storage("volatile", 11), file), {
      storage: { nonvolatile: 1, volatile: 10 },
    });
    expect(report.reason).toEqual({
      code: "storage",
      text: "It asks for 11 octets of volatile storage; there are 10.",
      command: 1,
      fault: 9010,
    });
  });

  test("a package is judged by the UCI section of its file type; a type without a section is refused", () => {
    shop.lay({
      "etc/config/cwmp":
        "config package 'firmware'\n\tlist file_type '1 Firmware Upgrade Image'\n\nconfig package 'web'\n\tlist file_type '2 Web Content'\n\toption directory '/www'\n",
    });
    const all = settingsBeneath(shop.root);
    expect(settingsForType(all, "2 Web Content")).toMatchObject({ name: "web", directory: "/www" });
    expect(settingsForType(all, "1 Firmware Upgrade Image")?.directory).toBe("/");
    expect(settingsForType(all, "3 Vendor Configuration File")).toBeUndefined();
  });
});
