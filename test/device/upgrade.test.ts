/** Firmware on an emulated gateway: a real kernel, a boot loader that counts, two slots on a disk, the shipped binary and
 * the shipped hooks on squashfs under an overlay. TR-069 A.3.2.8, A.3.3.2, 3.7.1.5. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Emulator } from "../../image/emulator.ts";
import { Acs } from "../e2e/acs.ts";
import { path } from "../e2e/paths.ts";
import { call, readLetter, textOf } from "../e2e/writing.ts";
import { downloadArguments } from "../transfer/arguments.ts";
import { FileServer } from "../transfer/fileserver.ts";
import { bootMsMax, Lab, lacking } from "./lab.ts";
import { stillbornImage } from "./power/small.ts";

const download = (url: string, key: string) =>
  call.transfer(
    "Download",
    downloadArguments({
      CommandKey: key,
      FileType: "1 Firmware Upgrade Image",
      URL: url.replace("127.0.0.1", "10.0.2.2"),
    }),
  );

/** The TransferComplete of the session that reports it; sessions before it are let pass.
 * @param from the line of the console from which on they count */
async function reported(acs: Acs, gateway: Emulator, from: number) {
  for (let at = from; ; ) {
    at = await gateway.said(/Session begins/, bootMsMax, at);
    const session = await acs.session("a session after the image");
    if (session.pending.body.length === 0) {
      await session.end();
      continue;
    }
    const { id, body } = readLetter(session.pending.body);
    expect(body.name).toBe("TransferComplete");
    session.pending.answer(acs.letter("TransferCompleteResponse", "", id));
    session.pending = await acs.admitted();
    const code = Number(textOf(body, "FaultStruct", "FaultCode"));
    const text = textOf(body, "FaultStruct", "FaultString");
    return { session, key: textOf(body, "CommandKey"), code, text };
  }
}

test.skipIf(lacking !== "")(
  `[R-A.3.2.8-07, R-A.3.2.8-08, R-A.3.2.8-09] an emulated gateway informs, falls back from an image that does not start, and keeps an image that does${lacking && ` (${lacking} is missing)`}`,
  { timeout: 8 * bootMsMax },
  async () => {
    const lab = new Lab();
    const acs = await Acs.open();
    const server = await FileServer.open();
    server.files.set("stillborn", stillbornImage(lab.kernel.busybox, lab.directory));
    server.files.set("good", readFileSync(lab.image("good.img", "r2-good")));
    lab.layOut(lab.image("first.img", "r1-first"), acs.url);
    const gateway = lab.start();
    let at = await gateway.said(/boot: slot a/, bootMsMax);
    at = await gateway.said(/Session begins/, bootMsMax, at);
    const first = await acs.session("the first Inform");
    expect(first.inform.codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
    expect(first.inform.device).toMatchObject({ OUI: "00256D", SerialNumber: "EMULATED1" });
    expect(first.inform.values.get(`${path.device}SoftwareVersion`)).toContain("r1-first");
    expect(first.inform.values.get(path.connectionRequestUrl)).toContain("10.0.2.15:7547");

    // Two starts without anybody who commits, then the old slot.
    await first.done(download(server.url("stillborn"), "stillborn"));
    await first.end();
    at = await gateway.said(/nobody has committed slot b within 2 starts; slot a is started/, bootMsMax, at);
    expect(gateway.lines.filter((line) => line === "stillborn").length).toBe(2);
    at = await gateway.said(/boot: slot a/, bootMsMax, at);
    const failed = await reported(acs, gateway, at);
    expect(failed).toMatchObject({ key: "stillborn", code: 9010 });
    expect(failed.session.inform.values.get(`${path.device}SoftwareVersion`)).toContain("r1-first");
    expect(lab.environment()).toMatchObject({ boot_slot: "a", upgrade_available: "0" });

    await failed.session.done(download(server.url("good"), "good"));
    await failed.session.end();
    at = await gateway.said(/boot: slot b/, bootMsMax, at);
    at = await gateway.said(/Session begins/, bootMsMax, at);
    const booted = await acs.session("the Inform of the new image");
    expect(booted.inform.codes).toContain("1 BOOT");
    expect(booted.inform.codes).not.toContain("0 BOOTSTRAP");
    expect(booted.inform.codes).not.toContain("7 TRANSFER COMPLETE");
    // Not committed before a session has ended well.
    expect(lab.environment()).toMatchObject({ boot_slot: "b", upgrade_available: "1" });
    await booted.end();
    const good = await reported(acs, gateway, at);
    expect(good).toMatchObject({ key: "good", code: 0 });
    expect(good.session.inform.values.get(`${path.device}SoftwareVersion`)).toContain("r2-good");
    expect(lab.environment()).toMatchObject({ boot_slot: "b", upgrade_available: "0" });
    await good.session.end();
    expect(server.asked).toEqual(["GET /stillborn", "GET /good"]);
  },
);

/** Answers every request with 503 until the gateway has started slot a again. @returns the line after that of the boot */
async function refuseUntilBack(acs: Acs, gateway: Emulator, from: number): Promise<number> {
  let over = false;
  const back = gateway.said(/boot: slot a/, 2 * bootMsMax, from).finally(() => {
    over = true;
  });
  while (!over) {
    const heard = await acs.next().catch(() => undefined);
    heard?.answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  }
  return back;
}

test.skipIf(lacking !== "")(
  `[R-A.3.2.8-09] a new image that holds no session within confirm_timeout is given up for the old slot, which tells the fault${lacking && ` (${lacking} is missing)`}`,
  { timeout: 6 * bootMsMax },
  async () => {
    const lab = new Lab();
    const acs = await Acs.open();
    const server = await FileServer.open();
    server.files.set("silent", readFileSync(lab.image("silent.img", "r2-silent")));
    const minute = "config transfer 'transfer'\n\toption confirm_timeout '1'\n";
    lab.layOut(lab.image("first.img", "r1-first"), acs.url, minute);
    const gateway = lab.start();
    await gateway.said(/Session begins/, bootMsMax);
    const first = await acs.session("the first Inform");
    await first.done(download(server.url("silent"), "silent"));
    await first.end();
    const at = await gateway.said(/boot: slot b/, bootMsMax);
    const back = await refuseUntilBack(acs, gateway, at);
    const { session, key, code, text } = await reported(acs, gateway, back);
    expect([key, code, text]).toEqual(["silent", 9010, expect.stringContaining("within 1 min")]);
    expect(session.inform.values.get(`${path.device}SoftwareVersion`)).toContain("r1-first");
    expect(lab.environment()).toMatchObject({ boot_slot: "a", upgrade_available: "0", bootcount: "0" });
    await session.end();
  },
);
