/** Kicks on the whole agent, from the request of the browser to the ACS and back, in virtual time. Annex D, A.4.2.1. */
import { describe, expect, test } from "vitest";
import { ask } from "../../src/acs/state.ts";
import type { Site } from "../../src/kick/site.ts";
import type { PageAnswer } from "../../src/page/request.ts";
import type { GatewayOptions } from "../world/gateway.ts";
import { device, envelope, Household, root, says, xml } from "../world/household.ts";
import { packages } from "../world/packages.ts";
import { type Asked, bodyOf, headerOf, place, requestOf, textOf } from "./browser.ts";

type LanOptions = Readonly<Record<string, string>>;

async function house(lan: LanOptions = {}, more: GatewayOptions = {}): Promise<Home> {
  const files = packages();
  const section = { type: "lan", name: "lan", options: { enabled: "1", lan_name: "my.gateway", ...lan } };
  const home = new Home({ packages: { ...files, cwmp: [...files.cwmp!, section] }, ...more });
  await home.settle();
  await home.open();
  return home;
}

class Home extends Household {
  private site!: Site;

  /** The agent loads its pages with the first request, which takes longer than virtual time lets it. */
  async open(): Promise<void> {
    this.site = await this.engine.site();
  }

  override async restart(...how: Parameters<Household["restart"]>): Promise<void> {
    await super.restart(...how);
    await this.open();
  }

  /** Sent, and not waited for. */
  ask(target: string, asked: Asked = {}): Promise<PageAnswer> {
    const { site } = this;
    const [path = ""] = target.split("?");
    const known = site.routes.some((route) => route.path === path);
    return site.answer(requestOf(target, asked), place, known ? path : undefined);
  }

  /** Sent, and answered as soon as all that can happen has happened. */
  async get(target: string, asked: Asked = {}): Promise<PageAnswer> {
    const answer = this.ask(target, asked);
    await this.rest();
    return answer;
  }

  kick(query = "command=1&next=http%3A%2F%2Fsite.example%2F", asked: Asked = {}): Promise<PageAnswer> {
    return this.get(`/kick.html?${query}`, asked);
  }

  /** Arguments of the Kicked that the ACS has heard. */
  get kicked() {
    return this.posts.flatMap(({ said }) =>
      said?.is === "call" && said.method === "Kicked" ? [said.args] : [],
    );
  }
}

const locationOf = (answer: PageAnswer) => [answer.status, headerOf(answer, "location")];

/** The ACS names this URL in its next KickedResponse. */
const names = (home: Home, url: string) =>
  says(home, ({ what }) => what === "Kicked", {
    do: "answer",
    status: 200,
    headers: xml,
    body: envelope(`<c:KickedResponse><NextURL>${url.replaceAll("&", "&amp;")}</NextURL></c:KickedResponse>`),
  });

