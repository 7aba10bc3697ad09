/** Composition: `cwmpd dhcp discover`: one exchange of DHCPINFORM and DHCPACK, apart from the agent. TR-069 3.1. */
import { readAnswer } from "../../src/dhcp/answer.ts";
import { discoveryLimits } from "../../src/dhcp/limits.ts";
import { announces, readOffer } from "../../src/dhcp/offer.ts";
import { noteTaker } from "../../src/dhcp/options.ts";
import { Refused } from "../../src/errors.ts";
import { readSettings } from "../../src/settings.ts";
import { systemChance } from "../bun/chance.ts";
import { systemDhcp } from "../bun/dhcp.ts";
import { openConfig } from "../openwrt/config.ts";
import { systemExec } from "../openwrt/exec.ts";
import { openFacts } from "../openwrt/facts.ts";

/** @param on absent: the management interface
 * @throws Refused nothing can be sent, or nobody answers */
export async function discover(root: string, on: string | undefined) {
  const settings = readSettings(openConfig(root, () => {}).view(), "configuration");
  const name = on ?? settings.connectionRequest.interface;
  const dhcp = systemDhcp(openFacts(root, systemExec));
  const xid = Math.floor(systemChance.roll() * 4_294_967_295) + 1;
  const refused: string[] = [];
  try {
    return await new Promise<ReturnType<typeof told>>((resolve, reject) => {
      const heard = ({ bytes, own }: { readonly bytes: Uint8Array; readonly own: string }) => {
        const { notes, note } = noteTaker();
        const read = readAnswer(bytes, { xid, own, server: undefined }, note);
        if (typeof read === "string") refused.push(read);
        else resolve(told(read, notes, note));
      };
      const send = (sends: number, seconds: number) => {
        const wait = discoveryLimits.firstWaitSeconds * 2 ** (sends - 1);
        dhcp
          .inform({ interface: name, xid, seconds, option125: undefined }, heard)
          .then(() => {
            const again = () =>
              sends < 3 ? send(sends + 1, seconds + wait) : reject(silence(name, refused));
            setTimeout(again, wait * 1000);
          })
          .catch(reject);
      };
      send(1, 0);
    });
  } finally {
    dhcp.hangUp();
  }
}

const silence = (name: string, refused: readonly string[]) =>
  new Refused(
    refused.length === 0
      ? `No DHCP server has answered on ${name}. Does one serve this network?`
      : `No DHCP server has answered on ${name}; what came was ${[...new Set(refused)].join(", ")}.`,
  );

function told(
  bodies: Parameters<typeof readOffer>[0],
  notes: readonly string[],
  note: (text: string) => void,
) {
  const { acs, device, gateway } = readOffer(bodies, note);
  const in60 = bodies.get(60);
  return {
    url: acs.url,
    provisioningCode: acs.provisioningCode,
    announces: in60 === undefined ? null : announces(in60),
    device,
    gateway,
    notes,
  };
}
