/** Codec: messages to the bytes of their envelope, by the table of methods. TR-069 3.5, A.5. */
import { type Fault, type FaultCode, faultCodes } from "../errors.ts";
import type { SoapFaultCode } from "../soap/envelope.ts";
import type { CwmpVersion } from "../soap/names.ts";
import {
  closeEnvelope,
  escapeText,
  type Heading,
  openEnvelope,
  toBytes,
  writeFault,
} from "../soap/writer.ts";
import { type Args, type MethodName, methods, type Reply } from "./table.ts";
import type { Fields } from "./types.ts";
import { writeArguments } from "./write.ts";

export interface EncodeOptions extends Heading {
  readonly version: CwmpVersion;
}

function encodeMessage(
  name: string,
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
  options: EncodeOptions,
): Uint8Array {
  const out = [openEnvelope(options.version, options), `<cwmp:${name}>`];
  writeArguments(fields, values, out);
  out.push(`</cwmp:${name}>`, closeEnvelope);
  return toBytes(out);
}

export function encodeCall<M extends MethodName>(
  method: M,
  args: Args<M>,
  options: EncodeOptions,
): Uint8Array {
  return encodeMessage(method, methods[method].args, args, options);
}

/** @param options.id that of the call, if it had one (Table 4) */
export function encodeReply<M extends MethodName>(
  method: M,
  args: Reply<M>,
  options: EncodeOptions,
): Uint8Array {
  return encodeMessage(`${method}Response`, methods[method].reply, args, options);
}

/** FaultCode and FaultString, as a fault and its entries have them. */
function codeAndText(code: number, text: string): string {
  return `<FaultCode>${code}</FaultCode><FaultString>${escapeText(text)}</FaultString>`;
}

function encodeCwmpFault(source: string, inner: string, options: EncodeOptions): Uint8Array {
  const detail = `<detail><cwmp:Fault>${inner}</cwmp:Fault></detail>`;
  const fault = writeFault(source, "CWMP fault", detail);
  return toBytes([openEnvelope(options.version, options), fault, closeEnvelope]);
}

/** A fault of the CPE; faultcode as Table 65 has it. */
export function encodeFault(fault: Fault, options: EncodeOptions): Uint8Array {
  const entries = fault.parameters.map(
    ({ name, code, text }) =>
      `<SetParameterValuesFault><ParameterName>${escapeText(name)}</ParameterName>` +
      `${codeAndText(code, text)}</SetParameterValuesFault>`,
  );
  const inner = codeAndText(fault.code, fault.message) + entries.join("");
  return encodeCwmpFault(faultCodes[fault.code satisfies FaultCode].source, inner, options);
}

/** A fault of an ACS. Table 66: only 8003 is the client's. */
export function encodeAcsFault(code: number, text: string, options: EncodeOptions): Uint8Array {
  return encodeCwmpFault(code === 8003 ? "Client" : "Server", codeAndText(code, text), options);
}

const soapFaultTexts = {
  MustUnderstand: "A header that must be understood is not",
  VersionMismatch: "The envelope is not SOAP 1.1",
} as const satisfies Record<SoapFaultCode, string>;

/** A fault of SOAP itself; it has no detail (SOAP 1.1 4.4: none for a fault of a header). */
export function encodeSoapFault(code: SoapFaultCode, options: EncodeOptions, text?: string): Uint8Array {
  const fault = writeFault(`soap-env:${code}`, text ?? soapFaultTexts[code], "");
  return toBytes([openEnvelope(options.version, options), fault, closeEnvelope]);
}
