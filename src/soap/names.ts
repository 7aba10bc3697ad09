/** Table: the names that an envelope is made of: namespaces, versions, types. TR-069 3.5. */

export const namespaces = {
  envelope: "http://schemas.xmlsoap.org/soap/envelope/",
  encoding: "http://schemas.xmlsoap.org/soap/encoding/",
  /** The 2001 ones, and no other: 3.5. */
  schema: "http://www.w3.org/2001/XMLSchema",
  instance: "http://www.w3.org/2001/XMLSchema-instance",
  /** `cwmp-1-1` and so on follows. */
  cwmp: "urn:dslforum-org:",
} as const;

/** 3.5 writes the namespace once with a hyphen and once with a colon; the schema and every example have the hyphen. */
const versionIn = /^urn:dslforum-org:cwmp([-:])(\d{1,4})-(\d{1,4})$/;

/** @returns `cwmp-1-2` and whether it was written with a colon; undefined: not a CWMP namespace */
export function parseVersion(uri: string): { version: string; colon: boolean } | undefined {
  const found = versionIn.exec(uri);
  return found ? { version: `cwmp-${found[2]}-${found[3]}`, colon: found[1] === ":" } : undefined;
}

/** The versions that are spoken (3.7.2.1). */
export type CwmpVersion = "cwmp-1-0" | "cwmp-1-1";

/** The types that xsi:type may name for a value. A.2.1 Table 9. */
export type XsdType = "string" | "int" | "unsignedInt" | "boolean" | "dateTime" | "base64";
