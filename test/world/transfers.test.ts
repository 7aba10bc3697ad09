/** File transfers of a whole agent over a device in memory: what the ACS is told, and that nothing is lost where the power
 * goes at any step. TR-069 A.3.2.8, A.3.3.2, A.3.3.3, A.4.1.5, 3.7.1.5 Table 7. */
import { describe, expect, test } from "vitest";
import { unknownTime } from "../../src/datetime.ts";
import type { Args } from "../../src/rpc/table.ts";
import { fuse } from "../model/world.ts";
import { downloadArguments, uploadArguments } from "../transfer/arguments.ts";
import { Household, hour } from "./household.ts";
import { Shed } from "./shed.ts";

const minute = 60_000;
const types = {
  image: "1 Firmware Upgrade Image",
  web: "2 Web Content",
  configuration: "3 Vendor Configuration File",
  log: "2 Vendor Log File",
} as const;

const url = (name: string) => `ftp://files.example/${name}`;

const download = (name: string, more: Partial<Args<"Download">> = {}) =>
  downloadArguments({ CommandKey: name, FileType: types.web, URL: url(name), ...more });

const upload = (name: string, more: Partial<Args<"Upload">> = {}) =>
  uploadArguments({ CommandKey: name, FileType: types.log, URL: url(name), ...more });

class Home extends Household {
  readonly shed: Shed;

  constructor(shed = new Shed()) {
    super({ shed });
    this.shed = shed;
  }

  static async ready(shed?: Shed): Promise<Home> {
    const home = new Home(shed);
    await home.settle();
    return home;
  }

  /** TransferComplete and its like, as the ACS has heard them. */
  completes() {
    return this.conversation.flatMap(({ from, said }) =>
      from === "cpe" &&
      said.is === "call" &&
      (said.method === "TransferComplete" || said.method === "AutonomousTransferComplete")
        ? [{ method: said.method, ...said.args } as { method: string } & Args<"TransferComplete">]
        : [],
    );
  }

  codes(): Record<string, number> {
    return Object.fromEntries(this.completes().map((c) => [c.CommandKey, c.FaultStruct.FaultCode]));
  }

  /** The ACS cannot be reached while `work` is done. */
  async alone(work: () => Promise<unknown>): Promise<void> {
    this.mishap = () => ({ do: "drop" });
    await work();
    this.forget();
    this.mishap = () => undefined;
  }

  /** Time passes; what goes down comes up again. */
  async live(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += minute) {
      await this.clock.pass(minute);
      const down = this.orders.slice(this.carriedOut).includes("reboot");
      this.carriedOut = this.orders.length;
      if (down || this.life.engine === undefined || this.dead()) {
        await this.restart(1000);
        this.life.engine?.connectionRequest();
      }
    }
  }

  dead: () => boolean = () => false;
  /** Orders before it have been carried out. */
  private carriedOut = 0;

  events(): readonly string[] {
    return this.told.at(-1)!.inform.Event.map((e) => `${e.EventCode} ${e.CommandKey}`.trim());
  }
}

