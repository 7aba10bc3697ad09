/** A device that has no use for files: for tests of other things. */
import type { EnginePorts } from "../../src/engine.ts";

const never = async (): Promise<never> => {
  throw new Error("No transfer is expected here");
};

export const noTransfers: EnginePorts["transfers"] = {
  schemes: [],
  files: { room: () => 0, receive: never, has: () => false, remove: () => {}, sweep: () => {} },
  installer: { apply: never, keep: never, takeBack: never, make: never, serves: () => true },
  flash: {
    trialMs: undefined,
    running: async () => ({ identity: { revision: "", slot: "" }, replaced: false }),
    check: never,
    mark: never,
    write: never,
    commit: never,
    fallBack: never,
  },
  fileServers: never,
};
