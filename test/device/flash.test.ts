/** `make flash`: onto which disks it writes, what it says before it does, and a device behind a shell. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { copyOnto, usableDisk } from "../../image/flash/card.ts";
import { outcomeIn, reported } from "../../image/flash/qemu.ts";
import { packagePaths } from "../../image/package.ts";
import { project, writeUpper } from "../../image/tree.ts";
import { metadataBlock } from "../../platform/openwrt/flash/fwtool.ts";
import { narrate } from "../../src/acs/narrate.ts";
import { showResult } from "../../src/acs/show.ts";
import { unknownTime } from "../../src/datetime.ts";
import { parsePackage } from "../igd/world.ts";

let home: string;
const path = (name: string) => join(home, name);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cwmpd-flash-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

function put(name: string, text: string): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}

describe("a card", () => {
  const mount = (number: string, from: string, at: string) =>
    `36 35 ${number} / ${at} rw,noatime shared:1 - ext4 ${from} rw\n`;
  const views = () => ({
    mounts: path("mounts"),
    swaps: path("swaps"),
    block: path("block"),
    devices: `${home}/dev/`,
  });
  const judged = () => usableDisk(path("dev/sdx"), views());

  beforeEach(() => {
    put("dev/sdx", "");
    put("dev/sdx1", "");
    put("block/sdx/size", "2048000\n");
    put("block/sdx/device/model", "Card Reader\n");
    put("block/sdx/sdx1/partition", "1\n");
    put("block/sdx/dev", "8:16\n");
    put("block/sdx1/dev", "8:17\n");
    put("mounts", mount("8:1", "/dev/root", "/"));
    put("swaps", "Filename Type Size Used Priority\n");
  });

  test("an unused disk is described by its size and model", () => {
    const disk = {
      path: path("dev/sdx"),
      size: 2_048_000 * 512,
      model: "Card Reader",
      removable: false,
      parts: ["sdx1"],
    };
    expect(judged()).toEqual(disk);
    put("block/sdx/removable", "1\n");
    symlinkSync("sdx", path("dev/by-name"));
    expect(usableDisk(path("dev/by-name"), views())).toEqual({ ...disk, removable: true });
  });

  test.each([
    [
      "one of whose partitions is mounted",
      () => put("mounts", mount("0:35", `${home}/dev/sdx1`, "/boot")),
      /sdx1 is mounted at \/boot/,
    ],
    [
      "that is mounted under another name, as the disk of the system is",
      () => put("mounts", mount("8:17", "/dev/root", "/")),
      /\/dev\/root is mounted at \//,
    ],
    ["that is memory", () => renameSync(path("block/sdx"), path("block/zram0")), /no disk/],
    ["that holds swap", () => put("swaps", `Filename\n${home}/dev/sdx1 partition 1 0 -2\n`), /swap/],
    ["that LVM or RAID holds", () => put("block/sdx/sdx1/holders/dm-0", ""), /held/],
    ["that is a partition", () => put("block/sdx/partition", "1\n"), /partition/],
    ["that can only be read", () => put("block/sdx/ro", "1\n"), /only be read/],
    ["that is none", () => rmSync(path("block/sdx/size")), /no disk/],
  ])("a disk %s is refused", (_, change, why) => {
    change();
    expect(judged).toThrow(why);
  });

  test("a file outside of the device directory is not a disk, whatever its name", () => {
    put("sdx", "");
    expect(() => usableDisk(path("sdx"), views())).toThrow(/no disk/);
  });

  test("the written image is read back and compared", () => {
    const image = Buffer.alloc(3_000_000, 7);
    writeFileSync(path("image"), image);
    writeFileSync(path("disk"), Buffer.alloc(4_000_000, 1));
    copyOnto(path("disk"), path("image"), image.length);
    const disk = readFileSync(path("disk"));
    expect(disk.subarray(0, image.length).equals(image)).toBe(true);
    expect(disk.subarray(image.length).every((byte) => byte === 1)).toBe(true);
    expect(() => copyOnto("/dev/full", path("image"), image.length)).toThrow();
  });
});

const bun = join(project, "node_modules/.bin/bun");
const sbin = `${process.env.PATH}:/usr/sbin:/sbin`;
const hasLoop =
  process.getuid?.() === 0 &&
  ["losetup", "mkfs.ext4", "unshare"].every(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: { PATH: sbin } }).status === 0,
  ) &&
  spawnSync("losetup", ["-f"]).status === 0;

/** Calls make flash without make. */
function flash(env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(bun, ["image/flash/main.ts"], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: home, ...env },
  });
  return { status, out: stdout, err: stderr };
}