describe("3.7.1.5 Table 7, A.3.3.1 the events of transfers", () => {
  for (const [method, ask, ids] of [
    [
      "Download",
      download,
      "R-3.2.1-16, R-3.6-20, R-3.7.1.5-43, R-3.7.1.5-44, R-3.7.1.5-47, R-3.7.1.5-68, R-3.7.1.5-69, R-A.3.3.1-35",
    ],
    ["Upload", upload, "R-3.7.1.5-44, R-3.7.1.5-72, R-3.7.1.5-73, R-A.3.3.1-36, R-A.4.1.5-05"],
  ] as const) {
    test(`[${ids}] two of ${method} that end while the ACS is unreachable: one 7 TRANSFER COMPLETE, an M event with the key of each, a TransferComplete for each in their order`, async () => {
      const home = await Home.ready();
      await home.asks(method, ask("one", { DelaySeconds: 60 }) as never);
      await home.asks(method, ask("two", { DelaySeconds: 90 }) as never);
      home.shed.serve = (name) => (name === "two" ? "missing" : "well");
      await home.alone(() => home.clock.pass(2 * minute));
      await home.clock.pass(hour);
      const [first] = home.told;
      const told = first!.inform.Event.map((e) => [e.EventCode, e.CommandKey]);
      expect(told.filter(([code]) => code === "7 TRANSFER COMPLETE")).toEqual([["7 TRANSFER COMPLETE", ""]]);
      expect(told.filter(([code]) => code!.startsWith("M "))).toEqual([
        [`M ${method}`, "one"],
        [`M ${method}`, "two"],
      ]);
      const fault = method === "Download" ? 9016 : 9011;
      expect(home.completes().map((c) => [c.method, c.CommandKey, c.FaultStruct.FaultCode])).toEqual([
        ["TransferComplete", "one", 0],
        ["TransferComplete", "two", fault],
      ]);
    });

    test(`[R-3.7.1.5-45, R-3.7.1.5-46, ${method === "Download" ? "R-3.7.1.5-70, R-3.7.1.5-71" : "R-3.7.1.5-74, R-3.7.1.5-75"}, R-A.3.3.2-12] of ${method} they are listed until TransferCompleteResponse has come, over boots too, and not after it`, async () => {
      const home = await Home.ready();
      home.mishap = ({ what }) => (what === "TransferComplete" ? { do: "drop" } : undefined);
      await home.asks(method, ask("key") as never);
      await home.clock.pass(minute);
      for (let boots = 0; boots < 3; boots++) {
        if (boots === 2) home.mishap = () => undefined;
        home.forget();
        await home.restart(minute);
        await home.rest();
        expect(home.events()).toEqual(expect.arrayContaining(["7 TRANSFER COMPLETE", `M ${method} key`]));
        expect(home.completes().map((c) => c.CommandKey)).toEqual(["key"]);
      }
      home.forget();
      await home.restart(minute);
      await home.rest();
      expect(home.events()).toEqual(["1 BOOT"]);
      expect(home.completes()).toEqual([]);
    });
  }

  const own = (home: Home, name: string, fileType: string = types.web) =>
    home.engine.control.transfer({
      direction: "download",
      fileType,
      url: url(name),
      username: "",
      password: "",
      targetFileName: "",
    });

  test("[R-3.7.1.5-56, R-3.7.1.5-57, R-3.7.1.5-58, R-3.7.1.5-59, R-A.3.3.2-01, R-A.3.3.3-03, R-A.3.3.3-04] 10 AUTONOMOUS TRANSFER COMPLETE is listed once for two of the device's own, and until the last AutonomousTransferCompleteResponse", async () => {
    const home = await Home.ready();
    await home.alone(async () => {
      await own(home, "one");
      await own(home, "two");
      await home.clock.pass(minute);
      await home.restart(minute);
      await home.rest();
    });
    home.mishap = ({ what }) => (what === "AutonomousTransferComplete" ? { do: "drop" } : undefined);
    await home.clock.pass(hour);
    const count = () => home.events().filter((event) => event === "10 AUTONOMOUS TRANSFER COMPLETE").length;
    expect(count()).toBe(1);
    expect(home.told.length).toBeGreaterThan(1);
    home.mishap = () => undefined;
    home.forget();
    await home.clock.pass(24 * hour);
    expect(count()).toBe(1);
    expect(home.completes().map((c) => c.method)).toEqual(Array(2).fill("AutonomousTransferComplete"));
    home.forget();
    await home.restart(minute);
    await home.rest();
    expect(home.events()).toEqual(["1 BOOT"]);
  });

  test("[R-A.3.3.3-02] a transfer of the device's own is reported only once its file is in effect for good", async () => {
    const home = await Home.ready();
    home.mishap = () => ({ do: "drop" });
    await own(home, "mine", types.configuration);
    await home.clock.pass(minute);
    expect(home.shed.configuration).toBe("mine");
    home.mishap = () => undefined;
    home.engine.connectionRequest();
    await home.rest();
    const sessions = home.told.filter(({ codes }) => codes.includes("10 AUTONOMOUS TRANSFER COMPLETE"));
    expect(home.told.length).toBeGreaterThan(sessions.length);
    expect(sessions).toHaveLength(1);
  });

  test("[R-A.3.3.3-09, R-A.3.3.3-14, R-A.3.3.3-16, R-A.3.3.2-09, R-A.3.3.2-11] a vendor file type is sent unchanged, and without a clock both times are the Unknown Time", async () => {
    const home = await Home.ready();
    home.clock.time.known = false;
    await own(home, "thing", "X 0017A4 thing");
    await home.asks("Download", download("asked"));
    await home.clock.pass(minute);
    const [mine, asked] = home.completes();
    expect((mine as unknown as Args<"AutonomousTransferComplete">).FileType).toBe("X 0017A4 thing");
    for (const told of [mine!, asked!]) {
      expect([told.StartTime, told.CompleteTime, told.FaultStruct.FaultCode]).toEqual([
        unknownTime,
        unknownTime,
        0,
      ]);
    }
  });

  test("[R-3.7.1.5-52, R-3.7.1.5-53, R-3.7.1.5-54, R-A.4.2.2-06] 9 REQUEST DOWNLOAD is listed once for two requests, is discarded by the last RequestDownloadResponse, and a fault does no harm", async () => {
    const home = await Home.ready();
    await home.alone(async () => {
      for (const version of ["1", "2"]) {
        await home.engine.control.requestDownload({
          fileType: types.web,
          args: [{ name: "Version", value: version }],
        });
      }
      await home.clock.pass(1000);
    });
    await home.clock.pass(hour);
    expect(home.events()).toEqual(["9 REQUEST DOWNLOAD"]);
    expect(home.heard().filter((what) => what === "RequestDownload")).toHaveLength(2);
    home.forget();
    home.mishap = ({ what }) => (what === "RequestDownload" ? { do: "fault", code: 8000 } : undefined);
    await home.engine.control.requestDownload({ fileType: types.web, args: [] });
    await home.rest();
    expect(
      home.logged.some((line) => line.includes("Session failed") && line.includes("RequestDownload")),
    ).toBe(false);
    home.mishap = () => undefined;
    home.forget();
    await home.asks("GetRPCMethods", {});
    expect(home.events()).toEqual(["6 CONNECTION REQUEST"]);
  });

  test("[R-A.4.2.2-05] an argument that is too long is refused before a RequestDownload is sent", async () => {
    const home = await Home.ready();
    const wish = (name: string, value: string) =>
      home.engine.control.requestDownload({ fileType: "X 0017A4 thing", args: [{ name, value }] });
    await expect(wish("n".repeat(65), "")).rejects.toMatchObject({ code: 9003 });
    await expect(wish("n", "v".repeat(257))).rejects.toMatchObject({ code: 9003 });
    await wish("n".repeat(64), "v".repeat(256));
  });

  test("[R-A.3.3.2-16, R-A.3.3.3-17] faults 8000 to 8005 to TransferComplete and its like do not end the session, and 8005 causes a retry", async () => {
    for (const code of [8000, 8001, 8002, 8003, 8004, 8005]) {
      const home = await Home.ready();
      let faults = 0;
      home.mishap = ({ what }) =>
        /TransferComplete$/.test(what) && faults++ < 2 ? { do: "fault", code } : undefined;
      await home.asks("Download", download("key"));
      await own(home, "mine");
      await home.clock.pass(24 * hour);
      expect(home.logged.filter((line) => line.includes("Session failed"))).toEqual([]);
      const count = home.completes().length;
      expect(count).toBeGreaterThanOrEqual(code === 8005 ? 3 : 2);
    }
  });
});