describe("a kick that the ACS answers", () => {
  test("opens a session with 5 KICKED, carries the browser's arguments, and leads to NextURL [R-A.4.2.1-01, R-A.4.2.1-06, R-D.2-01, R-D.4-01, R-D.4-08, R-D.4-09, R-3.7.1.5-35]", async () => {
    const home = await house();
    const answer = await home.kick("command=7&arg=a%20b&next=http%3A%2F%2Fsite.example%2F%3Fs%3D1%26t%3D2", {
      headers: { referer: "http://site.example/page" },
    });
    expect(home.told.map(({ codes }) => codes)).toEqual([["5 KICKED"]]);
    expect(home.told[0]!.inform.DeviceId).toMatchObject({ OUI: "0017A4", SerialNumber: "S1" });
    expect(home.kicked).toEqual([
      { Command: "7", Referer: "http://site.example/page", Arg: "a b", Next: "http://site.example/?s=1&t=2" },
    ]);
    expect(locationOf(answer)).toEqual([302, "http://site.example/?s=1&t=2"]);
  });

  test("each argument is sent at its full length, in its own element; one more character is refused and nothing is sent [R-D.4-03, R-D.4-04, R-D.4-05, R-A.4.2.1-02, R-A.4.2.1-04, R-A.4.2.1-05]", async () => {
    const home = await house();
    const next = `http://x/${"n".repeat(1015)}`;
    const query = (command: string, arg: string, to: string) =>
      `command=${command}&arg=${arg}&next=${encodeURIComponent(to)}`;
    const answer = await home.kick(query("c".repeat(32), "a".repeat(256), next));
    expect(home.kicked).toEqual([{ Command: "c".repeat(32), Arg: "a".repeat(256), Next: next, Referer: "" }]);
    expect(locationOf(answer)).toEqual([302, next]);
    for (const long of [
      query("c".repeat(33), "", ""),
      query("", "a".repeat(257), ""),
      query("", "", `${next}n`),
    ])
      expect((await home.kick(long)).status).toBe(400);
    expect(home.kicked.length).toBe(1);
  });

  test("a form that is posted is a kick like a link [R-D.4-07]", async () => {
    const home = await house();
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: "https://site.example" };
    const posted = await home.get("/kick.html", { method: "POST", headers, body: "command=2&next=%2Fa" });
    const linked = await home.kick("command=1&next=%2Fb");
    expect(home.kicked.map(({ Command }) => Command)).toEqual(["2", "1"]);
    expect([posted, linked].map(locationOf)).toEqual([
      [302, "http://my.gateway:7580/a"],
      [302, "http://my.gateway:7580/b"],
    ]);
  });

  test("the NextURL of the ACS overrides the one of the site [R-D.4-06]", async () => {
    const home = await house();
    names(home, "https://acs.example/landing?session=1&x=2");
    expect(locationOf(await home.kick())).toEqual([302, "https://acs.example/landing?session=1&x=2"]);
  });

  test("a path is completed with the name of the gateway, or the address that was asked, never with the Host header [R-A.4.2.1-07]", async () => {
    const home = await house();
    const headers = { host: "openwrt.lan:7580" };
    expect(locationOf(await home.kick("next=%2Fsecurity%2Findex.html", { headers }))).toEqual([
      302,
      "http://my.gateway:7580/security/index.html",
    ]);
    const site = await home.engine.site();
    const nameless = { ...place, lanName: "" };
    const answer = site.answer(requestOf("/kick.html?next=%2Fx&arg=2", { headers }), nameless, "/kick.html");
    await home.rest();
    expect(locationOf(await answer)).toEqual([302, "http://192.168.1.1:7580/x"]);
  });

  test.each([
    "javascript:alert(1)",
    "//evil.example/",
    "/\\evil.example",
    "ftp://x/",
    "",
    `http://x/${"x".repeat(1016)}`,
  ])("a NextURL that no browser may follow ends on the error page: number %#", async (url) => {
    const home = await house();
    names(home, url);
    const answer = await home.kick();
    expect(locationOf(answer)).toEqual([302, "/error.html?why=next"]);
    expect(bodyOf(answer)).toBe("");
  });

  test("its session serves other requests of the ACS too [R-D.3-02]", async () => {
    const home = await house();
    home.acs.queue(
      device,
      [ask("GetParameterValues", { ParameterNames: [`${root}DeviceInfo.SoftwareVersion`] })],
      home.clock.time.wall,
    );
    home.forget();
    await home.kick();
    expect(home.heard().filter((what) => what !== "empty")).toEqual(["Inform", "Kicked", "reply"]);
    expect(home.told.length).toBe(1);
  });

  test("the browser is held until the ACS has answered, and its answer confirms the event [R-D.3-03, R-3.7.1.5-37]", async () => {
    const home = await house();
    says(home, ({ what }) => what === "Kicked", { do: "delay", ms: 7000 });
    let answered: PageAnswer | undefined;
    void home.ask("/kick.html?next=%2Fx").then((answer) => {
      answered = answer;
    });
    await home.clock.pass(6900);
    expect([home.kicked.length, answered]).toEqual([1, undefined]);
    expect(
      await home.engine.control.status().then(({ eventsWaiting }) => eventsWaiting.map((e) => e.EventCode)),
    ).toEqual(["5 KICKED"]);
    await home.clock.pass(200);
    expect(locationOf(answered!)).toEqual([302, "http://my.gateway:7580/x"]);
    expect((await home.engine.control.status()).eventsWaiting).toEqual([]);
    await home.clock.pass(3_600_000);
    expect(home.told.length).toBe(1);
  });
});

