/** Rule: the user name by which a device is known to every ACS. TR-069 3.4.4. */
import type { DeviceIdStruct } from "../rpc/messages.ts";

/** `OUI-ProductClass-SerialNumber`, or `OUI-SerialNumber` if and only if ProductClass is empty. */
export function deviceUsername({ OUI, ProductClass, SerialNumber }: DeviceIdStruct): string {
  const parts = ProductClass === "" ? [SerialNumber] : [ProductClass, SerialNumber];
  return [OUI, ...parts.map(escaped)].join("-");
}

/** Everything but letters, digits and underscore, byte by byte of its UTF-8 form (RFC 3986 2.1). */
const escaped = (text: string): string =>
  text.replace(/[^A-Za-z0-9_]/gu, (char) =>
    Array.from(
      new TextEncoder().encode(char),
      (b) => `%${b.toString(16).toUpperCase().padStart(2, "0")}`,
    ).join(""),
  );
