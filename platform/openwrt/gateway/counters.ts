/** Table: what the kernel counts of a network device: files of /sys/class/net/X/statistics. Unicast and broadcast it
 * does not count apart. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import { fact, netdev } from "./bind.ts";

const whole = (value: number): number => (Number.isFinite(value) && value > 0 ? Math.floor(value) : 0);

export type Counters = Readonly<
  Record<
    `${"bytes" | "packets" | "errors" | "discardPackets"}${"Sent" | "Received"}` | "multicastPacketsReceived",
    Binding
  >
>;

/** @param devices the network devices of the instance, whose counts are added; 0 where there is none
 * @param packages that `devices` looks into */
export function countersOf(
  devices: (at: At, env: Env) => string | undefined | readonly (string | undefined)[],
  packages: readonly string[] = [],
): Counters {
  const counter = (file: string): Binding => ({
    ...fact((sheet, at, env) => {
      const found = [devices(at, env)].flat().map((name) => netdev(sheet, name)?.counter(file) ?? 0);
      return String(found.reduce((sum, one) => sum + whole(one), 0));
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
