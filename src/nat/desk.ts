/** Handler: the engine's side of the NAT machine: questions of the data model, and events from outside.
 * TR-069 Annex G. */
import type { Clock } from "../ports/clock.ts";
import type { Endpoint, Source } from "../ports/udp.ts";
import type { Performers } from "../session/machine.ts";
import { isSettled, natDetected, udpAddress } from "./binding-state.ts";
import { type NatPorts, natPerformer } from "./deeds.ts";
import { concerns, newGate } from "./gate.ts";
import type { NatDeed, NatEvent, NatState } from "./state.ts";
import { type NatStatus, natStatus } from "./status.ts";

export interface NatParts {
  /** undefined: the machines have not begun. */
  readonly state: () => NatState | undefined;
  readonly feed: (event: NatEvent) => void;
  /** UDPConnectionRequestAddress or NATDetected has another value. */
  readonly told: () => void;
}

export interface NatDesk {
  readonly performers: Performers<NatDeed, NatEvent>;
  /** The value of UDPConnectionRequestAddress. */
  address(): string;
  detected(): boolean;
  /** False: the port is being opened, or the server is being asked for the first time. */
  settled(): boolean;
  status(): NatStatus;
  /** Our address or port may be another one: the binding hangs on them (G.2.1.1).
   * @param address of the interface; empty: none */
  located(address: string): Promise<void>;
  /** Reports the port on which UDP Connection Requests are accepted; undefined: none. Call `located` afterwards. */
  listening(port: number | undefined): void;
  datagram(at: Source, from: Endpoint, bytes: Uint8Array): void;
}

export function natDesk(
  ports: NatPorts & { readonly clock: Clock },
  { state, feed, told }: NatParts,
): NatDesk {
  const gate = newGate();
  const judging = { log: ports.log, mac: ports.udp.hmacSha1 };
  const binding = () => state()?.binding;
  let port: number | undefined;
  /** Whether the port has been asked for. */
  let opened = false;
  return {
    performers: natPerformer(ports, told),
    address() {
      const now = binding();
      return now === undefined ? "" : udpAddress(now);
    },
    detected() {
      const now = binding();
      return now !== undefined && natDetected(now);
    },
    settled() {
      const now = state();
      return now !== undefined && opened && isSettled(now.binding, now.settings.stun.enable);
    },
    status() {
      const now = binding();
      return now === undefined ? { address: null, natDetected: false, stun: null } : natStatus(now);
    },
    async located(address) {
      const local = address === "" || port === undefined ? undefined : { address, port };
      const known = binding()?.local;
      if (local?.address !== known?.address || local?.port !== known?.port) feed({ on: "local", local });
      const server = binding()?.server;
      const source = server && (await ports.udp.source(server));
      if (source !== undefined) feed({ on: "source", source });
    },
    listening(at) {
      port = at;
      opened = true;
    },
    datagram(at, from, bytes) {
      const now = state();
      if (now === undefined) return;
      const wanted = at === "secondary" || concerns(gate, now, ports.clock.now().mono, from, bytes, judging);
      if (wanted) feed({ on: "datagram", at, from, bytes });
    },
  };
}
