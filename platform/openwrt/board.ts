/** Port: the identity of the device: names, versions, serial number. */
import type { BoardFact } from "../../src/ports/facts.ts";
import type { Exec } from "./exec.ts";
import { factsLimits } from "./limits.ts";
import { asJson, assignments, asText, type Files } from "./read.ts";

/** The placeholders that vendors leave in DMI tables. */
const blank =
  /^(?:0*|none|default string|not specified|not applicable|to be filled by o\.?e\.?m\.?|system .*)$/i;

/** The first text that is not empty; bounded, since it is part of every Inform. */
function firstOf(...values: readonly (string | undefined)[]): string {
  return (
    values
      .find((value) => value !== undefined && !blank.test(value.trim()))
      ?.trim()
      .slice(0, 256) ?? ""
  );
}

const names = ["serial", "serialno", "serial#", "SN"];

/** The order: device tree, boot loader, DMI, MAC address of the label. */
export async function serialNumber(files: Files, exec: Exec): Promise<string> {
  const tree = firstOf(files.line("proc/device-tree/serial-number"));
  if (tree !== "") return tree;
  if (files.text("etc/fw_env.config") !== undefined)
    for (const name of names) {
      const said = firstOf(await ask(exec, ["fw_printenv", "-n", name]));
      if (said !== "") return said;
    }
  return firstOf(
    files.line("sys/class/dmi/id/product_serial"),
    labelMac(files).replaceAll(":", "").toUpperCase(),
  );
}

/** A serial number of another source would be kept for ever: a program that was too slow is asked again. */
async function ask(exec: Exec, argv: readonly string[]): Promise<string | undefined> {
  for (let left: number = factsLimits.serialTriesMax; left > 0; left--) {
    const result = await exec(argv, factsLimits.askMsMax);
    if (result.is === "done") return result.code === 0 ? result.stdout : undefined;
    if (result.why === "missing") return undefined;
  }
  return undefined;
}

/** The MAC address on the device's label: device tree alias, board.json, eth0; empty where none is known. */
function labelMac(files: Files): string {
  const alias = files.line("proc/device-tree/aliases/label-mac-device");
  const bytes = alias === "" ? undefined : files.bytes(`proc/device-tree/${alias}/mac-address`, 6);
  const tree = bytes?.length === 6 ? bytes.toString("hex").match(/../g)?.join(":") : "";
  const label = asText(asJson(files.json("etc/board.json").system).label_macaddr);
  const isMac = (text: string | undefined): text is string =>
    /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text ?? "");
  return [tree, label, files.line("sys/class/net/eth0/address")].find(isMac) ?? "";
}

/** First three octets of the label's address, unless somebody made that address up. */
function oui(files: Files): string {
  const mac = labelMac(files);
  const first = Number.parseInt(mac.slice(0, 2), 16);
  return mac === "" || (first & 3) !== 0 ? "" : mac.slice(0, 8).replaceAll(":", "").toUpperCase();
}

/** Answers every fact but the serial number, which is asked for once. */
export function boardOf(files: Files): (fact: Exclude<BoardFact, "serialNumber">) => string {
  const os = of(() => assignments(files.text("usr/lib/os-release") ?? files.text("etc/os-release")));
  const info = of(() => assignments(files.text("etc/device_info")));
  const release = of(() => assignments(files.text("etc/openwrt_release")));
  const model = of(() => asJson(files.json("etc/board.json").model));
  const dmi = (name: string): string => files.line(`sys/class/dmi/id/${name}`);
  const version = () =>
    [release().get("DISTRIB_RELEASE"), release().get("DISTRIB_REVISION")].join(" ").trim();
  const read = {
    manufacturer: () =>
      firstOf(os().get("OPENWRT_DEVICE_MANUFACTURER"), info().get("DEVICE_MANUFACTURER"), dmi("sys_vendor")),
    oui: () => oui(files),
    productClass: () =>
      firstOf(files.line("tmp/sysinfo/board_name"), asText(model().id), dmi("product_name")),
    modelName: () => firstOf(files.line("tmp/sysinfo/model"), asText(model().name), dmi("product_name")),
    description: () => firstOf(release().get("DISTRIB_DESCRIPTION"), os().get("PRETTY_NAME")),
    hardwareVersion: () =>
      firstOf(os().get("OPENWRT_DEVICE_REVISION"), info().get("DEVICE_REVISION"), dmi("product_version")),
    softwareVersion: () => firstOf(version(), os().get("OPENWRT_RELEASE"), os().get("VERSION_ID")),
    kernelVersion: () =>
      firstOf(files.line("proc/sys/kernel/osrelease"), files.line("proc/version").split(" ")[2]),
  };
  // These facts do not change before the next boot. A fact that could not be read is tried again.
  const known = new Map<string, string>();
  return (fact) => {
    const before = known.get(fact);
    if (before !== undefined) return before;
    const { gaps } = files;
    const said = read[fact]();
    // A file that could not be read would have had priority: the value of the next file may be wrong for the device.
    if (files.gaps !== gaps) return "";
    if (said !== "" || fact === "hardwareVersion") known.set(fact, said);
    return said;
  };

  /** Read once, and again until it could be. */
  function of<T>(look: () => T): () => T {
    let seen: { readonly value: T } | undefined;
    return () => {
      if (seen !== undefined) return seen.value;
      const { gaps } = files;
      const value = look();
      if (files.gaps === gaps) seen = { value };
      return value;
    };
  }
}
