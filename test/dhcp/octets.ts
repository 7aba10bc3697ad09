/** DHCP messages written by hand, octet by octet, apart from the agent's own writer. RFC 2131 2. */

export const text = (from: string): Uint8Array => new TextEncoder().encode(from);

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

/** One instance of an option. */
export const option = (code: number, body: readonly number[]): number[] => [code, body.length, ...body];

/** One sub-option with a text. */
export const sub = (code: number, body: string): number[] => option(code, [...text(body)]);

/** Option 125: elements of the enterprises in their order. */
export const vendor = (
  ...elements: readonly (readonly [enterprise: number, body: readonly number[]])[]
): number[] =>
  elements.flatMap(([enterprise, body]) => [0, 0, enterprise >> 8, enterprise & 255, body.length, ...body]);

export interface Parts {
  readonly options: Uint8Array | readonly number[];
  readonly file?: Uint8Array | readonly number[];
  readonly sname?: Uint8Array | readonly number[];
  /** 1 a request, 2 a reply. */
  readonly op?: number;
  readonly xid?: number;
  readonly ciaddr?: readonly number[];
  readonly mac?: readonly number[];
}

export function message(parts: Parts): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(240);
  const view = new DataView(head.buffer);
  head.set([parts.op ?? 2, 1, 6, 0]);
  view.setUint32(4, parts.xid ?? 0x01020304);
  head.set(parts.ciaddr ?? [0, 0, 0, 0], 12);
  head.set(parts.mac ?? [2, 0, 0x5e, 0, 0, 1], 28);
  head.set(parts.sname ?? [], 44);
  head.set(parts.file ?? [], 108);
  head.set([0x63, 0x82, 0x53, 0x63], 236);
  return Uint8Array.of(...head, ...parts.options);
}
