import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";

/** A network of its own, with a /sys that shows it, which only root can have. */
const apart = (script: string, ...args: string[]) =>
  spawnSync("unshare", ["--mount", "--net", "sh", "-ec", script, "sh", ...args], { encoding: "utf8" });
const own = "mount --make-rprivate /; mount -t sysfs none /sys";
const canPart = apart(`${own}; ip link add lan1 type veth peer name wan`).status === 0;
const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");

/** One cable from the LAN port to the WAN port: what the one sends the other one gets. */
const cable = `${own}
ip link add lan1 type veth peer name wan
ip link add lan2 type veth peer name far
ip link add br-lan type bridge
ip link set lan1 master br-lan
ip link set lan2 master br-lan
for i in lan1 wan lan2 br-lan; do ip link set $i up; done
ip addr add 192.168.1.1/24 dev br-lan
ip addr add 203.0.113.24/24 dev wan
ip route add default via 203.0.113.1
ip neigh replace 192.168.1.50 lladdr 00:00:5e:00:53:50 dev br-lan
exec "$1" "$2" "$3"`;

// Skipped without root, unshare and ip.
test.skipIf(!canPart || !existsSync(bun))(
  "A.3.2.2 statistics, states and addresses of the kernel's own devices equal /proc and /sys",
  () => {
    const root = mkdtempSync(join(tmpdir(), "cwmpd-kernel-"));
    layOutSandbox(root, Date.UTC(2026, 10, 24));
    for (const name of ["proc", "sys", "tmp/dhcp.leases"]) rmSync(join(root, name), { recursive: true });
    for (const name of ["proc", "sys"]) symlinkSync(`/${name}`, join(root, name));
    const run = apart(cable, bun, join(import.meta.dirname, "kernel-child.ts"), root);
    rmSync(root, { recursive: true });
    expect(run.stderr).toBe("");
    const { before, after, addresses, heard, values } = JSON.parse(run.stdout);
    // The WAN port's frames come in by the cable.
    expect(heard).toBe("lan1");
    const get = (name: string) => values[`InternetGatewayDevice.${name}`];
    const lan = "LANDevice.1.LANEthernetInterfaceConfig.";
    const between = (name: string, low: number, high: number) => {
      expect(Number(get(name)), name).toBeGreaterThanOrEqual(low);
      expect(Number(get(name)), name).toBeLessThanOrEqual(high);
    };
    for (const [i, { name, value }] of before.counters.entries())
      between(`${lan}1.Stats.${name}`, value, after.counters[i].value);
    expect(Number(get(`${lan}1.Stats.PacketsSent`))).toBeGreaterThan(0);
    expect(Number(get("WANDevice.1.WANEthernetInterfaceConfig.Stats.BytesReceived"))).toBeGreaterThan(0);
    between("DeviceInfo.UpTime", before.uptime, after.uptime);
    expect(get("DeviceInfo.MemoryStatus.Total")).toBe(String(before.total));
    expect([1, 2].map((port) => [get(`${lan}${port}.Name`), get(`${lan}${port}.Status`)])).toEqual([
      ["lan1", "Up"],
      ["lan2", "NoLink"],
    ]);
    expect(get(`${lan}1.MACAddress`)).toBe(addresses.lan1.toUpperCase());
    const wan = "WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.";
    expect(
      ["ConnectionStatus", "ExternalIPAddress", "SubnetMask", "DefaultGateway", "MACAddress"].map((name) =>
        get(wan + name),
      ),
    ).toEqual(["Connected", "203.0.113.24", "255.255.255.0", "203.0.113.1", addresses.wan.toUpperCase()]);
    expect([1, 2].map((host) => get(`LANDevice.1.Hosts.Host.${host}.IPAddress`))).toContain("192.168.1.50");
  },
);
