/** Port: DHCP as a client beside the device's own, which has the lease. TR-069 3.1, RFC 2131 4.4.3. */

/** A DHCPINFORM that asks for the options of TR-069. */
export interface DhcpQuestion {
  /** The logical interface that sends it. */
  readonly interface: string;
  readonly xid: number;
  /** Seconds since the first message of the exchange. */
  readonly seconds: number;
  /** The body of option 125, where the device names itself (F.2.4). */
  readonly option125: Uint8Array | undefined;
}

export interface Dhcp {
  /** Sends the question, and listens for answers to it until `hangUp`.
   * @param heard gets every datagram that reaches the port: whether it is an answer is not known yet
   * @throws Refused when it cannot be sent, with the reason */
  inform(question: DhcpQuestion, heard: (answer: DhcpAnswer) => void): Promise<void>;
  hangUp(): void;
}

export interface DhcpAnswer {
  readonly bytes: Uint8Array;
  /** The address of the interface that asked. */
  readonly own: string;
}
