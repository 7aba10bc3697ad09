/** Helper: what the gateway does while its plug is pulled. */
import type { Call } from "../../e2e/writing.ts";
import { call } from "../../e2e/writing.ts";
import { extract, role, type Workshop } from "../../package/workshop.ts";
import { downloadArguments } from "../../transfer/arguments.ts";
import type { Ledger, TransferKind } from "./ledger.ts";
import type { Station } from "./station.ts";

export type Kind = "parameters" | "reboot" | TransferKind;

/** One order of the ACS, and what its answer promises. */
export interface Work {
  readonly kind: Kind;
  readonly call: Call;
  asked(): void;
  promised(): void;
}

export const names = [
  "InternetGatewayDevice.DeviceInfo.ProvisioningCode",
  "InternetGatewayDevice.Time.NTPServer1",
  "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress",
  "InternetGatewayDevice.ManagementServer.ParameterKey",
] as const;

/** Over three packages. */
const valuesOf = (turn: number) => [
  `P.${turn}`,
  `ntp${turn}.example`,
  `192.168.${turn % 250}.1`,
  `key ${turn}`,
];

function download(url: string, key: string, fileType: string): Call {
  return call.transfer("Download", downloadArguments({ CommandKey: key, FileType: fileType, URL: url }));
}

export interface Bench {
  readonly ledger: Ledger;
  readonly station: Station;
  readonly shop: Workshop;
}

/** @param turn makes it differ from all others */
export async function workOf(kind: Kind, turn: number, { ledger, station, shop }: Bench): Promise<Work> {
  const key = `${kind} ${turn}`;
  if (kind === "parameters") {
    const values = valuesOf(turn);
    const pairs = names.slice(0, 3).map((name, at) => [name, values[at]!] as const);
    return {
      kind,
      call: call.set(pairs, values[3]),
      asked: () => ledger.values.asked(values.join(", ")),
      promised: () => ledger.values.promised(values.join(", ")),
    };
  }
  if (kind === "reboot")
    return {
      kind,
      call: call.reboot(key),
      asked: () => ledger.rebootAsked(key),
      promised: () => ledger.rebootPromised(),
    };
  const transfer = (name: string, fileType: string, of: TransferKind): Work => ({
    kind,
    call: download(`${station.url}${name}`, key, fileType),
    asked: () => ledger.transferAsked(of, key),
    promised: () => ledger.transferPromised(),
  });
  if (kind !== "package") return transfer(kind, "1 Firmware Upgrade Image", kind);
  const commands = ["/one", "/two", "/deep/three"].map((path) => extract(path, treeOf(turn, 1)));
  const bytes = await shop.bytes({ commands: [role(3), ...commands], signers: ["signer"] });
  station.files.set(`package-${turn}`, bytes);
  return transfer(`package-${turn}`, "2 Web Content", kind);
}

/** What the files of a package hold. */
export const treeOf = (turn: number, files = 3): string => Array(files).fill(`${turn}`).join(" ");
