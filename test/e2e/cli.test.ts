import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { Acs } from "./acs.ts";
import { checkAll, secrets } from "./checks.ts";
import { cwmpd, Device, printed, program } from "./device.ts";
import { path } from "./paths.ts";

const isRoot = process.getuid?.() === 0;

/** A device that has had its first session. */
async function idle(root?: string) {
  const acs = await Acs.open();
  const device = await Device.layOut(root);
  device.configure("acs", { url: acs.url });
  device.start();
  await acs.pass("0 BOOTSTRAP");
  await device.said(/Session ended as it should/);
  return { acs, device };
}

describe("commands to the running agent", () => {
  it("get, names and status print the values that the ACS would see, exit 0", async () => {
    const { device } = await idle();
    expect(await device.cli("get", path.ssid, `${path.lan}WLANConfiguration.2.SSID`)).toEqual({
      exit: 0,
      out: `${path.ssid}=Sample Home\n${path.lan}WLANConfiguration.2.SSID=Sample Home\n`,
      err: "",
    });
    const all = await device.cli("get", "");
    for (const secret of secrets) expect(all.out).not.toContain(secret);
    const { out } = await device.cli("names", path.root, "--next-level");
    expect(out.split("\n")).toContain(`r- ${path.device}`);
    const whole = await device.cli("names");
    expect(whole.out.split("\n")).toContain(`rw ${path.ssid}`);
    const status = await device.cli("status");
    expect(status.exit).toBe(0);
    expect(status.out).toMatch(/^Last session .*ended well/m);
    const json = await device.status();
    expect(json.lastSession).toMatchObject({ failure: null, calls: 0 });
    for (const secret of secrets) expect(status.out + JSON.stringify(json)).not.toContain(secret);
  });

  it("set changes all values or none, reads secrets from its input, and names a remedy for a fault; exit 0 and 1", async () => {
    const { device } = await idle();
    expect(await device.cli("set", `${path.ssid}=a=b 'c'`)).toEqual({ exit: 0, out: "", err: "" });
    expect(device.config("wireless")).toContain("option ssid 'a=b '\\''c'\\'''");
    const fed = await cwmpd(["set", "--root", device.root, "-"], {
      input: `${path.wifiKey}=s3cret of the air\n`,
    });
    expect(fed).toEqual({ exit: 0, out: "", err: "" });
    expect(device.config("wireless")).toContain("option key 's3cret of the air'");
    const before = device.config("wireless");
    const refused = await device.cli("set", `${path.ssid}=never`, `${path.device}UpTime=1`);
    expect(refused.exit).toBe(1);
    expect(refused.err).toContain(`${path.device}UpTime: The parameter is read-only (9008)`);
    expect(device.config("wireless")).toBe(before);
    const unknown = await device.cli("get", "Device.");
    expect(unknown.exit).toBe(1);
    expect(unknown.err).toMatch(/9005[\s\S]*cwmpd names/);
  });

  it("3.2.1 [R-3.2.1-01] inform starts a session", async () => {
    const { acs, device } = await idle();
    expect(await device.cli("inform")).toMatchObject({ exit: 0, err: "" });
    await (await acs.session()).end();
  });

  it.skipIf(!isRoot)("only the user of the agent can open the control socket", async () => {
    const { device } = await idle();
    const socket = statSync(device.path("var/run/cwmpd.sock"));
    expect(socket.isSocket()).toBe(true);
    expect(socket.mode & 0o777).toBe(0o600);
    expect(statSync(device.state).mode & 0o077).toBe(0);
    expect(statSync(join(device.state, "state.db")).mode & 0o077).toBe(0);
  });

  it("commands work below a root whose path is longer than the path of a socket may be", async () => {
    const { device } = await idle(Array.from({ length: 12 }, (_, at) => `directory-number-${at}`).join("/"));
    expect(device.path("var/run/cwmpd.sock").length).toBeGreaterThan(200);
    expect(await device.get(path.ssid)).toBe("Sample Home");
  });

  it("without a running agent every command says how to start one, exit 1", async () => {
    const device = await Device.layOut();
    for (const args of [["status"], ["get", path.ssid], ["set", `${path.ssid}=x`], ["names"], ["inform"]]) {
      const { exit, out, err } = await device.cli(args[0]!, ...args.slice(1));
      expect([exit, out]).toEqual([1, ""]);
      expect(err).toContain(`cwmpd run --root ${device.root}`);
    }
  });

  it("after kill -9 a new agent replaces the old socket, and a second agent is refused", async () => {
    const { acs, device } = await idle();
    await device.kill();
    expect((await device.cli("status")).err).toContain("Start one");
    device.start();
    await acs.pass("1 BOOT");
    const second = await cwmpd(["run", "--root", device.root, "--state", device.state]);
    expect(second.exit).toBe(1);
    expect(second.err).toContain("already running");
    expect(await device.get(path.ssid)).toBe("Sample Home");
  });
});

