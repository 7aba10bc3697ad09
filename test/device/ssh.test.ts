/** `make flash HOST=…` over a real ssh to a real sshd on loopback. Each command runs in a directory that plays the device:
 * its shell and tools are busybox; what starts the agent there, and sysupgrade, only note what they are asked. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { layOutPackage } from "../../image/package.ts";
import { project } from "../../image/tree.ts";
import { metadataBlock } from "../../platform/openwrt/flash/fwtool.ts";
import { freePort } from "../http/barrier.ts";

const sshd = "/usr/sbin/sshd";
const has = (name: string) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
const possible = process.getuid?.() === 0 && existsSync(sshd) && ["ssh", "busybox", "script"].every(has);

let home: string;
let daemon: ChildProcess;
const path = (name: string) => join(home, name);
const on = (name: string) => path(`device/${name}`);

function put(name: string, text: string, mode = 0o755): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text, { mode });
}

/** A shell with its tools, and what `make flash` looks for on OpenWrt. */
function layOutDevice(): void {
  mkdirSync(on("bin"), { recursive: true });
  const busybox = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
  execFileSync("cp", [busybox, on("bin/busybox")]);
  const libraries = spawnSync("ldd", [busybox], { encoding: "utf8" }).stdout.match(/\/\S+/g) ?? [];
  for (const library of libraries) {
    mkdirSync(dirname(on(library)), { recursive: true });
    execFileSync("cp", ["-L", library, on(library)]);
  }
  for (const name of "sh cat df awk uname tar gzip mv rm mkdir echo kill find wc sync".split(" "))
    spawnSync("ln", ["-s", "busybox", on(`bin/${name}`)]);
  mkdirSync(on("dev"));
  execFileSync("mknod", ["-m", "666", on("dev/null"), "c", "1", "3"]);
  put("device/proc/mounts", "/dev/root / ext4 rw 0 0\n", 0o644);
  put("device/tmp/sysinfo/board_name", "sample,one\n", 0o644);
  put("device/tmp/sysinfo/model", "Sample One\n", 0o644);
  put("device/usr/.keep", "", 0o644);
  put("device/etc/rc.common", '#!/bin/sh\necho "service $1 $2" >> /said\n');
  put("device/sbin/sysupgrade", '#!/bin/sh\necho "sysupgrade $*" >> /said\n[ "$1" = -T ] || kill -9 $PPID\n');
}

/** A package whose agent has had a session. */
function layOutFiles(): string {
  const status = { acs: { url: "http://acs/" }, lastSession: { failure: null, events: ["1 BOOT"] } };
  put("program", `#!/bin/sh\necho '${JSON.stringify(status)}'\n`);
  layOutPackage(path("tree"), path("program"));
  rmSync(path("tree/etc/uci-defaults"), { recursive: true });
  execFileSync("tar", ["-czf", path("package.tar.gz"), "-C", path("tree"), "."]);
  return path("package.tar.gz");
}

async function startServer(): Promise<void> {
  const port = await freePort();
  for (const name of ["host", "user"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path(name)]);
  put("allowed", readFileSync(path("user.pub"), "utf8"), 0o600);
  put(
    "device-shell",
    `#!/bin/sh\nexec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot ${path("device")} /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n`,
  );
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${path("host")}`,
    `AuthorizedKeysFile ${path("allowed")}`,
    `ForceCommand ${path("device-shell")}`,
    `PidFile ${path("pid")}`,
    "PermitRootLogin yes",
    "StrictModes no",
    "UsePAM no",
  ];
  put("sshd_config", `${lines.join("\n")}\n`, 0o600);
  const options = ["IdentitiesOnly=yes", "BatchMode=yes", "StrictHostKeyChecking=no", "LogLevel=ERROR"];
  options.push(`UserKnownHostsFile=${path("known")}`);
  const flags = options.map((one) => `-o ${one}`).join(" ");
  put("ssh", `#!/bin/sh\nexec ssh -F none -p ${port} -i ${path("user")} ${flags} "$@"\n`);
  mkdirSync("/run/sshd", { recursive: true });
  daemon = spawn(sshd, ["-D", "-e", "-f", path("sshd_config")], { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    daemon.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("Server listening")) resolve();
    });
    daemon.on("exit", () => reject(new Error(said)));
  });
}

