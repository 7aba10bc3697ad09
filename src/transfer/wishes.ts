/** Handler: transfers that somebody at the device asks for. A.3.3.3, A.4.2.2. */
import type { Control } from "../control/control.ts";
import { Fault } from "../errors.ts";
import type { Now } from "../ports/clock.ts";
import type { TransferWork } from "./deeds.ts";
import { kindOf } from "./filetype.ts";
import { transferLimits } from "./limits.ts";
import { transfersTold } from "./list.ts";
import { admit, type Wanted } from "./request.ts";
import type { QueueEvent, QueueState } from "./state.ts";

/** The part of Control that concerns transfers. */
export function transferControl(
  work: TransferWork,
  state: () => QueueState,
  feed: (event: QueueEvent) => void,
  now: () => Now,
): Pick<Control, "transfers" | "transfer" | "requestDownload"> {
  return {
    transfers: async () => transfersTold(state().transfers, work.recent(), work.progress(), now()),
    async transfer(wish) {
      const wanted: Wanted = {
        ...wish,
        origin: "device",
        commandKey: "",
        delaySeconds: 0,
        fileSize: 0,
        successUrl: "",
        failureUrl: "",
      };
      const { transfers, next } = state();
      admit(wanted, transfers.length, work.offer());
      feed({ on: "asked", wanted });
      return next;
    },
    async requestDownload({ fileType, args }) {
      judge(fileType, args.length, args);
      feed({
        on: "wished",
        args: {
          FileType: fileType,
          FileTypeArg: args.map(({ name, value }) => ({ Name: name, Value: value })),
        },
      });
    },
  };
}

/** A.4.2.2: Version is allowed for web content only, and the other standard types have no argument at all.
 * @throws Fault 9003 */
function judge(
  fileType: string,
  count: number,
  args: readonly { readonly name: string; readonly value: string }[],
): void {
  const kind = kindOf("download", fileType);
  if (kind === undefined) throw new Fault(9003, "FileType is none of Download's");
  if (count > transferLimits.wishArgsMax) {
    throw new Fault(9003, `At most ${transferLimits.wishArgsMax} arguments can go along`);
  }
  const long = args.find(({ name, value }) => [...name].length > 64 || [...value].length > 256);
  if (long !== undefined) throw new Fault(9003, "A name has at most 64 characters, a value at most 256");
  if (kind === "vendor") return;
  const stranger = args.find(({ name }) => kind !== "web" || name !== "Version");
  if (stranger !== undefined) throw new Fault(9003, `${fileType} has no argument ${stranger.name}`);
}