describe("make flash", () => {
  test("without a target it prints its usage; a dry run prints target, steps and the way back, and changes nothing", () => {
    const none = flash({});
    expect(none.status).toBe(1);
    expect(none.err).toContain("make flash TARGET=qemu");
    const dry = flash({ TARGET: "qemu", DRY: "1" });
    expect(dry.status).toBe(0);
    expect(dry.out).toMatch(
      /Target: .*\n[\s\S]*1\. [\s\S]*To go back: [\s\S]*Dry run: nothing has been done/,
    );
  });

  test("the emulated gateway gets its identity and its ACS, each in its section", () => {
    writeUpper(home, "http://10.0.2.2:7547/");
    const file = parsePackage("cwmp", readFileSync(path("etc/config/cwmp"), "utf8"));
    const of = (section: string, option: string) => file.section(section)?.options.get(option);
    expect([of("cpe", "oui"), of("cpe", "serial_number")]).toEqual(["00256D", "EMULATED1"]);
    expect([of("acs", "url"), of("slots", "a")]).toEqual(["http://10.0.2.2:7547/", "/dev/vda2"]);
  });

  test("without a terminal and without YES nothing is written", () => {
    const { status, err } = flash({ TARGET: "qemu" });
    expect([status, err]).toEqual([1, "flash: Nobody is there to ask. YES=1 says yes.\n"]);
  });

  test.skipIf(!hasLoop)(
    "a real disk: its copy is kept and put back, and one that is mounted, also out of sight, is left alone",
    async () => {
      const old = Buffer.alloc(8 << 20, 1);
      const image = Buffer.alloc(3_000_000, 7);
      image.writeUInt16LE(0xaa55, 510);
      writeFileSync(path("card"), old);
      writeFileSync(path("image"), image);
      const loop = (...args: readonly string[]) => execFileSync("losetup", args, { encoding: "utf8" }).trim();
      const device = loop("-f", "--show", path("card"));
      onTestFinished(() => {
        loop("-d", device);
        rmSync(join(project, `dist/flash/${basename(device)}-${8 << 20}.before`), { force: true });
      });
      const card = (more: Readonly<Record<string, string>> = {}) =>
        flash({ DEV: device, FILE: path("image"), YES: "1", ...more });
      const first = card();
      expect([first.status, first.err]).toEqual([0, ""]);
      expect(first.out).toContain("NOT removable");
      expect(readFileSync(device).subarray(0, image.length).equals(image)).toBe(true);
      expect(card().err).toContain("is there from before");
      expect(card({ UNDO: "1" }).status).toBe(0);
      expect(readFileSync(device).equals(old)).toBe(true);
      expect(card({ UNDO: "1" }).err).toContain("nothing was written to this disk from here");
      writeFileSync(path("root.img"), "hsqs");
      expect(card({ FILE: path("root.img") }).err).toContain("is no image of a disk");

      execFileSync("mkfs.ext4", ["-q", device], { env: { PATH: sbin } });
      mkdirSync(path("mnt"));
      execFileSync("mount", [device, path("mnt")]);
      const seen = card({ KEEP: "0" });
      execFileSync("umount", [path("mnt")]);
      expect(seen.err).toContain(`${device} is mounted at ${path("mnt")}`);
      // Mounted in a namespace of its own, which the list of mounts does not show.
      const other = spawn("unshare", [
        "-m",
        "sh",
        "-c",
        `mount ${device} ${path("mnt")}; echo there; read -r _`,
      ]);
      onTestFinished(() => void other.kill());
      await once(other.stdout, "data");
      expect(card({ KEEP: "0" }).err).toContain("it is in use");
      other.stdin.end();
      await once(other, "close");
      expect(readFileSync(device).subarray(0, 4).equals(image.subarray(0, 4))).toBe(false);
    },
  );

  test("a device that is not a disk is refused with the reason, even before an image is made", () => {
    const { status, err } = flash({ DEV: "/dev/null", FILE: path("missing"), DRY: "1" });
    expect([status, err]).toEqual([1, "flash: /dev/null is no disk. List the disks: lsblk\n"]);
  });

  test("an emulated gateway counts as flashed when the ACS has received TransferComplete, and not at DownloadResponse", () => {
    const times = { StartTime: unknownTime, CompleteTime: unknownTime };
    const told = (FaultCode: number, FaultString: string) => {
      const args = { CommandKey: "", FaultStruct: { FaultCode, FaultString }, ...times };
      const about = { id: undefined, holdRequests: false, version: "cwmp-1-1", leniences: [] };
      const entry = { at: 0, device: undefined, session: undefined, status: undefined, last: false };
      return narrate(
        {
          ...entry,
          from: "cpe",
          said: { ...about, is: "call", method: "TransferComplete", args },
          body: new Uint8Array(),
        },
        { colours: false },
      );
    };
    const heard = (said: readonly string[]) => said.filter((line) => reported.test(line)).map(outcomeIn);
    expect(heard(showResult({ is: "reply", method: "Download", args: { Status: 1, ...times } }))).toEqual([]);
    expect(heard(told(0, ""))).toEqual([""]);
    expect(heard(told(9010, "The device came back with the old image"))).toEqual([
      "9010 The device came back with the old image",
    ]);
  });

  test("a value that says neither yes nor no is refused, and a dry run is one however it is spelled", () => {
    expect(flash({ TARGET: "qemu", DRY: "maybe", YES: "1" }).err).toBe(
      'flash: DRY is "maybe": expected 1 or 0\n',
    );
    expect(flash({ TARGET: "qemu", DRY: "yes", YES: "1" }).out).toContain("Dry run: nothing has been done");
  });

  test("a host name that ssh would read as an option is refused", () => {
    expect(flash({ HOST: "-oProxyCommand=x", DRY: "1" }).err).toContain("expected USER@HOST");
  });
});