describe("kicks together", () => {
  test("kicks at the same time, or during the session of another kick, share one session and one 5 KICKED [R-3.7.1.5-36]", async () => {
    const home = await house();
    says(home, ({ what }) => what === "Kicked", { do: "delay", ms: 1000 });
    const first = home.ask("/kick.html?next=%2F1");
    const second = home.ask("/kick.html?next=%2F2");
    await home.clock.pass(500);
    const third = home.ask("/kick.html?next=%2F3");
    await home.clock.pass(2000);
    expect(
      (await Promise.all([first, second, third])).map((answer) => headerOf(answer, "location")?.slice(-2)),
    ).toEqual(["/1", "/2", "/3"]);
    expect(home.told.map(({ codes }) => codes)).toEqual([["5 KICKED"]]);
    expect(home.kicked.length).toBe(3);
    await home.clock.pass(3_600_000);
    expect(home.told.length).toBe(1);
  });

  test("a repeated kick of a browser within 5 s joins its pending kick; the kick of another browser, or a later kick, does not", async () => {
    const home = await house({ held_per_client: "8" });
    says(home, ({ what }) => what === "Kicked", { do: "delay", ms: 8000 });
    const ask = (asked: Asked = {}) => home.ask("/kick.html?next=%2Fx", asked);
    const both = [ask(), ask()];
    await home.clock.pass(4900);
    both.push(ask());
    const other = ask({ headers: { "user-agent": "Another" } });
    await home.clock.pass(200);
    const late = ask();
    await home.clock.pass(60_000);
    const all = await Promise.all([...both, other, late]);
    expect(all.map(({ status }) => status)).toEqual([302, 302, 302, 302, 302]);
    expect(home.kicked.length).toBe(3);
  });
});

describe("a slow ACS", () => {
  test("after 30 s the browser gets a waiting page, which reloads by itself without a script", async () => {
    const home = await house();
    says(home, ({ what }) => what === "Kicked", { do: "delay", ms: 40_000 });
    const answer = home.ask("/kick.html?next=%2Fx");
    await home.clock.pass(30_000);
    const page = await answer;
    expect([page.status, textOf(page)]).toEqual([200, expect.stringContaining("One moment, please")]);
    const [, path] =
      /^2; url=(\/wait\.html\?ticket=[0-9a-f]{32})$/.exec(headerOf(page, "refresh") ?? "") ?? [];
    expect(bodyOf(page)).toContain(`href="${path}"`);
    await home.clock.pass(8000);
    expect(headerOf(await home.get(path!), "refresh")).toBe(`2; url=${path}`);
    await home.clock.pass(4000);
    expect(locationOf(await home.get(path!))).toEqual([302, "http://my.gateway:7580/x"]);
    await home.clock.pass(130_000);
    expect(locationOf(await home.get(path!))).toEqual([302, "/error.html?why=gone"]);
  });

  test("a kick is aborted after a time limit, and when no browser waits any more", async () => {
    for (const [asks, end] of [
      [true, 200_000],
      [false, 60_000],
    ] as const) {
      const home = await house();
      home.mishap = ({ what }) => (what === "Inform" ? { do: "delay", ms: 3_000_000 } : undefined);
      const answer = home.ask("/kick.html?next=%2Fx");
      await home.clock.pass(30_000);
      const path = headerOf(await answer, "refresh")!.slice("2; url=".length);
      const state = async () => (await home.engine.control.status()).eventsWaiting.map((e) => e.EventCode);
      expect(await state()).toEqual(["5 KICKED"]);
      for (let at = 30_000; at < end; at += 2000) {
        await home.clock.pass(2000);
        if (asks) await home.get(path);
      }
      expect(await state()).toEqual([]);
    }
  });

  test("16 browsers are held at once, and 4 of one client; any further browser gets the waiting page at once", async () => {
    const home = await house({ held: "5", held_per_client: "2" });
    home.mishap = ({ what }) => (what === "Kicked" ? { do: "delay", ms: 10_000 } : undefined);
    const clients = ["1", "1", "1", "2", "2", "3", "4"];
    const done: string[] = [];
    for (const [i, client] of clients.entries())
      void home.ask(`/kick.html?arg=${i}`, { client }).then((answer) => done.push(`${i} ${answer.status}`));
    await home.rest();
    expect(done).toEqual(["2 200", "6 200"]);
  });

  test("a browser that disconnects makes room for another", async () => {
    const home = await house({ held: "1" });
    home.mishap = ({ what }) => (what === "Kicked" ? { do: "delay", ms: 20_000 } : undefined);
    let leave = () => {};
    void home.ask("/kick.html?arg=1", {
      onGone: (gone) => {
        leave = gone;
      },
    });
    await home.rest();
    leave();
    await home.rest();
    let answered = false;
    void home.ask("/kick.html?arg=2").then(() => {
      answered = true;
    });
    await home.clock.pass(100);
    expect(answered).toBe(false);
  });
});

