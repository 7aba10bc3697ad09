/** Port: radios and stations as their drivers report them: by iwinfo over ubus, or, without iwinfo, stations by
 * hostapd. */
import type { RadioState, Station } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";
import { asJson, asList, asNumber, asText, type Json } from "./read.ts";
import type { Ubus } from "./ubus.ts";

export interface Air {
  readonly stations: ReadonlyMap<string, readonly Station[]>;
  readonly radios: ReadonlyMap<string, RadioState>;
}

/** The channels and powers of a radio. They change only with the configuration. */
interface Abilities {
  readonly channels: readonly number[];
  readonly powers: readonly number[];
}

export type AirReader = (devices: readonly string[], version: string) => Promise<Air>;

export function airReader(ubus: Ubus): AirReader {
  let known = new Map<string, Abilities>();
  let knownOf = "";
  /** The last answers, used while a call fails: a failed call does not mean that a radio has nothing to report. */
  let last = new Map<string, Json>();
  const said = async (object: string, method: string, device?: string): Promise<Json | undefined> => {
    const question = `${object} ${method} ${device ?? ""}`;
    const answer = await ubus.call(object, method, device === undefined ? {} : { device });
    if (answer.is === "failed") return last.get(question);
    if (answer.is === "said") last.set(question, answer.value);
    else last.delete(question);
    return answer.is === "said" ? answer.value : undefined;
  };

  async function abilities(device: string): Promise<Abilities> {
    const there = known.get(device);
    if (there !== undefined) return there;
    const [channels, powers] = await Promise.all([
      said("iwinfo", "freqlist", device),
      said("iwinfo", "txpowerlist", device),
    ]);
    const found = { channels: channelsOf(channels), powers: powersOf(powers) };
    if (channels !== undefined && powers !== undefined) known.set(device, found);
    return found;
  }

  async function one(device: string) {
    const [info, list] = await Promise.all([
      said("iwinfo", "info", device),
      said("iwinfo", "assoclist", device),
    ]);
    const stations =
      list === undefined ? clientsOf(await said(`hostapd.${device}`, "get_clients")) : stationsOf(list);
    const radio = info && { ...(await abilities(device)), ...stateOf(info) };
    return { device, stations, radio };
  }

  return async (devices, version) => {
    if (version !== knownOf) [known, last] = [new Map(), new Map()];
    knownOf = version;
    const found = await Promise.all(devices.slice(0, factsLimits.accessPointsMax).map(one));
    return {
      stations: new Map(found.map(({ device, stations }) => [device, stations])),
      radios: new Map(found.flatMap(({ device, radio }) => (radio ? [[device, radio] as const] : []))),
    };
  };
}

const stateOf = (info: Json): Pick<RadioState, "channel" | "power"> => ({
  channel: asNumber(info.channel),
  power: asNumber(info.txpower),
});

const channelsOf = (answer: Json | undefined): readonly number[] =>
  asList(answer?.results)
    .map(asJson)
    .filter(({ restricted }) => restricted !== true)
    .flatMap(({ channel }) => asNumber(channel) ?? []);

const powersOf = (answer: Json | undefined): readonly number[] =>
  asList(answer?.results)
    .map(asJson)
    .flatMap(({ dbm }) => asNumber(dbm) ?? [])
    .sort((a, b) => a - b);

const macPattern = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/;

/** A driver that does not know the signal says 0 or some number that no radio receives. */
const signalOf = (value: unknown): number | undefined => {
  const signal = asNumber(value);
  return signal !== undefined && signal < 0 && signal >= -200 ? signal : undefined;
};

const stationsOf = (answer: Json): readonly Station[] =>
  asList(answer.results)
    .map(asJson)
    .map(
      (one): Station => ({
        mac: asText(one.mac).toUpperCase(),
        authorized: one.authorized === true,
        signal: signalOf(one.signal),
        rateTo: asNumber(asJson(one.tx).rate),
        rateFrom: asNumber(asJson(one.rx).rate),
        connected: asNumber(one.connected_time),
      }),
    )
    .filter(({ mac }) => macPattern.test(mac))
    .slice(0, factsLimits.stationsMax);

/** hostapd reports no rates in a unit that all drivers share. */
const clientsOf = (answer: Json | undefined): readonly Station[] =>
  Object.entries(asJson(answer?.clients))
    .map(([mac, client]): Station => {
      const { authorized, signal } = asJson(client);
      return {
        mac: mac.toUpperCase(),
        authorized: authorized === true,
        signal: signalOf(signal),
        rateTo: undefined,
        rateFrom: undefined,
        connected: undefined,
      };
    })
    .filter(({ mac }) => macPattern.test(mac))
    .slice(0, factsLimits.stationsMax);
