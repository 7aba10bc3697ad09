/** The built binary and empty ones compiled by the same Bun, as the benches of start and rest need them. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const binary = join(import.meta.dirname, "../../dist/cwmpd");

/** A gateway writes its description at boot. One that was written within the last two seconds is read in every session
 * anew. */
export function bootedLongAgo(root: string): void {
  utimesSync(join(root, "etc/board.json"), 0, 0);
}

/** What the service starts the agent with. */
export const serviceEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from(
    readFileSync(join(import.meta.dirname, "../../rootfs/usr/libexec/cwmpd/cwmpd"), "utf8").matchAll(
      /\b([A-Za-z_]+)=(\S+)/g,
    ),
    ([, name, value]) => [name!, value!],
  ),
);

export class Workshop {
  readonly directory: string;
  readonly root: string;

  /** @param place the directory in which the workshop is made */
  constructor(place = tmpdir()) {
    this.directory = mkdtempSync(join(place, "cwmpd-bench-"));
    this.root = join(this.directory, "gateway");
    const made = spawnSync(binary, ["sandbox", this.root]);
    if (made.status !== 0) throw new Error(`no sample gateway: ${made.stderr}. Build first: make build`);
    bootedLongAgo(this.root);
  }

  /** @returns the path of a binary that runs that program */
  compile(name: string, program: string): string {
    const source = join(this.directory, `${name}.ts`);
    writeFileSync(source, program);
    const out = join(this.directory, name);
    const built = spawnSync(process.execPath, [
      "build",
      "--compile",
      "--minify",
      "--bytecode",
      "--format=esm",
      source,
      "--outfile",
      out,
    ]);
    if (built.status !== 0) throw new Error(`${built.stderr}`);
    return out;
  }

  start(acsUrl: string): ChildProcess {
    const args = ["run", "--root", this.root, "--acs-url", acsUrl, "--log-level", "error"];
    return spawn(binary, args, { stdio: ["ignore", "ignore", "inherit"], env: serviceEnvironment });
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** A field of /proc/PID/status, a number. */
export function statusOf(child: ChildProcess, field: string): number {
  const text = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1]);
}

/** An ACS that tells when the first byte of a session comes, and answers nothing but an empty session. */
export async function listening(
  onFirst: (at: number) => void,
): Promise<{ readonly url: string; close(): void }> {
  const body =
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-1-1"><e:Body><c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse></e:Body></e:Envelope>';
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let text = "";
    let answered = false;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      if (text === "" && !answered) onFirst(performance.now());
      text += bytes.toString("latin1");
      const head = /^[\s\S]*?Content-Length: (\d+)[\s\S]*?\r\n\r\n/i.exec(text);
      if (head === null || text.length < head[0].length + Number(head[1])) return;
      text = "";
      socket.write(
        answered
          ? "HTTP/1.1 204 No Content\r\n\r\n"
          : `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      answered = true;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
