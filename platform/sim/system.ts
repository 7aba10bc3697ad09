/** Table: the other files of a device that the agent reads: identity, /proc, leases, log. */
import { macOf } from "./devices.ts";

const release = `DISTRIB_ID='OpenWrt'
DISTRIB_RELEASE='25.12.2'
DISTRIB_REVISION='r32802-f505120278'
DISTRIB_TARGET='mediatek/filogic'
DISTRIB_ARCH='aarch64_cortex-a53'
DISTRIB_DESCRIPTION='OpenWrt 25.12.2 r32802-f505120278'
DISTRIB_TAINTS=''
`;

const osRelease = `NAME="OpenWrt"
VERSION="25.12.2"
ID="openwrt"
ID_LIKE="lede openwrt"
PRETTY_NAME="OpenWrt 25.12.2"
VERSION_ID="25.12.2"
BUILD_ID="r32802-f505120278"
OPENWRT_BOARD="mediatek/filogic"
OPENWRT_ARCH="aarch64_cortex-a53"
OPENWRT_DEVICE_MANUFACTURER="Sample Networks"
OPENWRT_DEVICE_PRODUCT="Gateway One"
OPENWRT_DEVICE_REVISION="v1"
OPENWRT_RELEASE="OpenWrt 25.12.2 r32802-f505120278"
`;

const board = {
  model: { id: "sample,gateway-one", name: "Sample Gateway One" },
  system: { label_macaddr: macOf("01"), compat_version: "1.0" },
  network: {
    lan: { ports: ["lan1", "lan2", "lan3", "lan4"], protocol: "static" },
    wan: { device: "wan", protocol: "dhcp", macaddr: macOf("02") },
  },
};

const meminfo = `MemTotal:         498520 kB
MemFree:          312884 kB
MemAvailable:     347112 kB
Buffers:            8120 kB
Cached:            61204 kB
SwapCached:            0 kB
SwapTotal:             0 kB
SwapFree:              0 kB
`;

const stat = `cpu  182733 0 91822 18211390 1201 0 40112 0 0 0
cpu0 91201 0 46002 9104811 601 0 21190 0 0 0
cpu1 91532 0 45820 9106579 600 0 18922 0 0 0
intr 91827364
ctxt 182736455
btime 1790000000
processes 18273
procs_running 1
procs_blocked 0
`;

const mounts = `/dev/root /rom squashfs ro,relatime,errors=continue 0 0
proc /proc proc rw,nosuid,nodev,noexec,noatime 0 0
sysfs /sys sysfs rw,nosuid,nodev,noexec,noatime 0 0
tmpfs /tmp tmpfs rw,nosuid,nodev,noatime 0 0
/dev/ubi0_6 /overlay ubifs rw,noatime,assert=read-only,ubi=0,vol=6 0 0
overlayfs:/overlay / overlay rw,noatime,lowerdir=/,upperdir=/overlay/upper,workdir=/overlay/work 0 0
`;

