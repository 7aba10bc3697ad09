/** `cwmpd doctor` finds who has the ports of the agent, in the procfs of a sample device and in that of this machine. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { portsOf } from "../../platform/doctor/observe.ts";
import { ownerOf } from "../../platform/doctor/ports.ts";
import { noExec } from "../../platform/openwrt/exec.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { Cache } from "../../platform/openwrt/uci/cache.ts";
import { systemFiles } from "../../platform/openwrt/uci/files.ts";
import { placesUnder } from "../../platform/openwrt/uci/places.ts";
import { View } from "../../platform/openwrt/uci/view.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { readSettings } from "../../src/settings.ts";

let root: string;

function put(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text, { mode: 0o600 });
}

describe("doctor: the owner of a port", () => {
  const line = (at: string, port: number, state: string, inode: number) =>
    `   0: ${at}:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0\n`;
  const heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

  function runs(pid: number, command: string, inode: number): void {
    put(`proc/${pid}/stat`, `${pid} (x) S 1`);
    put(`proc/${pid}/cmdline`, command.replaceAll(" ", "\0"));
    mkdirSync(join(root, `proc/${pid}/fd`), { recursive: true });
    symlinkSync(`socket:[${inode}]`, join(root, `proc/${pid}/fd/3`));
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "cwmpd-ports-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    layOut();
  });

  function layOut(): void {
    put("proc/net/tcp", heading + line("00000000", 7547, "0A", 11) + line("0101A8C0", 7580, "0A", 12));
    put("proc/net/udp", heading + line("0100007F", 7547, "07", 13));
    put(
      "proc/net/tcp6",
      heading + line("0".repeat(32), 8080, "0A", 14) + line("0".repeat(32), 9090, "01", 15),
    );
    runs(4001, "/usr/sbin/cwmpd run --syslog", 11);
    runs(4002, "/usr/sbin/uhttpd -f", 12);
    runs(4003, "/usr/sbin/cwmpd status", 13);
  }

  test("the agent, another program by its name and number, nobody", () => {
    expect(ownerOf(root, "tcp", 7547)).toBe("agent");
    expect(ownerOf(root, "tcp", 7580)).toEqual({ other: "uhttpd (process 4002)" });
    expect(ownerOf(root, "udp", 7547)).toEqual({ other: "cwmpd (process 4003)" });
    expect(ownerOf(root, "tcp", 8080)).toEqual({ other: "another program" });
    expect(ownerOf(root, "tcp", 9090)).toBe("nobody");
    expect(ownerOf(root, "udp", 7580)).toBe("nobody");
  });

  test("a port at another address leaves the port at the wanted address free", () => {
    expect(ownerOf(root, "tcp", 7580, ["192.168.1.1"])).toEqual({ other: "uhttpd (process 4002)" });
    expect(ownerOf(root, "tcp", 7580, ["192.168.2.1"])).toBe("nobody");
    expect(ownerOf(root, "tcp", 7547, ["192.168.2.1"])).toBe("agent");
  });

  test("a port of which procfs reports nothing is not taken for free", () => {
    rmSync(join(root, "proc/net/udp"));
    expect(ownerOf(root, "udp", 7547)).toEqual({ unknown: "/proc/net/udp cannot be read" });
  });

  test("all ports of the configuration are looked at: requests over TCP and UDP, the page, the echo server", async () => {
    rmSync(root, { recursive: true });
    layOutSandbox(root);
    layOut();
    put(
      "etc/config/cwmp",
      "config lan 'lan'\n\toption enabled '1'\nconfig udp_echo 'udp_echo'\n\toption enable '1'\n",
    );
    const view = new View(new Cache(systemFiles, placesUnder(root), () => {}).moment());
    const settings = readSettings(view, "configuration");
    const sheet = await openFacts(root, noExec).sheet();
    expect(portsOf(root, sheet, settings, undefined)).toEqual([
      { use: "requests", port: 7547, owner: "agent" },
      { use: "udp requests", port: 7547, owner: { other: "cwmpd (process 4003)" } },
      { use: "page", port: 7580, owner: { other: "uhttpd (process 4002)" } },
      { use: "echo", port: 7, owner: "nobody" },
    ]);
  });

  test("the kernel of this machine is read as its format is", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    expect(ownerOf("/", "tcp", port)).toEqual({ other: expect.stringContaining(`(process ${process.pid})`) });
    expect(ownerOf("/", "tcp", port, ["127.0.0.1"])).not.toBe("nobody");
    expect(ownerOf("/", "tcp", port, ["127.0.0.2"])).toBe("nobody");
  });
});
