/** Port: web content that the ACS has sent for the LAN page. TR-069 Table 30, "2 Web Content". */

export interface Content {
  /** A file below the directory of the content that is current, never one outside.
   * @param name with slashes between its parts
   * @param bytesMax a longer one is not there
   * @returns undefined: there is none */
  read(name: string, bytesMax: number): Uint8Array | undefined;
}
