/** `make flash HOST=…`: the agent onto a device over ssh, as a package where apk or opkg is there, else as files; with
 * IMAGE=1 a whole image through sysupgrade; with UNDO=1 away again. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { readMetadata } from "../../platform/openwrt/flash/fwtool.ts";
import { escapeText } from "../../src/terminal.ts";
import { packagePaths } from "../package.ts";
import { project } from "../tree.ts";
import { agreed, flag, type Plan, Stop, say } from "./plan.ts";
import { Host } from "./ssh.ts";

/** Milliseconds between two looks at the agent, which a test does not wait for, and how many of them. */
const lookMs = Number(process.env.LOOK_MS ?? 3000);
const looksMax = 40;
/** Looks after which a session is asked for: an agent that has informed before has no reason of its own for one. */
const looksPatient = 3;

type Manager = "apk" | "opkg" | "none";

interface Device {
  readonly board: string;
  readonly model: string;
  /** Name of a package's architecture: x86_64, aarch64_generic. */
  readonly machine: string;
  readonly manager: Manager;
  readonly openwrt: boolean;
  readonly installed: boolean;
  /** Version of the installed package; empty: none, or nobody knows. */
  readonly version: string;
  readonly sysupgrade: boolean;
  /** Free KiB of the overlay and of /tmp. */
  readonly free: number;
  readonly tmp: number;
}

const look = `
echo "board=$(cat /tmp/sysinfo/board_name 2>/dev/null)"
echo "model=$(cat /tmp/sysinfo/model 2>/dev/null)"
echo "machine=$(uname -m)"
[ ! -e /etc/rc.common ] || echo openwrt=1
if [ -x /usr/bin/apk ] || [ -x /sbin/apk ]; then echo manager=apk
elif [ -x /bin/opkg ]; then echo manager=opkg; echo "version=$(opkg list-installed cwmpd 2>/dev/null)"
else echo manager=none; fi
[ ! -x /usr/sbin/cwmpd ] || echo installed=1
[ ! -x /sbin/sysupgrade ] || echo sysupgrade=1
echo "free=$(df -k /usr | awk 'END { print $(NF - 2) }')"
echo "tmp=$(df -k /tmp | awk 'END { print $(NF - 2) }')"
`;

export async function flashHost(name: string, image: boolean): Promise<void> {
  const host = new Host(name);
  const device = await lookedAt(host);
  const [model, board, machine] = [device.model || "no model", device.board || "unknown", device.machine].map(
    escapeText,
  );
  const target = `${name}, ${model} (board ${board}, ${machine})`;
  if (!device.openwrt) throw new Stop(`${target} is no OpenWrt: it has no /etc/rc.common`);
  if (image && flag("UNDO"))
    throw new Stop("sysupgrade cannot be undone: flash the image from before with IMAGE=1 FILE=…");
  if (image) await flashImage(host, device, target);
  else if (flag("UNDO")) await takeAway(host, device, target);
  else await flashPackage(host, device, target);
}

async function lookedAt(host: Host): Promise<Device> {
  const lines = (await host.run("tell what it is", look)).split("\n");
  const of = (name: string) =>
    lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const manager = of("manager");
  return {
    board: of("board"),
    model: of("model"),
    machine: of("machine"),
    manager: manager === "apk" || manager === "opkg" ? manager : "none",
    openwrt: of("openwrt") === "1",
    installed: of("installed") === "1",
    version: of("version").split(" ").at(-1) ?? "",
    sysupgrade: of("sysupgrade") === "1",
    free: Number(of("free")),
    tmp: Number(of("tmp")),
  };
}

const stop = "/etc/init.d/cwmpd stop; /etc/init.d/cwmpd disable";