describe("a device over ssh", () => {
  /** Plays ssh: the device's shell is this machine's, with programs that note what they are asked. */
  function layOut(manager: "opkg" | "none"): Readonly<Record<string, string>> {
    put("ssh", `#!/bin/sh\nPATH=${home}/bin:$PATH exec sh -c "$2"\n`);
    const status = { acs: { url: "http://acs/" }, lastSession: { failure: null, events: ["1 BOOT"] } };
    put("bin/cwmpd", `#!/bin/sh\necho '${JSON.stringify(status)}'\n`);
    put("bin/sysupgrade", `#!/bin/sh\necho "sysupgrade $*" >> ${home}/said\n`);
    put("bin/uname", "#!/bin/sh\necho x86_64\n");
    put(
      "look",
      `board=sample,one\nmodel=Sample One\nmachine=x86_64\nopenwrt=1\nmanager=${manager}\nsysupgrade=1\nfree=999999\ntmp=999999\n`,
    );
    // What looks at the system gets the sample's answers; what changes it is noted.
    put(
      "ssh",
      `#!/bin/sh
case "$2" in
*machine=*) cat ${home}/look ;;
"cat > "*) cat > ${home}/copied; wc -c < ${home}/copied; echo "copied" >> ${home}/said ;;
*cwmpd\\ status*) ${home}/bin/cwmpd ;;
*) echo "$2" >> ${home}/said ;;
esac
`,
    );
    for (const name of ["ssh", "bin/cwmpd", "bin/sysupgrade", "bin/uname"]) chmodSync(path(name), 0o755);
    return { SSH: path("ssh"), HOST: "root@192.0.2.1" };
  }

  const image = (board: string) => {
    const bytes = Buffer.from("image");
    writeFileSync(
      path("image"),
      Buffer.concat([bytes, metadataBlock(bytes, { supported_devices: [board] })]),
    );
    return path("image");
  };

  test("an image for another board is refused before anything is copied", () => {
    const { status, err } = flash({ ...layOut("none"), IMAGE: "1", FILE: image("other,board"), YES: "1" });
    expect(status).toBe(1);
    expect(err).toContain("The image is for other,board, and the device is sample,one");
    expect(() => readFileSync(path("said"))).toThrow();
  });

  test("an image for this board is copied, tested, and handed to sysupgrade, which keeps the configuration", () => {
    const env = { ...layOut("none"), IMAGE: "1", FILE: image("sample,one"), YES: "1" };
    const { status, out } = flash(env);
    expect(status).toBe(0);
    expect(out).toContain("Target: root@192.0.2.1, Sample One (board sample,one, x86_64)");
    expect(readFileSync(path("copied")).equals(readFileSync(path("image")))).toBe(true);
    expect(readFileSync(path("said"), "utf8")).toBe(
      "copied\nsysupgrade -T /tmp/firmware.img || { rm -f /tmp/firmware.img; exit 1; }\nsysupgrade /tmp/firmware.img\n",
    );
    flash({ ...env, KEEP: "0" });
    expect(readFileSync(path("said"), "utf8")).toContain("sysupgrade -n /tmp/firmware.img\n");
  });

  test("a machine that is no OpenWrt is left unchanged, whatever it reports of itself", () => {
    const env = layOut("none");
    put("look", "board=\nmodel=\x1b[2J\nmachine=x86_64\nmanager=none\nfree=999999\ntmp=999999\n");
    const { err } = flash({ ...env, YES: "1" });
    expect(err).toContain("is no OpenWrt");
    expect(err).toContain("\\x1b[2J");
    expect(() => readFileSync(path("said"))).toThrow();
  });

  test("a package of another manager, and a copy that did not arrive whole, are refused", () => {
    const env = layOut("opkg");
    put("some.apk", "x");
    expect(flash({ ...env, FILE: path("some.apk"), YES: "1" }).err).toContain("ends with .ipk");
    put("some.ipk", "x".repeat(50));
    put("ssh", readFileSync(path("ssh"), "utf8").replace("wc -c <", "echo 7; : <"));
    expect(flash({ ...env, FILE: path("some.ipk"), YES: "1" }).err).toContain("has not got all of");
  });

  test("a command that ssh cannot deliver is reported, with the remedy for a new host key", () => {
    put("ssh", "#!/bin/sh\necho 'REMOTE HOST IDENTIFICATION HAS CHANGED' >&2\nexit 255\n");
    chmodSync(path("ssh"), 0o755);
    const { status, err } = flash({ SSH: path("ssh"), HOST: "root@192.0.2.1", YES: "1" });
    expect(status).toBe(1);
    expect(err).toMatch(/HAS CHANGED[\s\S]*does not get through to root@192\.0\.2\.1[\s\S]*ssh-keygen -R/);
    expect(err).not.toContain("sysinfo");
  });

  test("a missing package is reported; a dry run copies nothing", () => {
    const env = layOut("opkg");
    const { err } = flash({ ...env, DRY: "1" });
    const made = packagePaths("x86_64")!.ipk;
    if (err !== "") expect(err).toContain(`There is no ${made}: call make package first`);
    expect(() => readFileSync(path("said"))).toThrow();
  });
});
