/** Helper: network namespaces with real DHCP servers and clients, and roots in which the agent is at home. What it makes
 * is gone when it is closed; nothing of it touches the networks or files of this machine. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "../demo/child.ts";

const tree = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const binary = tree("dist/cwmpd");
const rootfs = tree("rootfs");

const has = (program: string) =>
  spawnSync("sh", ["-c", `command -v "$1" || [ -x "/usr/sbin/$1" ]`, "sh", program]).status === 0;

/** Why namespaces cannot be had here; undefined: they can. */
function forbidden(): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  if (!existsSync(binary)) return "no binary: make build";
  const missing = ["ip", "dnsmasq", "busybox"].filter((name) => !has(name));
  if (missing.length > 0) return `no ${missing.join(", ")}`;
  const name = `cwmpd-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]).status === 0;
  const veth =
    made &&
    spawnSync("ip", ["-n", name, "link", "add", "try0", "type", "veth", "peer", "name", "try1"]).status === 0;
  spawnSync("ip", ["netns", "del", name]);
  return veth ? undefined : "network namespaces are forbidden";
}

export const whyNot = forbidden();
export const hasServer = (name: "kea-dhcp4" | "dhcpd") => whyNot === undefined && has(name);

/** Runs a command in a root: its own /etc and /var, this machine's programs. In the mount namespace that `ip netns exec`
 * makes, so that nothing has to be undone. */
const enter = `R=$1; shift
for d in proc dev usr/bin usr/lib usr/lib64; do [ -d "/$d" ] && mount --rbind "/$d" "$R/$d"; done
mount --rbind /usr/sbin "$R/usr/hsbin"
mount -t sysfs sysfs "$R/sys"
mount --bind "$CWMPD" "$R/usr/sbin/cwmpd"
exec chroot "$R" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/usr/hsbin HOME=/ "$@"`;

/** As netifd's script does: the address first, then each of the user's scripts in a subshell. */
const dhcpScript = `#!/bin/sh
case "$1" in
deconfig) ip -4 addr flush dev "$interface" ;;
bound | renew)
	ip addr replace "$ip/\${mask:-24}" dev "$interface"
	[ -z "$router" ] || ip route replace default via "$router" ;;
esac
export INTERFACE=wan
for hook in /etc/udhcpc.user.d/*; do (. "$hook" "$@"); done
`;

/** As OpenWrt's dhcp-script.sh and procd do together. */
const leaseScript = `#!/bin/sh
case "$1" in
add) ACTION=add ;;
old) ACTION=update ;;
del) ACTION=remove ;;
*) exit 0 ;;
esac
export ACTION MACADDR="$2" IPADDR="$3" HOSTNAME="$4"
for hook in /etc/hotplug.d/dhcp/*; do (. "$hook"); done
`;

let labs = 0;

export class NetLab {
  readonly directory = mkdtempSync(join(tmpdir(), "cwmpd-netns-"));
  /** Labs of one process stand side by side. */
  private readonly mark = `cw${process.pid}-${++labs}`;
  private readonly children: Child[] = [];
  private readonly spaces: string[] = [];
  readonly said: string[] = [];

  /** @param show gets every line of every program as it comes */
  constructor(private readonly show: (line: string) => void = () => {}) {}

  /** A namespace of that name. */
  space(name: string): Space {
    const full = `${this.mark}-${name}`;
    run("ip", "netns", "add", full);
    this.spaces.push(full);
    run("ip", "-n", full, "link", "set", "lo", "up");
    return new Space(this, full, join(this.directory, name));
  }

  /** A cable between two of them. */
  cable(one: Space, first: string, other: Space, second: string): void {
    run(
      "ip",
      "-n",
      one.name,
      "link",
      "add",
      first,
      "type",
      "veth",
      "peer",
      "name",
      second,
      "netns",
      other.name,
    );
    run("ip", "-n", one.name, "link", "set", first, "up");
    run("ip", "-n", other.name, "link", "set", second, "up");
  }

  child(name: string, argv: readonly string[]): Child {
    const show = (line: string) => {
      this.said.push(`${name}| ${line}`);
      this.show(`${name}| ${line}`);
    };
    const child = new Child(name, argv, { show });
    this.children.push(child);
    return child;
  }

