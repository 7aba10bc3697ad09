/** Port: log lines as datagrams to the system's log, each with its level and our name. RFC 3164 4.1.
 *
 * procd marks every line from standard error as an error, so lines are sent to the system log directly. The runtime
 * cannot send datagrams to a local socket, so the C library does. Logging never blocks: if the system log is full or
 * not running, the line is written to standard error. */
import type { Level } from "../../src/ports/log.ts";
import { systemLibrary } from "./libc.ts";

const local = 1;
/** SOCK_DGRAM, SOCK_NONBLOCK and SOCK_CLOEXEC of x86-64 and arm64. */
const datagramsWithoutWaiting = 2 | 0x800 | 0x80000;

/** RFC 3164 4.1.1: facility 3 (daemon) times 8, and the severity. */
const priorities: Record<Level, number> = { debug: 31, info: 30, warn: 28, error: 27 };

/** @param path the socket of logd
 * @returns takes one line; false where it could not be given. undefined: this runtime cannot call the C library */
export function systemLog(path = "/dev/log"): ((level: Level, line: string) => boolean) | undefined {
  const library = systemLibrary({
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
    send: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  if (library === undefined) return undefined;
  type Call = (...args: unknown[]) => number | bigint;
  const call = library as unknown as Readonly<Record<"socket" | "connect" | "send" | "close", Call>>;
  const address = socketAddress(path);
  let fd = -1;
  const reconnect = (): boolean => {
    if (fd >= 0) call.close(fd);
    fd = Number(call.socket(local, datagramsWithoutWaiting, 0));
    return fd >= 0 && Number(call.connect(fd, address, address.length)) === 0;
  };
  return (level, line) => {
    const bytes = Buffer.from(`<${priorities[level]}>cwmpd[${process.pid}]: ${line}`);
    const given = () => Number(call.send(fd, bytes, bytes.length, 0)) === bytes.length;
    // logd may have been started anew since: its socket is another one.
    return (fd >= 0 && given()) || (reconnect() && given());
  };
}

/** struct sockaddr_un: the family in the machine's order, the path, a NUL. */
function socketAddress(path: string): Buffer {
  return Buffer.concat([Buffer.from(Uint16Array.of(local).buffer), Buffer.from(`${path}\0`)]);
}
