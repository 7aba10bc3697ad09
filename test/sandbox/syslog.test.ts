/** The agent's own lines in the system log, under Bun, into a socket like that of logd. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const bun = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
const child = fileURLToPath(new URL("./syslog-child.ts", import.meta.url));
const able = spawnSync("python3", ["-c", ""]).status === 0 && spawnSync(bun, ["--version"]).status === 0;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cwmpd-syslog-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A log daemon that prints four datagrams. */
const daemon = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("ready", flush=True)
for _ in range(4): print(repr(s.recv(2048)), flush=True)
`;

test.skipIf(!able)("each line has its level and the agent's name", async () => {
  const path = join(directory, "log");
  const logd = spawn("python3", ["-c", daemon, path], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  logd.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await expect.poll(() => said, { timeout: 20_000 }).toContain("ready");
    const { stdout } = spawnSync(bun, [child, path], { encoding: "utf8" });
    expect(stdout).toBe("[true,true,true,true]");
    await expect.poll(() => said.split("\n").length, { timeout: 20_000 }).toBeGreaterThan(5);
    const lines = said
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.replace(/\[\d+\]/, "[PID]"));
    expect(lines).toEqual([
      "b'<31>cwmpd[PID]: a line of debug\\n'",
      "b'<30>cwmpd[PID]: a line of info\\n'",
      "b'<28>cwmpd[PID]: a line of warn\\n'",
      "b'<27>cwmpd[PID]: a line of error\\n'",
    ]);
  } finally {
    logd.kill("SIGKILL");
  }
});

test.skipIf(!able)(
  "without a log daemon logging does not block, and reports that the line was not written",
  () => {
    const { stdout } = spawnSync(bun, [child, join(directory, "none")], { encoding: "utf8" });
    expect(stdout).toBe("[false,false,false,false]");
  },
);
