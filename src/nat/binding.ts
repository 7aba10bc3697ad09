/** Machine: the STUN client that keeps the NAT binding of the primary port. TR-069 G.2.1.1 to G.2.1.3, RFC 3489.
 *
 *   off        STUN is off, no server is named or the interface is down
 *   resolving  the server's name is being looked up
 *   asking     a Binding Request waits for its answer; it is sent up to nine times
 *   resting    nothing until `until`; then the step that `next` names
 *
 * A probe is sent from the secondary port and has its answer sent to the primary one, so that the answer arrives only
 * if the binding is still alive. A probe without an answer proves nothing yet: the keep-alive that follows it shows
 * whether the binding had expired or the server is away (`doubt`).
 *
 * Never: two requests at a time; a keep-alive sooner than STUNMinimumKeepAlivePeriod after the last send from
 * the primary port, or later than STUNMaximumKeepAlivePeriod; BINDING-CHANGE twice for one change; a signed request
 * without a 401 just before it; a change of the binding by anything but a Binding Response that was asked for. */

import type { Now } from "../ports/clock.ts";
import type { Level } from "../ports/log.ts";
import type { Endpoint, Source } from "../ports/udp.ts";
import { judgeAnswer } from "./answer.ts";
import { resendMs, writeAsk } from "./ask.ts";
import {
  type Asking,
  type BindingDeed,
  type BindingEvent,
  type BindingState,
  type BindingStep,
  bindingWake,
  keepAliveSeconds,
  outgoing,
  type StunSettings,
  type What,
} from "./binding-state.ts";
import { familyOf, sameEndpoint, writeEndpoint } from "./endpoint.ts";
import { natLimits as limits } from "./limits.ts";
import { boundsOf, lived, lost, needsSearch, newSearch, periodOf, trialOf } from "./search.ts";

/** @param fresh gives 24 hexadecimal digits that nobody can guess, for the id of a request that this step may begin:
 * most steps begin none, and making them costs more than all the rest */
export function stepBinding(
  state: BindingState,
  now: Now,
  fresh: () => string,
  event: BindingEvent,
): BindingStep {
  const turn = new Turn(state, now.mono, fresh);
  switch (event.on) {
    case "settings":
      turn.configured(event.settings);
      break;
    case "local":
      turn.moved(event.local);
      break;
    case "resolved":
      turn.resolved(event);
      break;
    case "source":
      turn.moved(turn.state.local, event.source);
      break;
    case "datagram":
      turn.heard(event);
      break;
    case "woke":
      turn.woke();
      break;
  }
  return { state: turn.state, deeds: turn.deeds };
}

const serverName = ({ host, port }: StunSettings): string => `${host}:${port}`;

/** A step of the machine: the event, its time, and the deeds that follow. */
class Turn {
  readonly deeds: BindingDeed[] = [];

  constructor(
    public state: BindingState,
    private readonly now: number,
    private readonly fresh: () => string,
  ) {}

  private set(changes: Partial<BindingState>) {
    this.state = { ...this.state, ...changes };
  }

  private log(level: Level, what: string, fields: Readonly<Record<string, string | number>> = {}) {
    this.deeds.push({ do: "log", level, what, fields });
  }

  // -------------------------------------------------------------- events

  configured(settings: StunSettings) {
    const before = this.state.settings;
    const bounds = boundsOf(settings.min, settings.max);
    this.set({ settings, bounds });
    if (!settings.enable) this.set({ mapped: undefined });
    const moved = before.enable !== settings.enable || serverName(before) !== serverName(settings);
    const periods = before.min !== settings.min || before.max !== settings.max;
    if (periods) this.searchAnew();
    if (moved || this.state.phase.is === "off") this.begin();
    else if (periods && this.state.phase.is === "resting" && this.state.away === undefined) this.proceed();
  }

  /** @param source undefined: it is asked for again along with the server */
  moved(local: Endpoint | undefined, source?: string) {
    const before = this.state;
    const same =
      local === undefined || before.local === undefined
        ? local === before.local
        : sameEndpoint(local, before.local);
    if (same && (source === undefined || source === before.source || before.source === undefined)) return;
    const stale = before.stale || before.local?.address !== local?.address || source !== undefined;
    this.set({ local, source, stale });
    this.begin();
  }

  resolved({ host, addresses, source }: Extract<BindingEvent, { on: "resolved" }>) {
    const { phase, settings, local, server } = this.state;
    if (phase.is !== "resolving" || (host ?? settings.host) !== settings.host || local === undefined) return;
    const usable = addresses.filter((address) => familyOf(address) === familyOf(local.address));
    if (usable.length === 0) {
      return server === undefined
        ? this.gone(`there is no address for ${settings.host}`)
        : this.ask("discovery");
    }
    // The server stays while it answers; a server that is away is replaced by the next address.
    const at = usable.indexOf(server?.address ?? "");
    const address = usable[this.state.away === undefined ? Math.max(at, 0) : (at + 1) % usable.length]!;
    const found = { address, port: settings.port };
    this.set({ source });
    if (server === undefined || !sameEndpoint(server, found)) this.set({ server: found, honours: undefined });
    this.recall();
    this.ask("discovery");
  }

