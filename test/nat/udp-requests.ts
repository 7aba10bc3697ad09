/** UDP Connection Requests made without the product's own code. TR-069 G.2.2.3. */
import { createHmac } from "node:crypto";

export const username = "CPE57689";
export const password = "swordfish";
export const credentials = { username, password: new TextEncoder().encode(password) };

export interface Said {
  readonly ts?: string;
  readonly id?: string;
  readonly un?: string;
  readonly cn?: string;
  readonly sig?: string;
  readonly key?: string;
  readonly authority?: string;
}

export function query(said: Said = {}): string {
  const { ts = "1120673700", id = "1234", un = username, cn = "XTGRWIPC6D3IPXS3", key = password } = said;
  const sig =
    said.sig ??
    createHmac("sha1", key)
      .update(ts + id + un + cn)
      .digest("hex")
      .toUpperCase();
  return `ts=${ts}&id=${id}&un=${encodeURIComponent(un)}&cn=${encodeURIComponent(cn)}&sig=${sig}`;
}

export function request(said: Said = {}): string {
  const { authority = "10.1.1.1:8080" } = said;
  return `GET http://${authority}?${query(said)} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
}
