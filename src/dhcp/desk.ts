/** Handler: brings events of DHCP to the two machines of this room, and performs their deeds.
 * TR-069 3.1, Annex F. */
import { Malformed } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Dhcp } from "../ports/dhcp.ts";
import type { Events } from "../ports/events.ts";
import type { Facts } from "../ports/facts.ts";
import type { Log } from "../ports/log.ts";
import type { Presence } from "../ports/presence.ts";
import type { Performers } from "../session/machine.ts";
import { readAnswer } from "./answer.ts";
import type { AssociationDeed, AssociationEvent } from "./association.ts";
import type { AssociationKept } from "./devices.ts";
import type { DiscoveryDeed, DiscoveryEvent } from "./discovery.ts";
import { type ClientEvent, type HookEvent, readEvent } from "./events.ts";
import { type Identity, identitySuboptions } from "./identity.ts";
import { associationLimits } from "./limits.ts";
import { readAcs6, readOffer } from "./offer.ts";
import { noteTaker } from "./options.ts";
import { readRequest } from "./request.ts";
import { writeVendorSpecific } from "./suboptions.ts";

export interface DeskPorts {
  readonly dhcp: Dhcp;
  readonly events: Events;
  readonly presence: Presence;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
}

export interface DeskParts {
  readonly discover: (event: DiscoveryEvent) => void;
  readonly associate: (event: AssociationEvent) => void;
  /** The management interface. */
  readonly interface: () => string;
  readonly lease: () => AssociationKept["lease"];
  /** The identity that this device gives of itself as a Device of Annex F; undefined: it gives none. */
  readonly device: () => Identity | undefined;
  /** Reports that the data of this room have changed, so that settings and parameters are read anew. */
  readonly changed: () => void;
}

export interface Desk {
  readonly discovery: Performers<DiscoveryDeed, DiscoveryEvent>;
  readonly association: Performers<AssociationDeed, AssociationEvent>;
  /** Takes in the events of hooks that wait on disk. */
  takeIn(): void;
  /** A broadcast to port 67 on the LAN. */
  heard(bytes: Uint8Array): void;
}

export function dhcpDesk(ports: DeskPorts, parts: DeskParts): Desk {
  const { log } = ports;
  return {
    discovery: discoveryDeeds(ports, parts),
    association: associationDeeds(ports, parts),
    takeIn() {
      for (const { id, value } of ports.events.waiting()) {
        try {
          happened(readEvent(value), parts);
        } catch (error) {
          if (!(error instanceof Malformed)) throw error;
          log("warn", "An event of DHCP cannot be read", { reason: error.message });
        }
        ports.events.done(id);
      }
    },
    heard(bytes) {
      const request = readRequest(bytes);
      if (request !== undefined) parts.associate({ on: "heard", ...request });
    },
  };
}

function happened(event: HookEvent, { discover, associate }: DeskParts): void {
  if (event.is === "lease") {
    associate({ on: "lease", lease: event });
    return;
  }
  const { note } = noteTaker();
  const { acs, gateway } = readOffer(bodiesOf(event), note);
  const offer = event.option17 === undefined ? acs : readAcs6(event.option17, note);
  if (event.option17 === undefined) associate({ on: "client", client: event, gateway });
  if (event.action !== "deconfig") discover({ on: "lease", interface: event.interface, offer });
}

function bodiesOf({ option43, option125 }: ClientEvent): ReadonlyMap<number, Uint8Array> {
  const bodies = new Map<number, Uint8Array>();
  if (option43 !== undefined) bodies.set(43, option43);
  if (option125 !== undefined) bodies.set(125, option125);
  return bodies;
}

function discoveryDeeds(
  { dhcp, log }: DeskPorts,
  parts: DeskParts,
): Performers<DiscoveryDeed, DiscoveryEvent> {
  return {
    async send({ xid, seconds }) {
      const device = parts.device();
      const option125 = device && writeVendorSpecific(identitySuboptions("device", device));
      const question = { interface: parts.interface(), xid, seconds, option125 };
      await dhcp.inform(question, ({ bytes, own }) => {
        const { notes, note } = noteTaker();
        const server = parts.lease()?.server || undefined;
        const read = readAnswer(bytes, { xid, own, server }, note);
        if (typeof read === "string") {
          log("info", "A DHCP message is no answer to the DHCPINFORM", { reason: read });
          return;
        }
        const { acs, gateway } = readOffer(read, note);
        if (notes.length > 0)
          log("debug", "The DHCP server deviates from the standard", { how: notes.join("; ") });
        parts.associate({ on: "informed", gateway });
        parts.discover({ on: "answer", xid, offer: acs });
      });
      return [];
    },
    async hangUp() {
      dhcp.hangUp();
      return [];
    },
    async adopt() {
      parts.changed();
      return [];
    },
    async tell({ level, what, fields }) {
      log(level, what, fields);
      return [];
    },
  };
}

function associationDeeds(
  { presence, facts, clock, log }: DeskPorts,
  parts: DeskParts,
): Performers<AssociationDeed, AssociationEvent> {
  return {
    async look({ targets }) {
      presence.ask(targets.map(({ address }) => address));
      const until = clock.now().mono + associationLimits.answerMs;
      await new Promise<void>((resolve) => clock.wake(until, resolve));
      const neighbours = (await facts.sheet("files")).neighbours();
      const present = neighbours.filter((one) => one.reachable).map(({ mac }) => mac.toLowerCase());
      return [{ on: "looked", present, asked: targets.map(({ mac }) => mac) }];
    },
    async changed() {
      parts.changed();
      return [];
    },
    async tell({ level, what, fields }) {
      log(level, what, fields);
      return [];
    },
  };
}
