/** Vouchers as an ACS sets them, on the whole agent: what GetOptions tells then, and what is switched. Annex C. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemDsig } from "../../platform/bun/dsig.ts";
import { voucherTools } from "../../platform/bun/vouchers.ts";
import { pemCertificates } from "../../src/trust/key.ts";
import type { OptionStruct } from "../../src/voucher/struct.ts";
import { type OptionFields, writeVoucher } from "../../src/voucher/write.ts";
import { fuse } from "../model/world.ts";
import { caExtensions, hasOpenssl, Pki } from "../trust/pki.ts";
import type { GatewayOptions } from "./gateway.ts";
import { Household } from "./household.ts";
import { packages } from "./packages.ts";

const unknown = "0001-01-01T00:00:00Z";
const day = 86_400_000;
const identity = { Manufacturer: "Another", OUI: "0017A4", ProductClass: "Gateway", SerialNumber: "S1" };

describe.skipIf(!hasOpenssl)("Annex C on the whole agent", () => {
  let pki: Pki;
  let serial = 0;
  beforeAll(async () => {
    // The agent loads it with its first voucher, which takes longer than virtual time lets it.
    await Promise.all([voucherTools.checks(), import("../../src/voucher/list.ts")]);
    const always = { since: "20200101000000Z", until: "20491231000000Z" };
    pki = new Pki()
      .make("root", { ...always, extensions: caExtensions })
      .make("signer", { ...always, by: "root" })
      .make("short", { since: "20260101000000Z", by: "root" })
      .make("stranger", always);
  }, 120_000);
  afterAll(() => pki.remove());

  const sign = (options: readonly OptionFields[], by = "signer"): Uint8Array => {
    const certificates = pemCertificates(pki.read(`${by}.pem`));
    const signing = { algorithm: "ecdsa-sha256", key: pki.read(`${by}.key`), certificates } as const;
    return new TextEncoder().encode(writeVoucher(options, signing, systemDsig));
  };
  const fields = (more: OptionFields): OptionFields => ({
    VSerialNum: String(++serial),
    DeviceId: identity,
    OptionIdent: "Guest",
    Mode: "EnableWithoutExpiration",
    ...more,
  });
  const voucher = (...options: OptionFields[]): Uint8Array => sign(options.map(fields));

  const house = (more: GatewayOptions = {}) => {
    const files = packages();
    const guest = { type: "option", name: "guest", options: { name: "Guest", program: "guest" } };
    const lease = { uci: "dhcp.lan.leasetime", on: "1h", off: "12h", setup: "dhcp.lan.domain" };
    const short = { type: "option", name: "Leases", options: lease };
    const cwmp = [...files.cwmp!, guest, short];
    const trust = pemCertificates(pki.read("root.pem"));
    return new Household({ packages: { ...files, cwmp }, trust, ...more }).settle();
  };
  const set = async (home: Household, ...list: Uint8Array[]) => {
    const result = await home.asks("SetVouchers", { VoucherList: list });
    return result?.is === "fault" ? result.code : result?.is;
  };
  const told = async (home: Household, name = ""): Promise<readonly OptionStruct[]> => {
    const result = await home.asks("GetOptions", { OptionName: name });
    if (result?.is !== "reply" || result.method !== "GetOptions") throw new Error(JSON.stringify(result));
    return result.args.OptionList;
  };
  const guest = async (home: Household) => (await told(home, "Guest"))[0]!;
  const on = async (home: Household) => ((await guest(home)).State & 1) === 1;

  test("A.4.1.3 one voucher, and two in one call, are accepted, each decoded by itself [R-A.4.1.3-01, R-C.3-01, R-C.1-01]", async () => {
    const home = await house();
    expect(await set(home, voucher({}))).toBe("reply");
    expect(await on(home)).toBe(true);
    expect(await set(home, voucher({ Mode: "Disable" }), voucher({ OptionIdent: "Leases" }))).toBe("reply");
    expect((await told(home)).map(({ OptionName, State }) => [OptionName, State & 1])).toEqual([
      ["Guest", 0],
      ["Leases", 1],
    ]);
  });

  test("A.4.1.4 GetOptions returns one Option or all Options, enabled or not [R-A.4.1.4-01, R-A.4.1.4-02, R-A.4.1.4-03, R-A.4.1.4-13]", async () => {
    const home = await house();
    expect((await told(home)).map(({ OptionName }) => OptionName)).toEqual(["Guest", "Leases"]);
    expect((await told(home, "Leases")).map(({ OptionName }) => OptionName)).toEqual(["Leases"]);
    const none = await home.asks("GetOptions", { OptionName: "None" });
    expect(none).toMatchObject({ is: "fault", code: 9003 });
    const long = await home.asks("GetOptions", { OptionName: "n".repeat(65) });
    expect(long).toMatchObject({ is: "fault", code: 9003 });
  });

  test("Table 52 GetOptions shows the three modes, with and without dates [R-A.4.1.4-05, R-A.4.1.4-07, R-A.4.1.4-09, R-A.4.1.4-10, R-A.4.1.4-11, R-C.3-15, R-C.3-10]", async () => {
    const home = await house();
    const initial = { Mode: 0, State: 0, VoucherSN: 0, StartDate: unknown, ExpirationDate: unknown };
    expect(await guest(home)).toMatchObject(initial);
    await set(home, voucher({}));
    expect(await guest(home)).toMatchObject({ Mode: 2, StartDate: unknown, ExpirationDate: unknown });
    expect(await on(home)).toBe(true);
    const lasting = { Mode: "EnableWithExpiration", Duration: 2, DurationUnits: "Days" };
    await set(home, voucher({ ...lasting, StartDate: "2026-11-23T12:00:00Z" }));
    const dates = { StartDate: "2026-11-23T12:00:00Z", ExpirationDate: "2026-11-25T12:00:00Z" };
    expect(await guest(home)).toMatchObject({ Mode: 1, ...dates });
    expect(await on(home)).toBe(true);
    await set(home, voucher({ Mode: "Disable" }));
    expect(await guest(home)).toMatchObject({ Mode: 0, StartDate: unknown, ExpirationDate: unknown });
    expect(await on(home)).toBe(false);
  });

  test("C.3 a future StartDate enables the Option then, in both Enable modes, in both spellings [R-C.3-09, R-C.3-12, R-C.3-22, R-A.4.1.4-08]", async () => {
    const home = await house();
    const lasting = { Mode: "EnableWithExpiration", Duration: 1, DurationUnits: "Days" };
    for (const more of [lasting, {}]) {
      const start = new Date(home.clock.time.wall + day).toISOString().slice(0, 19);
      const compact = start.replaceAll("-", "");
      expect(await set(home, voucher({ ...more, StartDate: more === lasting ? compact : `${start}Z` }))).toBe(
        "reply",
      );
      expect(await on(home)).toBe(false);
      if (more === lasting) expect((await guest(home)).StartDate).toBe(`${start}Z`);
      await home.clock.pass(day - 1000);
      expect(await on(home)).toBe(false);
      await home.clock.pass(2000);
      expect(await on(home)).toBe(true);
    }
  });

  test("C.2 an Option expires by itself at its ExpirationDate, and not before [R-C.2-02]", async () => {
    const home = await house();
    await set(home, voucher({ Mode: "EnableWithExpiration", Duration: 3, DurationUnits: "Days" }));
    await home.clock.pass(3 * day - 60_000);
    expect(await on(home)).toBe(true);
    await home.clock.pass(60_000);
    expect(await on(home)).toBe(false);
    expect(await guest(home)).toMatchObject({ Mode: 0 });
  });

  test("C.2 the clock jumps past the ExpirationDate, and back: an expired Option stays expired", async () => {
    const home = await house();
    await set(home, voucher({ Mode: "EnableWithExpiration", Duration: 3, DurationUnits: "Days" }));
    home.clock.time.wall += 10 * day;
    await home.clock.pass(31_000);
    expect(await on(home)).toBe(false);
    home.clock.time.wall -= 10 * day;
    await home.clock.pass(31_000);
    expect(await on(home)).toBe(false);
  });

  test("C.2 an Option without an ExpirationDate stays enabled for years [R-C.2-01]", async () => {
    const home = await house();
    await set(home, voucher({}));
    home.clock.time.wall += 3650 * day;
    await home.clock.pass(31_000);
    expect(await on(home)).toBe(true);
  });

  test("C.2 a changed ProvisioningCode disables Options that are not transferable, and only these [R-C.2-03, R-C.2-04, R-A.4.1.4-12, R-C.3-16]", async () => {
    const home = await house();
    for (const [text, stays] of [
      ["true", true],
      ["1", true],
      ["false", false],
      ["0", false],
      [undefined, false],
    ] as const) {
      await set(home, voucher(text === undefined ? {} : { Transferable: text }));
      expect((await guest(home)).IsTransferable, text).toBe(stays);
      await home.sets({ "InternetGatewayDevice.DeviceInfo.ProvisioningCode": `P${++serial}` });
      expect(await on(home), text).toBe(stays);
    }
    await set(
      home,
      voucher({ Transferable: "1", Mode: "EnableWithExpiration", Duration: 1, DurationUnits: "Days" }),
    );
    home.edits("cwmp", "cpe", "provisioning_code", "other");
    await home.rest();
    expect(await on(home)).toBe(true);
    await home.clock.pass(day + 1000);
    expect(await on(home)).toBe(false);
  });

  test("C.3 a voucher for another device is refused, and nothing of the list is applied [R-C.3-05, R-C.3-06, R-C.3-18, R-C.3-19, R-C.3-20, R-A.5.1-03]", async () => {
    const home = await house();
    for (const other of [
      { OUI: "0017A5" },
      { OUI: "0017a4" },
      { ProductClass: "Other" },
      { SerialNumber: "S2" },
    ]) {
      const wrong = voucher({ DeviceId: { ...identity, ...other } });
      expect(await set(home, voucher({}), wrong), JSON.stringify(other)).toBe(9001);
      expect(await guest(home)).toMatchObject({ State: 0, VoucherSN: 0 });
    }
    const mixed = voucher({}, { OptionIdent: "Leases", DeviceId: { ...identity, SerialNumber: "S2" } });
    expect(await set(home, mixed)).toBe(9001);
    expect(await guest(home)).toMatchObject({ State: 0 });
  });

  test("C.3 the Manufacturer is not compared; names of full length are accepted [R-C.3-17, R-C.3-04, R-C.3-07, R-C.3-08, R-C.3-03]", async () => {
    const home = await house();
    const text = { OptionDesc: "d".repeat(256), VSerialNum: "s".repeat(64), Colour: { Of: "the room" } };
    expect(await set(home, voucher({ ...text, DeviceId: { ...identity, Manufacturer: "Somebody" } }))).toBe(
      "reply",
    );
    expect(await guest(home)).toMatchObject({ OptionName: "Guest", VoucherSN: 0, Mode: 2 });
  });

  test("A.4.1.4 VoucherSN is the serial number of the voucher, and 0 without a number [R-A.4.1.4-04]", async () => {
    const home = await house();
    for (const [text, number] of [
      ["4294967295", 4294967295],
      ["4294967296", 0],
      ["A1", 0],
      ["007", 7],
    ] as const) {
      await set(home, voucher({ VSerialNum: text }));
      expect((await guest(home)).VoucherSN).toBe(number);
    }
  });

  test("A.4.1.4 the setup bit shows whether the user has completed the setup, or the switch if no setup is needed [R-A.4.1.4-06]", async () => {
    const home = await house();
    const leases = async () => (await told(home, "Leases"))[0]!.State;
    await set(home, voucher({ OptionIdent: "Leases" }, {}));
    expect([await leases(), (await guest(home)).State]).toEqual([1, 3]);
    home.edits("dhcp", "lan", "domain", "home");
    await home.rest();
    expect(await leases()).toBe(3);
  });

  test("C.3 several Options in one voucher are accepted, each with its own Reference [R-C.3-02, R-C.3-21]", async () => {
    const home = await house();
    expect(
      await set(home, voucher({ VSerialNum: "900" }, { VSerialNum: "901", OptionIdent: "Leases" })),
    ).toBe("reply");
    expect((await told(home)).map(({ VoucherSN, Mode }) => [VoucherSN, Mode])).toEqual([
      [900, 2],
      [901, 2],
    ]);
  });

  test("a repeated voucher has no effect; another voucher with its number is refused; an older voucher undoes nothing", async () => {
    const home = await house();
    const lasting = { VSerialNum: "50", Mode: "EnableWithExpiration", Duration: 3, DurationUnits: "Days" };
    const first = voucher(lasting);
    await set(home, first);
    const before = await guest(home);
    await home.clock.pass(day);
    expect(await set(home, first)).toBe("reply");
    expect(await guest(home)).toEqual(before);
    expect(await set(home, voucher({ ...lasting, Duration: 30 }))).toBe(9001);
    expect(await set(home, voucher({ Mode: "Disable" }))).toBe("reply");
    expect(await set(home, first)).toBe("reply");
    expect(await on(home)).toBe(false);
    await home.restart(1000);
    await home.rest();
    expect(await set(home, first)).toBe("reply");
    expect(await on(home)).toBe(false);
  });

  test("an unknown Option is 9003, and so is a value that Table 67 does not allow, and nothing is applied", async () => {
    const home = await house();
    expect(await set(home, voucher({}), voucher({ OptionIdent: "None" }))).toBe(9003);
    expect(await guest(home)).toMatchObject({ State: 0 });
    const months = { Mode: "EnableWithExpiration", Duration: 1, DurationUnits: "Months" };
    expect(await set(home, voucher(months))).toBe("reply");
    expect((await guest(home)).ExpirationDate).toBe("2026-12-24T00:00:00Z");
    expect(await set(home, new TextEncoder().encode("no voucher"))).toBe(9003);
    expect(await set(home, new Uint8Array(70_000).fill(32))).toBe(9004);
    expect(await set(home, sign([fields({})], "stranger"))).toBe(9001);
    expect(await set(home, sign([fields({})], "signer"))).toBe("reply");
  });

  test("C.2 vouchers are held until the clock is right, over a reboot too, and no Option expires by a wrong clock [R-C.2-09, R-C.2-10]", async () => {
    const home = await house();
    await set(home, voucher({ Mode: "EnableWithExpiration", Duration: 1, DurationUnits: "Days" }));
    home.clock.time.known = false;
    await home.restart(60_000);
    home.clock.time.wall = Date.UTC(2035, 0, 1);
    home.clock.time.known = false;
    await home.clock.pass(31_000);
    expect(await on(home)).toBe(true);
    expect(await set(home, voucher({ Mode: "Disable" }))).toBe("reply");
    await home.clock.pass(31_000);
    expect(await on(home)).toBe(true);
    home.clock.time.wall = Date.UTC(2026, 10, 24, 1);
    home.clock.time.known = true;
    await home.clock.pass(61_000);
    expect(await on(home)).toBe(false);
    expect((await guest(home)).VoucherSN).toBe(serial);
  });

  test("a held voucher whose certificate has expired by then is discarded, and logged", async () => {
    const home = await house();
    home.clock.time.known = false;
    expect(await set(home, sign([fields({})], "short"))).toBe("reply");
    home.clock.time.wall = Date.UTC(2028, 0, 1);
    home.clock.time.known = true;
    await home.clock.pass(61_000);
    expect(await on(home)).toBe(false);
    expect(home.logged.join("\n")).toMatch(/warn Vouchers that waited are dropped: .*expired/);
  });

  test("an Option takes effect: its program is called and its value set, after the session; a failure is retried", async () => {
    let works = false;
    const home = await house({ turns: () => works });
    await home.clock.pass(60_000);
    works = true;
    await home.clock.pass(3_600_000);
    home.orders.length = 0;
    works = false;
    await set(home, voucher({}), voucher({ OptionIdent: "Leases" }));
    expect(home.option("dhcp", "lan", "leasetime")).toBe("1h");
    expect(home.orders).toContain("apply dhcp");
    expect(home.orders.filter((order) => order === "guest Guest on")).toHaveLength(1);
    expect(home.logged.join("\n")).toMatch(/warn Cannot turn the Option Guest on; next try in 5 s/);
    works = true;
    await home.clock.pass(6000);
    expect(home.orders.filter((order) => order === "guest Guest on")).toHaveLength(2);
    const reports = await home.engine.control.options();
    expect(reports).toMatchObject([
      { name: "Guest", state: "on", inStep: true, failures: 0 },
      { name: "Leases", state: "on", inStep: true },
    ]);
  });

  test("the log announces once, seven days ahead, that an Option expires", async () => {
    const home = await house();
    await set(home, voucher({ Mode: "EnableWithExpiration", Duration: 10, DurationUnits: "Days" }));
    const count = () => home.logged.filter((line) => line.includes("The Option Guest ends at")).length;
    await home.clock.pass(3 * day - 60_000);
    expect(count()).toBe(0);
    await home.clock.pass(120_000);
    await home.restart(1000);
    await home.clock.pass(day);
    expect(count()).toBe(1);
  });

  test("an unreadable configuration disables no Option", async () => {
    const home = await house();
    await set(home, voucher({}));
    const file = home.disk.files.get("cwmp")!;
    home.disk.files.delete("cwmp");
    home.engine.touched();
    await home.rest();
    home.disk.files.set("cwmp", file);
    home.engine.touched();
    await home.rest();
    expect(await on(home)).toBe(true);
  });

  test("after a crash at any step the switched value follows the state of the Option", async () => {
    const enable = voucher({}, { OptionIdent: "Leases" });
    for (let at = 0, ended = false; !ended; at++) {
      const home = await house();
      home.orders.length = 0;
      const wired = fuse(at);
      await home.restart(undefined, wired);
      await set(home, enable).catch(() => undefined);
      await home.rest();
      ended = wired.steps.length < at;
      await home.restart(1000);
      await home.clock.pass(61_000);
      const [one, two] = await told(home);
      const last = home.orders.filter((order) => order.startsWith("guest ")).at(-1);
      if ((one!.State & 1) === 1) expect(last, `step ${at}`).toBe("guest Guest on");
      else expect([undefined, "guest Guest off"], `step ${at}`).toContain(last);
      const leasetime = home.option("dhcp", "lan", "leasetime");
      expect(leasetime, `step ${at}`).toBe((two!.State & 1) === 1 ? "1h" : "12h");
      // All or nothing, also over the crash.
      expect(one!.Mode, `step ${at}`).toBe(two!.Mode);
    }
  });
});
