/** Composition root: the steps before any other module of ours is loaded. The agent gives up its privileges (`confine`) before
 * the runtime has made a second thread, which would keep them. */

/** The runtime obeys these before any line of ours runs: with the first the binary is a whole Bun, the second may name
 * programs to load, the third opens a debugger. So no code here protects from them: only a clean environment does, as
 * the init script gives it (`env -i`). This check warns a person who starts the agent in another way. */
const dangerous = ["BUN_BE_BUN", "BUN_OPTIONS", "BUN_INSPECT"] as const;

function tellUncleanEnvironment(): void {
  const found = dangerous.find((name) => process.env[name] !== undefined);
  if (found === undefined || process.getuid?.() !== 0) return;
  process.stderr.write(
    `cwmpd: ${found} is set: clear the environment (env -i) before starting cwmpd as root.\n`,
  );
  process.exit(1);
}

tellUncleanEnvironment();
if (process.argv[2] === "run") {
  const { confine } = await import("./bun/confine.ts");
  confine((why) => process.stderr.write(`cwmpd: it keeps all its privileges: ${why}\n`));
}
await import("./cli.ts");
