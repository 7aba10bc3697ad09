/** Helper: envelopes as peers write them, with the parts that a test is about put in. */

const acsPrefixes =
  'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" ' +
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xmlns:cwmp="urn:dslforum-org:cwmp-1-1"';

/** @param body what stands in Body, prefix `cwmp`
 * @param header what stands in Header; "" for none */
export function envelope(body: string, header = ""): string {
  const head = header === "" ? "" : `<soap:Header>${header}</soap:Header>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope ${acsPrefixes}>` +
    `${head}<soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(message: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(message);
}

export const idHeader = '<cwmp:ID soap:mustUnderstand="1">7</cwmp:ID>';
