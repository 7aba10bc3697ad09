/** Real file servers of Debian, started by the tests: nginx, lighttpd, vsftpd, tftpd. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../http/barrier.ts";
import { folder } from "./lab.ts";

const where = (name: string) =>
  [`/usr/sbin/${name}`, `/usr/bin/${name}`, `/usr/local/sbin/${name}`].find(existsSync);

export const programs = {
  nginx: where("nginx"),
  lighttpd: existsSync("/usr/lib/lighttpd/mod_webdav.so") ? where("lighttpd") : undefined,
  vsftpd: process.getuid?.() === 0 ? where("vsftpd") : undefined,
  tftpd: process.getuid?.() === 0 ? where("in.tftpd") : undefined,
} as const;

export interface Served {
  readonly port: number;
  /** What is served. */
  readonly home: string;
}

/** Starts a server and waits until it takes connections; somebody else may take its port first, then another is tried. */
async function started(
  make: (port: number) => { readonly argv: readonly string[] },
  ready: (port: number) => Promise<boolean> = takesConnections,
): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    const port = await freePort();
    const { argv } = make(port);
    const child = spawn(argv[0]!, argv.slice(1), { stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGTERM"));
    if (await up(child, port, ready)) return port;
  }
  throw new Error("The server does not start");
}

async function up(
  child: ChildProcess,
  port: number,
  ready: (port: number) => Promise<boolean>,
): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await ready(port)) return true;
    await new Promise((done) => setTimeout(done, 20));
  }
  return false;
}

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

/** @param block the inside of the server block; `HOME` stands for what is served */
export async function nginx(
  block: string,
  tls?: { readonly cert: string; readonly key: string },
): Promise<Served> {
  const home = folder();
  chmodSync(home, 0o755);
  const ssl = tls === undefined ? "" : `ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};`;
  const port = await started((port) => {
    const config = join(home, "nginx.conf");
    writeFileSync(
      config,
      `worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/error.log;
user root; events {}
http { access_log off; client_body_temp_path ${home}/.b; proxy_temp_path ${home}/.p; fastcgi_temp_path ${home}/.f;
uwsgi_temp_path ${home}/.u; scgi_temp_path ${home}/.s;
server { listen 127.0.0.1:${port}${tls ? " ssl" : ""}; ${ssl} root ${home}; ${block.replaceAll("HOME", home)} } }`,
    );
    return { argv: [programs.nginx!, "-c", config, "-e", `${home}/error.log`] };
  });
  return { port, home };
}

/** A file for nginx's auth_basic. */
export function passwords(home: string, name: string, password: string): void {
  const sum = createHash("sha1").update(password).digest("base64");
  writeFileSync(join(home, "passwords"), `${name}:{SHA}${sum}\n`, { mode: 0o644 });
}

/** lighttpd with digest authentication and WebDAV, so that PUT works. */
export async function lighttpd(name: string, password: string): Promise<Served> {
  const home = folder();
  mkdirSync(join(home, "www"));
  writeFileSync(join(home, "users"), `${name}:${password}\n`);
  const port = await started((port) => {
    const config = join(home, "lighttpd.conf");
    writeFileSync(
      config,
      `server.modules = ("mod_auth", "mod_authn_file", "mod_webdav")
server.document-root = "${home}/www"
server.bind = "127.0.0.1"
server.port = ${port}
webdav.activate = "enable"
auth.backend = "plain"
auth.backend.plain.userfile = "${home}/users"
auth.require = ("/" => ("method" => "digest", "realm" => "files", "require" => "valid-user"))
`,
    );
    return { argv: [programs.lighttpd!, "-D", "-f", config] };
  });
  return { port, home: join(home, "www") };
}

/** vsftpd, anonymous, with uploads into `in`. */
export async function vsftpd(): Promise<Served> {
  const home = folder();
  const root = join(home, "ftp");
  mkdirSync(root, { mode: 0o755 });
  mkdirSync(join(root, "in"));
  chmodSync(join(root, "in"), 0o777);
  chmodSync(home, 0o755);
  mkdirSync(join(home, "empty"));
  const port = await started((port) => {
    const config = join(home, "vsftpd.conf");
    writeFileSync(
      config,
      `listen=YES
listen_address=127.0.0.1
listen_port=${port}
background=NO
anonymous_enable=YES
local_enable=NO
write_enable=YES
anon_upload_enable=YES
anon_umask=022
anon_root=${root}
ftp_username=ftp
nopriv_user=nobody
no_anon_password=NO
secure_chroot_dir=${home}/empty
seccomp_sandbox=NO
xferlog_enable=NO
`,
    );
    return { argv: [programs.vsftpd!, config] };
  });
  return { port, home: root };
}

export async function tftpd(): Promise<Served> {
  const home = folder();
  chmodSync(home, 0o777);
  const port = await started(
    (port) => ({
      argv: [programs.tftpd!, "-L", "-c", "-p", "-s", "-u", "root", "-a", `127.0.0.1:${port}`, home],
    }),
    async (port) => {
      const used = spawnSync("ss", ["-lun"], { encoding: "utf8" }).stdout ?? "";
      return used.includes(`127.0.0.1:${port} `);
    },
  );
  return { port, home };
}
