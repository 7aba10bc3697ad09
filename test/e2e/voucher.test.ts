/** Vouchers on the path that ships: the built program on a sample gateway, an ACS, certificates of openssl. Annex C,
 * A.4.1.3, A.4.1.4. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Acs, type Session } from "./acs.ts";
import { cwmpd, Device } from "./device.ts";
import { type Call, textOf, within } from "./writing.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const setVouchers = (...vouchers: readonly Buffer[]): Call => ({
  method: "SetVouchers",
  args: ({ enc, xsi }) =>
    `<VoucherList ${enc}:arrayType="${enc}:base64[${vouchers.length}]" ${xsi}:type="${enc}:Array">${vouchers
      .map((voucher) => `<base64>${voucher.toString("base64")}</base64>`)
      .join("")}</VoucherList>`,
});

const getOptions = (name: string): Call => ({
  method: "GetOptions",
  args: (hand) => `<OptionName>${hand.text(name)}</OptionName>`,
});

/** A root and a signer under it, in a folder. */
function workshop(): (name: string) => string {
  const home = mkdtempSync(join(tmpdir(), "cwmpd-voucher-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const path = (name: string) => join(home, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: home, stdio: "pipe" });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "root.key",
    "-out",
    "root.pem",
    "-subj",
    "/CN=Vouchers",
    "-days",
    "30",
  );
  openssl("req", ...key, "-keyout", "signer.key", "-out", "signer.csr", "-subj", "/CN=Signer");
  writeFileSync(path("ext"), "keyUsage=digitalSignature\n");
  const by = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30", "-extfile", "ext"];
  openssl("x509", "-req", "-in", "signer.csr", "-out", "signer.pem", ...by);
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "other.key",
    "-out",
    "other.pem",
    "-subj",
    "/CN=Other",
    "-days",
    "30",
  );
  return path;
}

async function signed(
  path: (name: string) => string,
  serial: string,
  mode: string,
  by = "signer",
): Promise<Buffer> {
  const option = {
    VSerialNum: serial,
    DeviceId: {
      Manufacturer: "Sample Networks",
      OUI: "00005E",
      ProductClass: "sample,gateway-one",
      SerialNumber: "SG1-0000042",
    },
    OptionIdent: "Guest Network",
    OptionDesc: "A network for guests",
    Mode: mode,
    Transferable: "1",
  };
  writeFileSync(path("options.json"), JSON.stringify([option]));
  const keys = ["--key", path(`${by}.key`), "--cert", path(`${by}.pem`)];
  const made = await cwmpd(["voucher", "sign", path("options.json"), ...keys, "-o", path("v.xml")]);
  expect(made, made.err).toMatchObject({ exit: 0 });
  return readFileSync(path("v.xml"));
}

async function state(session: Session): Promise<readonly string[]> {
  const list = within(await session.done(getOptions("Guest Network")), "OptionList")!.children;
  return list.map((one) => `${textOf(one, "OptionName")} ${textOf(one, "VoucherSN")} ${textOf(one, "Mode")}`);
}

test.skipIf(!hasOpenssl)(
  "A.4.1.3 [R-A.4.1.3-01] [R-A.4.1.4-01] a voucher enables the guest network and outlasts a power cut, a voucher of another signer is refused, and a newer voucher disables the network",
  async () => {
    const path = workshop();
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.edit(
      "cwmp",
      "config voucher 'voucher'\n",
      `config voucher 'voucher'\n\tlist trust '${path("root.pem")}'\n`,
    );
    device.start({ url: acs.url });
    const first = await acs.session();
    expect(await state(first)).toEqual(["Guest Network 0 0"]);
    const stranger = await first.call(
      setVouchers(await signed(path, "1", "EnableWithoutExpiration", "other")),
    );
    expect(stranger.fault?.code).toBe(9001);
    await first.done(setVouchers(await signed(path, "2", "EnableWithoutExpiration")));
    expect(await state(first)).toEqual(["Guest Network 2 2"]);
    await first.end();
    await device.said(/The Option Guest Network has been turned on/);
    expect(device.config("wireless")).toMatch(/Sample Guests[\s\S]*option disabled '0'/);
    await device.kill();
    device.start({ url: acs.url });
    const again = await acs.session();
    expect(await state(again)).toEqual(["Guest Network 2 2"]);
    await again.done(setVouchers(await signed(path, "3", "Disable")));
    await again.end();
    await device.said(/The Option Guest Network has been turned off/);
    expect(device.config("wireless")).toMatch(/Sample Guests[\s\S]*option disabled '1'/);
    const told = await device.cli("options");
    expect(told.out).toContain("Guest Network");
  },
);
