/** Rule: the part of `cwmpd status` about the NAT in front of the device. TR-069 Annex G. */
import { type BindingState, keepAliveSeconds, natDetected, udpAddress } from "./binding-state.ts";
import { needsSearch } from "./search.ts";

export interface NatStatus {
  /** UDPConnectionRequestAddress; null: not listening, or the interface has no address. */
  readonly address: string | null;
  readonly natDetected: boolean;
  /** null: STUN is off. */
  readonly stun: {
    /** Name and port; null: none is known. */
    readonly server: string | null;
    readonly keepAliveSeconds: number;
    /** The server has reported the address of the binding, and answers. */
    readonly bound: boolean;
    /** The state of the search for the period, in words. */
    readonly why: string;
  } | null;
}

export function natStatus(state: BindingState): NatStatus {
  const { settings } = state;
  const { host, port } = settings;
  return {
    address: udpAddress(state) || null,
    natDetected: natDetected(state),
    stun: settings.enable
      ? {
          server: host === "" ? null : `${host}:${port}`,
          keepAliveSeconds: keepAliveSeconds(state),
          bound: state.mapped !== undefined && state.away === undefined,
          why: why(state),
        }
      : null,
  };
}

function why({ settings, local, away, bounds, honours, period, mapped }: BindingState): string {
  if (settings.host === "") return "no STUN server is known: set cwmp.stun.server or cwmp.acs.url";
  if (local === undefined) return "the interface has no address, or the port is taken";
  if (away !== undefined) return `the server cannot be asked: ${away}`;
  if (mapped === undefined) return "the server is being asked";
  if (!needsSearch(bounds)) return "shortest and longest period are equal";
  if (honours === false) return "the server ignores RESPONSE-ADDRESS: the lifetime cannot be measured";
  if (period === undefined) return "the lifetime of the binding is being measured";
  return "the lifetime of the binding has been measured";
}
