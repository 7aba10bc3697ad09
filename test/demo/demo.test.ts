import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { serveAcs } from "../../platform/acs/server.ts";
import { Acs } from "../../src/acs/acs.ts";
import { counting } from "../acs/cpe.ts";
import { Child, Late } from "./child.ts";

const top = fileURLToPath(new URL("../..", import.meta.url));
const bun = `${top}node_modules/.bin/bun`;
const isBuilt = existsSync(`${top}dist/cwmpd`);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A program of the demo, with all that it prints. */
function start(file: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
  const child: ChildProcess = spawn(bun, [`test/demo/${file}`, ...args], {
    cwd: top,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  // Not SIGKILL: it has children of its own to end.
  cleanups.push(() => {
    child.kill("SIGTERM");
    return ended;
  });
  const seen = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said);
        if (found) resolve(found);
      };
      waiting.push(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${pattern}:\n${said}`)));
    });
  return { child, ended, seen, said: () => said };
}

describe("make demo", () => {
  it.skipIf(!isBuilt)("completes all its steps and reports each", async () => {
    const demo = start("demo.ts");
    const code = await demo.ended;
    expect(demo.said()).toMatch(/\ndemo: all \d steps did what they should\n$/);
    expect(code).toBe(0);
  });

  it("fails with a message if the program misses a step", async () => {
    const demo = start("demo.ts", [], { ...process.env, CWMPD: "false" });
    expect(await demo.ended).toBe(1);
    expect(demo.said()).toContain("The sample gateway cannot be laid out");
    expect(demo.said()).toMatch(/demo: FAILED in step 1\n$/);
  });
});

describe("make run", () => {
  it.skipIf(!isBuilt)(
    "keeps running, suggests commands, and leaves no file or process behind after Ctrl-C",
    async () => {
      const run = start("run.ts");
      const [, root = ""] = await run.seen(/The agent runs on the gateway in (\S+)/);
      const [, ring = ""] = await run.seen(/ (curl --digest -u \S+ \S+)\n[\s\S]*Ctrl-C ends it all\./);
      expect(existsSync(`${root}/var/run/cwmpd.sock`)).toBe(true);
      run.child.stdin!.write("get InternetGatewayDevice.DeviceInfo.UpTime\n");
      await run.seen(/= InternetGatewayDevice\.DeviceInfo\.UpTime=\d+/);
      const [name = "", ...args] = ring.split(" ");
      if (spawnSync(name, ["--version"]).status === 0) {
        const before = run.said().length;
        expect(spawnSync(name, ["-sS", "--fail", ...args]).status).toBe(0);
        await run.seen(new RegExp(`^[\\s\\S]{${before}}[\\s\\S]*6 CONNECTION REQUEST`));
      }
      run.child.kill("SIGINT");
      expect(await run.ended).toBe(0);
      expect(existsSync(root)).toBe(false);
    },
  );

  it.skipIf(!isBuilt)(
    "leaves no process behind if its terminal is closed, or after a second Ctrl-C",
    async () => {
      for (const signals of [["SIGHUP"], ["SIGINT", "SIGINT"]] as const) {
        const run = start("run.ts");
        const [, root = ""] = await run.seen(/The agent runs on the gateway in (\S+)/);
        await run.seen(/Ctrl-C ends it all\./);
        // Nobody reads any more, as behind a terminal that is gone.
        if (signals[0] === "SIGHUP")
          for (const stream of [run.child.stdout!, run.child.stderr!]) stream.destroy();
        for (const signal of signals) run.child.kill(signal);
        expect(await run.ended).toBe(0);
        expect(existsSync(root)).toBe(false);
        const left = spawnSync("pgrep", ["-f", root], { encoding: "utf8" });
        if (left.error === undefined) expect(left.stdout).toBe("");
      }
    },
  );

  it.skipIf(!isBuilt)("contacts the ACS of ACS_URL", async () => {
    const acs = new Acs({ chance: counting() });
    const server = await serveAcs({ listen: "127.0.0.1:0", acs, log: () => {} });
    cleanups.push(() => server.close());
    const called = new Promise<readonly string[]>((resolve) => {
      acs.listen((news) => news.do === "opened" && resolve(news.events));
    });
    const run = start("run.ts", ["--acs-url", server.url]);
    expect(await called).toContain("0 BOOTSTRAP");
    await run.seen(/cpe --> acs message=Inform section="3\.7\.1\.1, A\.3\.3\.1"/);
    await run.seen(/cpe <-- acs message=InformResponse section="3\.7\.2\.1, A\.3\.3\.1"/);
    await run.seen(/Session ended as it should[\s\S]*Ctrl-C ends it all\./);
    run.child.kill("SIGINT");
    expect(await run.ended).toBe(0);
  });
});

it.skipIf(!isBuilt)("make run rejects a malformed ACS_URL with a message", async () => {
  const run = start("run.ts", ["--acs-url", "host:7547"]);
  expect(await run.ended).toBe(1);
  expect(run.said()).toContain("--acs-url takes an absolute http or https URL");
});

describe("waiting for a program", () => {
  const child = (...argv: string[]) => {
    const made = new Child("it", argv, { show: () => {} });
    cleanups.push(() => made.stop());
    return made;
  };

  it("finds the expected lines in their order, each once", async () => {
    const it = child("printf", "a 1\\nb\\na 2\\n");
    expect((await it.seen(/a (\d)/, "a"))[1]).toBe("1");
    expect((await it.seen(/a (\d)/, "a"))[1]).toBe("2");
    await expect(it.seen(/b/, "another b")).rejects.toThrow("it has ended (0) before this came: another b");
  });

  it("times out, and names the line that it waited for", async () => {
    await expect(child("cat").seen(/x/, "an x", 1)).rejects.toThrow(
      new Late("an x: it did not come from it within 0.001 s"),
    );
  });

  it("reports a program that does not exist", async () => {
    await expect(child("/nowhere/it").seen(/x/, "an x")).rejects.toThrow(/it has ended \(.*ENOENT/);
  });
});
