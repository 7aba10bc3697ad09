/** The built program and a real browser: a site on another origin, the gateway, an ACS, and the page on which the browser
 * lands. Annex D, A.3.2.8. */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AcsServer, serveAcs } from "../../platform/acs/server.ts";
import { systemChance } from "../../platform/bun/chance.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { Acs } from "../../src/acs/acs.ts";
import { ask, type Task } from "../../src/acs/state.ts";
import { hasOpenssl } from "../http/pki.ts";
import { FileServer } from "../transfer/fileserver.ts";
import { program } from "./device.ts";
import { freePort, Portal } from "./portal.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const axe = fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url));
const shots = fileURLToPath(new URL("../../dist/page/", import.meta.url));
const flags =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const schemes = ["http", "https"] as const;

describe.skipIf(chromium === undefined || !hasOpenssl)("a browser on the LAN", () => {
  const home = mkdtempSync(join(tmpdir(), "cwmpd-browser-"));
  let acs: AcsServer;
  let agent: ReturnType<typeof spawn>;
  let browser: Browser;
  let portal: Portal;
  /** The order of the ACS in a session with 9 REQUEST DOWNLOAD. */
  let orders: readonly Task[] = [];
  let gateway = "";
  const kicks: string[] = [];
  let delayMs = 0;

  beforeAll(async () => {
    const machine = new Acs({
      chance: systemChance,
      plan: ({ events }) => (events.includes("9 REQUEST DOWNLOAD") ? orders : []),
      script: ({ what }) => (what === "Kicked" && delayMs > 0 ? { do: "delay", ms: delayMs } : undefined),
    });
    machine.listen((news) => {
      if (news.do !== "record" || news.entry.from !== "cpe") return;
      const { said } = news.entry;
      if (said.is === "call" && said.method === "Kicked") kicks.push(said.args.Arg);
    });
    acs = await serveAcs({ listen: "127.0.0.1:0", acs: machine, log: () => {} });
    const port = await freePort();
    gateway = `http://127.0.0.1:${port}`;
    const root = join(home, "gw");
    layOutSandbox(root);
    const lan = `\nconfig lan 'lan'\n\toption enabled '1'\n\toption port '${port}'\n\toption hold_seconds '1'\n`;
    appendFileSync(join(root, "etc/config/cwmp"), lan);
    agent = spawn(program, ["run", "--root", root, "--acs-url", acs.url], { stdio: "ignore" });
    portal = await Portal.open(gateway, "127.0.0.1", "localhost");
    // Its first session is over: until then the page tells that there was none.
    await vi.waitFor(
      async () => expect(await (await fetch(`${gateway}/`)).text()).toContain("as it should"),
      60_000,
    );
    const { chromium: driver } = await import("playwright-core");
    browser = await driver.launch({ executablePath: chromium!, headless: true, args: flags.split(" ") });
    mkdirSync(shots, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    agent?.kill();
    portal?.close();
    await acs?.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function opened(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
    return context.newPage();
  }

  test.each(
    schemes.flatMap((scheme) => [
      [scheme, "with JavaScript", true] as const,
      [scheme, "without JavaScript", false] as const,
    ]),
  )(
    "a redirect, a link, and forms by GET and POST of a site of %s lead over gateway and ACS to the page that the ACS names, %s [R-D.4-07, R-D.4-08]",
    async (scheme, _, javaScriptEnabled) => {
      const page = await opened({ javaScriptEnabled });
      const origin = portal[scheme];
      kicks.length = 0;
      await page.goto(`${origin}/redirect`);
      expect(await page.title()).toBe("Landed");
      for (const [role, name] of [
        ["link", "Go on"],
        ["button", "Get"],
        ["button", "Post"],
      ] as const) {
        await page.goto(`${origin}/`);
        await page.getByRole(role, { name }).click();
        await page.waitForURL(`${origin}/landed`);
      }
      expect(kicks).toEqual(["redirect", "link", "get", "post"]);
      await page.context().close();
    },
  );

  test("with a slow ACS the waiting page reloads by itself, without JavaScript too", async () => {
    delayMs = 3000;
    const page = await opened({ javaScriptEnabled: false });
    await page.goto(`${portal.http}/redirect`);
    expect(await page.getByRole("heading").textContent()).toBe("One moment, please");
    await page.screenshot({ path: join(shots, "waiting.png") });
    await page.waitForURL("**/landed");
    delayMs = 0;
    await page.context().close();
  });

  test.each(schemes)(
    "pictures, frames and scripts of a site of %s cause no Kicked, and its form no request for a download",
    async (scheme) => {
      const origin = portal[scheme];
      kicks.length = 0;
      const page = await opened();
      await page.goto(`${origin}/embeds`, { waitUntil: "networkidle" });
      expect(kicks).toEqual([]);
      await page.goto(`${origin}/`);
      await page.getByRole("button", { name: "Ask" }).click();
      await page.waitForURL("**/ask.html");
      expect(await page.getByRole("heading").textContent()).toBe("That did not work");
      await page.context().close();
    },
  );

  const looks: readonly (readonly [string, BrowserContextOptions])[] = [
    ["desktop light", { viewport: { width: 1000, height: 800 }, locale: "en-GB" }],
    ["phone dark German", { viewport: { width: 360, height: 740 }, colorScheme: "dark", locale: "de-DE" }],
    ["small phone", { viewport: { width: 320, height: 568 }, locale: "de-DE" }],
  ];
  test.each(looks)(
    "axe finds no fault, and no element is wider than the screen: %s",
    async (name, options) => {
      const page = await opened({ ...options, bypassCSP: true });
      for (const path of ["/", "/error.html?why=away", "/progress.html", "/wait.html?ticket=x"]) {
        await page.goto(`${gateway}${path}`);
        await page.screenshot({
          path: join(shots, `${name} ${path.replace(/\W+/g, "-")}.png`),
          fullPage: true,
        });
        await page.evaluate(readFileSync(axe, "utf8"));
        const run = "axe.run().then(({ violations }) => violations.map(({ id }) => id))";
        expect(await page.evaluate(run)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      }
      await page.context().close();
    },
  );

  test("a user asks for firmware and reaches its progress by keyboard alone", async () => {
    const page = await opened();
    await page.goto(`${gateway}/`);
    for (const wanted of ["Your gateway", "Ask for new firmware"]) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe(wanted);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL("**/progress.html?ask=*");
    expect(await page.getByRole("status").textContent()).toContain("Your provider has been asked");
    await page.context().close();
  });

  test.each([
    ["that ends well leads to SuccessURL", "web.tar.gz", "/landed?went=well"],
    ["that fails leads to FailureURL", "nothing", "/landed?went=badly"],
  ])("A.3.2.8 the download that a user has asked for here and %s", async (_, name, expected) => {
    const files = await FileServer.open();
    const style = { name: "style.css", size: 6, type: "file" } as const;
    files.files.set("web.tar.gz", gzipSync(await packTar([{ header: style, body: "body{}" }])));
    const went = {
      SuccessURL: `${portal.http}/landed?went=well`,
      FailureURL: `${portal.http}/landed?went=badly`,
    };
    const place = { URL: files.url(name), Username: "", Password: "", FileSize: 0, TargetFileName: "" };
    const download = { CommandKey: name, FileType: "2 Web Content", DelaySeconds: 0, ...place, ...went };
    orders = [ask("Download", download)];
    const page = await opened({ javaScriptEnabled: false });
    await page.goto(`${gateway}/`);
    await page.getByRole("button", { name: "Ask for new content" }).click();
    await page.waitForURL(`${portal.http}${expected}`);
    await page.context().close();
  });
});
