/** Table: the state of the NAT machine, its events and its deeds. See machine.ts. */
import type { Accepted } from "../connreq/rate.ts";
import type { Woke } from "../session/machine.ts";
import type { Settings } from "../settings.ts";
import type { BindingDeed, BindingEvent, BindingState, KeptPeriod } from "./binding-state.ts";
import type { UdpCredentials, UdpRecord } from "./record.ts";

export interface NatKept {
  /** The last UDP Connection Request that was believed. */
  readonly request: UdpRecord;
  /** How often the binding was refreshed. */
  readonly period: KeptPeriod | undefined;
}

export interface NatState {
  readonly binding: BindingState;
  readonly request: UdpRecord;
  readonly settings: Settings;
  readonly credentials: UdpCredentials;
  /** UDP Connection Requests of the last minute. */
  readonly accepted: Accepted;
  /** Ids of our requests are made from it, so that nobody else can know them. */
  readonly secret: Uint8Array;
  /** How many of them were made. */
  readonly ids: number;
}

export type NatEvent =
  /** Asked for when STUN is switched on: before it nothing is sent. */
  | { readonly on: "secret"; readonly secret: Uint8Array }
  | Extract<BindingEvent, { on: "local" | "source" | "resolved" | "datagram" }>
  | Woke;

export type NatDeed =
  | BindingDeed
  /** Draws the secret. */
  | { readonly do: "draw" }
  /** UDPConnectionRequestAddress or NATDetected has another value. */
  | { readonly do: "told" };
