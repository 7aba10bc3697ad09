/** nginx in front of a small upstream: the habits of real servers that a link meets, each on a port. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barrierBlock, freePort, passed } from "./barrier.ts";
import { Certificates } from "./pki.ts";

const program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].find((path) =>
  existsSync(path),
);

export const hasNginx = program !== undefined;

/** A server of nginx: where it listens, and what its block holds. */
export interface Site {
  readonly address?: string;
  readonly tls?: boolean;
  readonly block: string;
}

export class Front {
  readonly certificates = new Certificates();
  /** What the upstream was sent, as it came. */
  readonly upstream: {
    readonly body: string;
    readonly headers: http.IncomingHttpHeaders;
    readonly url: string;
  }[] = [];
  private readonly home = mkdtempSync(join(tmpdir(), "front-"));
  private readonly ports = new Map<string, number>();
  private stops: (() => Promise<void> | void)[] = [];

  /** @param sites by name; `UPSTREAM` in a block stands for the upstream's URL, `PORT_name` for a site's port */
  async start(sites: Readonly<Record<string, Site>>): Promise<void> {
    const upstream = await this.startUpstream();
    // Somebody else may take a port between its choice and its use: then others are tried.
    for (let turn = 0; turn < 5; turn++) {
      for (const [name, { address = "127.0.0.1" }] of Object.entries(sites))
        this.ports.set(name, await freePort(address));
      this.ports.set(barrier, await freePort());
      if (await this.startNginx(this.blocks(sites, upstream))) return;
    }
    throw new Error(`nginx has not started: ${readFileSync(join(this.home, "error.log"), "utf8")}`);
  }

  private blocks(sites: Readonly<Record<string, Site>>, upstream: number): string[] {
    const blocks = [barrierBlock(this.port(barrier))];
    for (const [name, site] of Object.entries(sites)) {
      const { address = "127.0.0.1" } = site;
      const port = this.port(name);
      const block = site.block
        .replaceAll("UPSTREAM", `http://127.0.0.1:${upstream}`)
        .replace(/PORT_(\w+)/g, (_, other: string) => String(this.port(other)));
      const listen = `listen ${address}:${port}${site.tls === false ? "" : " ssl"};`;
      blocks.push(`server { ${listen} access_log ${this.log(name)} told; ${block} }`);
    }
    return blocks;
  }

  port(name: string): number {
    const port = this.ports.get(name);
    if (port === undefined) throw new Error(`no site ${name}`);
    return port;
  }

  /** The lines that nginx wrote of requests to that site: connection, status, client certificate. */
  async requests(name: string): Promise<string[]> {
    await passed(this.port(barrier));
    return readFileSync(this.log(name), "utf8").split("\n").filter(Boolean);
  }

  file(name: string, text: string): string {
    const path = join(this.home, name);
    writeFileSync(path, text);
    return path;
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.reverse()) await stop();
    this.certificates.remove();
    rmSync(this.home, { recursive: true, force: true });
  }

  private log(name: string): string {
    return join(this.home, `${name}.log`);
  }

  /** Says nothing to an empty POST, and the body back, in chunks, to another. */
  private async startUpstream(): Promise<number> {
    const server = http.createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => {
        this.upstream.push({ body, headers: request.headers, url: request.url ?? "" });
        response.writeHead(body === "" ? 204 : 200, {
          "Content-Type": "text/xml",
          "Set-Cookie": "session=7; Path=/",
        });
        for (const piece of body.match(/.{1,20}/gs) ?? []) response.write(piece);
        response.end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    this.stops.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  /** @returns false: it has ended again, as it does where a port is taken */
  private async startNginx(blocks: readonly string[]): Promise<boolean> {
    const { home } = this;
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${home}/${kind};`,
    );
    const told = "log_format told '$connection $status $ssl_protocol $ssl_client_s_dn';";
    const config = this.file(
      "nginx.conf",
      `daemon off; worker_processes 1; pid ${home}/pid; error_log ${home}/error.log;
      ${process.getuid?.() === 0 ? "user root;" : ""}
      events { worker_connections 256; }
      http { ${paths.join(" ")} ${told}
        ssl_certificate ${this.certificates.file("good.pem")}; ssl_certificate_key ${this.certificates.file("good.key")};
        ${blocks.join("\n")} }`,
    );
    const nginx = spawn(program!, ["-e", `${home}/error.log`, "-c", config], { stdio: "ignore" });
    const ended = new Promise<void>((done) => nginx.once("close", () => done()));
    this.stops.push(async () => {
      nginx.kill();
      await ended;
    });
    let running = true;
    void ended.then(() => {
      running = false;
    });
    while (running && !(await passed(this.port(barrier)).catch(() => false)))
      await new Promise((done) => setImmediate(done));
    return running;
  }
}

/** The site that says when nginx is done with what came before. */
const barrier = "barrier";