  async close(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
    for (const name of this.spaces) spawnSync("ip", ["netns", "del", name]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export class Space {
  constructor(
    private readonly lab: NetLab,
    readonly name: string,
    readonly root: string,
  ) {}

  /** An address on a device of it. */
  address(device: string, address: string): void {
    run("ip", "-n", this.name, "addr", "add", address, "dev", device);
  }

  ip(...args: readonly string[]): void {
    run("ip", "-n", this.name, ...args);
  }

  mac(device: string): string {
    return this.here("cat", `/sys/class/net/${device}/address`).trim();
  }

  /** Lays out a root in which the agent is at home, with the hooks of the product. */
  home(configs: Readonly<Record<string, string>>): void {
    for (const name of [
      "proc",
      "dev",
      "sys",
      "tmp",
      "var/run",
      "var/lib",
      "etc/config",
      "usr/bin",
      "usr/lib",
      "usr/lib64",
    ])
      mkdirSync(join(this.root, name), { recursive: true });
    for (const name of ["usr/sbin", "usr/hsbin"]) mkdirSync(join(this.root, name), { recursive: true });
    for (const name of ["bin", "lib", "lib64", "sbin"]) symlinkSync(`usr/${name}`, join(this.root, name));
    writeFileSync(join(this.root, "usr/sbin/cwmpd"), "");
    for (const name of ["etc/udhcpc.user.d", "etc/hotplug.d/dhcp"])
      cpSync(join(rootfs, name), join(this.root, name), { recursive: true });
    this.script("etc/dhcp.script", dhcpScript);
    this.script("etc/dhcp-script.sh", leaseScript);
    this.file("etc/passwd", "root:x:0:0::/:/bin/sh\n");
    this.file("etc/hosts", "127.0.0.1 localhost\n");
    for (const [name, text] of Object.entries(configs)) this.file(`etc/config/${name}`, text);
  }

  file(name: string, text: string): void {
    mkdirSync(dirname(join(this.root, name)), { recursive: true });
    writeFileSync(join(this.root, name), text);
  }

  /** A program of the home. */
  script(name: string, text: string): void {
    this.file(name, text);
    chmodSync(join(this.root, name), 0o755);
  }

  read(name: string): string {
    return existsSync(join(this.root, name)) ? readFileSync(join(this.root, name), "utf8") : "";
  }

  /** A command in the namespace, with the files of this machine. @returns what it printed */
  here(...argv: readonly string[]): string {
    return run("ip", "netns", "exec", this.name, ...argv);
  }

  private inRoot(argv: readonly string[]): string[] {
    return [
      "env",
      `CWMPD=${binary}`,
      "ip",
      "netns",
      "exec",
      this.name,
      "sh",
      "-c",
      enter,
      "sh",
      this.root,
      ...argv,
    ];
  }

  /** A command at home, to its end. */
  home$(...argv: readonly string[]): { readonly exit: number; readonly out: string; readonly err: string } {
    const [program = "", ...args] = this.inRoot(argv);
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
    return { exit: status ?? -1, out: stdout, err: stderr };
  }

  /** A program that runs on at home, or with the files of this machine. */
  start(name: string, ...argv: readonly string[]): Child {
    return this.lab.child(name, this.inRoot(argv));
  }

  startHere(name: string, ...argv: readonly string[]): Child {
    return this.lab.child(name, ["ip", "netns", "exec", this.name, ...argv]);
  }

  /** The agent as its service starts it. */
  agent(...more: readonly string[]): Child {
    return this.start(`agent ${this.name}`, "/usr/sbin/cwmpd", "run", ...more);
  }

  /** The device's DHCP client, as netifd starts it. */
  dhcpClient(device: string, ...more: readonly string[]): Child {
    const sends = [
      "-x",
      `0x3c:${Buffer.from("dslforum.org").toString("hex")}`,
      "-V",
      "",
      "-O",
      "43",
      "-O",
      "125",
    ];
    const script = ["-f", "-R", "-t", "5", "-T", "1", "-s", "/etc/dhcp.script", "-i", device];
    return this.start(`udhcpc ${this.name}`, "busybox", "udhcpc", ...script, ...sends, ...more);
  }

  /** dnsmasq as a DHCP server alone. @param lines of its configuration */
  dnsmasq(device: string, lines: readonly string[], more: { readonly atHome?: boolean } = {}): Child {
    const text = [
      "port=0",
      `interface=${device}`,
      "bind-dynamic",
      "no-ping",
      "dhcp-authoritative",
      ...lines,
      "",
    ].join("\n");
    const conf = join(this.root, "dnsmasq.conf");
    mkdirSync(this.root, { recursive: true });
    writeFileSync(conf, text);
    const base = more.atHome ? "" : this.root;
    const argv = [
      "dnsmasq",
      "-k",
      "-C",
      `${base}/dnsmasq.conf`,
      "--log-facility=-",
      "--log-dhcp",
      "--user=root",
      `--dhcp-leasefile=${base}/leases`,
    ];
    return more.atHome
      ? this.start(`dnsmasq ${this.name}`, ...argv, "--dhcp-script=/etc/dhcp-script.sh")
      : this.startHere(`dnsmasq ${this.name}`, ...argv);
  }

  /** The built-in ACS. */
  acs(listen: string): Child {
    return this.startHere(`acs ${this.name}`, binary, "acs", "--listen", listen);
  }
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 30_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}
