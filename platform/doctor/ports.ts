/** Adapter: the owner of each port of this machine, as procfs shows it: nothing is opened, so that an agent that starts
 * meanwhile finds its port free. Linux proc(5), /proc/net/tcp. */
import { readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import type { PortOwner, Unknown } from "../../src/doctor/observed.ts";
import { processIds, processOf } from "../openwrt/processes.ts";
import { type Files, filesUnder } from "../openwrt/read.ts";

/** State of a socket that receives from anyone: TCP_LISTEN, and TCP_CLOSE, which a UDP socket without a peer has. */
const waiting = { tcp: "0A", udp: "07" } as const;

const nowhere = /^0+$/;

/** @param at the IPv4 addresses that are wanted; absent: all of this machine's, over IPv6 too */
export function ownerOf(
  root: string,
  protocol: "tcp" | "udp",
  port: number,
  at?: readonly string[],
): PortOwner | Unknown {
  const files = filesUnder(root);
  const sockets = socketsOn(files, protocol, port);
  if (sockets === undefined) return { unknown: `/proc/net/${protocol} cannot be read` };
  const wanted = at?.map(hexOf);
  const taken = sockets.find(
    ({ address }) => wanted === undefined || nowhere.test(address) || wanted.includes(address),
  );
  if (taken === undefined) return "nobody";
  const command = commandWith(root, files, `socket:[${taken.inode}]`);
  if (command === undefined) return { other: "another program" };
  const [program = "", word] = command.line.split(" ");
  if (basename(program) === "cwmpd" && word === "run") return "agent";
  return { other: `${basename(program)} (process ${command.pid})` };
}

interface Socket {
  /** In hexadecimal digits, as the kernel has it in memory. */
  readonly address: string;
  readonly inode: string;
}

function socketsOn(files: Files, protocol: "tcp" | "udp", port: number): readonly Socket[] | undefined {
  const text = files.text(`proc/net/${protocol}`);
  if (text === undefined) return undefined;
  // Without IPv6 in the kernel there is no such file.
  const lines = `${text}\n${files.text(`proc/net/${protocol}6`) ?? ""}`.split("\n");
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address = "", hex = ""] = (fields[1] ?? "").split(":");
    if (Number.parseInt(hex, 16) !== port || fields[3] !== waiting[protocol]) return [];
    return [{ address, inode: fields[9] ?? "" }];
  });
}

/** The four octets as one number of a little-endian machine, as x86-64 and arm64 are. */
const hexOf = (address: string): string =>
  address
    .split(".")
    .reverse()
    .map((octet) => Number(octet).toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();

function commandWith(root: string, files: Files, link: string) {
  for (const pid of processIds(files)) {
    const open = files.names(`proc/${pid}/fd`);
    if (!open.some((fd) => linkOf(join(root, "proc", String(pid), "fd", fd)) === link)) continue;
    return { pid, line: processOf(files, pid)?.command ?? "" };
  }
  return undefined;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // The process has ended, or closed it.
    return "";
  }
}