describe("A.3.2.8, A.4.1.5 the answer", () => {
  const fault = async (home: Home, method: "Download" | "Upload", args: unknown): Promise<number> => {
    const result = await home.asks(method, args as never);
    return result?.is === "fault" ? result.code : 0;
  };

  test("[R-A.3.2.8-55, R-A.4.1.5-22, R-A.3.2.8-54, R-A.3.2.8-40] Status is 1 and both times are the Unknown Time, whatever the TargetFileName", async () => {
    const home = await Home.ready();
    const later = { Status: 1, StartTime: unknownTime, CompleteTime: unknownTime };
    const name = "/a\\b/../c: d";
    expect(await home.asks("Download", download("a", { TargetFileName: name }))).toMatchObject({
      args: later,
    });
    expect(await home.asks("Upload", upload("b"))).toMatchObject({ args: later });
    await home.clock.pass(minute);
    expect(home.codes()).toEqual({ a: 0, b: 0 });
  });

  test("[R-A.3.2.8-21, R-A.3.2.8-59, R-A.3.2.8-61, R-A.3.2.8-62, R-A.4.1.5-26, R-A.5.1-16] a failure that TransferComplete cannot report is a fault of the call: 9003, 9004, 9010, 9013", async () => {
    const home = await Home.ready();
    expect(await fault(home, "Download", download("x", { FileType: `X 0017A4 ${"t".repeat(56)}` }))).toBe(
      9003,
    );
    expect(await fault(home, "Download", download("x", { FileSize: 4_000_000_000 }))).toBe(9010);
    for (const method of ["Download", "Upload"] as const) {
      const args = method === "Download" ? download("x") : upload("x");
      expect(await fault(home, method, { ...args, URL: "gopher://h/f" })).toBe(9013);
      expect(await fault(home, method, { ...args, URL: "ftp://u:p@h/f" })).toBe(9003);
    }
    for (let i = 0; i < 16; i++) await home.asks("Download", download(`k${i}`, { DelaySeconds: 9000 }));
    expect(await fault(home, "Download", download("x"))).toBe(9004);
    expect(await fault(home, "Upload", upload("x"))).toBe(9004);
  });

  test("[R-A.3.2.8-22] images are accepted only by a device that can flash one", async () => {
    const shed = new Shed();
    const home = await Home.ready(shed);
    expect(await fault(home, "Download", download("x", { FileType: types.image, DelaySeconds: 9 }))).toBe(0);
    shed.takesImages = false;
    expect(await fault(home, "Download", download("x", { FileType: types.image }))).toBe(9003);
  });

  test("[R-A.3.2.8-14, R-A.3.2.8-18, R-A.4.1.5-06, R-A.4.1.1-02, R-A.4.1.7-01, R-A.4.1.7-02, R-A.4.1.7-03, R-A.4.1.7-08, R-A.4.1.7-09] sixteen transfers are queued, with keys of 32 characters or none, and both lists show them", async () => {
    const home = await Home.ready();
    const long = "K&<\"'>".padEnd(32, "k");
    await home.asks(
      "Download",
      download(long, { DelaySeconds: 60, FileSize: 7, TargetFileName: "t", URL: "ftp://h/f" }),
    );
    await home.asks("Upload", upload("", { DelaySeconds: 60, URL: "ftp://h/g" }));
    home.shed.serve = () => "unreached";
    await home.engine.control.transfer({
      direction: "download",
      fileType: types.web,
      url: "ftp://h/own",
      username: "",
      password: "",
      targetFileName: "",
    });
    for (let i = 0; i < 13; i++) await home.asks("Download", download("more", { DelaySeconds: 9000 }));
    const all = await home.asks("GetAllQueuedTransfers", {});
    const acs = await home.asks("GetQueuedTransfers", {});
    const lists = [all, acs].map(
      (r) => (r as { args: { TransferList: readonly object[] } }).args.TransferList,
    );
    expect(lists.map((list) => list.length)).toEqual([16, 15]);
    expect(lists[0]!.slice(0, 3)).toMatchObject([
      { CommandKey: long, IsDownload: true, FileSize: 7, TargetFileName: "t" },
      { CommandKey: "", IsDownload: false, FileSize: 0, TargetFileName: "" },
      { CommandKey: "", IsDownload: true, FileType: types.web },
    ]);
    expect(lists[1]!.slice(0, 2)).toMatchObject([{ CommandKey: long }, { CommandKey: "" }]);
    home.shed.serve = () => "well";
    await home.clock.pass(10 * minute);
    expect(home.codes()).toMatchObject({ [long]: 0, "": 0 });
    const keys = home.told.flatMap(({ inform }) => inform.Event.map((e) => `${e.EventCode}|${e.CommandKey}`));
    expect(keys).toEqual(expect.arrayContaining([`M Download|${long}`, "M Upload|"]));
  });

  test("[R-A.3.2.8-29, R-A.3.2.8-36] a URL requested twice is downloaded twice, and a wrong FileSize does no harm", async () => {
    const home = await Home.ready();
    const same = { URL: "ftp://files.example/same", FileSize: 99 };
    for (const key of ["a", "b"]) await home.asks("Download", download(key, same));
    await home.clock.pass(minute);
    expect([home.shed.asked, home.codes()]).toEqual([["same", "same"], { a: 0, b: 0 }]);
  });

  test("[R-A.4.1.5-13] the uploaded file depends on the FileType, whatever the URL", async () => {
    const home = await Home.ready();
    await home.asks("Upload", upload("etc/passwd"));
    await home.asks("Upload", upload("other"));
    await home.clock.pass(minute);
    expect(home.shed.made).toEqual([types.log, types.log]);
    expect(home.shed.uploads).toEqual(["etc/passwd", "other"]);
  });

  test("[R-A.3.3.2-13, R-A.3.3.2-14, R-A.5.1-13, R-A.5.1-14, R-A.5.1-15, R-A.5.1-18, R-A.5.1-19, R-A.5.1-20, R-A.5.1-21, R-A.5.1-22] each failure has its code, and a text of at most 256 characters", async () => {
    const home = await Home.ready();
    home.shed.serve = (name) =>
      (["unreached", "missing", "login", "cut"] as const).find((s) => name === s) ?? "well";
    for (const name of ["unreached", "missing", "login", "cut", "bad"])
      await home.asks("Download", download(name));
    await home.asks("Download", download("bad image", { FileType: types.image, URL: "ftp://h/bad" }));
    await home.asks("Upload", upload("up", { URL: "ftp://h/missing" }));
    await home.clock.pass(2 * hour);
    home.shed.refuse = 1_000_000;
    await home.asks("Download", download("refused"));
    await home.clock.pass(2 * hour);
    expect(home.codes()).toEqual({
      unreached: 9015,
      missing: 9016,
      login: 9012,
      cut: 9017,
      bad: 9018,
      "bad image": 9019,
      up: 9011,
      refused: 9010,
    });
    const lengths = home.completes().map((c) => c.FaultStruct.FaultString.length);
    expect(Math.max(...lengths)).toBe(256);
  });
});

