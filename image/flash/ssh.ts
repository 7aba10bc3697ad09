/** A device behind ssh: command lines in its shell, and files to it. */
import { spawn } from "node:child_process";
import { createReadStream, statSync } from "node:fs";
import { progress, Stop } from "./plan.ts";

/** The exit code of ssh when it has not come as far as the command. */
const noConnection = 255;

export class Host {
  constructor(readonly name: string) {
    // HOST becomes an argument of ssh, and ssh reads an argument with a leading dash as an option.
    if (!/^[A-Za-z0-9_][\w.@:%-]*$/.test(name)) throw new Stop(`HOST is "${name}": expected USER@HOST`);
  }

  /** Runs a command line in the device's shell.
   * @param what in words, for the one who reads that it failed
   * @returns the standard output
   * @throws Stop when the command fails */
  async run(what: string, command: string): Promise<string> {
    const { code, out } = await this.call(command);
    if (code === noConnection) throw this.lost(what);
    if (code !== 0) throw new Stop(`${this.name} cannot ${what}: the device says why above`);
    return out;
  }

  /** Runs a command line that may fail, and whose connection may end. */
  async attempt(command: string): Promise<string> {
    return (await this.call(command)).out;
  }

  /** Copies a file, and throws away what came of it where not all of it has come. */
  async copy(path: string, to: string, bar: string): Promise<void> {
    const { code, out } = await this.call(`cat > ${to} && wc -c < ${to}`, { path, bar });
    const { size } = statSync(path);
    if (code === 0 && Number(out) === size) return;
    if (code === noConnection) throw this.lost(`take ${path}`);
    await this.attempt(`rm -f ${to}`);
    throw new Stop(`${this.name} has not got all of ${path}`);
  }

  private lost(what: string): Stop {
    return new Stop(
      `ssh does not get through to ${this.name} to ${what}; it says why above. A device with a new image has a new host key: ssh-keygen -R HOST, if you know that it is yours`,
    );
  }

  private async call(
    command: string,
    file?: { readonly path: string; readonly bar: string },
  ): Promise<{ readonly code: number | null; readonly out: string }> {
    const child = spawn(process.env.SSH ?? "ssh", [this.name, command], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.on("error", () => {});
    if (file === undefined) child.stdin.end();
    else feed(file.path, file.bar, child.stdin);
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (out.length < outMax) out += text;
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", () => reject(new Stop("there is no ssh here: install an ssh client")));
      child.on("close", resolve);
    });
    return { code, out };
  }
}

/** Characters of a device's answer that are kept. */
const outMax = 1_048_576;

function feed(path: string, bar: string, into: NodeJS.WritableStream): void {
  const told = progress(bar, statSync(path).size);
  let done = 0;
  createReadStream(path)
    .on("error", () => into.end())
    .on("data", (piece) => {
      done += piece.length;
      told(done);
    })
    .pipe(into);
}
