/** Port: whether devices on the LAN are there. TR-069 F.2.1. */

export interface Presence {
  /** Makes the kernel look for these addresses; the neighbours of a later sheet show the result. */
  ask(addresses: readonly string[]): void;
}