describe("a kick that fails", () => {
  test.each([8000, 8001, 8002, 8003])(
    "fault %i of the ACS leads the browser to the error page of the gateway; the session ends well, and the kick is not repeated [R-A.4.2.1-08] [R-A.4.2.1-09]",
    async (code) => {
      const home = await house();
      says(home, ({ what }) => what === "Kicked", { do: "fault", code });
      const answer = await home.kick();
      expect(locationOf(answer)).toEqual([302, "/error.html?why=refused"]);
      const page = await home.get("/error.html?why=refused", { headers: { "accept-language": "de" } });
      expect(textOf(page)).toMatch(/hat die Anfrage abgelehnt\. Gehen Sie zurück/);
      await home.clock.pass(3_600_000);
      expect([home.kicked.length, home.told.length]).toEqual([1, 1]);
    },
  );

  test("[R-A.4.2.1-09] fault 8005 of the ACS: Kicked is sent again in the same session", async () => {
    const home = await house();
    says(home, ({ what }) => what === "Kicked", { do: "fault", code: 8005 });
    expect(locationOf(await home.kick())).toEqual([302, "http://site.example/"]);
    await home.clock.pass(3_600_000);
    expect([home.kicked.length, home.told.length]).toEqual([2, 1]);
  });

  test("with an unreachable ACS the browser gets an error at once; the kick is not repeated when the ACS is back", async () => {
    const home = await house();
    says(home, ({ what }) => what === "Inform", { do: "drop" });
    expect(locationOf(await home.kick())).toEqual([302, "/error.html?why=away"]);
    await home.clock.pass(3_600_000);
    expect(home.kicked).toEqual([]);
  });

  test("without an ACS, or with the agent disabled, no kick is made", async () => {
    const home = await house();
    home.edits("cwmp", "cpe", "enabled", "0");
    expect(locationOf(await home.kick())).toEqual([302, "/error.html?why=unmanaged"]);
    await home.clock.pass(60_000);
    expect(home.told).toEqual([]);
  });

  test("a request that no person has made causes no Kicked, and neither does HEAD", async () => {
    const home = await house();
    const headers = { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
    expect((await home.kick("next=%2Fx", { headers })).status).toBe(403);
    expect((await home.kick("next=%2Fx", { headers: { "sec-purpose": "prefetch" } })).status).toBe(403);
    expect(await home.kick("next=%2Fx", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect((await home.kick("next=%2Fx", { method: "PUT" })).status).toBe(405);
    await home.clock.pass(60_000);
    expect(home.told).toEqual([]);
  });

  test("a malformed link gets an error page without any text of the link", async () => {
    const home = await house();
    const page = await home.kick("command=%3Cscript%3E%00&next=%2Fx");
    expect([page.status, bodyOf(page).includes("script")]).toEqual([400, false]);
    expect(home.told).toEqual([]);
  });
});

describe("limits", () => {
  test("past the hourly limit no Kicked is sent, the browser gets an error, and a security line is logged [R-D.4-10, R-D.4-11]", async () => {
    const home = await house({ kicks_per_hour: "3", kicks_per_client: "2" });
    const status = async (client: string, arg: number) =>
      (await home.kick(`arg=${arg}&next=%2Fx`, { client })).status;
    expect([
      await status("a", 1),
      await status("a", 2),
      await status("a", 3),
      await status("b", 4),
      await status("c", 5),
    ]).toEqual([302, 302, 429, 302, 429]);
    expect(home.kicked.length).toBe(3);
    expect(home.logged.filter((line) => line.includes("Security"))).toEqual([
      expect.stringMatching(/^warn Security: more kicks in an hour.*"client":"a"/),
      expect.stringMatching(/"client":"c"/),
    ]);
    await home.clock.pass(3_590_000);
    expect(await status("c", 6)).toBe(429);
    await home.clock.pass(11_000);
    expect(await status("c", 7)).toBe(302);
  });

  test("a flood fills neither the log nor the memory", async () => {
    const home = await house({ kicks_per_hour: "1" });
    for (let i = 0; i < 300; i++) await home.kick(`arg=${i}`, { client: `10.0.0.${i}` });
    expect(home.logged.filter((line) => line.includes("Security")).length).toBeLessThanOrEqual(65);
    await home.clock.pass(200_000);
    expect(home.kicked.length).toBe(1);
  });
});

describe("crashes", () => {
  test.each([
    ["the agent dies before its Inform is answered", "Inform", undefined],
    ["the agent dies before its Kicked is answered", "Kicked", undefined],
    ["the power goes before its Inform is answered", "Inform", 5000],
    ["the power goes before its Kicked is answered", "Kicked", 5000],
  ] as const)(
    "%s: the next session reports 5 KICKED once, and no Kicked is sent for a lost browser [R-3.7.1.5-38]",
    async (_, stuck, offMs) => {
      const home = await house();
      home.mishap = ({ what }) => (what === stuck ? { do: "delay", ms: 20_000 } : undefined);
      void home.ask("/kick.html?next=%2Fx");
      await home.clock.pass(1000);
      expect(home.kicked.length).toBe(stuck === "Kicked" ? 1 : 0);
      home.mishap = () => undefined;
      home.forget();
      await home.restart(offMs);
      await home.clock.pass(3_600_000);
      expect(home.kicked).toEqual([]);
      const boot = offMs === undefined ? [] : ["1 BOOT"];
      expect(home.told.map(({ codes }) => codes)).toEqual([["5 KICKED", ...boot]]);
      expect([...(home.disk.rows.get("kick") ?? [])]).toEqual([]);
      expect(locationOf(await home.kick("next=%2Fy"))).toEqual([302, "http://my.gateway:7580/y"]);
    },
  );

  test("an ACS that is unreachable after the crash gets the event when it is back", async () => {
    const home = await house();
    home.mishap = ({ what }) => (what === "Inform" ? { do: "drop" } : undefined);
    void home.ask("/kick.html?next=%2Fx");
    await home.restart(undefined);
    await home.clock.pass(10_000);
    home.mishap = () => undefined;
    home.forget();
    await home.clock.pass(3_600_000);
    expect(home.told.map(({ codes }) => codes)).toEqual([["5 KICKED"]]);
    expect(home.kicked).toEqual([]);
  });
});
