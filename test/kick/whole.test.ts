/** The whole way with a real browser: a site, the gateway, an ACS, and the page where the browser lands. Annex D. */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AcsServer, serveAcs } from "../../platform/acs/server.ts";
import { systemChance } from "../../platform/bun/chance.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { Acs } from "../../src/acs/acs.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const bun = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
const main = fileURLToPath(new URL("../../platform/main.ts", import.meta.url));
const axe = fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url));
const shots = fileURLToPath(new URL("../../dist/page/", import.meta.url));
const flags =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(chromium === undefined || !existsSync(bun))("a browser on the LAN", () => {
  const home = mkdtempSync(join(tmpdir(), "cwmpd-browser-"));
  let acs: AcsServer;
  let agent: ReturnType<typeof spawn>;
  let browser: Browser;
  let site: http.Server;
  let gateway = "";
  let origin = "";
  const kicks: string[] = [];
  let delayMs = 0;

  beforeAll(async () => {
    const machine = new Acs({
      chance: systemChance,
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
    agent = spawn(bun, [main, "run", "--root", root, "--acs-url", acs.url], { stdio: "ignore" });
    site = http.createServer((request, response) => {
      const kick = `${gateway}/kick.html?arg=${encodeURIComponent(request.url!)}&next=${encodeURIComponent(`${origin}/landed`)}`;
      if (request.url === "/redirect") response.writeHead(302, { Location: kick }).end();
      else if (request.url === "/landed") response.end("<title>Landed</title>");
      else {
        response.setHeader("Content-Type", "text/html");
        response.end(
          request.url === "/embeds"
            ? `<title>Embeds</title><img src="${kick}"><iframe src="${kick}"></iframe><script>fetch(${JSON.stringify(kick)}, { mode: "no-cors" })</script>`
            : `<title>Site</title><a href="${kick.replaceAll("&", "&amp;")}">Go on</a><form method="post" action="${gateway}/kick.html"><input type="hidden" name="arg" value="/post"><input type="hidden" name="next" value="${origin}/landed"><button>Post</button></form><form id="ask" method="post" action="${gateway}/ask.html"><button name="file" value="firmware">Ask</button></form>`,
        );
      }
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    origin = `http://localhost:${(site.address() as AddressInfo).port}`;
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
    site?.close();
    await acs?.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function opened(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    return context.newPage();
  }

  test("a redirect, a link and a form of a site on another origin lead over gateway and ACS to where the ACS says", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await opened({ javaScriptEnabled });
      kicks.length = 0;
      await page.goto(`${origin}/redirect`);
      expect(await page.title()).toBe("Landed");
      await page.goto(`${origin}/`);
      await page.getByRole("link", { name: "Go on" }).click();
      await page.waitForURL("**/landed");
      await page.goto(`${origin}/`);
      await page.getByRole("button", { name: "Post" }).click();
      await page.waitForURL("**/landed");
      expect(kicks).toEqual(["/redirect", "/", "/post"]);
      await page.context().close();
    }
  });

  test("a slow ACS: the waiting page goes on by itself, without JavaScript too", async () => {
    delayMs = 3000;
    const page = await opened({ javaScriptEnabled: false });
    await page.goto(`${origin}/redirect`);
    expect(await page.getByRole("heading").textContent()).toBe("One moment, please");
    await page.screenshot({ path: join(shots, "waiting.png") });
    await page.waitForURL("**/landed");
    delayMs = 0;
    await page.context().close();
  });

  test("pictures, frames, scripts of a site cause no Kicked, and its forms no request for a download", async () => {
    kicks.length = 0;
    const page = await opened();
    await page.goto(`${origin}/embeds`, { waitUntil: "networkidle" });
    expect(kicks).toEqual([]);
    await page.goto(`${origin}/`);
    await page.getByRole("button", { name: "Ask" }).click();
    await page.waitForURL("**/ask.html");
    expect(await page.getByRole("heading").textContent()).toBe("That did not work");
    await page.context().close();
  });

  const looks: readonly (readonly [string, BrowserContextOptions])[] = [
    ["desktop light", { viewport: { width: 1000, height: 800 }, locale: "en-GB" }],
    ["phone dark German", { viewport: { width: 360, height: 740 }, colorScheme: "dark", locale: "de-DE" }],
    ["small phone", { viewport: { width: 320, height: 568 }, locale: "de-DE" }],
  ];
  test.each(looks)("axe finds nothing, and nothing is wider than the screen: %s", async (name, options) => {
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
  });

  test("by keyboard alone a user asks for firmware and comes to the progress", async () => {
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
});
