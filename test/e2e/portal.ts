/** Helper: a web site that sends browsers to the kick page of a gateway, over http and over https, and on which they land
 * again. Annex D. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;");

/** The pages of the site, by path. */
function page(path: string, gateway: string, origin: string): string {
  const target = `${gateway}/kick.html`;
  const next = `${origin}/landed`;
  const link = (arg: string) => `${target}?arg=${arg}&next=${encodeURIComponent(next)}`;
  const form = (method: string, button: string) =>
    `<form method="${method}" action="${target}"><input type="hidden" name="arg" value="${method}">` +
    `<input type="hidden" name="next" value="${next}"><button>${button}</button></form>`;
  if (path === "/landed") return "<title>Landed</title>";
  if (path === "/embeds")
    return `<title>Embeds</title><img src="${escaped(link("img"))}"><iframe src="${escaped(link("frame"))}"></iframe><script>fetch(${JSON.stringify(link("script"))}, { mode: "no-cors" })</script>`;
  return `<title>Site</title><a href="${escaped(link("link"))}">Go on</a>${form("get", "Get")}${form("post", "Post")}<form method="post" action="${gateway}/ask.html"><button name="file" value="firmware">Ask</button></form>`;
}

export class Portal {
  private readonly servers: readonly [http.Server, https.Server];

  private constructor(
    gateway: string,
    private readonly host: string,
  ) {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-portal-"));
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const wish = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=portal";
    execFileSync("openssl", [...wish.split(" "), "-keyout", key, "-out", cert], { stdio: "ignore" });
    const tls = { key: readFileSync(key), cert: readFileSync(cert) };
    rmSync(directory, { recursive: true });
    const answer =
      (scheme: "http" | "https"): http.RequestListener =>
      ({ url = "/" }, response) => {
        const origin = this[scheme];
        const [path = ""] = url.split("?");
        if (path === "/redirect") {
          const to = `${gateway}/kick.html?arg=redirect&next=${encodeURIComponent(`${origin}/landed`)}`;
          response.writeHead(302, { Location: to }).end();
        } else {
          response.setHeader("Content-Type", "text/html");
          response.end(page(path, gateway, origin));
        }
      };
    this.servers = [http.createServer(answer("http")), https.createServer(tls, answer("https"))];
  }

  /** @param gateway origin of the kick page
   * @param host address of this site, and its name in URLs */
  static async open(gateway: string, address: string, host = address): Promise<Portal> {
    const portal = new Portal(gateway, host);
    for (const server of portal.servers)
      await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return portal;
  }

  get http(): string {
    return `http://${this.host}:${(this.servers[0].address() as AddressInfo).port}`;
  }

  get https(): string {
    return `https://${this.host}:${(this.servers[1].address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}
