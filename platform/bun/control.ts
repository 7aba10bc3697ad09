/** Adapter: the control socket, agent's side and command line's side. The lines are src/control/control.ts's. */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { answer, type Control, clientOf } from "../../src/control/control.ts";
import { controlLimits } from "../../src/control/limits.ts";
import { Refused } from "../../src/errors.ts";
import type { Log } from "../../src/ports/log.ts";

/** The socket's place below a root. */
export function socketPath(root: string): string {
  return path.join(root, "var", "run", "cwmpd.sock");
}

const none = (root: string) =>
  new Refused(
    `No agent answers at ${socketPath(root)}. Start one: cwmpd run${root === "/" ? "" : ` --root ${root}`}`,
  );

function codeOf(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? "";
}

/** A directory held open, so that sockets in it have short names however deep it lies (sun_path). */
class Held {
  private readonly fd: number;
  constructor(private readonly directory: string) {
    this.fd = fs.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  }
  name(file: string): string {
    const plain = path.join(this.directory, file);
    return Buffer.byteLength(plain) <= controlLimits.socketNameBytesMax
      ? plain
      : `/proc/self/fd/${this.fd}/${file}`;
  }
  release(): void {
    fs.closeSync(this.fd);
  }
}

/** Reads up to the first line end. Calls `done` once: with the line, or undefined where none was received. */
function readLine(socket: net.Socket, bytesMax: number, done: (line: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  const finish = (line: string | undefined) => {
    if (over) return;
    over = true;
    done(line);
  };
  socket.on("data", (chunk: Buffer) => {
    if (over) return;
    const end = chunk.indexOf(10);
    const part = end < 0 ? chunk : chunk.subarray(0, end);
    size += part.length;
    if (size > bytesMax) return finish(undefined);
    chunks.push(part);
    if (end >= 0) finish(Buffer.concat(chunks).toString("utf8"));
  });
  socket.on("end", () => finish(undefined));
  socket.on("error", () => finish(undefined));
  socket.on("close", () => finish(undefined));
}

// ---------------------------------------------------------------- agent's side

export interface ControlServer {
  close(): Promise<void>;
}

function serveOne(socket: net.Socket, control: Control, log: Log): void {
  const late = setTimeout(() => socket.destroy(), controlLimits.requestMsMax);
  const surprised = (error: unknown) =>
    log("error", "A command on the control socket failed", { reason: String(error) });
  readLine(socket, controlLimits.requestBytesMax, (line) => {
    clearTimeout(late);
    if (line === undefined) return void socket.destroy();
    void answer(control, line, surprised).then((text) => {
      if (!socket.destroyed) socket.end(`${text}\n`);
    });
  });
}

/** Whether somebody accepts on the socket. */
function alive(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: name });
    const tell = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => tell(true));
    socket.once("error", () => tell(false));
  });
}

/** Puts the socket of a dead agent aside.
 * @throws Refused the one that lies there is alive */
async function clear(held: Held, target: string, aside: string, running: () => Refused): Promise<void> {
  const before = fs.lstatSync(target, { throwIfNoEntry: false });
  if (before === undefined) return;
  if (await alive(held.name(path.basename(target)))) throw running();
  fs.renameSync(target, aside);
  // Another agent that starts at this moment may have put its own there since.
  if (fs.lstatSync(aside).ino === before.ino) return void fs.unlinkSync(aside);
  fs.renameSync(aside, target);
  throw running();
}

function listen(server: net.Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path: name }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Listens at the root's socket, which nobody but the own user can open at any moment: it is made in a directory of
 * mode 0700, gets mode 0600 there and then its name.
 * @throws Refused another agent runs there, or the directory cannot be written */
export async function serveControl(root: string, control: Control, log: Log): Promise<ControlServer> {
  const target = socketPath(root);
  const directory = path.dirname(target);
  const running = () =>
    new Refused(
      `An agent is already running at ${target}. Ask it: cwmpd status${root === "/" ? "" : ` --root ${root}`}`,
    );
  let clients = 0;
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    if (clients >= controlLimits.clientsMax) return void socket.destroy();
    clients++;
    open.add(socket);
    socket.on("close", () => {
      clients--;
      open.delete(socket);
    });
    serveOne(socket, control, log);
  });
  let nest: string | undefined;
  let held: Held | undefined;
  let inside: Held | undefined;
  const release = () => {
    inside?.release();
    held?.release();
    if (nest !== undefined) fs.rmSync(nest, { recursive: true, force: true });
  };
  try {
    fs.mkdirSync(directory, { recursive: true });
    held = new Held(directory);
    nest = fs.mkdtempSync(path.join(directory, ".cwmpd-"));
    inside = new Held(nest);
    const made = path.join(nest, "s");
    await listen(server, inside.name("s"));
    fs.chmodSync(made, 0o600);
    await clear(held, target, path.join(nest, "old"), running);
    // A link, not a rename: of two agents that start together one finds the name taken.
    fs.linkSync(made, target);
    fs.rmSync(nest, { recursive: true });
  } catch (error) {
    server.close();
    release();
    if (error instanceof Refused) throw error;
    if (codeOf(error) === "EEXIST") throw running();
    throw new Refused(
      `Cannot make the control socket ${target}: ${codeOf(error) || error}. Is ${directory} writable?`,
    );
  }
  const own = fs.lstatSync(target).ino;
  server.on("error", (error) => log("warn", "The control socket failed", { reason: String(error) }));
  return {
    close: () =>
      new Promise((resolve) => {
        if (fs.lstatSync(target, { throwIfNoEntry: false })?.ino === own) fs.unlinkSync(target);
        for (const socket of open) socket.destroy();
        server.close(() => {
          release();
          resolve();
        });
      }),
  };
}

// ---------------------------------------------------------------- command line's side

function exchange(root: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let held: Held;
    try {
      held = new Held(path.dirname(socketPath(root)));
    } catch (error) {
      return reject(codeOf(error) === "EACCES" ? forbidden(root) : none(root));
    }
    const socket = net.connect({ path: held.name("cwmpd.sock") });
    const settle = (settled: () => void) => {
      clearTimeout(late);
      socket.destroy();
      settled();
    };
    const late = setTimeout(
      () => settle(() => reject(new Refused("The agent did not answer in time: see its log."))),
      controlLimits.answerMsMax,
    );
    let problem: unknown;
    socket.once("error", (error) => {
      problem = error;
    });
    socket.once("connect", () => socket.write(`${line}\n`));
    socket.once("close", () => held.release());
    readLine(socket, controlLimits.answerBytesMax, (answered) =>
      // An error that explains the silence is reported a turn later than the silence by some runtimes.
      setImmediate(() =>
        settle(() => (answered === undefined ? reject(silence(root, problem)) : resolve(answered))),
      ),
    );
  });
}

const forbidden = (root: string) =>
  new Refused(`Only the agent's own user may open ${socketPath(root)}. Run this as root.`);

function silence(root: string, problem: unknown): Refused {
  const code = codeOf(problem);
  if (code === "EACCES" || code === "EPERM") return forbidden(root);
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK") return none(root);
  return new Refused("The agent closed the connection without an answer: see its log.");
}

/** The agent that runs at the root. Each call is one connection. */
export function controlClient(root: string): Control {
  return clientOf((line) => exchange(root, line));
}
