/** `make flash HOST=…`: the agent onto a device over ssh, as a package where apk or opkg is there, else as files; with
 * IMAGE=1 a whole image through sysupgrade. */
import { spawn } from "node:child_process";
import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readMetadata } from "../../platform/openwrt/flash/fwtool.ts";
import { packagePaths } from "../package.ts";
import { project } from "../tree.ts";
import { agreed, type Plan, progress, Stop, say } from "./plan.ts";

/** Milliseconds between two looks at the agent, and how many of them. */
const lookMs = 3000;
const looksMax = 40;

interface Device {
  readonly board: string;
  readonly model: string;
  /** Name of a package's architecture: x86_64, aarch64_generic. */
  readonly machine: string;
  readonly manager: "apk" | "opkg" | "none";
  readonly installed: boolean;
  readonly sysupgrade: boolean;
  /** Free KiB of the overlay and of /tmp. */
  readonly free: number;
  readonly tmp: number;
}

const look = `
echo "board=$(cat /tmp/sysinfo/board_name 2>/dev/null)"
echo "model=$(cat /tmp/sysinfo/model 2>/dev/null)"
echo "machine=$(uname -m)"
if [ -x /usr/bin/apk ] || [ -x /sbin/apk ]; then echo manager=apk; elif [ -x /bin/opkg ]; then echo manager=opkg; else echo manager=none; fi
[ ! -x /usr/sbin/cwmpd ] || echo installed=1
[ ! -x /sbin/sysupgrade ] || echo sysupgrade=1
echo "free=$(df -k /usr | awk 'END { print $(NF - 2) }')"
echo "tmp=$(df -k /tmp | awk 'END { print $(NF - 2) }')"
`;

class Host {
  constructor(private readonly name: string) {
    // HOST becomes an argument of ssh, and ssh reads an argument with a leading dash as an option.
    if (!/^[A-Za-z0-9_][\w.@:%-]*$/.test(name)) throw new Stop(`HOST is "${name}": expected USER@HOST`);
  }

  /** Runs a command line in the device's shell.
   * @returns the standard output
   * @throws Stop when the command fails */
  async run(
    command: string,
    more: { input?: string; bar?: string; mayFail?: boolean } = {},
  ): Promise<string> {
    const child = spawn(process.env.SSH ?? "ssh", [this.name, command], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.on("error", () => {});
    if (more.input === undefined) child.stdin.end();
    else this.feed(more.input, more.bar ?? "copied", child.stdin);
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", () => reject(new Stop("there is no ssh here: install an ssh client")));
      child.on("close", resolve);
    });
    if (code !== 0 && more.mayFail !== true)
      throw new Stop(`${this.name} failed at: ${command.trim().split("\n")[0]}`);
    return out;
  }

  private feed(path: string, bar: string, into: NodeJS.WritableStream): void {
    const told = progress(bar, statSync(path).size);
    let done = 0;
    createReadStream(path)
      .on("data", (piece) => {
        done += piece.length;
        told(done);
      })
      .pipe(into);
  }
}

export async function flashHost(name: string, image: boolean): Promise<void> {
  const host = new Host(name);
  const device = await lookedAt(host);
  const target = `${name}, ${device.model || "no model"} (board ${device.board || "unknown"}, ${device.machine})`;
  if (image) await flashImage(host, device, target);
  else await flashPackage(host, device, target);
}

async function lookedAt(host: Host): Promise<Device> {
  const lines = (await host.run(look)).split("\n").map((line) => line.split("="));
  const of = (name: string) => lines.find(([one]) => one === name)?.[1] ?? "";
  const manager = of("manager");
  return {
    board: of("board"),
    model: of("model"),
    machine: of("machine"),
    manager: manager === "apk" || manager === "opkg" ? manager : "none",
    installed: of("installed") === "1",
    sysupgrade: of("sysupgrade") === "1",
    free: Number(of("free")),
    tmp: Number(of("tmp")),
  };
}

const wayBack = {
  apk: "apk del cwmpd; the configuration stays in /etc/config/cwmp",
  opkg: "opkg remove cwmpd; the configuration stays in /etc/config/cwmp",
  none: "/etc/init.d/cwmpd stop; /etc/init.d/cwmpd disable; rm /usr/sbin/cwmpd",
} as const;

const install = {
  apk: "apk add --allow-untrusted /tmp/cwmpd.package",
  opkg: "mv /tmp/cwmpd.package /tmp/cwmpd.ipk && opkg install /tmp/cwmpd.ipk",
  none: "/bin/tar -xzf /tmp/cwmpd.package -C /",
} as const;

