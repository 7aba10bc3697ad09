/** Machine: the devices behind this gateway, and the gateway in front of this device. TR-069 Annex F.
 *
 * A device on the LAN is known by its hardware address, and stays as long as its lease, until it releases it or has not
 * answered `missesMax` looks in a row (R-F.2.1-06 to -09). A device that only sent a DHCPINFORM has no lease: looks
 * alone decide. The gateway of this device is the one that the last DHCPACK named (R-F.2.2-03 to -05, -09).
 *
 * Never: more than `devicesMax` devices; an identity that its parameters cannot hold;an entry that is removed
 * because dnsmasq did not have the request at hand (DATA_MISSING). */
import type { Now } from "../ports/clock.ts";
import type { Level } from "../ports/log.ts";
import type { Beginning, DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import { isOui, type Settings } from "../settings.ts";
import { type AssociationKept, associationRows, type Device, loadAssociation, nobody } from "./devices.ts";
import type { ClientEvent, LeaseEvent } from "./events.ts";
import type { Identity } from "./identity.ts";
import { associationLimits, optionLimits } from "./limits.ts";
import { printable } from "./text.ts";

export interface AssociationState {
  readonly kept: AssociationKept;
  readonly settings: Settings;
  /** The device has a LAN of its own. */
  readonly lan: boolean;
  readonly began: number;
  readonly roles: { readonly gateway: boolean; readonly device: boolean; readonly interface: string };
  /** Looks in a row that a device has not answered, by hardware address. */
  readonly misses: ReadonlyMap<string, number>;
  /** Identities as they were received, by hardware address, those heard last at the end. */
  readonly heard: ReadonlyMap<string, Identity>;
  readonly probeDue: number | undefined;
  /** When the device names itself by DHCPINFORM; undefined: it need not. */
  readonly introduceDue: number | undefined;
  /** Identities refused or pushed out since the last log line, and when that was. */
  readonly refused: { readonly count: number; readonly told: number };
  /** Of all time, for `status`. */
  readonly refusedInAll: number;
}

export type AssociationEvent =
  | { on: "lease"; lease: LeaseEvent }
  /** A broadcast of a client on the LAN, with its identity as it was received. */
  | { on: "heard"; mac: string; address: string; identity: Identity; inform: boolean }
  /** The result of a look: the hardware addresses that are present. */
  | { on: "looked"; present: readonly string[]; asked: readonly string[] }
  /** The DHCP client of the device: `gateway` is the gateway that the lease named. */
  | { on: "client"; client: ClientEvent; gateway: Identity | null }
  /** A DHCPACK to our own DHCPINFORM. */
  | { on: "informed"; gateway: Identity | null }
  /** Whether the device has a LAN of its own: it is a gateway then, if the configuration does not name its role. */
  | { on: "side"; lan: boolean };

export type AssociationDeed =
  | { do: "look"; targets: readonly { readonly mac: string; readonly address: string }[] }
  /** Parameters have changed for which the ACS may have asked notification. */
  | { do: "changed" }
  | { do: "tell"; level: Level; what: string; fields?: Readonly<Record<string, string | number>> };

type AssociationStep = Step<AssociationState, AssociationDeed>;

function rolesOf({ association, connectionRequest }: Settings, lan: boolean): AssociationState["roles"] {
  const role = association === "auto" ? (lan ? "gateway" : "device") : association;
  return {
    gateway: role === "gateway" || role === "both",
    device: role === "device" || role === "both",
    interface: connectionRequest.interface,
  };
}

function start(kept: AssociationKept, { settings, now }: Beginning): AssociationStep {
  const roles = rolesOf(settings, true);
  const state: AssociationState = {
    kept,
    settings,
    lan: true,
    began: now.mono,
    roles,
    misses: new Map(),
    heard: new Map(),
    probeDue: kept.devices.size > 0 || kept.lease ? now.mono + associationLimits.probeMs : undefined,
    introduceDue: roles.device ? now.mono + associationLimits.introduceMs : undefined,
    refused: { count: 0, told: now.mono - associationLimits.tellMs },
    refusedInAll: 0,
  };
  return { state, deeds: [] };
}

function step(
  before: AssociationState,
  now: Now,
  _roll: number,
  event: AssociationEvent | Woke,
): AssociationStep {
  switch (event.on) {
    case "woke":
      return woke(before, now);
    case "lease":
      return before.roles.gateway ? leased(before, event.lease, now) : none(before);
    case "heard":
      return before.roles.gateway ? heard(before, event, now) : none(before);
    case "looked":
      return looked(before, event);
    case "client":
      return client(before, event, now);
    case "side":
      return event.lan === before.lan ? none(before) : inRole({ ...before, lan: event.lan });
    case "informed":
      return before.roles.device ? behind(before, event.gateway) : none(before);
  }
}

function hear(before: AssociationState, _now: Now, notice: Notice): AssociationStep {
  return notice.tell === "settings" ? inRole({ ...before, settings: notice.settings }) : none(before);
}

/** Discards the data of a role that the device no longer has. */
function inRole(before: AssociationState): AssociationStep {
  const roles = rolesOf(before.settings, before.lan);
  const becomes = roles.device && !before.roles.device && before.kept.lease === undefined;
  const introduceDue = becomes ? before.began + associationLimits.introduceMs : before.introduceDue;
  const state = { ...before, roles, introduceDue: roles.device ? introduceDue : undefined };
  const devices =
    roles.gateway || state.kept.devices.size === 0 ? state.kept.devices : new Map<string, Device>();
  const gateway = roles.device ? state.kept.gateway : nobody;
  return changedTo(state, { ...state.kept, devices, gateway });
}

const none = (state: AssociationState): AssociationStep => ({ state, deeds: [] });

function nextWake({ probeDue, introduceDue }: AssociationState): number | undefined {
  const times = [probeDue, introduceDue].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Leases end by the wall clock, which may jump: they are looked at whenever the devices are. */
function woke(before: AssociationState, now: Now): AssociationStep {
  let state = before;
  const notices: Notice[] = [];
  if (state.introduceDue !== undefined && now.mono >= state.introduceDue) {
    state = { ...state, introduceDue: undefined };
    notices.push({ tell: "introduce" });
  }
  const deeds: AssociationDeed[] = [];
  if (state.probeDue !== undefined && now.mono >= state.probeDue) {
    const expired = withoutExpired(state, now);
    state = { ...expired.state, probeDue: now.mono + associationLimits.probeMs };
    deeds.push(...expired.deeds);
    const targets = [...state.kept.devices].map(([mac, { address }]) => ({ mac, address }));
    if (targets.length > 0) deeds.push({ do: "look", targets });
    else if (state.kept.lease?.ends == null) state = { ...state, probeDue: undefined };
  }
  return { state, deeds, notices };
}

/** R-F.2.1-07, R-F.2.2-09. */
function withoutExpired(state: AssociationState, now: Now): AssociationStep {
  if (!now.known) return none(state);
  const left = [...state.kept.devices].filter(([, { expires }]) => expires === null || expires > now.wall);
  const devices = left.length === state.kept.devices.size ? state.kept.devices : new Map(left);
  const over = state.kept.lease !== undefined && (state.kept.lease.ends ?? now.wall + 1) <= now.wall;
  const gateway = over ? nobody : state.kept.gateway;
  return changedTo(state, { ...state.kept, devices, gateway, lease: over ? undefined : state.kept.lease });
}

/** Takes over the changes; `changed` where the ACS can see a difference. */
function changedTo(state: AssociationState, kept: AssociationKept): AssociationStep {
  const same = (one: Identity, other: Identity) =>
    one.oui === other.oui && one.serial === other.serial && one.productClass === other.productClass;
  const gateway = same(kept.gateway, state.kept.gateway) ? state.kept.gateway : kept.gateway;
  const after = { ...kept, gateway };
  const visible = gateway !== state.kept.gateway || kept.devices !== state.kept.devices;
  const unchanged = !visible && kept.lease === state.kept.lease;
  return { state: unchanged ? state : { ...state, kept: after }, deeds: visible ? [{ do: "changed" }] : [] };
}

function removed(state: AssociationState, mac: string): AssociationStep {
  if (!state.kept.devices.has(mac)) return none(state);
  const devices = new Map([...state.kept.devices].filter(([other]) => other !== mac));
  const misses = new Map([...state.misses].filter(([other]) => other !== mac));
  return changedTo({ ...state, misses }, { ...state.kept, devices });
}

/** Takes in dnsmasq's report of a lease. OpenWrt's dnsmasq does not report renewals, and after its restart it reports
 * leases without identity. */
function leased(state: AssociationState, lease: LeaseEvent, now: Now): AssociationStep {
  const { mac } = lease;
  if (lease.action === "remove") return removed(state, mac);
  const expires = lease.expires === undefined || lease.expires === 0 ? null : lease.expires * 1000;
  const known = state.kept.devices.get(mac);
  if (lease.identity === undefined) {
    if (!lease.dataMissing) return removed(state, mac);
    if (known === undefined) return none(state);
    return put(state, mac, { ...known, expires, address: lease.address }, now);
  }
  const whole = uncut(lease.identity, state.heard.get(mac));
  return admitted(state, mac, whole, { expires, address: lease.address }, now);
}

/** dnsmasq cuts each value at its first "=": the identity that was heard on the wire is whole. */
function uncut(cut: Identity, whole: Identity | undefined): Identity {
  if (whole === undefined) return cut;
  const fits = (one: string, other: string) => one === other || other.startsWith(`${one}=`);
  const same =
    fits(cut.oui, whole.oui) && fits(cut.serial, whole.serial) && fits(cut.productClass, whole.productClass);
  return same ? whole : cut;
}

function heard(
  before: AssociationState,
  { mac, address, identity, inform }: Extract<AssociationEvent, { on: "heard" }>,
  now: Now,
): AssociationStep {
  const others = [...before.heard].filter(([other]) => other !== mac);
  const heardNow = new Map([...others.slice(-(associationLimits.heardMax - 1)), [mac, identity]]);
  const state = { ...before, heard: heardNow };
  const known = state.kept.devices.get(mac);
  if (inform) {
    // A device with a lease may send one too: the lease stays.
    return admitted(state, mac, identity, { address, expires: known?.expires ?? null }, now);
  }
  // The hook of dnsmasq may have been first, with values that were cut.
  if (known === undefined || uncut(known, identity) === known) return none(state);
  return admitted(state, mac, identity, known, now);
}

/** R-F.2.1-05: into the table, if the parameters can hold it. */
function admitted(
  state: AssociationState,
  mac: string,
  identity: Identity,
  { address, expires }: Pick<Device, "address" | "expires">,
  now: Now,
): AssociationStep {
  const fits = [identity.serial, identity.productClass].every((t) =>
    printable(t, optionLimits.identityCharsMax),
  );
  if (!isOui(identity.oui) || identity.serial === "" || !fits) {
    const text = "A device on the LAN names itself in a way that no parameter can hold: it is not listed";
    return refused(state, text, now);
  }
  const { serial, productClass } = identity;
  return put(state, mac, { oui: identity.oui.toUpperCase(), serial, productClass, address, expires }, now);
}

function put(before: AssociationState, mac: string, device: Device, now: Now): AssociationStep {
  const misses = new Map([...before.misses].filter(([other]) => other !== mac));
  const probeDue = before.probeDue ?? now.mono + associationLimits.probeMs;
  const state = { ...before, misses, probeDue };
  const known = state.kept.devices.get(mac);
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(device)) return none(state);
  const others = [...state.kept.devices].filter(([other]) => other !== mac);
  const room = others.slice(-(associationLimits.devicesMax - 1));
  const done = changedTo(state, { ...state.kept, devices: new Map([...room, [mac, device]]) });
  if (room.length === others.length) return done;
  const text = "More devices on the LAN name themselves than are kept: those seen longest ago are dropped";
  const told = refused(done.state, text, now);
  return { state: told.state, deeds: [...done.deeds, ...told.deeds] };
}

/** Counts it; a flood is one log line a minute. */
function refused(state: AssociationState, what: string, now: Now): AssociationStep {
  const count = state.refused.count + 1;
  const refusedInAll = state.refusedInAll + 1;
  if (now.mono - state.refused.told < associationLimits.tellMs)
    return none({ ...state, refusedInAll, refused: { ...state.refused, count } });
  return {
    state: { ...state, refusedInAll, refused: { count: 0, told: now.mono } },
    deeds: [{ do: "tell", level: "warn", what, fields: { count } }],
  };
}

/** R-F.2.1-09. */
function looked(
  before: AssociationState,
  { present, asked }: Extract<AssociationEvent, { on: "looked" }>,
): AssociationStep {
  const there = new Set(present);
  const misses = new Map<string, number>();
  const gone: string[] = [];
  for (const mac of before.kept.devices.keys()) {
    if (there.has(mac) || !asked.includes(mac)) continue;
    const count = (before.misses.get(mac) ?? 0) + 1;
    if (count >= associationLimits.missesMax) gone.push(mac);
    else misses.set(mac, count);
  }
  const state = { ...before, misses };
  if (gone.length === 0) return none(state);
  const devices = new Map([...state.kept.devices].filter(([mac]) => !gone.includes(mac)));
  return changedTo(state, { ...state.kept, devices });
}

/** The DHCP client of the management interface: its server, how long the lease lasts, and the gateway behind it. */
function client(
  before: AssociationState,
  { client: told, gateway }: Extract<AssociationEvent, { on: "client" }>,
  now: Now,
): AssociationStep {
  if (told.interface !== before.roles.interface) return none(before);
  const gone = told.action === "deconfig";
  const ends = told.leaseSeconds > 0 && now.known ? now.wall + told.leaseSeconds * 1000 : null;
  const lease = gone ? undefined : { server: told.server, ends };
  const state = { ...before, introduceDue: gone ? before.introduceDue : undefined };
  const kept = { ...state.kept, lease };
  if (!before.roles.device) return changedTo(state, kept);
  const after = changedTo(state, { ...kept, gateway: usable(gone ? null : gateway) });
  // The end of the lease is looked for along with the devices.
  const probeDue = after.state.probeDue ?? now.mono + associationLimits.probeMs;
  return { ...after, state: { ...after.state, probeDue } };
}

function behind(state: AssociationState, gateway: Identity | null): AssociationStep {
  return changedTo(state, { ...state.kept, gateway: usable(gateway) });
}

/** R-F.2.2-05: an absent value, or a value that does not fit the parameter, is the empty string. */
function usable(gateway: Identity | null): Identity {
  if (gateway === null) return nobody;
  const text = (value: string) => (printable(value, optionLimits.identityCharsMax) ? value : "");
  return {
    oui: isOui(gateway.oui) ? gateway.oui.toUpperCase() : "",
    serial: text(gateway.serial),
    productClass: text(gateway.productClass),
  };
}

const associationDeeds: DeedTable<AssociationDeed, AssociationEvent> = {
  look: {
    words: "see which devices are there",
    mute: true,
    onFailure: () => ({ on: "looked", present: [], asked: [] }),
    late: "counts",
  },
  changed: { words: "notify the ACS of devices", mute: false, onFailure: undefined, late: "counts" },
  tell: { words: "write to the log", mute: true, onFailure: undefined, late: "counts" },
};

type AssociationMachine = Machine<AssociationState, AssociationKept, AssociationEvent, AssociationDeed>;

export const associationMachine: AssociationMachine = {
  load: loadAssociation,
  start,
  step,
  hear,
  nextWake,
  kept: (state) => state.kept,
  differences: associationRows,
  pressing: (before, after) => before !== after && associationRows(before, after).length > 0,
  deeds: associationDeeds,
};