const arp = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         ${macOf("51")}     *        br-lan
192.168.1.60     0x1         0x2         ${macOf("60")}     *        br-lan
192.168.1.131    0x1         0x0         ${macOf("61")}     *        br-lan
203.0.113.1      0x1         0x2         ${macOf("fe")}     *        wan
`;

const route = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wan	00000000	017100CB	0003	0	0	0	00000000	0	0	0
br-lan	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
br-guest	0003A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
wan	007100CB	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;

const fibTrie = ["192.168.1.1", "192.168.3.1", "203.0.113.24"]
  .map((address) => `           |-- ${address}\n              /32 host LOCAL\n`)
  .join("");

const log = `Mon Nov 23 20:00:01 2026 kern.notice kernel: [    0.000000] Linux version 6.12.74
Mon Nov 23 20:00:21 2026 daemon.notice netifd: Interface 'wan' is now up
Mon Nov 23 20:00:22 2026 daemon.info dnsmasq[1]: started, version 2.93 cachesize 1000
Mon Nov 23 20:00:31 2026 daemon.notice hostapd: phy0-ap0: AP-ENABLED
`;

/** Host names are chosen by the hosts: one of them is hostile. */
const leases = (seconds: number): string =>
  [
    `${seconds + 39_600} ${macOf("51")} 192.168.1.20 printer *`,
    `0 ${macOf("52")} 192.168.1.21 nas 01:${macOf("52")}`,
    `${seconds + 21_600} ${macOf("60")} 192.168.1.60 console 01:${macOf("60")}`,
    `${seconds + 3_600} ${macOf("61")} 192.168.1.131 <b>phone</b> *`,
    "",
  ].join("\n");

/** The accounts that can log in: root, and one that is locked and keeps its password. */
const passwd = `root:x:0:0:root:/root:/bin/ash
daemon:*:1:1:daemon:/var:/bin/false
nobody:*:65534:65534:nobody:/var:/bin/false
support:x:1000:1000:support:/home/support:/bin/ash
`;
export const sampleShadow = `root:$5$sample$sample:20000:0:99999:7:::
daemon:*:0:0:99999:7:::
nobody:*:0:0:99999:7:::
support:!$5$sample$sample:20000:0:99999:7:::
`;

/** Services that start at boot. */
const services = ["S10boot", "S19dnsmasq", "S19firewall", "S20network", "S35odhcpd", "S95done", "S99cwmpd"];

/** Processes: number, name, state, ticks in the program and in the kernel, nice, real-time priority, bytes, command. */
const running = [
  [1, "procd", "S", 812, 1_204, 0, 0, 1_867_776, "/sbin/procd"],
  [17, "kworker/0:1H-kb", "I", 0, 44, -20, 0, 0, ""],
  [1_411, "ubusd", "S", 301, 522, 0, 0, 1_458_176, "/sbin/ubusd"],
  [2_204, "netifd", "S", 401, 733, 0, 0, 2_445_312, "/sbin/netifd"],
  [2_931, "dnsmasq", "R", 92, 118, 0, 0, 2_883_584, "/usr/sbin/dnsmasq -C /var/etc/dnsmasq.conf -k"],
  [3_120, "hostapd", "S", 233, 219, 0, 0, 5_210_112, "/usr/sbin/hostapd -s -g /var/run/hostapd/global"],
] as const;

const processFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    running.flatMap(([pid, name, state, user, kernel, nice, realtime, bytes, command]) => {
      const fields = [
        state,
        1,
        pid,
        pid,
        0,
        -1,
        0,
        0,
        0,
        0,
        0,
        user,
        kernel,
        0,
        0,
        20 + nice,
        nice,
        1,
        0,
        100,
        bytes,
      ];
      const rest = [...fields, ...Array<number>(16).fill(0), realtime, 0, 0, 0];
      return [
        [`proc/${pid}/stat`, `${pid} (${name}) ${rest.join(" ")}\n`],
        [`proc/${pid}/cmdline`, command === "" ? "" : `${command.replaceAll(" ", "\0")}\0`],
      ];
    }),
  );

const firstUptime = "93784.52 180221.17\n";

/** @param wall UTC milliseconds: leases end in hours from there */
export function systemFiles(wall: number): Readonly<Record<string, string>> {
  return {
    "etc/openwrt_release": release,
    "etc/openwrt_version": "25.12.2\n",
    "etc/device_info":
      "DEVICE_MANUFACTURER='Sample Networks'\nDEVICE_PRODUCT='Gateway One'\nDEVICE_REVISION='v1'\n",
    "usr/lib/os-release": osRelease,
    "etc/board.json": `${JSON.stringify(board, undefined, "\t")}\n`,
    "tmp/sysinfo/board_name": "sample,gateway-one\n",
    "tmp/sysinfo/model": "Sample Gateway One\n",
    "tmp/dhcp.leases": leases(Math.floor(wall / 1000)),
    "tmp/log/messages": log,
    "tmp/resolv.conf.d/resolv.conf.auto": "# Interface wan\nnameserver 203.0.113.53\n",
    "etc/passwd": passwd,
    ...Object.fromEntries(services.map((name) => [`etc/rc.d/${name}`, "#!/bin/sh /etc/rc.common\n"])),
    ...processFiles(),
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone0/temp": "54875\n",
    "tmp/odhcpd.leases": `# br-lan 00030001${macOf("60").replaceAll(":", "")} 1 console ${Math.floor(wall / 1000) + 21_600} 60 128 2001:db8:100::60/128\n`,
    "proc/uptime": firstUptime,
    "proc/meminfo": meminfo,
    "proc/stat": stat,
    "proc/version": "Linux version 6.12.74 (builder@buildhost) #0 SMP Sun Mar  1 20:00:00 2026\n",
    "proc/loadavg": "0.08 0.03 0.01 1/121 4711\n",
    "proc/mounts": mounts,
    "proc/cmdline": "console=ttyS0,115200n1\n",
    "proc/net/if_inet6": "fe80000000000000020000fffe5e5301 02 40 20 80   br-lan\n",
    "proc/net/arp": arp,
    "proc/net/route": route,
    "proc/net/fib_trie": fibTrie,
    "proc/sys/kernel/osrelease": "6.12.74\n",
    "proc/sys/kernel/hostname": "sample\n",
    "sys/class/dmi/id/product_serial": "SG1-0000042\n",
  };
}
