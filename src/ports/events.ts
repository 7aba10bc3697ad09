/** Port: events that hooks of the device have handed over. They wait on disk until they are taken in. */

export interface WaitingEvent {
  readonly id: string;
  /** JSON of the hook that handed it over; undefined: it does not parse. */
  readonly value: unknown;
}

export interface Events {
  /** In the order in which they were handed over. */
  waiting(): readonly WaitingEvent[];
  /** Removes the event, which has been taken in. */
  done(id: string): void;
}
