/** Adapter: the tools of the diagnostics: ping and traceroute of the system, FTP, a port for UDP echo.
 * TR-098, TR-143. */
import { isIPv6 } from "node:net";
import type { Probes } from "../../src/ports/probes.ts";
import { openUdp } from "../bun/udp.ts";
import type { Exec } from "./exec.ts";

export const systemProbes = (exec: Exec): Probes => ({
  async run(program, args, msMax, stopped) {
    const done = await exec([program, ...args], msMax, "question", stopped);
    return done.is === "failed" ? done : { is: "ended", out: done.stdout, err: done.stderr };
  },
  ftp: (test, mono, stopped) =>
    import("../bun/ftp-test.ts").then(({ testFtp }) => testFtp(test, mono, stopped)),
  listen: (at, heard) => openUdp({ ...at, family: isIPv6(at.address) ? 6 : 4, heard }),
});
