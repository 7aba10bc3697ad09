/** Every method of the ACS through the whole agent, its answer and its faults. 3.6, A.2.1, A.3, A.4.1, A.5.1. */
import { describe, expect, test } from "vitest";
import { ask } from "../../src/acs/state.ts";
import { scheduleLimits } from "../../src/handlers/limits.ts";
import { downloadArguments } from "../transfer/arguments.ts";
import {
  answerTo,
  envelope,
  faultOf,
  Household,
  management,
  notify,
  root,
  setting,
  wanIp,
} from "./household.ts";
import { packages } from "./packages.ts";

/** A transfer that waits. */
const file = downloadArguments({
  CommandKey: "k",
  FileType: "3 Vendor Configuration File",
  URL: "http://files.example/f",
  DelaySeconds: 3600,
});

const settled = () => new Household().settle();
const mapping = `${wanIp}PortMapping.`;
const provisioning = `${root}DeviceInfo.ProvisioningCode`;

describe("3.6 methods", () => {
  const tasks = [
    ["[R-3.6-01]", ask("GetRPCMethods", {})],
    ["[R-3.6-02]", ask("SetParameterValues", setting({ [provisioning]: "P1" }))],
    ["[R-3.6-03]", ask("GetParameterValues", { ParameterNames: [provisioning] })],
    ["[R-3.6-04]", ask("GetParameterNames", { ParameterPath: root, NextLevel: true })],
    ["[R-3.6-05]", ask("SetParameterAttributes", notify(provisioning, 2))],
    ["[R-3.6-06]", ask("GetParameterAttributes", { ParameterNames: [provisioning] })],
    ["[R-3.6-07]", ask("AddObject", { ObjectName: mapping, ParameterKey: "" })],
    ["[R-3.6-08]", ask("DeleteObject", { ObjectName: `${mapping}1.`, ParameterKey: "" })],
    ["[R-3.6-09]", ask("Reboot", { CommandKey: "" })],
    ["[R-3.6-12]", ask("FactoryReset", {})],
    ["[R-3.6-15]", ask("ScheduleInform", { DelaySeconds: 60, CommandKey: "" })],
    ["[R-3.6-13]", ask("GetQueuedTransfers", {})],
    ["[R-3.6-14]", ask("GetAllQueuedTransfers", {})],
    ["[R-3.6-10]", ask("Download", file)],
    ["[R-3.6-11]", ask("Upload", { ...file, FileType: "2 Vendor Log File" })],
    ["[R-3.6-16] [R-C.2-11]", ask("SetVouchers", { VoucherList: [] })],
    ["[R-3.6-17] [R-C.2-11]", ask("GetOptions", { OptionName: "" })],
  ] as const;
  const rows = tasks.map(([id, task]) => [id, task.method, task] as const);

  test.each(rows)("%s %s is answered by its response", async (_id, method, task) => {
    const home = await settled();
    const [result] = await home.asked(task);
    expect(result).toMatchObject({ is: "reply", method });
    expect(home.posts.map(({ said }) => said?.is)).toEqual(["call", undefined, "reply"]);
  });

  test("A.3.1.1 [R-A.3.1.1-01] [R-A.3.1.1-08] every method that GetRPCMethods lists is answered, and every other is 9000", async () => {
    const home = await settled();
    const result = await home.asks("GetRPCMethods", {});
    const listed = result?.is === "reply" && result.method === "GetRPCMethods" ? result.args.MethodList : [];
    expect([...listed].sort()).toEqual(rows.map(([, method]) => method as string).sort());
    for (const method of ["Inform", "Kicked", "X_EXAMPLE_Do", "getRPCMethods"]) {
      const answer = await answerTo(home, envelope(`<c:${method}/>`));
      expect([method, faultOf(answer)]).toEqual([method, "Server 9000"]);
    }
    for (const method of listed) {
      const answer = await answerTo(home, envelope(`<c:${method}><No/></c:${method}>`));
      expect([method, faultOf(answer)]).toEqual([method, expect.stringMatching(/9003|9001/)]);
    }
  });

  test("A.5.1 [R-A.5.1-02] an unknown method is 9000 of type Server", async () => {
    const home = await settled();
    expect(faultOf(await answerTo(home, envelope("<c:MakeCoffee><Cups>2</Cups></c:MakeCoffee>")))).toBe(
      "Server 9000",
    );
  });

  test.each([
    ["A.3.2.9 [R-A.3.2.9-07]", "Reboot", "<CommandKey>k</CommandKey>"],
    ["A.4.1.2 [R-A.4.1.2-04]", "ScheduleInform", "<DelaySeconds>9</DelaySeconds><CommandKey/>"],
    ["A.4.1.6 [R-A.4.1.6-03]", "FactoryReset", ""],
    ["A.4.1.3 [R-A.4.1.3-02]", "SetVouchers", "<VoucherList/>"],
  ])("%s %s is answered with an empty element", async (_ids, method, args) => {
    const home = await settled();
    const answer = await answerTo(home, envelope(`<c:${method}>${args}</c:${method}>`));
    expect(answer?.text).toMatch(
      new RegExp(`<soap-env:Body><cwmp:${method}Response(/>|></cwmp:${method}Response>)</soap-env:Body>`),
    );
  });
});

