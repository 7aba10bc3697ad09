/** Helper: nginx with its own certificate authority, as proxies stand in front of real servers. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { barrierBlock, freePort, passed } from "../http/barrier.ts";
import { patienceMs } from "./wire.ts";

const program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find(existsSync) ?? "nginx";
export const hasNginx =
  spawnSync(program, ["-v"]).status === 0 && spawnSync("openssl", ["version"]).status === 0;

/** Certificates by name, in a directory: ca, other-ca, server (localhost), stranger (acs.example), client. */
export function certificates(directory: string): (name: string) => string {
  const path = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const ca of ["ca", "other-ca"])
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      `${ca}.key`,
      "-out",
      `${ca}.pem`,
      "-subj",
      `/CN=${ca}`,
      "-days",
      "30",
    );
  const sign = (name: string, subject: string, extension: string) => {
    writeFileSync(path(`${name}.ext`), extension);
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
    const issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...issuer,
      "-out",
      `${name}.pem`,
      "-days",
      "30",
      "-extfile",
      `${name}.ext`,
    );
  };
  sign("server", "/CN=localhost", "subjectAltName=DNS:localhost\n");
  sign("stranger", "/CN=acs.example", "subjectAltName=DNS:acs.example\n");
  sign("client", "/CN=00005E-sample-SG1", "extendedKeyUsage=clientAuth\n");
  return path;
}

export class Nginx {
  readonly directory = mkdtempSync(join(tmpdir(), "cwmpd-nginx-"));
  readonly path = certificates(this.directory);
  plain = 0;
  tls = 0;
  private barrier = 0;
  private child: ChildProcess | undefined;

  /** @param servers the server blocks, with `$plain` and `$tls` for two free ports */
  static async start(
    servers: (ports: { plain: number; tls: number }, path: (name: string) => string) => string,
  ): Promise<Nginx> {
    const nginx = new Nginx();
    onTestFinished(() => nginx.stop());
    // Somebody else may take a port between its choice and its use: then others are tried.
    for (let turn = 0; turn < 5; turn++) {
      nginx.plain = await freePort();
      nginx.tls = await freePort();
      nginx.barrier = await freePort();
      if (await nginx.run(servers(nginx, nginx.path))) return nginx;
    }
    throw new Error(`nginx does not start: ${readFileSync(nginx.path("error.log"), "utf8")}`);
  }

  private async run(servers: string): Promise<boolean> {
    const own = process.getuid?.() === 0 ? "user root;\n" : "";
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${this.path(name)};\n`)
      .join("");
    writeFileSync(
      this.path("nginx.conf"),
      `${own}daemon off;\nworker_processes 1;\npid ${this.path("pid")};\nerror_log ${this.path("error.log")} info;\nevents {}\nhttp {\naccess_log ${this.path("access.log")};\n${temporary}log_format plain '$request';\n${barrierBlock(this.barrier)}\n${servers}\n}\n`,
    );
    const child = spawn(
      program,
      ["-p", this.directory, "-c", this.path("nginx.conf"), "-e", this.path("error.log")],
      {
        stdio: "ignore",
      },
    );
    this.child = child;
    const until = performance.now() + patienceMs;
    while (child.exitCode === null && performance.now() < until) {
      if (await passed(this.barrier).catch(() => false)) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  }

  /** One line for each request: address, status. */
  async requests(): Promise<string[]> {
    await passed(this.barrier);
    return readFileSync(this.path("access.log"), "utf8").trim().split("\n");
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.on("close", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
