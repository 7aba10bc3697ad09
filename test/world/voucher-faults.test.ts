/** Vouchers that are well signed, by xmlsec1, and say what Table 67 does not allow. TR-069 A.4.1.3, C.3. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { voucherTools } from "../../platform/bun/vouchers.ts";
import { pemCertificates } from "../../src/trust/key.ts";
import { type Fields, hasTools, objectXml, type Shape, Workshop } from "../voucher/workshop.ts";
import { Household } from "./household.ts";
import { packages } from "./packages.ts";

const deviceXml =
  "<DeviceId><Manufacturer>M</Manufacturer><OUI>0017A4</OUI><ProductClass>Gateway</ProductClass><SerialNumber>S1</SerialNumber></DeviceId>";

describe.skipIf(!hasTools)("faults of SetVouchers", () => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = new Workshop();
    // The agent loads it with its first voucher, which takes longer than virtual time lets it.
    await Promise.all([voucherTools.checks(), import("../../src/voucher/list.ts")]);
  }, 120_000);
  afterAll(() => shop.remove());

  const house = async () => {
    const files = packages();
    const guest = { type: "option", name: "Guest", options: {} };
    const trust = pemCertificates(shop.pki.read("root.pem"));
    const home = new Household({ packages: { ...files, cwmp: [...files.cwmp!, guest] }, trust });
    // The certificates have been made just now.
    home.clock.time.wall = Date.now() + 1000;
    return home.settle();
  };
  const set = async (home: Household, ...vouchers: readonly string[]) => {
    const VoucherList = vouchers.map((text) => new TextEncoder().encode(text));
    const result = await home.asks("SetVouchers", { VoucherList });
    return result?.is === "fault" ? result.code : result?.is;
  };
  let serial = 0;
  const signed = (fields: Fields, shape: Shape = {}) => {
    const all = { VSerialNum: String(++serial), DeviceId: deviceXml, ...fields };
    return shop.sign({ objects: [objectXml(all)], ...shape });
  };
  const guest = async (home: Household) => {
    const result = await home.asks("GetOptions", { OptionName: "Guest" });
    return result?.is === "reply" && result.method === "GetOptions" ? result.args.OptionList[0] : undefined;
  };

  test.each<[string, Fields, number | "reply"]>([
    ["[R-C.3-14] Mode Disable", { Mode: "Disable" }, "reply"],
    ["[R-C.3-14] Mode EnableWithoutExpiration", { Mode: "EnableWithoutExpiration" }, "reply"],
    [
      "[R-C.3-14] Mode EnableWithExpiration",
      { Mode: "EnableWithExpiration", Duration: "1", DurationUnits: "Days" },
      "reply",
    ],
    ["[R-C.3-14] a Mode that is none", { Mode: "enable" }, 9003],
    ["[R-C.3-14] no Mode", {}, 9003],
    ["[R-C.3-11] no Duration", { Mode: "EnableWithExpiration", DurationUnits: "Days" }, 9003],
    [
      "a Duration that is no unsignedInt",
      { Mode: "EnableWithExpiration", Duration: "-1", DurationUnits: "Days" },
      9003,
    ],
    [
      "a Duration past the year 9999",
      { Mode: "EnableWithExpiration", Duration: "4294967295", DurationUnits: "Months" },
      9003,
    ],
    ["[R-C.3-13] no DurationUnits", { Mode: "EnableWithExpiration", Duration: "1" }, 9003],
    ["[R-C.3-13] Days", { Mode: "EnableWithExpiration", Duration: "1", DurationUnits: "Days" }, "reply"],
    ["[R-C.3-13] Months", { Mode: "EnableWithExpiration", Duration: "1", DurationUnits: "Months" }, "reply"],
    ["[R-C.3-13] Weeks", { Mode: "EnableWithExpiration", Duration: "1", DurationUnits: "Weeks" }, 9003],
    ["a Transferable that is no boolean", { Mode: "Disable", Transferable: "yes" }, 9003],
    ["a StartDate that is none", { Mode: "EnableWithoutExpiration", StartDate: "tomorrow" }, 9003],
    ["[R-C.3-04] a VSerialNum of 65 characters", { Mode: "Disable", VSerialNum: "1".repeat(65) }, 9003],
    ["[R-C.3-07] an OptionIdent of 65 characters", { Mode: "Disable", OptionIdent: "G".repeat(65) }, 9003],
    ["[R-C.3-08] an OptionDesc of 257 characters", { Mode: "Disable", OptionDesc: "d".repeat(257) }, 9003],
    [
      "Figure 6 misspells VSerialNum in its second Option",
      { VSerialNum: "</VSerialNum><VSserialNum>1</VSserialNum><VSerialNum>", Mode: "Disable" },
      9003,
    ],
  ])("%s", async (_, fields, answer) => {
    const home = await house();
    expect(await set(home, signed(fields))).toBe(answer);
    const applied = answer === "reply" && fields.Mode !== "Disable";
    expect((await guest(home))!.State & 1).toBe(applied ? 1 : 0);
  });

  test("[R-A.4.1.3-03] every fault is one of the method's section, and no voucher is applied", async () => {
    const home = await house();
    const good = signed({ Mode: "EnableWithoutExpiration" });
    const bad = [
      good.replace("Guest", "Guess"),
      good.replace("<SignatureValue>", "<SignatureValue>A"),
      good.replace(/<KeyInfo>[\s\S]*<\/KeyInfo>/, ""),
      good.slice(0, 500),
      `${good}${" ".repeat(70_000)}`,
      signed({ Mode: "Disable", OptionIdent: "None" }),
      signed({ Mode: "Disable", DeviceId: deviceXml.replace("S1", "S2") }),
      objectXml({ Mode: "Disable" }),
    ];
    const codes: unknown[] = [];
    for (const one of bad) codes.push(await set(home, good, one));
    expect(codes).toEqual([9001, 9003, 9001, 9003, 9004, 9003, 9001, 9001]);
    expect((await guest(home))?.State).toBe(0);
    expect(await set(home, good)).toBe("reply");
  });

  test("[R-C.3-23] the form of Figure 6, DSA with SHA-1, is accepted, and so is every other algorithm", async () => {
    const home = await house();
    for (const algorithm of ["dsa-sha1", "rsa-sha1", "rsa-sha256", "ecdsa-sha256"] as const)
      expect(await set(home, signed({ Mode: "EnableWithoutExpiration" }, { algorithm })), algorithm).toBe(
        "reply",
      );
  });
});