describe("commands by themselves", () => {
  it("version, help and wrong usage: exit 0, 0 and 2", async () => {
    expect(await cwmpd(["version"])).toEqual({ exit: 0, out: `cwmpd ${packageJson.version}\n`, err: "" });
    expect(await cwmpd(["help"])).toMatchObject({ exit: 0, err: "" });
    for (const wrong of [
      [],
      ["nonsense"],
      ["get"],
      ["run", "--acs-url"],
      ["run", "--acs-url", "ftp://x/"],
      ["uci", "import", "x"],
      ["acs", "--listen", "nowhere"],
      ["acs", "--listen", "127.0.0.1:65536"],
      ["acs", "--username", "acs"],
    ]) {
      const { exit, out, err } = await cwmpd(wrong);
      expect([wrong, exit, out]).toEqual([wrong, 2, ""]);
      expect(err).not.toBe("");
    }
  });

  it("output that cannot be written is a failure, a reader that closes its pipe is not", async () => {
    const shell = (script: string) => printed("sh", ["-c", script, program]);
    const { exit, err } = await shell('"$0" help > /dev/full');
    expect(exit).toBe(1);
    expect(err).toMatch(/^cwmpd: Cannot write the output: .*ENOSPC/);
    expect(await shell('"$0" help | head -n 1 >/dev/null; exit 0')).toMatchObject({ exit: 0, err: "" });
  });

  interface Case {
    readonly name: string;
    readonly package: string;
    readonly input: string;
    readonly runs: Readonly<
      Record<"export" | "show", { readonly exitCode: number; readonly stdout: string }>
    >;
  }
  const corpus = JSON.parse(
    readFileSync(fileURLToPath(new URL("../fixtures/uci/parse.json", import.meta.url)), "utf8"),
  ) as readonly Case[];

  it("uci export and show print the output of the real tool, byte for byte, with its exit codes", async () => {
    const device = await Device.layOut();
    const some = corpus.filter((_, at) => at % 6 === 0);
    expect(some.length).toBeGreaterThan(10);
    for (const one of some) {
      device.write(one.package, Buffer.from(one.input, "base64"));
      for (const verb of ["export", "show"] as const) {
        const { exitCode, stdout } = one.runs[verb];
        const { exit, out } = await cwmpd(["uci", verb, "--root", device.root, one.package]);
        expect([one.name, verb, exit, out]).toEqual([
          one.name,
          verb,
          exitCode,
          Buffer.from(stdout, "base64").toString(),
        ]);
      }
      rmSync(device.path(`etc/config/${one.package}`));
    }
  });

  it("run refuses a root that does not exist, and does not create it; exit 1", async () => {
    const device = await Device.layOut();
    for (const name of ["mistyped", "gw/etc/config/cwmp"]) {
      const root = join(device.home, name);
      const { exit, err } = await cwmpd(["run", "--root", root]);
      expect([name, exit]).toEqual([name, 1]);
      expect(err).toBe(
        `cwmpd run: There is no directory ${root} to take for the root. Lay out a sample: cwmpd sandbox ${root}\n`,
      );
    }
    expect(existsSync(join(device.home, "mistyped"))).toBe(false);
  });

  it("sandbox says in one line why a directory cannot be made; exit 1", async () => {
    for (const name of ["/proc/nowhere", ""]) {
      const { exit, out, err } = await cwmpd(["sandbox", name]);
      expect([name, exit, out]).toEqual([name, 1, ""]);
      expect(err).toMatch(/^cwmpd sandbox: Cannot lay out a sandbox in .*: ENOENT\. Name .*\n$/);
    }
  });

  it("sandbox refuses a directory that it has not made", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-e2e-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, "mine"), "kept");
    const { exit, err } = await cwmpd(["sandbox", directory]);
    expect(exit).toBe(1);
    expect(err).toContain("not empty and not a sandbox");
    expect(readFileSync(join(directory, "mine"), "utf8")).toBe("kept");
  });
});

describe("the environment", () => {
  it.skipIf(!isRoot)("with BUN_BE_BUN the binary is the plain runtime and not the agent", async () => {
    for (const value of ["1", "0", ""]) {
      const { exit, out } = await cwmpd(["version"], { env: { ...process.env, BUN_BE_BUN: value } });
      expect([value, exit, out]).toEqual([value, 1, ""]);
    }
  });

  it.skipIf(!isRoot)(
    "with BUN_OPTIONS, which the runtime obeys before any code of ours, the agent of root refuses to start and says why",
    async () => {
      const { exit, out, err } = await cwmpd(["version"], { env: { ...process.env, BUN_OPTIONS: "--smol" } });
      expect([exit, out]).toEqual([1, ""]);
      expect(err).toBe(
        "cwmpd: BUN_OPTIONS is set: clear the environment (env -i) before starting cwmpd as root.\n",
      );
    },
  );

  it.skipIf(!isRoot)(
    ".env, bunfig.toml and package.json of the working directory have no effect",
    async () => {
      const acs = await Acs.open();
      const device = await Device.layOut();
      const cwd = join(device.home, "cwd");
      mkdirSync(cwd);
      const mark = join(device.home, "was-run");
      // Were it loaded, the program would see this variable, and refuse.
      writeFileSync(join(cwd, ".env"), "BUN_BE_BUN=1\n");
      writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
      writeFileSync(
        join(cwd, "preload.ts"),
        `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");\n`,
      );
      writeFileSync(join(cwd, "package.json"), "{ broken");
      expect(await cwmpd(["version"], { cwd })).toEqual({
        exit: 0,
        out: `cwmpd ${packageJson.version}\n`,
        err: "",
      });
      device.start({ url: acs.url, cwd });
      await acs.pass("0 BOOTSTRAP");
      expect(existsSync(mark)).toBe(false);
    },
  );
});

checkAll();