describe("faults", () => {
  const long = "k".repeat(33);
  const bad = {
    "A.3.2.9 [R-A.3.2.9-08]": [
      `<c:Reboot><CommandKey>${long}</CommandKey></c:Reboot>`,
      "<c:Reboot><CommandKey>a</CommandKey><CommandKey>b</CommandKey></c:Reboot>",
      "<c:Reboot><CommandKey>a</CommandKey><When>now</When></c:Reboot>",
      "<c:Reboot>now</c:Reboot>",
    ],
    "A.4.1.2 [R-A.4.1.2-05]": [
      "<c:ScheduleInform><DelaySeconds>0</DelaySeconds><CommandKey/></c:ScheduleInform>",
      "<c:ScheduleInform><DelaySeconds>-1</DelaySeconds><CommandKey/></c:ScheduleInform>",
      "<c:ScheduleInform><DelaySeconds>soon</DelaySeconds><CommandKey/></c:ScheduleInform>",
      "<c:ScheduleInform><CommandKey/></c:ScheduleInform>",
      `<c:ScheduleInform><DelaySeconds>5</DelaySeconds><CommandKey>${long}</CommandKey></c:ScheduleInform>`,
    ],
    "A.4.1.6 [R-A.4.1.6-04]": [
      "<c:FactoryReset><Really>1</Really></c:FactoryReset>",
      "<c:FactoryReset>now</c:FactoryReset>",
    ],
  };

  test.each(Object.entries(bad))(
    "%s [R-A.5.1-05] bad arguments are 9003 of type Client, and nothing is done",
    async (_ids, bodies) => {
      const home = await settled();
      for (const body of bodies) {
        expect([body, faultOf(await answerTo(home, envelope(body)))]).toEqual([body, "Client 9003"]);
      }
      home.forget();
      await home.clock.pass(60_000);
      expect([home.orders, home.told]).toEqual([[], []]);
    },
  );

  test("A.4.1.2 [R-A.4.1.2-05] a call past the bound of the queue is 9001", async () => {
    const home = await settled();
    const calls = Array.from({ length: scheduleLimits.waitingMax + 1 }, (_, i) =>
      ask("ScheduleInform", { DelaySeconds: 3600, CommandKey: `${i}` }),
    );
    const results = await home.asked(...calls);
    expect(results.slice(0, -1).every((r) => r?.is === "reply")).toBe(true);
    expect(results.at(-1)).toMatchObject({ is: "fault", code: 9001 });
  });

  test("A.5.1 [R-A.5.1-06] an envelope over the size limit is 9004 of type Server, an envelope below it is not", async () => {
    const all = packages();
    const cwmp = all.cwmp!.map((s) =>
      s.name === "cpe" ? { ...s, options: { ...s.options, envelope_bytes_max: "32768" } } : s,
    );
    const home = await new Household({ packages: { ...all, cwmp } }).settle();
    const filled = (bytes: number) => {
      const bare = envelope("<c:GetRPCMethods/>", "<!---->");
      return bare.replace("<!---->", `<!--${"x".repeat(bytes - bare.length)}-->`);
    };
    expect((await answerTo(home, filled(32_768)))?.said?.is).toBe("reply");
    const large = (bytes: number) =>
      envelope(
        `<c:GetParameterNames><ParameterPath>${"x".repeat(bytes)}</ParameterPath></c:GetParameterNames>`,
      );
    expect(faultOf(await answerTo(home, large(33_000)))).toBe("Server 9004");
  });

  test("3.5 [R-3.5-15] with the factory configuration requests of 32 KiB and more are answered", async () => {
    const home = await settled();
    const names = Array.from({ length: 600 }, () => provisioning);
    const get = `<c:GetParameterValues><ParameterNames>${names.map((name) => `<string>${name}</string>`).join("")}
      </ParameterNames></c:GetParameterValues>`;
    expect(envelope(get).length).toBeGreaterThan(32_768);
    expect((await answerTo(home, envelope(get)))?.said).toMatchObject({ is: "reply" });
    const list = names.map((_, i) => {
      const name = i === 0 ? provisioning : `${root}LANDevice.1.No.${i}`;
      return `<ParameterValueStruct><Name>${name}</Name><Value>${i}</Value></ParameterValueStruct>`;
    });
    const set = `<c:SetParameterValues><ParameterList>${list.join("")}</ParameterList><ParameterKey/></c:SetParameterValues>`;
    expect(faultOf(await answerTo(home, envelope(set)))).toBe("Client 9003");
  });

  test("A.3.2.1 [R-A.3.2.1-24] [R-A.3.2.1-25] [R-3.5-24] [R-3.5-25] [R-3.5-26] parameters in error are 9003 with an entry for each: full path, own code, readable text", async () => {
    const home = await settled();
    const result = await home.sets({
      [`${root}No.Such`]: "1",
      [`${root}DeviceInfo.UpTime`]: ["1", "unsignedInt"],
      [`${management}PeriodicInformInterval`]: ["0", "unsignedInt"],
      [provisioning]: "fine",
    });
    expect(result).toMatchObject({ is: "fault", code: 9003 });
    const entries = result?.is === "fault" ? result.parameters.map(({ name, code }) => [name, code]) : [];
    expect(entries).toEqual([
      [`${root}No.Such`, 9005],
      [`${root}DeviceInfo.UpTime`, 9008],
      [`${management}PeriodicInformInterval`, 9007],
    ]);
    const texts = result?.is === "fault" ? result.parameters.map(({ text }) => text) : [];
    expect(texts.every((text) => /\w+ \w+/.test(text))).toBe(true);
    expect(new Set(texts).size).toBe(3);
  });

  test("A.3.2.1 [R-A.3.2.1-24] [R-3.5-25] a value that is wrong by itself has its entry, even beside a refused value", async () => {
    const home = await settled();
    const result = await home.sets({
      [`${management}PeriodicInformInterval`]: ["0", "unsignedInt"],
      [`${management}URL`]: "ftp://acs.example/",
      [`${root}Time.Enable`]: ["perhaps", "boolean"],
      [`${root}Time.NTPServer1`]: "pool.example",
      [`${root}Time.NTPServer2`]: "no server",
    });
    const entries = result?.is === "fault" ? result.parameters.map(({ name, code }) => [name, code]) : [];
    expect(entries.toSorted()).toEqual([
      [`${management}PeriodicInformInterval`, 9007],
      [`${management}URL`, 9007],
      [`${root}Time.Enable`, 9007],
      [`${root}Time.NTPServer2`, 9007],
    ]);
  });

  test("3.5 [R-3.5-23] only SetParameterValues has entries in its fault", async () => {
    const home = await settled();
    const none = `${root}No.Such`;
    await home.asked(
      ask("GetParameterValues", { ParameterNames: [none] }),
      ask("GetParameterAttributes", { ParameterNames: [none] }),
      ask("SetParameterAttributes", notify(none, 1)),
      ask("GetParameterNames", { ParameterPath: none, NextLevel: false }),
      ask("AddObject", { ObjectName: `${none}.`, ParameterKey: "" }),
      ask("DeleteObject", { ObjectName: `${none}.1.`, ParameterKey: "" }),
      ask("SetParameterValues", setting({ [none]: "1" })),
    );
    const faults = home.posts.filter(({ said }) => said?.is === "fault").map(({ text }) => text);
    expect(faults.map((text) => text.includes("SetParameterValuesFault"))).toEqual([
      ...Array(6).fill(false),
      true,
    ]);
  });
});