/** Command lines that take the agent away; the configuration stays. */
const remove = {
  apk: "apk del cwmpd",
  opkg: "opkg remove cwmpd",
  none: `${stop}; /usr/lib/cwmpd/dhcp-options remove; rm -rf /usr/sbin/cwmpd /usr/libexec/cwmpd /usr/lib/cwmpd /etc/init.d/cwmpd /etc/uci-defaults/6?-cwmpd* /etc/*/60-cwmpd /etc/hotplug.d/*/60-cwmpd /lib/upgrade/keep.d/cwmpd /usr/libexec/rpcd/cwmpd /usr/share/rpcd/acl.d/cwmpd.json /www/kick.html`,
} as const satisfies Record<Manager, string>;

const suffix = { apk: ".apk", opkg: ".ipk", none: ".gz" } as const satisfies Record<Manager, string>;

/** The package that the plan is about, with its size.
 * @throws Stop where there is none for this device, or no room for it */
function packageFor({ manager, machine, tmp, free }: Device): {
  readonly file: string;
  readonly bytes: number;
} {
  const paths = packagePaths(machine);
  if (paths === undefined)
    throw new Stop(`There is no package for ${escapeText(machine)}: x86_64 and aarch64 are built`);
  const file =
    process.env.FILE || (manager === "none" ? paths.files : paths[manager === "apk" ? "apk" : "ipk"]);
  if (!existsSync(file)) throw new Stop(`There is no ${file}: call make package first`);
  if (extname(file) !== suffix[manager])
    throw new Stop(`The device takes a package that ends with ${suffix[manager]}, and ${file} does not`);
  const bytes = statSync(file).size;
  const needed = Math.ceil(bytes / 1024);
  if (tmp < needed) throw new Stop(`/tmp of the device has ${tmp} KiB free, and the package ${needed}`);
  if (free < needed)
    throw new Stop(`The flash of the device has ${free} KiB free, and the package ${needed} at least`);
  return { file, bytes };
}

async function flashPackage(host: Host, device: Device, target: string): Promise<void> {
  const { manager, installed } = device;
  const { file, bytes } = packageFor(device);
  const plan: Plan = {
    target,
    steps: [
      `copy ${basename(file)} (${(bytes / 1_048_576).toFixed(1)} MiB) to /tmp`,
      `${manager === "none" ? "unpack it" : `install it with ${manager}`}${installed ? ", over the one that is there" : ""}; /etc/config/cwmp stays as it is`,
      "enable and start the service",
      "wait for its first session with the ACS",
    ],
    back: `UNDO=1, or on the device: ${remove[manager]}; the configuration stays in /etc/config/cwmp`,
  };
  if (!(await agreed(plan))) return;
  const before = lastOf(installed ? await host.attempt(ask) : "");
  await host.copy(file, "/tmp/cwmpd.package", "copied");
  try {
    if (manager === "none") await unpackBeside(host);
    else
      await host.run(
        `install it with ${manager}; if a package that it needs is missing, call ${manager} update there first`,
        install(manager, device.version, file),
      );
  } finally {
    await host.attempt("rm -rf /tmp/cwmpd.package /tmp/cwmpd.ipk /tmp/cwmpd.apk /usr/.cwmpd.new");
  }
  await host.run("start the service", "/etc/init.d/cwmpd enable; /etc/init.d/cwmpd restart");
  await firstInform(host, before);
}

/** Installs over the same version too, which opkg does only if it is told to. An older version is one that was named. Both
 * managers take for a file only what ends as theirs do. */
function install(manager: "apk" | "opkg", version: string, file: string): string {
  if (manager === "apk")
    return "mv /tmp/cwmpd.package /tmp/cwmpd.apk && apk add --allow-untrusted /tmp/cwmpd.apk";
  const again = version !== "" && basename(file).includes(`_${version}_`) ? " --force-reinstall" : "";
  const older = process.env.FILE ? " --force-downgrade" : "";
  return `mv /tmp/cwmpd.package /tmp/cwmpd.ipk && opkg install${again}${older} /tmp/cwmpd.ipk`;
}

/** Unpacks the files beside those in use, tries the program, and then puts each file in its place by a rename: whenever the
 * power is cut, each file is the old or the new one as a whole, and the configuration stays. The defaults of the first
 * boot, which a package manager would run, are run. */
