/** Handler: performs the deeds of the NAT machine. TR-069 Annex G. */
import type { Chance } from "../ports/chance.ts";
import type { Log } from "../ports/log.ts";
import type { Net } from "../ports/net.ts";
import type { Udp } from "../ports/udp.ts";
import type { Performers } from "../session/machine.ts";
import type { NatDeed, NatEvent } from "./state.ts";

export interface NatPorts {
  readonly net: Pick<Net, "resolve">;
  readonly udp: Udp;
  readonly chance: Pick<Chance, "bytes">;
  readonly log: Log;
}

/** @param told whether UDPConnectionRequestAddress or NATDetected has another value */
export function natPerformer(
  { net, udp, chance, log }: NatPorts,
  told: () => void,
): Performers<NatDeed, NatEvent> {
  return {
    async resolve({ host, port }) {
      const addresses = await net.resolve(host).catch(() => []);
      const source = addresses[0] && (await udp.source({ address: addresses[0], port }));
      return [{ on: "resolved", host, addresses, source }];
    },
    draw: async () => [{ on: "secret", secret: chance.bytes(32) }],
    async send({ at, to, bytes }) {
      udp.send(at, to, bytes);
      return [];
    },
    async release() {
      udp.release();
      return [];
    },
    async log({ level, what, fields }) {
      log(level, what, fields);
      return [];
    },
    async told() {
      told();
      return [];
    },
  };
}
