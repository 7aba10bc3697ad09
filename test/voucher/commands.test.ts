/** `cwmpd voucher` as scripts use it: JSON, faults and exit codes. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { voucherSign, voucherTry, voucherVerify } from "../../platform/commands/voucher.ts";
import type { Outcome } from "../../src/cli/command.ts";
import { parse } from "../../src/cli/parse.ts";
import { commands } from "../../src/cli/table.ts";
import { type Fields, hasTools, objectXml, Workshop } from "./workshop.ts";

const unknown = "0001-01-01T00:00:00Z";

describe.skipIf(!hasTools)("cwmpd voucher", () => {
  let shop: Workshop;
  beforeAll(() => {
    shop = new Workshop();
  }, 120_000);
  afterAll(() => shop.remove());

  const file = (name: string) => shop.pki.file(name);
  const put = (name: string, fields: Fields): string => {
    writeFileSync(file(name), shop.sign({ objects: [objectXml(fields)] }));
    return file(name);
  };

  async function run(...words: readonly string[]): Promise<Outcome> {
    const parsed = parse(["voucher", ...words], commands);
    if (parsed.is !== "call") throw new Error(JSON.stringify(parsed));
    if (parsed.name === "voucher verify") return voucherVerify(parsed.operands[0]!, parsed.options);
    if (parsed.name === "voucher try") return voucherTry(parsed.operands, parsed.options);
    if (parsed.name === "voucher sign") return voucherSign(parsed.operands[0]!, parsed.options);
    throw new Error(parsed.name);
  }
  // biome-ignore lint/suspicious/noExplicitAny: JSON
  const json = ({ exit, out }: Outcome): any => ({ exit, ...JSON.parse(String(out)) });
  const tries = (...words: readonly string[]) =>
    run("try", ...words, "--device", "012345,Gateway,123456789", "--trust", file("root.pem"), "--json").then(
      json,
    );

  test("verify prints the content of a voucher, or the reason of its refusal", async () => {
    const good = put("good.xml", { Mode: "Disable" });
    const valid = json(await run("verify", good, "--trust", file("root.pem"), "--json"));
    expect(valid).toMatchObject({
      exit: 0,
      file: good,
      verdict: "valid",
      why: null,
      signer: "CN=rsa signer",
    });
    expect(valid.options).toMatchObject([{ OptionIdent: "Guest", Mode: "Disable", VSerialNum: "987654321" }]);
    const untrusted = json(await run("verify", good, "--json"));
    expect(untrusted).toMatchObject({ exit: 1, verdict: "untrusted", signer: null, options: [] });
    const late = json(
      await run("verify", good, "--trust", file("root.pem"), "--now", "2070-01-01T00:00:00Z", "--json"),
    );
    expect(late).toMatchObject({ exit: 1, verdict: "untrusted", why: expect.stringMatching(/expired/) });
    const weak = ["--algorithms", "dsa-sha1,ecdsa-sha256"];
    expect(json(await run("verify", good, "--trust", file("root.pem"), ...weak, "--json"))).toMatchObject({
      exit: 1,
      verdict: "algorithm",
    });
    expect(json(await run("verify", good, "--max-bytes", "100", "--json"))).toMatchObject({
      verdict: "oversize",
    });
    expect((await run("verify", good, "--trust", file("root.pem"))).out).toMatch(
      /valid, signed by CN=rsa signer\n {2}disable Guest/,
    );
  });

  test("wrong usage exits with 2 and names the expected arguments", async () => {
    const good = put("good.xml", { Mode: "Disable" });
    const wrong: readonly (readonly [words: string[], complaint: RegExp])[] = [
      [["verify", good, "--algorithms", "rsa-md5"], /takes names from dsa-sha1, rsa-sha1/],
      [["verify", good, "--max-bytes", "1048577"], /a number from 1 to 1048576/],
      [["verify", good, "--now", "noon"], /--now takes a time/],
      [["try", good], /--device is missing/],
      [["try", good, "--device", "x"], /OUI,CLASS,SERIAL/],
      [["try", good, "--device", "012345,G,1", "--then", "later"], /--then takes a time/],
      [["sign", good], /--key is missing/],
    ];
    for (const [words, complaint] of wrong)
      expect(await run(...words)).toEqual({ exit: 2, err: expect.stringMatching(complaint) });
  });

  test("try prints the Options after a list of vouchers, and after later events", async () => {
    const month = put("month.xml", {
      Mode: "EnableWithExpiration",
      Duration: "1",
      DurationUnits: "Months",
      VSerialNum: "7",
    });
    const now = ["--now", "2032-01-31T10:00:00Z"];
    const then = [
      "--then",
      "2032-02-29T09:59:59Z",
      "--then",
      "2032-02-29T10:00:00Z",
      "--then",
      "2032-02-01T00:00:00Z",
    ];
    const told = await tries(month, "--option", "Guest", "--option", "Other", ...now, ...then);
    expect(told).toMatchObject({ exit: 0, fault: null });
    expect(told.vouchers).toMatchObject([{ file: month, verdict: "valid", signer: "CN=rsa signer" }]);
    const dates = { StartDate: "2032-01-31T10:00:00Z", ExpirationDate: "2032-02-29T10:00:00Z" };
    const on = { OptionName: "Guest", VoucherSN: 7, State: 1, Mode: 1, ...dates, IsTransferable: false };
    const never = {
      OptionName: "Other",
      VoucherSN: 0,
      State: 0,
      Mode: 0,
      StartDate: unknown,
      ExpirationDate: unknown,
    };
    expect(told.options).toEqual([on, { ...never, IsTransferable: false }]);
    const states = told.then.map((one: { at: string; options: { State: number }[] }) => [
      one.at,
      one.options[0]!.State,
    ]);
    expect(states).toEqual([
      ["2032-02-29T09:59:59Z", 1],
      ["2032-02-29T10:00:00Z", 0],
      ["2032-02-01T00:00:00Z", 0],
    ]);
  });

  test("try accepts no voucher, several, one twice, and Base64; with one bad voucher it refuses all", async () => {
    const enable = put("enable.xml", { Mode: "EnableWithoutExpiration", VSerialNum: "1" });
    const disable = put("disable.xml", { Mode: "Disable", VSerialNum: "2" });
    expect(await tries("--option", "Guest")).toMatchObject({
      exit: 0,
      fault: null,
      vouchers: [],
      options: [{ State: 0 }],
    });
    const both = await tries(enable, disable, enable, "--option", "Guest");
    expect(both).toMatchObject({ exit: 0, options: [{ State: 0, VoucherSN: 2 }] });
    expect(both.vouchers.map((one: { verdict: string }) => one.verdict)).toEqual([
      "valid",
      "valid",
      "repeated",
    ]);
    writeFileSync(file("b64"), readFileSync(enable).toString("base64").replace(/.{76}/g, "$&\n"));
    expect(await tries(file("b64"), "--base64", "--option", "Guest")).toMatchObject({
      exit: 0,
      options: [{ State: 1 }],
    });
    expect(await tries(enable, "--base64", "--option", "Guest")).toMatchObject({
      exit: 1,
      fault: { code: 9003 },
    });
    const unknownOption = await tries(enable, "--option", "Other");
    expect(unknownOption).toMatchObject({
      exit: 1,
      fault: { code: 9003 },
      vouchers: [{ verdict: "option" }],
    });
    const other = await run(
      "try",
      enable,
      "--device",
      "012345,Gateway,2",
      "--trust",
      file("root.pem"),
      "--option",
      "Guest",
      "--json",
    );
    expect(json(other)).toMatchObject({
      exit: 1,
      fault: { code: 9001, text: expect.stringMatching(/another device/) },
    });
    const reused = put("reused.xml", { Mode: "Disable", VSerialNum: "1" });
    expect(await tries(enable, reused, "--option", "Guest")).toMatchObject({
      fault: { code: 9001 },
      options: [{ State: 0, VoucherSN: 0 }],
    });
  });

  test("try --before reads the output of `cwmpd options`; older and repeated vouchers change nothing", async () => {
    const days = { Mode: "EnableWithExpiration", Duration: "10", DurationUnits: "Days" };
    const first = put("first.xml", { ...days, VSerialNum: "10" });
    const second = put("second.xml", { Mode: "Disable", VSerialNum: "11" });
    const third = put("third.xml", { Mode: "EnableWithoutExpiration", VSerialNum: "12", Transferable: "1" });
    const now = ["--now", "2031-01-01T00:00:00Z"];
    const later = ["--now", "2031-01-05T00:00:00Z"];
    const keep = (told: { options: unknown }) =>
      writeFileSync(file("before.json"), JSON.stringify(told.options));
    const before = ["--option", "Guest", "--before", file("before.json")];
    const enabled = await tries(first, "--option", "Guest", ...now);
    keep(enabled);
    const again = await tries(first, ...before, ...later);
    expect(again).toMatchObject({
      fault: null,
      options: enabled.options,
      vouchers: [{ verdict: "repeated" }],
    });
    const disabled = await tries(second, ...before, ...later);
    expect(disabled.options).toMatchObject([{ State: 0, VoucherSN: 11 }]);
    keep(disabled);
    expect((await tries(first, ...before, ...later)).options).toEqual(disabled.options);
    const last = await tries(third, ...before, ...later, "--then", "provisioning-code");
    const lasting = [{ State: 1, Mode: 2, VoucherSN: 12, IsTransferable: true }];
    expect([last.options, last.then[0].options]).toMatchObject([lasting, lasting]);
    writeFileSync(file("before.json"), "[{}]");
    await expect(tries(third, ...before)).rejects.toThrow(
      /Cannot read .*before.json: OptionStruct 1 has no OptionName/,
    );
  });

  test("try --clock-unknown: vouchers are held, no Option expires, and dates are checked when the clock is set", async () => {
    const start = put("start.xml", { Mode: "EnableWithExpiration", Duration: "2", DurationUnits: "Days" });
    const then = ["--then", "2031-01-05T00:00:00Z", "--then", "clock-set", "--then", "2031-01-07T00:00:00Z"];
    const told = await tries(
      start,
      "--option",
      "Guest",
      "--clock-unknown",
      "--now",
      "2031-01-01T00:00:00Z",
      ...then,
    );
    expect(told).toMatchObject({ exit: 0, options: [{ State: 0, Mode: 0 }] });
    expect(told.then.map((one: { options: { State: number }[] }) => one.options[0]!.State)).toEqual([
      0, 1, 0,
    ]);
    expect(told.then[1].options[0].ExpirationDate).toBe("2031-01-07T00:00:00Z");
    const never = ["--then", "2099-01-01T00:00:00Z", "--then", "clock-set"];
    const late = await tries(start, "--option", "Guest", "--clock-unknown", ...never);
    expect(late.then[1].options[0].State).toBe(0);
  });

  test("sign writes vouchers that verify and xmlsec1 accept; sign refuses a voucher that no device understands", async () => {
    const DeviceId = { OUI: "012345", ProductClass: "Gateway", SerialNumber: "123456789" };
    const option = { VSerialNum: "1", DeviceId, OptionIdent: "Guest", Mode: "Disable" };
    writeFileSync(file("options.json"), JSON.stringify([option]));
    const pair = ["--key", file("rsa.key"), "--cert", file("rsa.pem")];
    expect(await run("sign", file("options.json"), ...pair, "-o", file("out.xml"))).toEqual({ exit: 0 });
    expect(shop.xmlsecTakes(readFileSync(file("out.xml"), "utf8"))).toBe(true);
    expect((await run("verify", file("out.xml"), "--trust", file("root.pem"))).exit).toBe(0);
    const mixed = ["--key", file("rsa.key"), "--cert", file("stranger.pem"), "-o", file("out.xml")];
    await expect(run("sign", file("options.json"), ...mixed)).rejects.toThrow(
      /not the key of the certificate/,
    );
    const other = ["--algorithm", "ecdsa-sha256", "-o", file("out.xml")];
    await expect(run("sign", file("options.json"), ...pair, ...other)).rejects.toThrow(/not one of EC/);
    writeFileSync(file("options.json"), JSON.stringify([{ ...option, Mode: "On" }]));
    await expect(run("sign", file("options.json"), ...pair, "-o", file("out.xml"))).rejects.toThrow(
      /Mode is "On"; expected Disable/,
    );
  });
});