  /** Takes up the period that an earlier run has found with this server, and probes it soon. */
  private recall() {
    const { kept, settings, bounds, period } = this.state;
    if (period !== undefined || kept?.server !== serverName(settings)) return;
    if (kept.seconds < bounds.min || kept.seconds > bounds.max) return;
    this.set({ period: kept.seconds, honours: true, sinceProbe: limits.keepAlivesPerProbe });
  }

  heard({ at, from, bytes }: Extract<BindingEvent, { on: "datagram" }>) {
    const { phase, server, settings } = this.state;
    const source = outgoing(this.state);
    if (server === undefined || source === undefined) return;
    if (at === "primary" && sameEndpoint(from, server)) this.set({ heardAt: this.now });
    if (phase.is !== "asking") {
      // The message may have kept the binding alive, so the trial begins again.
      if (phase.is === "resting" && phase.next === "probe" && this.state.heardAt === this.now) this.proceed();
      return;
    }
    const { asking } = phase;
    if (at === "secondary" && asking.what !== "probe") return;
    const { credentials } = settings;
    const judged = judgeAnswer(bytes, from, {
      id: asking.id,
      signed: asking.signed,
      credentials,
      source,
      server,
    });
    if (judged.action === "accept") this.answered(asking, at, judged.mapped);
    else if (judged.action === "retry-integrity") this.ask(asking.what, true);
    else if (judged.action === "fail") this.refused(asking, judged.why);
  }

  woke() {
    const { phase } = this.state;
    if (phase.is === "resting" && this.now >= phase.until) {
      if (phase.next === "resolve") this.resolve();
      else this.ask(phase.next);
    } else if (phase.is === "asking" && this.now >= (bindingWake(this.state) ?? Number.POSITIVE_INFINITY)) {
      const { asking } = phase;
      if (this.now >= asking.until || asking.sends >= limits.sendsMax) this.unanswered(asking);
      else this.send(asking);
    }
  }

  // -------------------------------------------------------------- from the beginning

  /** Finds the binding anew: another server, another address of ours, or STUN has been switched on. */
  private begin() {
    const { settings, local } = this.state;
    this.release();
    this.set({ doubt: false, away: undefined });
    if (settings.enable && settings.host !== "" && local !== undefined) this.resolve();
    else this.set({ phase: { is: "off" }, server: undefined });
  }

  private resolve() {
    this.set({ phase: { is: "resolving" } });
    const { host, port } = this.state.settings;
    this.deeds.push({ do: "resolve", host, port });
  }

  private searchAnew(gone?: number) {
    this.set({ search: newSearch(this.state.bounds, gone), period: undefined });
  }

  // -------------------------------------------------------------- asking

  private ask(what: What, signed = false) {
    const { sentAt, bounds, honours } = this.state;
    // While the abilities of the server are unknown, nothing depends on the time of the answer.
    const patience = honours === undefined ? Number.POSITIVE_INFINITY : limits.probeMs;
    const until =
      what === "probe" ? Math.min(this.now + patience, sentAt + bounds.max * 1000) : Number.POSITIVE_INFINITY;
    this.send({ what, id: `2112a442${this.fresh()}`, signed, sends: 0, dueAt: this.now, until });
  }

  private send(asking: Asking) {
    const { server, mapped, settings } = this.state;
    const at: Source = asking.what === "probe" ? "secondary" : "primary";
    const bytes = writeAsk({
      source: at,
      reason: asking.what,
      id: asking.id,
      credentials: settings.credentials,
      afterChallenge: asking.signed,
      mapped,
    });
    // A server answers 401 only where credentials are set, or the request is refused (judgeAnswer).
    if (bytes === undefined || server === undefined) return;
    const sends = asking.sends + 1;
    this.set({ phase: { is: "asking", asking: { ...asking, sends, dueAt: this.now + resendMs(sends) } } });
    if (at === "primary") this.set({ sentAt: this.now });
    this.deeds.push({ do: "send", at, to: server, bytes });
  }

  private release() {
    const { phase } = this.state;
    if (phase.is === "asking" && phase.asking.what === "probe") this.deeds.push({ do: "release" });
  }

  // -------------------------------------------------------------- outcomes

