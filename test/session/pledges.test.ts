/** What has been promised for after the clean end of a session. 3.7.1.4, A.3.2.9, A.4.1.6. */
import { expect, test } from "vitest";
import type { Effect } from "../../src/handlers/effect.ts";
import { sessionLimits } from "../../src/session/limits.ts";
import type { Pledge } from "../../src/session/pledges.ts";
import { Rig } from "./rig.ts";

const reboot: Effect = { is: "reboot", commandKey: "r" };
const reset: Effect = { is: "factoryReset" };
const image: Pledge = { is: "install", ref: "image" };

/** A session in which the ACS asks for these, up to its clean end. */
function asked(rig: Rig, ...effects: readonly Effect[]): void {
  rig.looks();
  rig.feed({ on: "asked" });
  rig.inform();
  rig.informResponse();
  rig.post();
  for (const effect of effects) {
    rig.call("GetRPCMethods", {});
    rig.took("handle");
    rig.feed({ on: "handled", body: new Uint8Array(), effects: [effect] });
    rig.took("post");
  }
  rig.hear(undefined);
  rig.close();
}

function begun(): Rig {
  const rig = new Rig();
  rig.session();
  rig.looks();
  return rig;
}

const refuses = (rig: Rig, reason = "there is no overlay") => rig.feed({ on: "stayed", reason });

test("3.7.1.4 the strongest pledge is carried out first: a factory reset before an image, an image before a reboot", () => {
  const rig = begun();
  rig.feed({ on: "asked" });
  rig.inform();
  rig.hears({ tell: "pledge", pledge: image });
  rig.quiet();
  rig.feed({ on: "failed", reason: "cut", suspect: "none" });
  rig.close();
  asked(rig, reboot, reset);
  rig.took("factoryReset");
  rig.quiet();
  refuses(rig);
  expect(rig.took("install")).toEqual({ do: "install", ref: "image" });
  refuses(rig, "the image is gone");
  rig.took("reboot");
  rig.quiet();
});

test("a factory reset that fails does not delay a reboot, is retried after later sessions, and is finally discarded with a log line", () => {
  const rig = begun();
  asked(rig, reset, reboot);
  for (let attempt = 1; attempt < sessionLimits.pledgeTriesMax; attempt++) {
    rig.took("factoryReset");
    refuses(rig);
    if (attempt === 1) {
      rig.took("reboot");
      rig.boot();
      expect(rig.inform().codes).toContain("M Reboot:r");
      rig.informResponse();
      rig.finish();
    } else {
      rig.looks();
      rig.quiet();
      asked(rig);
    }
  }
  rig.took("factoryReset");
  refuses(rig);
  expect(rig.took("tell")).toEqual({
    do: "tell",
    what: "The factory reset that was promised cannot be carried out and is given up",
    fields: { reason: "there is no overlay" },
  });
  expect(rig.saved.pledges).toEqual([]);
  expect(rig.saved.broken).toEqual([{ is: "factoryReset", reason: "there is no overlay" }]);
  asked(rig);
  rig.looks();
  rig.quiet();
});

test("A.3.2.9 a discarded reboot is not retried, and the next boot reports M Reboot for it", () => {
  const rig = begun();
  asked(rig, reboot);
  for (let attempt = 1; attempt <= sessionLimits.pledgeTriesMax; attempt++) {
    rig.took("reboot");
    refuses(rig, "reboot: not found");
    if (attempt < sessionLimits.pledgeTriesMax) asked(rig);
  }
  rig.took("tell");
  asked(rig);
  rig.looks();
  rig.quiet();
  rig.boot();
  expect(rig.inform().codes).toEqual(["1 BOOT", "M Reboot:r"]);
});

test("a restarted agent knows how often a pledge was tried", () => {
  const rig = begun();
  asked(rig, reset);
  for (let attempt = 1; attempt <= sessionLimits.pledgeTriesMax; attempt++) {
    rig.took("factoryReset");
    refuses(rig);
    if (attempt === sessionLimits.pledgeTriesMax) break;
    rig.boot("process");
    rig.session();
  }
  rig.took("tell");
  rig.looks();
  rig.quiet();
});

test("a pledge made without a session is carried out at once; a pledge made before a retry is carried out after it", () => {
  const rig = begun();
  rig.hears({ tell: "pledge", pledge: image });
  rig.took("install");
  const failing = begun();
  failing.feed({ on: "connectionRequest" });
  failing.failure();
  failing.hears({ tell: "pledge", pledge: image });
  failing.quiet();
  failing.pass(10_000);
  failing.session();
  failing.took("install");
});

test("A.3.2.9 several Reboots are one boot, and one M Reboot each", () => {
  const rig = begun();
  asked(rig, reboot, { is: "reboot", commandKey: "s" });
  rig.took("reboot");
  rig.quiet();
  rig.boot();
  expect(rig.inform().codes).toEqual(["1 BOOT", "M Reboot:r", "M Reboot:s"]);
});