describe("A.3.2.8, A.4.1.5 the power fails at each step from the answer to the last response", () => {
  const scenarios = {
    configuration: ["Download", download("c", { FileType: types.configuration })],
    image: ["Download", download("i", { FileType: types.image })],
    "web content": ["Download", download("w")],
    upload: ["Upload", upload("u")],
  } as const;

  /** @returns the home after all is over, and the steps at which it could have died */
  async function run(
    [method, args]: (typeof scenarios)[keyof typeof scenarios],
    killAt: number,
    off: "power" | "process",
  ) {
    const home = new Home();
    const wired = fuse(killAt);
    await home.start("device", wired);
    await home.rest();
    const from = wired.steps.length;
    const asked = home.life.engine && (await home.asks(method, args as never));
    home.dead = () => home.life.fuse === wired && wired.steps.length >= killAt;
    if (off === "process" && home.dead()) await home.restart(undefined);
    await home.live(2 * hour);
    return { home, asked, from, to: wired.steps.length };
  }

  for (const [what, scenario] of Object.entries(scenarios)) {
    test(`[R-A.3.3.2-04] ${what}: it takes effect, the ACS gets a report, and nothing is left behind`, async () => {
      const calm = await run(scenario, Number.POSITIVE_INFINITY, "power");
      expect(Object.values(calm.home.codes())).toEqual([0]);
      expect(calm.to - calm.from).toBeGreaterThan(10);
      for (let killAt = calm.from; killAt <= calm.to; killAt++) {
        const { home, asked } = await run(scenario, killAt, "power");
        const { shed } = home;
        const told = home.completes();
        const at = `killed at step ${killAt} of ${calm.to}`;
        if (asked === undefined && told.length === 0) continue;
        expect(told.length, at).toBeGreaterThanOrEqual(1);
        expect(told.length, at).toBeLessThanOrEqual(2);
        for (const { FaultStruct } of told)
          expect(FaultStruct, at).toEqual({ FaultCode: 0, FaultString: "" });
        expect([shed.half, shed.left], at).toEqual([false, 0]);
        const effect = { c: shed.configuration, i: shed.image, w: shed.web, u: shed.uploads.at(-1) };
        expect(effect[scenario[1].CommandKey as keyof typeof effect], at).toBe(scenario[1].CommandKey);
        if (what === "image") expect(shed.committed, at).toBe(true);
        expect(
          (await home.engine.control.transfers()).filter((t) => t.stage !== "ended"),
          at,
        ).toEqual([]);
      }
    });
  }

  for (const [what, scenario] of Object.entries(scenarios)) {
    test(`${what}: each step in turn is refused, as on a full or read-only file system: the ACS gets the true outcome`, async () => {
      for (let skip = 0; skip < 25; skip++) {
        const home = await Home.ready();
        const { shed } = home;
        shed.refuseAfter(skip);
        const [method, args] = scenario;
        await home.asks(method, args as never);
        await home.live(4 * hour);
        const at = `step ${skip} refused`;
        expect(home.completes(), at).toHaveLength(1);
        const [{ FaultStruct } = { FaultStruct: undefined }] = home.completes();
        const good = FaultStruct!.FaultCode === 0;
        const effect = { c: shed.configuration, i: shed.image, w: shed.web, u: shed.uploads.at(-1) };
        const before = { c: "at first", i: "image at first", w: "at first", u: undefined };
        const key = args.CommandKey as keyof typeof effect;
        if (good) expect(effect[key], at).toBe(key);
        else if (what !== "upload") expect(effect[key], at).toBe(before[key]);
        if (!good) expect(FaultStruct!.FaultString, at).toContain("Read-only file system");
        expect(shed.half, at).toBe(false);
      }
    });
  }
});

