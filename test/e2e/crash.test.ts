/** The power goes in the middle of a SetParameterValues over three packages. test/uci and test/model stop the same code at
 * every single step; here the process is the real one, the kill a real one, and only its moment varies. */
import { watch } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Acs, type Session } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";
import { call, readLetter } from "./writing.ts";

const values = (turn: number) => [`192.168.${turn + 10}.1`, `Net ${turn}`, `P.${turn}`, `key ${turn}`];
const names = [path.address, path.ssid, path.provisioning, path.parameterKey];

const order = (turn: number) => {
  const [address, ssid, code, key] = values(turn);
  return call.set(
    [
      [path.address, address!],
      [path.ssid, ssid!],
      [path.provisioning, code!],
    ],
    key,
  );
};

/** What the files themselves say. */
function inFiles(device: Device): string[] {
  const found = [
    /list ipaddr '(192\.168\.\d+\.1)\/24'/.exec(device.config("network"))?.[1],
    /option ssid '(.*)'/.exec(device.config("wireless"))?.[1],
    /option provisioning_code '(.*)'/.exec(device.config("cwmp"))?.[1],
  ];
  return found.map(String);
}

class Trial {
  turn = 0;
  answered = 0;
  fresh = 0;
  private constructor(
    readonly acs: Acs,
    readonly device: Device,
    private session: Session,
  ) {}

  static async begin(): Promise<Trial> {
    const acs = await Acs.open();
    const device = await Device.running(acs.url);
    const trial = new Trial(acs, device, await acs.session());
    await trial.session.done(order(0));
    return trial;
  }

  /** Milliseconds from the request to its answer when nothing is in the way. */
  async duration(): Promise<number> {
    const began = performance.now();
    await this.session.done(order(++this.turn));
    return performance.now() - began;
  }

  /** Sends the request, kills when `moment` has come, starts anew and looks. */
  async strike(moment: () => Promise<void>): Promise<void> {
    const { acs, device, session } = this;
    const [old, now] = [values(this.turn), values(++this.turn)];
    const when = moment();
    session.pending.answer(acs.letter("SetParameterValues", order(this.turn).args, "strike"));
    await when;
    await device.kill();
    await session.pending.connection.closed;
    const promised = await this.heardAnswer();
    device.start();
    this.session = await acs.session();
    const seen = [...(await this.session.values(...names)).values()];
    expect([old, now]).toContainEqual(seen);
    expect(inFiles(device)).toEqual(seen.slice(0, 3));
    // A.3.2.1: the answer is a promise.
    if (promised) expect(seen).toEqual(now);
    if (promised) this.answered++;
    if (seen[0] === now[0]) this.fresh++;
    else this.turn--;
  }

  private async heardAnswer(): Promise<boolean> {
    if (this.acs.wire.requests.size === 0) return false;
    const heard = await this.acs.next();
    expect(readLetter(heard.body).body.name).toBe("SetParameterValuesResponse");
    return true;
  }

  async over(): Promise<void> {
    await this.session.end();
  }
}

describe("kill -9 during SetParameterValues over three packages", () => {
  it("A.3.2.1 [R-A.3.2.1-08] [R-A.3.2.1-10] [R-A.3.2.1-14] killed at forty moments from the request to well after the response: all old or all new, and all new if the response was sent", async () => {
    const trial = await Trial.begin();
    const took = Math.max(await trial.duration(), await trial.duration());
    for (let step = 0; step < 40; step++) await trial.strike(() => pause((step / 40) * took * 1.5));
    await trial.over();
    console.log(
      `40 kills within ${(took * 1.5).toFixed(1)} ms: ${trial.fresh} new, ${trial.answered} of them answered`,
    );
  });

  it("A.3.2.1 [R-A.3.2.1-08] [R-A.3.2.1-10] [R-A.3.2.1-14] killed right after the n-th change in the directory of the files", async () => {
    const trial = await Trial.begin();
    for (let nth = 1; nth <= 16; nth++) {
      await trial.strike(
        () =>
          new Promise((resolve) => {
            let left = nth;
            const watcher = watch(trial.device.path("etc/config"), () => {
              if (--left === 0) done();
            });
            // There may be fewer changes than that: then the kill comes after all of them.
            const late = setTimeout(() => done(), 200);
            const done = () => {
              clearTimeout(late);
              watcher.close();
              resolve();
            };
          }),
      );
    }
    await trial.over();
    console.log(`16 kills by change: ${trial.fresh} new, ${trial.answered} of them answered`);
  });
});

checkAll();