beforeEach(async () => {
  if (!possible) return;
  home = mkdtempSync(join(tmpdir(), "cwmpd-ssh-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  layOutDevice();
  await startServer();
  onTestFinished(() => void daemon.kill());
});

const environment = (more: Readonly<Record<string, string>>) => ({
  PATH: process.env.PATH,
  HOME: home,
  SSH: path("ssh"),
  HOST: `${userInfo().username}@127.0.0.1`,
  ...more,
});

function flash(more: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(
    join(project, "node_modules/.bin/bun"),
    ["image/flash/main.ts"],
    { cwd: project, encoding: "utf8", env: environment(more) },
  );
  return { status, out: stdout, err: stderr };
}

const said = () => (existsSync(on("said")) ? readFileSync(on("said"), "utf8") : "");

test.skipIf(!possible)(
  "a device without a package manager gets the files, keeps its configuration, and informs; the printed way back works",
  () => {
    const file = layOutFiles();
    put("device/etc/config/cwmp", "config acs 'acs'\n\toption url 'https://mine/'\n", 0o600);
    const dry = flash({ FILE: file, DRY: "1" });
    expect([dry.status, dry.err]).toEqual([0, ""]);
    expect(dry.out).toContain("Sample One (board sample,one, x86_64)");
    expect(existsSync(on("usr/sbin/cwmpd"))).toBe(false);

    const { status, out, err } = flash({ FILE: file, YES: "1" });
    expect([status, err]).toEqual([0, ""]);
    expect(out).toMatch(/copied: 100 %/);
    expect(out).toContain("The device has informed http://acs/: reported 1 BOOT.");
    expect(said()).toBe("service /etc/init.d/cwmpd enable\nservice /etc/init.d/cwmpd restart\n");
    expect(readFileSync(on("etc/config/cwmp"), "utf8")).toContain("https://mine/");
    for (const name of ["tmp/cwmpd.package", "usr/.cwmpd.new"]) expect(existsSync(on(name))).toBe(false);

    put("device/usr/lib/cwmpd/dhcp-options", '#!/bin/sh\necho "options $1" >> /said\n');
    const undone = flash({ UNDO: "1", YES: "1" });
    expect([undone.status, undone.err]).toEqual([0, ""]);
    expect(said()).toMatch(/cwmpd stop\nservice \S+cwmpd disable\noptions remove\n$/);
    const left = readdirSync(path("device"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => /cwmp/.test(name))).toEqual(["etc/config/cwmp"]);
    expect(readFileSync(on("etc/config/cwmp"), "utf8")).toContain("https://mine/");
    expect(flash({ UNDO: "1", YES: "1" }).err).toContain("The device has no cwmpd");
  },
);

test.skipIf(!possible)("a program that does not run on the device takes nobody's place", () => {
  put("device/usr/sbin/cwmpd", "#!/bin/sh\necho old\n");
  put("program", "\x7fELF of another processor");
  layOutPackage(path("tree"), path("program"));
  execFileSync("tar", ["-czf", path("package.tar.gz"), "-C", path("tree"), "."]);
  const { status, err } = flash({ FILE: path("package.tar.gz"), YES: "1" });
  expect(status).toBe(1);
  expect(err).toContain("cannot run the program: is it for another processor");
  expect(readFileSync(on("usr/sbin/cwmpd"), "utf8")).toContain("old");
  expect(existsSync(on("etc/config/cwmp"))).toBe(false);
  for (const name of ["tmp/cwmpd.package", "usr/.cwmpd.new"]) expect(existsSync(on(name))).toBe(false);
});

test.skipIf(!possible)(
  "the session of an agent that was there before is not taken for the first one of the new agent",
  () => {
    const of = (events: readonly string[]) =>
      JSON.stringify({ acs: { url: "http://acs/" }, lastSession: { failure: null, events } });
    put("device/status", of(["2 PERIODIC"]));
    put("device/usr/sbin/cwmpd", "#!/bin/sh\ncat /status\n");
    put(
      "program",
      `#!/bin/sh\n[ "$1" != inform ] || echo '${of(["6 CONNECTION REQUEST"])}' > /status\ncat /status\n`,
    );
    layOutPackage(path("tree"), path("program"));
    rmSync(path("tree/etc/uci-defaults"), { recursive: true });
    execFileSync("tar", ["-czf", path("package.tar.gz"), "-C", path("tree"), "."]);
    const { status, out } = flash({ FILE: path("package.tar.gz"), YES: "1", LOOK_MS: "1" });
    expect(status).toBe(0);
    expect(out).toContain("over the one that is there");
    expect(out).toContain("The device has informed http://acs/: reported 6 CONNECTION REQUEST.");
  },
);

test.skipIf(!possible)("a device with opkg has the package installed by opkg", () => {
  put(
    "device/bin/opkg",
    '#!/bin/sh\n[ "$1" != list-installed ] || { echo "cwmpd - 1.2-r3"; exit 0; }\necho "opkg $*" >> /said\ntar -xzf /tmp/cwmpd.ipk -C /\n',
  );
  renameSync(layOutFiles(), path("cwmpd_1.2-r3_x86_64.ipk"));
  const { status, err } = flash({ FILE: path("cwmpd_1.2-r3_x86_64.ipk"), YES: "1" });
  expect([status, err]).toEqual([0, ""]);
  expect(said()).toBe(
    "opkg install --force-reinstall --force-downgrade /tmp/cwmpd.ipk\nservice /etc/init.d/cwmpd enable\nservice /etc/init.d/cwmpd restart\n",
  );
  expect(existsSync(on("tmp/cwmpd.ipk"))).toBe(false);
});

test.skipIf(!possible)(
  "apk is handed a file whose name it knows, and an agent that it did not install is not called gone",
  () => {
    put(
      "device/usr/bin/apk",
      '#!/bin/sh\necho "apk $*" >> /said\ncase "$1 $3" in add*.apk) tar -xzf "$3" -C / ;; add*) exit 1 ;; esac\n',
    );
    renameSync(layOutFiles(), path("cwmpd.apk"));
    const { status, err } = flash({ FILE: path("cwmpd.apk"), YES: "1" });
    expect([status, err]).toEqual([0, ""]);
    expect(said()).toContain("apk add --allow-untrusted /tmp/cwmpd.apk\n");
    expect(existsSync(on("tmp/cwmpd.apk"))).toBe(false);
    const undone = flash({ UNDO: "1", YES: "1" });
    expect(said()).toMatch(/apk del cwmpd\n$/);
    expect([undone.status, undone.out]).toEqual([1, expect.not.stringContaining("is gone")]);
  },
);

test.skipIf(!possible)(
  'the answer "no" leaves the device unchanged; after "yes" the terminal shows a progress bar',
  () => {
    const file = layOutFiles();
    const asked = (answer: string) =>
      spawnSync(
        "script",
        ["-qec", `${join(project, "node_modules/.bin/bun")} image/flash/main.ts`, "/dev/null"],
        {
          cwd: project,
          encoding: "utf8",
          input: answer,
          env: environment({ FILE: file }),
        },
      );
    const no = asked("n\n");
    expect(no.stdout).toContain("Go on? [y/N]");
    expect(no.stdout).toContain("flash: Nothing has been done.");
    expect(existsSync(on("usr/sbin/cwmpd"))).toBe(false);
    const yes = asked("y\n");
    expect(yes.stdout).toMatch(/copied \[#{25}\] 100 %/);
    expect(existsSync(on("usr/sbin/cwmpd"))).toBe(true);
  },
);

test.skipIf(!possible)(
  "an image is handed to sysupgrade, and the lost ssh connection after that is not a failure",
  () => {
    const image = (board: string) => {
      const bytes = Buffer.alloc(300_000, 7);
      const whole = Buffer.concat([bytes, metadataBlock(bytes, { supported_devices: [board] })]);
      writeFileSync(path("image"), whole);
      return { IMAGE: "1", FILE: path("image"), YES: "1" };
    };
    const other = flash(image("other,board"));
    expect([other.status, said()]).toEqual([1, ""]);
    expect(other.err).toContain("The image is for other,board, and the device is sample,one");
    const { status, out } = flash(image("sample,one"));
    expect(status).toBe(0);
    expect(out).toContain("starts again");
    expect(said()).toBe("sysupgrade -T /tmp/firmware.img\nsysupgrade /tmp/firmware.img\n");
    expect(readFileSync(on("tmp/firmware.img")).equals(readFileSync(path("image")))).toBe(true);
  },
);
