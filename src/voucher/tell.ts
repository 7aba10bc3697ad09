/** Codec: vouchers and Options as the commands print them: JSON and lines for people. TR-069 C.3, A.4.1.4. */
import { unknownTime, writeDateTime } from "../datetime.ts";
import { escapeText } from "../terminal.ts";
import type { OptionSpec } from "./option.ts";
import type { OptionStruct } from "./struct.ts";

const stamp = (ms: number): string => writeDateTime({ is: "time", ms });

/** An Option of a voucher, with the names of Table 67; null: the voucher does not give the value. */
export const specJson = (spec: OptionSpec) => ({
  VSerialNum: spec.serial,
  DeviceId: {
    OUI: spec.device.oui,
    ProductClass: spec.device.productClass,
    SerialNumber: spec.device.serialNumber,
  },
  OptionIdent: spec.name,
  OptionDesc: spec.description,
  StartDate: spec.start === undefined ? null : stamp(spec.start),
  Duration: spec.duration?.count ?? null,
  DurationUnits: spec.duration?.units ?? null,
  Mode: spec.mode,
  Transferable: spec.transferable,
});

/** An Option of a voucher in one line, even if the text of the voucher is hostile. */
export function specText(spec: OptionSpec): string {
  const { oui, productClass, serialNumber } = spec.device;
  const device = [oui, productClass, serialNumber].map(escapeText).join(" ");
  const from = spec.start === undefined ? "" : `, from ${stamp(spec.start)}`;
  const lasts = spec.duration === undefined ? "" : `, for ${spec.duration.count} ${spec.duration.units}`;
  const what = spec.mode === "Disable" ? "disable" : "enable";
  return `${what} ${escapeText(spec.name)}${from}${lasts}${spec.transferable ? ", transferable" : ""}; serial number ${spec.serial}, for device ${device}`;
}

export function structText(option: OptionStruct): string {
  const on = (option.State & 1) !== 0;
  const dates = [
    option.StartDate === unknownTime ? "" : ` from ${option.StartDate}`,
    option.ExpirationDate === unknownTime ? "" : ` until ${option.ExpirationDate}`,
  ].join("");
  const how = on ? "enabled" : option.Mode === 0 ? "disabled" : "to be enabled";
  return `${escapeText(option.OptionName)}: ${how}${dates}${option.IsTransferable ? ", transferable" : ""}, VoucherSN ${option.VoucherSN}`;
}
