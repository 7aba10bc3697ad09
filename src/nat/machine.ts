/** Machine: the agent behind a NAT: the binding (binding.ts) and UDP Connection Requests. TR-069 Annex G.
 *
 * A UDP Connection Request that is believed moves the record and gives rise to a session in the same turn, so that
 * both are on disk before any message is sent: after a crash no copy of the request is taken for a new one. Never: an
 * answer to such a request; a record that is moved by anything else. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { admit } from "../connreq/rate.ts";
import type { Now } from "../ports/clock.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Machine, Step } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import type { Settings } from "../settings.ts";
import { stepBinding } from "./binding.ts";
import {
  type BindingEvent,
  bindingWake,
  type KeptPeriod,
  natDetected,
  type StunSettings,
  startBinding,
  udpAddress,
} from "./binding-state.ts";
import { natDeeds } from "./deedtable.ts";
import { firstRecord, judgeUdpRequest, type UdpCredentials, type UdpRecord } from "./record.ts";
import type { NatDeed, NatEvent, NatKept, NatState } from "./state.ts";
import { looksLikeStun } from "./stun.ts";

type NatStep = Step<NatState, NatDeed>;

const utf8 = new TextEncoder();

/** The settings of STUN. The server is STUNServerAddress, or the host of the ACS (G.2.1.1). */
function stunOf({ stun, url }: Settings): StunSettings {
  const host = stun.host !== "" || url === "" ? stun.host : new URL(url).hostname.replace(/^\[|\]$/g, "");
  const credentials = { username: stun.username, password: utf8.encode(stun.password) };
  return { enable: stun.enable, host, port: stun.port, credentials, min: stun.min, max: stun.max };
}

const udpCredentials = ({ connectionRequest: { username, password } }: Settings): UdpCredentials => ({
  username,
  password: utf8.encode(password),
});

const load = (store: Pick<Store<"src/nat">, "all">): NatKept => {
  const rows = store.all("nat");
  return {
    request: (rows.get("request") ?? firstRecord) as UdpRecord,
    period: (rows.get("period") ?? undefined) as KeptPeriod | undefined,
  };
};

function start(kept: NatKept, settings: Settings): NatStep {
  // No request is sent before there is a secret to make ids from.
  const binding = startBinding({ ...stunOf(settings), enable: false }, kept.period);
  const state: NatState = {
    binding,
    request: kept.request,
    settings,
    credentials: udpCredentials(settings),
    accepted: [],
    secret: new Uint8Array(0),
    ids: 0,
  };
  return { state, deeds: settings.stun.enable ? [{ do: "draw" }] : [] };
}

function step(state: NatState, now: Now, event: NatEvent): NatStep {
  if (event.on === "secret") return configured({ ...state, secret: event.secret }, now, state.settings);
  const isRequest = event.on === "datagram" && event.at === "primary" && !looksLikeStun(event.bytes);
  return isRequest ? requested(state, now, event) : bound(state, now, event);
}

function configured(state: NatState, now: Now, settings: Settings): NatStep {
  const after = { ...state, settings, credentials: udpCredentials(settings) };
  if (state.secret.length > 0) return bound(after, now, { on: "settings", settings: stunOf(settings) });
  return { state: after, deeds: settings.stun.enable ? [{ do: "draw" }] : [] };
}

/** Steps the binding, and reports when a value that the data model shows of it has changed. */
function bound(state: NatState, now: Now, event: BindingEvent): NatStep {
  const { binding, ids, secret } = state;
  const fresh = () => bytesToHex(hmac(sha256, secret, utf8ToBytes(String(ids))).subarray(0, 12));
  const after = stepBinding(binding, now, fresh, event);
  const same =
    udpAddress(binding) === udpAddress(after.state) && natDetected(binding) === natDetected(after.state);
  const told: readonly NatDeed[] = same ? [] : [{ do: "told" }];
  return { state: { ...state, binding: after.state, ids: ids + 1 }, deeds: [...after.deeds, ...told] };
}

/** G.2.1.4: takes in a UDP Connection Request. A request that is not authentic is ignored. */
function requested(
  state: NatState,
  now: Now,
  { bytes, from }: Extract<NatEvent, { on: "datagram" }>,
): NatStep {
  const { verdict, record } = judgeUdpRequest(bytes, state.credentials, state.request);
  if (verdict === "reject") return { state, deeds: [] };
  const { perMinuteMax } = state.settings.connectionRequest;
  // Anybody can write any address into a datagram: the source is no measure.
  const limits = { acceptedPerMinuteMax: perMinuteMax, acceptedPerSourcePerMinuteMax: perMinuteMax };
  const { accepted, admitted } = admit(state.accepted, now.mono, "", limits);
  const after = { ...state, request: record, accepted };
  if (admitted) return { state: after, deeds: [], notices: [{ tell: "connectionRequest" }] };
  const what = "A UDP Connection Request is ignored: too many in a minute";
  return { state: after, deeds: [{ do: "log", level: "warn", what, fields: { source: from.address } }] };
}

const kept = ({ request, binding }: NatState): NatKept => ({ request, period: binding.kept });

function differences(before: NatKept, after: NatKept): readonly Write<"src/nat">[] {
  const names = (["request", "period"] as const).filter((name) => before[name] !== after[name]);
  return names.map((key) => ({ shelf: "nat", key, value: after[key] ?? null }));
}

export const natMachine: Machine<NatState, NatKept, NatEvent, NatDeed> = {
  load,
  start: (from, { settings }) => start(from, settings),
  step: (state, now, _roll, event) => step(state, now, event),
  hear: (state: NatState, now: Now, notice: Notice): NatStep =>
    notice.tell === "settings" ? configured(state, now, notice.settings) : { state, deeds: [] },
  nextWake: ({ binding }) => bindingWake(binding),
  kept,
  differences,
  pressing: (before, after) => differences(before, after).length > 0,
  deeds: natDeeds,
};
