/** Table: what the kernel counts of a network device: files of /sys/class/net/X/statistics. Unicast and broadcast it
 * does not count apart. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import { fact, netdev } from "./bind.ts";

export type Counters = Readonly<
  Record<
    `${"bytes" | "packets" | "errors" | "discardPackets"}${"Sent" | "Received"}` | "multicastPacketsReceived",
    Binding
  >
>;

/** @param device the network device of the instance; 0 where there is none
 * @param packages that `device` looks into */
export function countersOf(
  device: (at: At, env: Env) => string | undefined,
  packages: readonly string[] = [],
): Counters {
  const counter = (file: string): Binding => ({
    ...fact((sheet, at, env) => {
      const value = netdev(sheet, device(at, env))?.counter(file) ?? 0;
      return String(Number.isFinite(value) && value > 0 ? Math.floor(value) : 0);
    }, packages),
    counts: true,
  });
  return {
    bytesSent: counter("tx_bytes"),
    bytesReceived: counter("rx_bytes"),
    packetsSent: counter("tx_packets"),
    packetsReceived: counter("rx_packets"),
    errorsSent: counter("tx_errors"),
    errorsReceived: counter("rx_errors"),
    discardPacketsSent: counter("tx_dropped"),
    discardPacketsReceived: counter("rx_dropped"),
    multicastPacketsReceived: counter("multicast"),
  };
}
