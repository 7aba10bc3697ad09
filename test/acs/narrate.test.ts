import { describe, expect, it } from "vitest";
import { narrate } from "../../src/acs/narrate.ts";
import { isSecret, withoutPassword } from "../../src/acs/secret.ts";
import { ask, type Entry, inTurn } from "../../src/acs/state.ts";
import { Fault } from "../../src/errors.ts";
import { Cpe } from "./cpe.ts";

const root = "InternetGatewayDevice.";
const text = (Name: string, Value: string) => ({ Name, Value, type: "string" });

function conversation(cpe: Cpe): string {
  const lines = cpe.news.flatMap((news) =>
    news.do === "record" ? narrate(news.entry, { colours: false }) : [],
  );
  return lines.map((line) => line.replace(/\d+ bytes/, "N bytes")).join("\n");
}

describe("the printed conversation", () => {
  it("prints every message with its content and its section of TR-069", () => {
    const cpe = new Cpe({
      plan: () => [
        ask("GetParameterValues", { ParameterNames: [`${root}DeviceInfo.`] }),
        ask("SetParameterValues", {
          ParameterList: [
            text(`${root}ManagementServer.PeriodicInformInterval`, "300"),
            text(`${root}ManagementServer.ConnectionRequestPassword`, "s3cret"),
          ],
          ParameterKey: "",
        }),
        ask("GetParameterNames", { ParameterPath: "", NextLevel: true }, { hold: true }),
        ask("AddObject", { ObjectName: `${root}X.`, ParameterKey: "" }),
      ],
    });
    cpe.inform("0 BOOTSTRAP", "1 BOOT");
    cpe.empty();
    const names = ["A", "B", "C", "D"];
    cpe.reply("GetParameterValues", {
      ParameterList: names.map((name) => text(`${root}DeviceInfo.${name}`, "v")),
    });
    cpe.reply("SetParameterValues", { Status: 0 });
    cpe.reply("GetParameterNames", { ParameterList: [{ Name: root, Writable: false }] });
    cpe.fault(new Fault(9005, "No X."));
    expect(conversation(cpe)).toMatchInlineSnapshot(`
      "12:00:00  cpe --> acs  Inform  [3.7.1.1, A.3.3.1] POST, N bytes
                             0 BOOTSTRAP, 1 BOOT; Acme Gateway S1; 2 parameters
      12:00:00  cpe <-- acs  InformResponse  [3.7.2.1, A.3.3.1] 200, N bytes
                             MaxEnvelopes 1
      12:00:00  cpe --> acs  (empty POST)  [3.7.1.3] POST
                             nothing to ask or to answer
      12:00:00  cpe <-- acs  GetParameterValues  [3.7.2.3, A.3.2.2] 200, N bytes
                             InternetGatewayDevice.DeviceInfo.
      12:00:00  cpe --> acs  GetParameterValuesResponse  [3.7.1.2, A.3.2.2] POST, N bytes
                             4 parameters: InternetGatewayDevice.DeviceInfo.A=v, InternetGatewayDevice.DeviceInfo.B=v, InternetGatewayDevice.DeviceInfo.C=v, ...
      12:00:00  cpe <-- acs  SetParameterValues  [3.7.2.3, A.3.2.1] 200, N bytes
                             ...ManagementServer.PeriodicInformInterval=300, ...ConnectionRequestPassword=(hidden)
      12:00:00  cpe --> acs  SetParameterValuesResponse  [3.7.1.2, A.3.2.1] POST, N bytes
                             Status 0
      12:00:00  cpe <-- acs  GetParameterNames (HoldRequests)  [3.7.2.3, A.3.2.3] 200, N bytes
                             (the root); NextLevel
      12:00:00  cpe --> acs  GetParameterNamesResponse  [3.7.1.2, A.3.2.3] POST, N bytes
                             InternetGatewayDevice.
      12:00:00  cpe <-- acs  AddObject  [3.7.2.3, A.3.2.6] 200, N bytes
                             InternetGatewayDevice.X.
      12:00:00  cpe --> acs  Fault 9005  [3.5, A.5.1] POST, N bytes
                             No X.
      12:00:00  cpe <-- acs  (empty)  [3.7.2.4] 204
                             the session is over"
    `);
  });

  it("reports errors", () => {
    const login = { username: "u", password: "p", scheme: "digest" } as const;
    const cpe = new Cpe({ login });
    cpe.inform();
    expect(conversation(cpe)).toContain("cpe <-- acs  Unauthorized: log in  [3.4.4] 401");
    const script = inTurn({ do: "fault", code: 8005 }, { do: "answer", status: 302 }, undefined);
    const other = new Cpe({ script });
    other.inform();
    other.inform();
    other.empty();
    const told = conversation(other);
    expect(told).toContain("Fault 8005  [3.5, A.5.2] 200");
    expect(told).toContain("HTTP 302  [3.4.2] 302");
    expect(told).toContain("Bad Request  [3.7.2.4] 400");
  });

  it("never shows a password, whichever message holds it", () => {
    const cpe = new Cpe({
      plan: () => [
        ask("Download", {
          CommandKey: "k",
          FileType: "1 Firmware Upgrade Image",
          URL: "http://user:s3cret@host/f",
          Username: "u",
          Password: "s3cret",
          FileSize: 0,
          TargetFileName: "",
          DelaySeconds: 0,
          SuccessURL: "",
          FailureURL: "",
        }),
        ask("SetParameterValues", {
          ParameterList: [
            text(`${root}A.WEPKey.1.WEPKey`, "s3cret"),
            text(`${root}A.PreSharedKey.1.KeyPassphrase`, "s3cret"),
            text(`${root}A.Password`, "s3cret"),
          ],
          ParameterKey: "",
        }),
      ],
    });
    cpe.inform();
    cpe.empty();
    cpe.fault(new Fault(9010));
    expect(conversation(cpe)).not.toContain("s3cret");
    expect(conversation(cpe)).toContain("Password (hidden)");
    expect(conversation(cpe)).toContain("KeyPassphrase=(hidden)");
  });

  it("recognises secrets by the names of their parameters", () => {
    const hidden = [
      "X.Password",
      "X.ConnectionRequestPassword",
      "X.WEPKey.1",
      "X.WEPKey.1.WEPKey",
      "X.KeyPassphrase",
    ];
    expect(hidden.filter((name) => !isSecret(name))).toEqual([]);
    const shown = ["X.ParameterKey", "CommandKey", "X.Username", "X.PasswordLength", "X.PINs"];
    expect(shown.filter(isSecret)).toEqual([]);
    expect(withoutPassword("http://a:b@c/d")).toBe("http://a:(hidden)@c/d");
    expect(withoutPassword("http://c:80/a@b:c@d")).toBe("http://c:80/a@b:c@d");
  });

  it("passes no control character of a device to the terminal, and colours only on request", () => {
    const entry: Entry = {
      at: 0,
      from: "cpe",
      device: undefined,
      session: undefined,
      status: undefined,
      said: { is: "http", text: "\x1b[2J\n" },
      body: new Uint8Array(0),
      last: false,
    };
    expect(narrate(entry, { colours: false }).join("\n")).not.toContain("\x1b");
    expect(narrate(entry, { colours: true })[0]).toContain("\x1b[31mcpe --> acs\x1b[0m");
    expect(narrate(entry, { colours: true })[1]).toContain("\\x1b[2J\\n");
  });
});
