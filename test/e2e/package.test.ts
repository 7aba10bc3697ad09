/** A signed package by Download, on the path that ships: the built program, an ACS, a file server. TR-069 Annex E,
 * A.3.2.8. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { extract, makeKeys, role, Workshop } from "../package/workshop.ts";
import { downloadArguments } from "../transfer/arguments.ts";
import { FileServer } from "../transfer/fileserver.ts";
import { Acs, type Session } from "./acs.ts";
import { Device } from "./device.ts";
import { call, readLetter, textOf } from "./writing.ts";

let keys = "";
let shop: Workshop;
beforeAll(() => {
  keys = makeKeys();
  shop = new Workshop(keys);
});
afterAll(() => {
  shop.remove();
  rmSync(keys, { recursive: true, force: true });
});

/** The fault code of the TransferComplete that the next session brings. */
async function faultOf(acs: Acs, session: Session): Promise<number> {
  const { id, body } = readLetter(session.pending.body);
  expect(body.name).toBe("TransferComplete");
  session.pending.answer(acs.letter("TransferCompleteResponse", "", id));
  session.pending = await acs.admitted();
  return Number(textOf(body, "FaultStruct", "FaultCode"));
}

const download = (url: string) =>
  call.transfer(
    "Download",
    downloadArguments({ CommandKey: "package", FileType: "2 Web Content", URL: url }),
  );

test("[R-E.1-01, R-E.5-12, R-E.5-13] a trusted package is installed beneath its directory; a package without a trusted signer is refused with 9019 and changes nothing", async () => {
  const server = await FileServer.open();
  const acs = await Acs.open();
  const device = await Device.layOut();
  device.configure("acs", { url: acs.url });
  appendFileSync(
    join(device.root, "etc/config/cwmp"),
    "\nconfig package 'web'\n\tlist file_type '2 Web Content'\n\toption directory '/srv'\n\tlist trust '/etc/vendor.pem'\n\tlist role '3'\n",
  );
  writeFileSync(join(device.root, "etc/vendor.pem"), readFileSync(join(keys, "root.pem")));
  mkdirSync(join(device.root, "srv"));
  const commands = [
    role(3),
    extract("/pages/index.html", "<p>new</p>"),
    extract("/large", "x".repeat(300_000)),
  ];
  server.files.set("good.pkg", Buffer.from(await shop.bytes({ commands, signers: ["signer"] })));
  server.files.set("bad.pkg", Buffer.from(await shop.bytes({ commands, signers: ["foreign"] })));
  device.start();

  const first = await acs.session();
  await first.done(download(server.url("bad.pkg")));
  await first.end();
  const refused = await acs.session("the session that reports the refusal");
  expect(await faultOf(acs, refused)).toBe(9019);
  expect(existsSync(join(device.root, "srv/pages"))).toBe(false);
  await refused.done(download(server.url("good.pkg")));
  await refused.end();
  const reported = await acs.session("the session that reports the installation");
  expect(await faultOf(acs, reported)).toBe(0);
  await reported.end();
  expect(readFileSync(join(device.root, "srv/pages/index.html"), "utf8")).toBe("<p>new</p>");
  expect(readFileSync(join(device.root, "srv/large"), "utf8")).toHaveLength(300_000);
});
