/** Table: the kernel's counters of a network device: files of /sys/class/net/X/statistics. Unicast and broadcast it
 * does not count apart. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import { fact, netdev } from "./bind.ts";

/** A sum that keeps every digit; most of them fit a number. */
function added(values: readonly (number | bigint)[]): string {
  const counts = values.map((one) => (one > 0 && one < Number.POSITIVE_INFINITY ? one : 0));
  const plain = counts.reduce<number>((sum, one) => sum + Math.floor(Number(one)), 0);
  if (Number.isSafeInteger(plain)) return String(plain);
  return String(
    counts.reduce<bigint>((sum, one) => sum + BigInt(typeof one === "number" ? Math.floor(one) : one), 0n),
  );
}

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
      return added(found);
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