async function unpackBeside(host: Host): Promise<void> {
  const beside = "/usr/.cwmpd.new";
  await host.run(
    "unpack it",
    `rm -rf ${beside}; mkdir ${beside} && tar -xzf /tmp/cwmpd.package -C ${beside}`,
  );
  await host.run(
    "run the program: is it for another processor, or is libstdcpp6 missing?",
    `${beside}/usr/sbin/cwmpd --version > /dev/null`,
  );
  await host.run(
    "put the files in their places",
    `cd ${beside} && { [ ! -e /etc/config/cwmp ] || rm -f etc/config/cwmp; } && sync && find . ! -type d | while read -r f; do mkdir -p "/\${f%/*}" && mv -f "$f" "/$f" || exit 1; done && sync`,
  );
  await host.run(
    "set the defaults",
    'for f in /etc/uci-defaults/6?-cwmpd*; do [ ! -e "$f" ] || { sh "$f" && rm "$f"; }; done',
  );
}

async function takeAway(host: Host, { manager, installed }: Device, target: string): Promise<void> {
  if (!installed) throw new Stop("The device has no cwmpd");
  const go = await agreed({
    target,
    steps: [
      remove[manager],
      "leave /etc/config/cwmp and /etc/cwmp, the configuration and the state, as they are",
    ],
    back: `make flash HOST=${host.name}`,
  });
  if (!go) return;
  await host.run("take it away", `${remove[manager]} && [ ! -e /usr/sbin/cwmpd ]`);
  say("The agent is gone. Nothing of it is left after: rm -r /etc/config/cwmp /etc/cwmp");
}

const ask = "cwmpd status --json 2>/dev/null || true";
const lastOf = (said: string): string => JSON.stringify(parsed(said)?.lastSession ?? null);

/** @param before the last session of the agent that was there before, which tells nothing of this one */
async function firstInform(host: Host, before: string): Promise<void> {
  let [failure, url] = ["", ""];
  for (let looked = 0; looked < looksMax; looked++) {
    const said = await host.attempt(ask);
    const status = parsed(said);
    url = status?.acs.url ?? "";
    const last = lastOf(said) === before ? null : status?.lastSession;
    if (last?.failure === null)
      return say(escapeText(`The device has informed ${url}: reported ${last.events.join(", ")}.`));
    if (status !== undefined && url === "")
      return say("The agent runs. No ACS is known yet: uci set cwmp.acs.url=…; uci commit cwmp");
    failure = last?.failure ?? failure;
    if (failure !== "" && looked > looksMax / 2) break;
    if (looked === looksPatient) await host.attempt("cwmpd inform > /dev/null 2>&1");
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  if (failure !== "")
    throw new Stop(
      escapeText(`The agent runs, and its session failed: ${failure}. On the device: cwmpd doctor`),
    );
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
      escapeText(
        `The image is for ${boards.join(", ") || "no board"}, and the device is ${device.board || "unknown"}`,
      ),
    );
  const needed = Math.ceil(statSync(file).size / 1024);
  if (device.tmp < needed)
    throw new Stop(`/tmp of the device has ${device.tmp} KiB free, and the image ${needed}`);
  const drop = !flag("KEEP", true);
  const plan: Plan = {
    target,
    steps: [
      `copy ${basename(file)} to /tmp and have sysupgrade test it`,
      `sysupgrade, ${drop ? "WITHOUT keeping the configuration" : "keeping the configuration"}: the device starts again`,
    ],
    back: "sysupgrade with the image from before; a device with two slots: its boot loader's other slot",
  };
  if (!(await agreed(plan))) return;
  await host.copy(file, "/tmp/firmware.img", "copied");
  await host.run(
    "take this image",
    "sysupgrade -T /tmp/firmware.img || { rm -f /tmp/firmware.img; exit 1; }",
  );
  // The connection breaks when the device goes down for the upgrade: that is no failure.
  await host.attempt(`sysupgrade ${drop ? "-n " : ""}/tmp/firmware.img`);
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
