/** Table: the parts of the package dhcp that are used; it brings no types. */

declare module "dhcp/lib/protocol.js" {
  const protocol: {
    /** @returns a buffer that is longer than the message, and the length of the message */
    format(message: Readonly<Record<string, unknown>>): { readonly _data: Uint8Array; readonly _w: number };
  };
  export default protocol;
}

declare module "dhcp/lib/options.js" {
  const options: { addOption(code: number, option: Readonly<Record<string, string>>): void };
  export default options;
}
