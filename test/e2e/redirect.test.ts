import { describe, expect, it } from "vitest";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";
import { call, type Element, readLetter, textOf, within } from "./writing.ts";

const redirect = (status: number, to: string) =>
  `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`;

/** What each POST to that ACS carried. */
const carried = (acs: Acs): string[] =>
  acs.heard.map((heard) => (heard.body.length === 0 ? "" : readLetter(heard.body).body.name));

const instance = (answer: Element) => textOf(answer, "InstanceNumber");

describe("a session that is redirected", () => {
  it("3.4.2 [R-3.4.2-21] continues as without the redirect: every method works, and the Inform counts once", async () => {
    const [old, fresh, last] = [await Acs.open(), await Acs.open(), await Acs.open()];
    const device = await Device.running(old.url);
    const refused = await old.next("an Inform");
    refused.answer(redirect(302, fresh.url));

    const session = await fresh.session();
    expect(session.opening.body.equals(refused.body)).toBe(true);
    expect(session.inform.events).toEqual([
      ["0 BOOTSTRAP", ""],
      ["1 BOOT", ""],
    ]);
    expect(session.inform.retryCount).toBe(0);
    expect(within(await session.done(call.methods()), "MethodList")!.children.length).toBeGreaterThan(5);
    await session.done(call.set([[path.ssid, "Behind a redirect"]], "key 1"));
    const made = instance(await session.done(call.add(path.mappings)));

    // In the middle, too: the answer goes where the redirect leads, and so does all that follows.
    session.pending.answer(fresh.letter("GetParameterValues", call.get(path.ssid).args, "middle"));
    const answer = await fresh.next("the answer to GetParameterValues");
    answer.answer(redirect(307, last.url));
    const again = await last.next("the same answer at the target");
    expect(again.body.equals(answer.body)).toBe(true);
    again.answer(last.letter("DeleteObject", call.remove(`${path.mappings}${made}.`).args, "then"));
    const removed = await last.next("the answer to DeleteObject");
    removed.answer(last.letter("GetParameterValues", call.get(path.ssid).args, "last"));
    const read = await last.next("the answer to the last request");
    expect(read.body.toString()).toContain("Behind a redirect");
    read.answer("HTTP/1.1 204 No Content\r\n\r\n");
    await read.connection.closed;

    expect(carried(old)).toEqual(["Inform"]);
    expect(carried(fresh)).toEqual([
      "Inform",
      "",
      "GetRPCMethodsResponse",
      "SetParameterValuesResponse",
      "AddObjectResponse",
      "GetParameterValuesResponse",
    ]);
    expect(carried(last)).toEqual([
      "GetParameterValuesResponse",
      "DeleteObjectResponse",
      "GetParameterValuesResponse",
    ]);
    const { lastSession, retryCount, eventsWaiting } = await device.status();
    expect(lastSession).toMatchObject({ failure: null, calls: 6 });
    expect({ retryCount, eventsWaiting }).toEqual({ retryCount: 0, eventsWaiting: [] });
  });
});

checkAll();
