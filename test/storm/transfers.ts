/** What must be true of transfers in every storm: each is told of, in a session whose Inform lists it, none again after its
 * response has been heard, and none is called a success that the device did not confirm. TR-069 A.3.3.2. */
import type { Entry } from "../../src/acs/state.ts";
import type { Shed } from "../world/shed.ts";

export class TransferWatch {
  private readonly promised = new Set<string>();
  private readonly told = new Set<string>();
  /** The CPE went on after the response: it has that on disk. */
  private readonly delivered = new Set<string>();
  /** The ACS has answered it last, and the CPE has said nothing since. */
  private answered: string | undefined;
  private called: string | undefined;
  /** The keys of M Download and M Upload in the last Inform. */
  private listed: readonly string[] = [];

  constructor(
    private readonly shed: () => Shed,
    private readonly breach: (what: string) => void,
  ) {}

  promise(key: string): void {
    this.promised.add(key);
  }

  /** A factory reset: nothing is owed any more. */
  forget(): void {
    this.promised.clear();
    this.called = undefined;
    this.answered = undefined;
  }

  hear({ from, said }: Entry): void {
    if (from === "acs") {
      if (said.is === "answered" && said.method === "TransferComplete") this.answered = this.called;
      return;
    }
    const begins = said.is === "call" && said.method === "Inform";
    if (begins) this.listed = said.args.Event.map((e) => e.CommandKey);
    if (this.answered !== undefined && !begins) this.delivered.add(this.answered);
    this.answered = undefined;
    this.called = undefined;
    if (said.is !== "call" || said.method !== "TransferComplete") return;
    const { CommandKey: key, FaultStruct } = said.args;
    this.called = key;
    if (!this.listed.includes(key)) this.breach(`${key} was told in a session whose Inform does not list it`);
    if (this.delivered.has(key)) this.breach(`${key} was told again after its response`);
    if (!this.told.has(key) && FaultStruct.FaultCode === 0) this.confirm(key);
    this.told.add(key);
  }

  /** What has been in effect is written in the device's own book. */
  private confirm(key: string): void {
    if (!this.shed().confirmed.has(key))
      this.breach(`${key} was called a success, and the device knows of none`);
    if (/^bad (?!upload)/.test(key)) this.breach(`${key} was called a success, and its file is damaged`);
  }

  settled(): void {
    for (const key of this.promised) if (!this.told.has(key)) this.breach(`${key} was never told of`);
    const { half, left } = this.shed();
    if (half) this.breach("half of a configuration is in effect");
    if (left > 0) this.breach(`${left} files of transfers lie about`);
  }
}
