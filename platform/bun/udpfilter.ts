/** Adapter: a filter that has the kernel drop datagrams which are neither STUN nor a UDP Connection Request. In a flood
 * the kernel drops such a datagram for a tenth of the agent's cost, and the buffer keeps its room. TR-069 G.2.1.4.
 *
 * The filter drops nothing that the agent would believe: it checks octets that all STUN messages and requests share.
 * The agent judges the rest. bpf(4), socket(7) SO_ATTACH_FILTER. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { natLimits } from "../../src/nat/limits.ts";
import { headerBytes } from "../../src/nat/stun.ts";
import { pointerTo, systemLibrary } from "./libc.ts";

/** Opcodes of bpf(4): load a word from a place, load the length, index register to and from A, arithmetic, jumps,
 * return. */
const [ldWord, ldLength, toX, and, add, shift] = [0x20, 0x80, 0x07, 0x54, 0x04, 0x74];
const [ifEqual, ifEqualX, ifAtLeast, ifMore, give] = [0x15, 0x1d, 0x35, 0x25, 0x06];

/** The filter sees a datagram from its UDP header on. */
const udpBytes = 8;

type Target = "accept" | "drop" | "stun" | "next";
type Line = readonly [code: number, k: number, yes?: Target, no?: Target];

const ascii = (text: string): number => Buffer.from(text).readUIntBE(0, text.length);

/** A line an instruction; a jump names the line that it leads to. */
const lines: readonly (Line | Target)[] = [
  [ldLength, 0],
  [ifAtLeast, udpBytes + headerBytes, "next", "drop"],
  [ldWord, udpBytes],
  [ifEqual, ascii("GET "), "next", "stun"],
  [ldLength, 0],
  [ifAtLeast, udpBytes + natLimits.requestBytesMin, "next", "drop"],
  [ifMore, udpBytes + natLimits.requestBytesMax, "drop", "next"],
  [ldWord, udpBytes + 8],
  [shift, 8],
  [ifEqual, ascii("://"), "accept", "drop"],
  "stun",
  // G.2.1.4: the first byte decides. The length that a message names is that of its attributes.
  [ifAtLeast, 0x0200_0000, "drop", "next"],
  [and, 0xffff],
  [add, udpBytes + headerBytes],
  [toX, 0],
  [ldLength, 0],
  [ifEqualX, 0, "accept", "drop"],
  "accept",
  [give, 0xffff_ffff],
  "drop",
  [give, 0],
];

/** struct sock_filter, one after the other. */
function filterProgram(): Buffer {
  const code = lines.filter((line) => typeof line !== "string");
  const placeOf = (target: Target) =>
    lines.slice(0, lines.indexOf(target)).filter((line) => typeof line !== "string").length;
  const program = Buffer.alloc(8 * code.length);
  for (const [at, [opcode, k, yes = "next", no = "next"]] of code.entries()) {
    const away = (target: Target) => (target === "next" ? 0 : placeOf(target) - at - 1);
    program.writeUInt16LE(opcode, 8 * at);
    program.writeUInt8(away(yes), 8 * at + 2);
    program.writeUInt8(away(no), 8 * at + 3);
    program.writeUInt32LE(k, 8 * at + 4);
  }
  return program;
}

/** asm-generic/socket.h: SOL_SOCKET, SO_ATTACH_FILTER. */
const [level, attach] = [1, 26];

/** @returns false: the system cannot do so, and every datagram reaches the agent */
export function filterRubbish(port: number): boolean {
  const libc = systemLibrary({
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  });
  const fd = libc && descriptorOf(port);
  if (libc === undefined || fd === undefined) return false;
  const program = filterProgram();
  // struct sock_fprog
  const order = Buffer.alloc(16);
  order.writeUInt16LE(program.length / 8);
  order.writeBigUInt64LE(BigInt(pointerTo(program)), 8);
  return libc.setsockopt(fd, level, attach, order, order.length) === 0;
}

/** The runtime does not give the descriptor of a UDP socket; proc(5) does. */
function descriptorOf(port: number): number | undefined {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  try {
    const inodes = ["udp", "udp6"].flatMap((name) =>
      readFileSync(`/proc/self/net/${name}`, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter((words) => words[1]?.endsWith(local))
        .map((words) => `socket:[${words[9]}]`),
    );
    const found = readdirSync("/proc/self/fd").find((fd) => inodes.includes(targetOf(fd)));
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The descriptor of the directory that was read is closed by now.
    return "";
  }
}