describe("A.3.2.8 interruptions of a transfer", () => {
  test("a Download while the image is being written is queued, and carried out by the new image", async () => {
    const home = await Home.ready();
    await home.asks("Download", download("i", { FileType: types.image }));
    await home.asks("Download", download("w"));
    await home.live(hour);
    expect(home.codes()).toEqual({ i: 0, w: 0 });
    expect([home.shed.image, home.shed.web]).toEqual(["i", "w"]);
  });

  test("a Reboot during a transfer boots the device, and the transfer continues after it", async () => {
    const home = await Home.ready();
    home.shed.serve = () => "unreached";
    await home.asks("Download", download("w"));
    await home.asks("Reboot", { CommandKey: "r" });
    home.shed.serve = () => "well";
    await home.live(10 * minute);
    expect(home.orders).toContain("reboot");
    expect(home.codes()).toEqual({ w: 0 });
  });

  test("a FactoryReset empties the queue: earlier transfers are neither carried out nor reported", async () => {
    const home = await Home.ready();
    await home.asks("Download", download("w", { DelaySeconds: 600 }));
    await home.asks("FactoryReset", {});
    expect(home.orders).toContain("factoryReset");
    home.disk.rows.clear();
    home.shed.reset();
    await home.restart(1000);
    home.forget();
    await home.live(2 * hour);
    expect([home.completes(), home.shed.asked]).toEqual([[], []]);
  });

  test("after a new ACS URL transfers that end later are reported to the new ACS, and transfers that had ended are not", async () => {
    const home = await Home.ready();
    home.mishap = ({ what }) => (what === "TransferComplete" ? { do: "drop" } : undefined);
    await home.asks("Download", download("before"));
    await home.asks("Download", download("after", { DelaySeconds: 600 }));
    home.mishap = () => undefined;
    home.forget();
    home.edits("cwmp", "acs", "url", "http://acs.example/another");
    await home.clock.pass(hour);
    expect(home.told[0]!.codes).toContain("0 BOOTSTRAP");
    expect(home.codes()).toEqual({ after: 0 });
  });

  test("setting the clock shifts no queued transfer", async () => {
    const home = await Home.ready();
    await home.asks("Download", download("w", { DelaySeconds: 600 }));
    home.clock.time.wall += 400 * 24 * hour;
    await home.clock.pass(9 * minute);
    expect(home.shed.asked).toEqual([]);
    home.clock.time.wall -= 800 * 24 * hour;
    await home.clock.pass(minute);
    expect([home.shed.asked, home.codes()]).toEqual([["w"], { w: 0 }]);
  });

  test("an image that the boot loader does not start is reported as a failure", async () => {
    const home = await Home.ready();
    home.shed.bootFails = () => true;
    await home.asks("Download", download("i", { FileType: types.image }));
    await home.live(hour);
    expect([home.codes(), home.shed.image]).toEqual([{ i: 9010 }, "image at first"]);
  });

  test("sixteen transfers queued for a day hold one timer at most", async () => {
    const home = await Home.ready();
    const before = home.clock.waiting;
    for (let i = 0; i < 16; i++) await home.asks("Download", download(`${i}`, { DelaySeconds: 86_400 }));
    await home.clock.pass(10 * minute);
    expect(home.clock.waiting).toBeLessThanOrEqual(Math.max(before, 1));
  });
});