  private answered(asking: Asking, at: Source, mapped: Endpoint) {
    if (asking.what === "probe") return this.probed(at);
    if (this.state.away !== undefined) this.log("info", "The STUN server responds again");
    this.set({ away: undefined, stale: false });
    const known = this.state.mapped;
    const changed = known === undefined || !sameEndpoint(known, mapped);
    if (this.state.doubt) this.resolveDoubt();
    else if (changed && known !== undefined) this.searchAnew();
    if (changed) this.set({ flowSince: this.now, settled: false });
    else if (this.now - this.state.flowSince >= limits.flowMs) this.set({ settled: true });
    if (asking.what === "keepalive") this.set({ sinceProbe: this.state.sinceProbe + 1 });
    if (!changed) return this.proceed();
    this.set({ mapped });
    this.log("info", known === undefined ? "The NAT binding is known" : "The NAT binding has changed", {
      address: writeEndpoint(mapped),
    });
    this.ask("changed");
  }

  private probed(at: Source) {
    const { trial, honours, period, search } = this.state;
    this.release();
    if (at === "secondary") {
      this.unable("it answers to the port that asked");
    } else if (period === undefined && trial > 0) {
      this.set({ search: lived(search, trial) });
    }
    this.set({ honours: at === "primary", sinceProbe: 0, doubt: false });
    // Asked right after a keep-alive there is nothing to refresh.
    if (honours === undefined) this.proceed();
    else this.ask("keepalive");
  }

  private unable(why: string) {
    this.set({ honours: false, period: undefined });
    this.log(
      "warn",
      "The lifetime of the NAT binding cannot be measured: the STUN server ignores RESPONSE-ADDRESS",
      {
        reason: why,
        seconds: keepAliveSeconds(this.state),
      },
    );
  }

  /** The server is there, and the probe before this request had no answer. */
  private resolveDoubt() {
    const { honours, trial, period, search } = this.state;
    this.set({ doubt: false, flowSince: this.now, settled: false });
    if (honours === undefined) return this.unable("it does not answer such requests");
    if (period === undefined) this.set({ search: lost(search, trial) });
    else this.searchAnew(period);
    this.log("info", "The NAT binding has expired", { afterSeconds: trial });
  }

  private refused(asking: Asking, why: string) {
    if (asking.what === "probe") {
      this.release();
      this.set({ doubt: false });
      this.unable(why);
      return this.proceed();
    }
    if (asking.what === "changed") return this.toldInVain(why);
    this.gone(why);
  }

  private unanswered(asking: Asking) {
    if (asking.what === "changed") return this.toldInVain("no answer");
    if (asking.what !== "probe") return this.gone("no answer");
    this.release();
    this.set({ doubt: true });
    if (this.state.honours === undefined) this.rest(this.refreshAt(limits.flowMs), "keepalive");
    else this.ask("keepalive");
  }

  /** G.2.1.3: it is not tried again until the binding changes anew. */
  private toldInVain(why: string) {
    this.log("warn", "The STUN server does not accept BINDING-CHANGE", { reason: why });
    this.proceed();
  }

  /** The server is away or refuses; the binding may still be alive. */
  private gone(why: string) {
    if (this.state.away !== why) this.log("warn", "The STUN server cannot be asked", { reason: why });
    // The known mapping belongs to an address that this device no longer has.
    if (this.state.stale) this.set({ mapped: undefined });
    this.set({ away: why, doubt: false, stale: false });
    const ms = keepAliveSeconds(this.state) * 1000;
    const due = this.state.sentAt + ms;
    this.rest(due > this.now ? due : this.now + ms, "resolve");
  }

  // -------------------------------------------------------------- the next step

  private rest(until: number, next: "resolve" | "keepalive" | "probe") {
    this.set({ phase: { is: "resting", until, next } });
  }

  /** Not before the minimum period has passed since the last send from the primary port. */
  private refreshAt(ms: number): number {
    return this.state.sentAt + Math.max(ms, this.state.bounds.min * 1000);
  }

  private proceed() {
    const { bounds, honours, period, sentAt, heardAt, settled } = this.state;
    const regular = sentAt + keepAliveSeconds(this.state) * 1000;
    if (!needsSearch(bounds) || honours === false) return this.rest(regular, "keepalive");
    if (honours === undefined) {
      this.set({ trial: 0 });
      return this.ask("probe");
    }
    if (period !== undefined) {
      const probe = this.state.sinceProbe >= limits.keepAlivesPerProbe;
      this.set({ trial: period });
      return this.rest(regular, probe ? "probe" : "keepalive");
    }
    if (!settled) return this.rest(this.refreshAt(limits.flowMs), "keepalive");
    const trial = trialOf(this.state.search);
    if (trial === undefined) return this.found();
    this.set({ trial });
    const due = Math.max(sentAt, heardAt) + trial * 1000;
    const latest = sentAt + bounds.max * 1000;
    this.rest(Math.min(due, latest), due < latest ? "probe" : "keepalive");
  }

  private found() {
    const seconds = periodOf(this.state.search);
    this.set({ period: seconds, sinceProbe: 0, kept: { server: serverName(this.state.settings), seconds } });
    this.log("info", "The lifetime of the NAT binding is known", {
      seconds: this.state.search.alive,
      keepAliveSeconds: seconds,
    });
    this.proceed();
  }
}
