/** The plug of an emulated gateway is pulled while it works. `make power` does it as often as wanted. */
import { expect, onTestFinished, test } from "vitest";
import { program } from "../e2e/device.ts";
import { lacking } from "./lab.ts";
import { type Cut, Trial, told } from "./power/cuts.ts";

/** Each at the moment that is worst for it. */
const cuts: readonly Cut[] = [
  { kind: "parameters", moment: { at: "write", nth: 4, since: "order" }, survival: "half" },
  { kind: "parameters", moment: { at: "answer" }, survival: "nothing" },
  { kind: "reboot", moment: { at: "answer" }, survival: "nothing" },
  { kind: "package", moment: { at: "write", nth: 20, since: "order" }, survival: "half" },
  { kind: "image", moment: { at: "environment", nth: 1 }, survival: "nothing" },
  { kind: "image", moment: { at: "report" }, survival: "nothing" },
];

test.skipIf(lacking !== "")(
  `[R-A.3.2.1-08, R-A.3.2.1-10, R-A.3.2.1-14, R-A.3.2.1-21, R-A.3.2.8-13, R-A.3.2.8-51, R-A.3.3.2-04, R-A.3.3.2-05, R-3.7.1.5-46, R-3.7.1.5-63, R-3.7.1.5-71] six power cuts lose nothing that was promised${lacking && ` (${lacking} is missing)`}`,
  { timeout: 1_200_000 },
  async () => {
    let half = 0;
    const trial = await Trial.begin(program, () => (half++ % 2) / 2);
    onTestFinished(() => trial.end());
    for (const cut of cuts) {
      expect([told(cut), await trial.life(cut)]).toEqual([told(cut), true]);
      expect([told(cut), trial.ledger.complaints]).toEqual([told(cut), []]);
    }
    await trial.life(undefined);
    expect(trial.ledger.complaints).toEqual([]);
  },
);
