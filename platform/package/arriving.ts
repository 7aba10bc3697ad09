/** Adapter: the Files port for files that may be packages: the head of one is judged while the rest still arrives.
 * TR-069 E.4.7, E.5. */
import type { ParsedPackage } from "../../src/package/head.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import {
  beginReception,
  type Reception,
  type ReceptionEvent,
  stepReception,
  wakeAt,
} from "../../src/package/reception.ts";
import type { Files, Receiving } from "../../src/ports/files.ts";
import { TransferFailure } from "../../src/transfer/failure.ts";

/** Judges everything before the payload. @throws PackageRefused */
export type JudgeHead = (parsed: ParsedPackage, fileType: string) => Promise<void>;

export function judgedWhileArriving<F extends Files>(files: F, judgeHead: JudgeHead): F {
  return {
    ...files,
    receive: async (id, fileType) =>
      new Arriving(await files.receive(id, fileType), (parsed) => judgeHead(parsed, fileType)),
  };
}

class Arriving implements Receiving {
  readonly failed: Promise<never>;
  private fail: (error: TransferFailure) => void = () => {};
  private failure: TransferFailure | undefined;
  private state: Reception = beginReception(performance.now());
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly inner: Receiving,
    private readonly judgeHead: (parsed: ParsedPackage) => Promise<void>,
  ) {
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    // An unhandled rejection would end the process if no caller waits for this promise.
    this.failed.catch(() => {});
  }

  get bytes(): number {
    return this.inner.bytes;
  }

  take(piece: Uint8Array): void | Promise<void> {
    const judging = this.step({ on: "bytes", piece });
    if (this.failure !== undefined) throw this.failure;
    const taken = this.inner.take(piece);
    return judging === undefined ? taken : judging.then(() => taken);
  }

  /** @returns a promise where there is something to be waited for */
  private step(event: ReceptionEvent): Promise<void> | undefined {
    const { state, deeds } = stepReception(this.state, performance.now(), event);
    this.state = state;
    let judging: Promise<void> | undefined;
    for (const deed of deeds) {
      if (deed.do === "refuse") this.refuse(deed.why);
      else judging = this.judge(deed.parsed);
    }
    clearTimeout(this.timer);
    const at = this.failure === undefined ? wakeAt(state) : undefined;
    if (at !== undefined) this.timer = setTimeout(() => void this.step({ on: "time" }), msUntil(at));
    return judging;
  }

  private async judge(parsed: ParsedPackage): Promise<void> {
    try {
      await this.judgeHead(parsed);
    } catch (error) {
      if (!(error instanceof PackageRefused)) throw error;
      this.refuse(error);
      throw this.failure;
    }
  }

  private refuse(why: PackageRefused): void {
    clearTimeout(this.timer);
    this.failure = failureOf(why);
    this.fail(this.failure);
  }

  async restart(): Promise<void> {
    const { began } = this.state;
    this.state = beginReception(began);
    clearTimeout(this.timer);
    await this.inner.restart();
  }

  async finish(): Promise<void> {
    clearTimeout(this.timer);
    if (this.failure !== undefined) throw this.failure;
    await this.inner.finish();
  }

  async drop(): Promise<void> {
    clearTimeout(this.timer);
    await this.inner.drop();
  }
}

/** A timer takes 31 bits of milliseconds; one that is woken too early looks again. */
const msUntil = (at: number): number => Math.min(Math.max(at - performance.now(), 0) + 1, 2_000_000_000);

/** The fault that the ACS gets for a package that is refused. */
export function failureOf({ reason, message }: PackageRefused): TransferFailure {
  const kind = { 9018: "corrupted", 9019: "unauthentic" } as const;
  const found = kind[reason.fault as keyof typeof kind];
  return new TransferFailure(found ?? (reason.code === "space" ? "space" : "internal"), message);
}