async function flashPackage(host: Host, device: Device, target: string): Promise<void> {
  const { manager } = device;
  const paths = packagePaths(device.machine);
  if (paths === undefined)
    throw new Stop(`There is no package for ${device.machine}: x86_64 and aarch64 are built`);
  const made = manager === "none" ? paths.files : paths[manager === "apk" ? "apk" : "ipk"];
  const file = process.env.FILE || made;
  if (!existsSync(file)) throw new Stop(`There is no ${file}: call make package first`);
  const bytes = statSync(file).size;
  const needed = Math.ceil(bytes / 1024);
  if (device.tmp < needed)
    throw new Stop(`/tmp of the device has ${device.tmp} KiB free, and the package ${needed}`);
  if (device.free < needed)
    throw new Stop(`The flash of the device has ${device.free} KiB free, and the package ${needed} at least`);
  const plan: Plan = {
    target,
    steps: [
      `copy ${basename(file)} (${(bytes / 1_048_576).toFixed(1)} MiB) to /tmp`,
      `${manager === "none" ? "unpack it" : `install it with ${manager}`}${device.installed ? ", over the one that is there" : ""}; /etc/config/cwmp stays as it is`,
      "enable and start the service",
      "wait for its first session with the ACS",
    ],
    back: wayBack[manager],
  };
  if (!(await agreed(plan))) return;
  await host.run("cat > /tmp/cwmpd.package", { input: file, bar: "copied" });
  if (manager === "none") await unpackBeside(host);
  else await host.run(install[manager]);
  await host.run(
    "rm -f /tmp/cwmpd.package /tmp/cwmpd.ipk; /etc/init.d/cwmpd enable; /etc/init.d/cwmpd restart",
  );
  await firstInform(host);
}

/** Unpacks the files. Without a package manager the configuration has to be set aside and put back, and the defaults of the
 * first boot have to be run. */
async function unpackBeside(host: Host): Promise<void> {
  await host.run("[ ! -e /etc/config/cwmp ] || cp -p /etc/config/cwmp /tmp/cwmp.kept");
  await host.run(install.none);
  await host.run("[ ! -e /tmp/cwmp.kept ] || mv /tmp/cwmp.kept /etc/config/cwmp");
  await host.run('for f in /etc/uci-defaults/6?-cwmpd*; do [ ! -e "$f" ] || { sh "$f" && rm "$f"; }; done');
}

async function firstInform(host: Host): Promise<void> {
  for (let left = looksMax; left > 0; left--) {
    const said = await host.run("cwmpd status --json 2>/dev/null || true");
    const status = parsed(said);
    if (status?.lastSession?.failure === null)
      return say(
        `The device has informed ${status.acs.url}: reported ${status.lastSession.events.join(", ")}.`,
      );
    if (status?.acs.url === "")
      return say("The agent runs. No ACS is known yet: uci set cwmp.acs.url=…; uci commit cwmp");
    if (status?.lastSession && left < looksMax / 2)
      throw new Stop(
        `The agent runs, and its session failed: ${status.lastSession.failure}. On the device: cwmpd doctor`,
      );
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  throw new Stop("The agent has had no session yet. On the device: cwmpd doctor; logread -e cwmpd");
}

interface Said {
  readonly acs: { readonly url: string };
  readonly lastSession: { readonly failure: string | null; readonly events: readonly string[] } | null;
}

function parsed(text: string): Said | undefined {
  try {
    return JSON.parse(text) as Said;
  } catch {
    return undefined;
  }
}

async function flashImage(host: Host, device: Device, target: string): Promise<void> {
  const file = process.env.FILE || join(project, "dist/image/root.img");
  if (!existsSync(file)) throw new Stop(`There is no ${file}: call make image first, or name one: FILE=…`);
  if (!device.sysupgrade) throw new Stop("The device has no sysupgrade");
  const boards = boardsOf(file);
  if (!boards.includes(device.board))
    throw new Stop(
      `The image is for ${boards.join(", ") || "no board"}, and the device is ${device.board || "unknown"}`,
    );
  const needed = Math.ceil(statSync(file).size / 1024);
  if (device.tmp < needed)
    throw new Stop(`/tmp of the device has ${device.tmp} KiB free, and the image ${needed}`);
  const drop = process.env.KEEP === "0";
  const plan: Plan = {
    target,
    steps: [
      `copy ${basename(file)} to /tmp and have sysupgrade test it`,
      `sysupgrade, ${drop ? "WITHOUT keeping the configuration" : "keeping the configuration"}: the device starts again`,
    ],
    back: "sysupgrade with the image from before; a device with two slots: its boot loader's other slot",
  };
  if (!(await agreed(plan))) return;
  await host.run("cat > /tmp/firmware.img", { input: file, bar: "copied" });
  await host.run("sysupgrade -T /tmp/firmware.img");
  // The connection breaks when the device goes down for the upgrade: that is no failure.
  await host.run(`sysupgrade ${drop ? "-n " : ""}/tmp/firmware.img`, { mayFail: true });
  say("The device is writing the image and starts again; then: ssh to it and call cwmpd status");
}

function boardsOf(file: string): readonly string[] {
  const fd = openSync(file, "r");
  try {
    const read = (at: number, length: number) => {
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, at);
      return bytes;
    };
    return readMetadata(read, fstatSync(fd).size)?.boards ?? [];
  } finally {
    closeSync(fd);
  }
}
