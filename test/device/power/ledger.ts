/** Helper: what the gateway has promised, and whether it still stands. TR-069 3.7.1.5, A.3.2.1, A.3.2.8, A.3.3.2. */

/** What somebody outside can know of a fact: for certain, or that it is one of two. */
export class Known<T> {
  private maybe: T | undefined;

  constructor(private now: T) {}

  /** A change has been asked for, and no answer was heard: both are right. */
  asked(value: T): void {
    this.maybe = value;
  }

  /** The change was answered. */
  promised(value: T): void {
    this.now = value;
    this.maybe = undefined;
  }

  /** @returns whether that can be; from then on it is certain */
  seen(value: T): boolean {
    const right = value === this.now || value === this.maybe;
    this.promised(value);
    return right;
  }

  toString(): string {
    return this.maybe === undefined ? `${this.now}` : `${this.now} or ${this.maybe}`;
  }
}

export type Event = readonly [code: string, commandKey: string];

export type TransferKind = "package" | "image" | "stillborn";

interface Pending {
  readonly kind: TransferKind;
  readonly key: string;
  /** asked: nobody has heard an answer; promised: Status 1 was heard; told: TransferComplete was heard; answered: its
   * response has gone out. */
  is: "asked" | "promised" | "told" | "answered";
  /** The plug was pulled since it was asked for. */
  cut: boolean;
}

export class Ledger {
  readonly complaints: string[] = [];
  /** ProvisioningCode, NTPServer1, the LAN's address and ParameterKey, as one text. */
  readonly values = new Known("");
  /** The files of the package, as one text. */
  readonly tree = new Known("0 0 0");
  transfer: Pending | undefined;
  private readonly over = new Set<string>();
  private bootstrapped = false;
  /** The CommandKey of a Reboot that has to be told of, or may be. */
  private reboot: { readonly key: string; owed: boolean } | undefined;
  private booted = false;

  complain(text: string): void {
    this.complaints.push(text);
  }

  powered(): void {
    this.booted = true;
  }

  cut(): void {
    if (this.transfer !== undefined) this.transfer.cut = true;
  }

  rebootAsked(key: string): void {
    this.reboot = { key, owed: false };
  }

  rebootPromised(): void {
    if (this.reboot !== undefined) this.reboot.owed = true;
  }

  get rebootDue(): boolean {
    return this.reboot !== undefined;
  }

  /** The events of an Inform are off the list of the gateway, or not: nobody has heard it go on. */
  eventsAnswered(): void {
    if (this.reboot !== undefined && this.booted) this.reboot.owed = false;
  }

  /** An Inform was heard. @param events with their CommandKeys */
  informed(events: readonly Event[]): void {
    const codes = events.map(([code]) => code);
    if (this.bootstrapped && codes.includes("0 BOOTSTRAP")) this.complain("0 BOOTSTRAP again");
    if (this.booted && !codes.includes("1 BOOT")) this.complain("no 1 BOOT after a boot");
    const key = events.find(([code]) => code === "M Reboot")?.[1];
    if (this.reboot?.owed && this.booted && key !== this.reboot.key)
      this.complain(`no M Reboot with ${this.reboot.key}`);
    if (key !== undefined && key !== this.reboot?.key) this.complain(`M Reboot with ${key} again`);
  }

  /** The gateway has gone on after the InformResponse: its events are off its list. */
  eventsConfirmed(events: readonly Event[]): void {
    this.bootstrapped = true;
    if (this.booted || events.some(([code]) => code === "M Reboot")) this.reboot = undefined;
    this.booted = false;
  }

  transferAsked(kind: TransferKind, key: string): void {
    this.transfer = { kind, key, is: "asked", cut: false };
  }

  transferPromised(): void {
    if (this.transfer?.is === "asked") this.transfer.is = "promised";
  }

  /** The gateway does not know the transfer: its answer, or its TransferComplete, has to be open. */
  transferForgotten(): void {
    const { is, key } = this.transfer!;
    if (is === "promised" || is === "told") this.complain(`${key} is forgotten`);
    this.transfer = undefined;
  }

  /** A TransferComplete was heard. @returns the transfer that it is about */
  told(key: string): Pending | undefined {
    if (this.over.has(key)) this.complain(`TransferComplete of ${key} again after its response`);
    if (this.transfer?.key !== key) {
      this.complain(`TransferComplete of ${key}, which nobody asked for`);
      return undefined;
    }
    this.transfer.is = "told";
    return this.transfer;
  }

  toldAnswered(): void {
    if (this.transfer !== undefined) this.transfer.is = "answered";
  }

  /** The gateway has gone on after the TransferCompleteResponse: it may not tell of that transfer any more. */
  toldConfirmed(key: string): void {
    this.over.add(key);
    if (this.transfer?.key === key) this.transfer = undefined;
  }
}
