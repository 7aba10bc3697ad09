/** Composition root: argv in, outcome out. The modules of a command are loaded when it is called, so that every command
 * starts fast. */
import { version } from "../package.json";
import type { Outcome } from "../src/cli/command.ts";
import { dispatch } from "../src/cli/dispatch.ts";
import type { World } from "../src/cli/world.ts";
import { escapeSteering } from "../src/terminal.ts";
import { controlClient } from "./bun/control.ts";

const world: World = {
  version,
  client: controlClient,
  environment: process.env,
  async event(root, recorded) {
    const { putEvent } = await import("./bun/events.ts");
    putEvent(root, recorded);
    // The agent that begins later takes it in by itself.
    await controlClient(root)
      .events()
      .catch(() => {});
  },
  input: async () => (await import("node:stream/consumers")).text(process.stdin),
  run: async (options) => (await import("./run.ts")).run(options, version),
  async acs(options) {
    const { runAcs } = await import("./acs/command.ts");
    const { systemChance } = await import("./bun/chance.ts");
    return runAcs(options, systemChance, {
      input: process.stdin,
      write: (text) => output().write(text),
      colours: output().isTTY === true,
      stopped: new Promise((resolve) => {
        process.once("SIGINT", () => resolve());
        process.once("SIGTERM", () => resolve());
      }),
    });
  },
  async uci(verb, name, options) {
    const { uci } = await import("./openwrt/uci/cli.ts");
    const { stdout, stderr, exitCode } = uci({ verb, name, ...options });
    return { exit: exitCode, out: stdout, err: stderr };
  },
  progress: (line) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  },
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
  octets: async (path) => (await import("node:fs/promises")).readFile(path),
  chance: (count) => crypto.getRandomValues(new Uint8Array(count)),
  stunProbe: async (server, options) => (await import("./bun/stun-probe.ts")).stunProbe(server, options),
  sendUdpRequest: async (to, options) => (await import("./bun/udp-send.ts")).sendUdpRequest(to, options),
  voucherVerify: async (...call) => (await import("./commands/voucher.ts")).voucherVerify(...call),
  voucherTry: async (...call) => (await import("./commands/voucher.ts")).voucherTry(...call),
  voucherSign: async (...call) => (await import("./commands/voucher.ts")).voucherSign(...call),
  packages: {
    examine: async (call) => (await import("./package/hand.ts")).examine(call),
    build: async (call) => (await import("./package/build.ts")).build(call),
  },
  observe: async (root, offline) => (await import("./doctor/observe.ts")).observe(root, offline),
  discover: async (root, on) => (await import("./commands/dhcp-discover.ts")).discover(root, on),
  async sandbox(directory, form) {
    const { layOutSandbox } = await import("./sim/sandbox.ts");
    layOutSandbox(directory, Date.now(), form);
    return {
      exit: 0,
      out: `A sample gateway is in ${directory}. Start the agent on it: cwmpd run --root ${directory}\n`,
    };
  },
};

/** Standard output, opened where something is printed: the agent prints nothing, and a stream costs it
 * time at start. */
function output(): NodeJS.WriteStream {
  const { stdout } = process;
  if (!stdout.listeners("error").includes(unwritten)) stdout.on("error", unwritten);
  return stdout;
}

function finish({ exit, out, err }: Outcome): void {
  // The text may hold words of a peer or of a file.
  if (err !== undefined) process.stderr.write(escapeSteering(err, "\n\t"));
  const leave = () => process.exit(exit);
  if (out === undefined || out.length === 0) leave();
  else output().write(out, (error) => (error ? unwritten(error) : leave()));
}

/** A reader that has seen enough (head, less) is no failure; a full disk is. */
function unwritten({ code, message }: NodeJS.ErrnoException): void {
  if (code === "EPIPE") process.exit(0);
  process.stderr.write(`cwmpd: Cannot write the output: ${message}\n`);
  process.exit(1);
}

finish(await dispatch(process.argv.slice(2), world));