test("A.2.1 [R-A.2.1-15] the order of array members makes no difference", async () => {
  const first = `${mapping}1.`;
  const values = {
    [provisioning]: "P7",
    [`${management}PeriodicInformInterval`]: ["77", "unsignedInt"],
    [`${first}ExternalPort`]: ["8080", "unsignedInt"],
    [`${first}InternalPort`]: ["8081", "unsignedInt"],
    [`${first}PortMappingProtocol`]: "UDP",
    [`${first}InternalClient`]: "192.168.1.50",
    [`${root}LANDevice.1.WLANConfiguration.1.SSID`]: "Attic",
    // The one has a place only where the other is set.
    [`${root}LANDevice.1.WLANConfiguration.1.WPAEncryptionModes`]: "TKIPEncryption",
    [`${root}LANDevice.1.WLANConfiguration.1.BeaconType`]: "WPA",
  } as const;
  const names = [`${root}DeviceInfo.`, `${management}URL`, first];
  const all = packages();
  const wireless = all.wireless!.map((s) =>
    s.type === "wifi-iface" ? { ...s, options: { ...s.options, encryption: "none" } } : s,
  );
  const outcome = async (reversed: boolean) => {
    const home = await new Household({ packages: { ...all, wireless } }).settle();
    const turned = <T>(list: readonly T[]) => (reversed ? [...list].reverse() : list);
    const set = setting(values);
    await home.asks("SetParameterValues", { ...set, ParameterList: turned(set.ParameterList) });
    const notified = [
      ...notify(provisioning, 1).ParameterList,
      ...notify(`${management}URL`, 2).ParameterList,
    ];
    await home.asks("SetParameterAttributes", { ParameterList: turned(notified) });
    const sorted = (list: readonly { readonly Name: string }[]) =>
      [...list].sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const read = await home.asks("GetParameterValues", { ParameterNames: turned(names) });
    const attributes = await home.asks("GetParameterAttributes", { ParameterNames: turned(names) });
    const lists = [read, attributes].map((r) =>
      r?.is === "reply" && "ParameterList" in r.args ? sorted(r.args.ParameterList as never) : r,
    );
    return [home.disk.dump(), lists];
  };
  const straight = await outcome(false);
  expect(await outcome(true)).toEqual(straight);
  expect(JSON.stringify(straight)).toContain("8081");
  expect(JSON.stringify(straight)).toContain("psk+tkip");
});
