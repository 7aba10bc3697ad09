/** Table: the file types of Download, Upload and of lists that hold both. TR-069 Tables 30, 53, 59, A.3.3.3.
 *
 * Upload numbers its types from 1 again; lists and AutonomousTransferComplete number them together with Download's. */

/** The purpose of a file, without its number. `vendor` types are distinguished by their whole text. */
export type FileKind = "firmware" | "web" | "configuration" | "log" | "vendor";

const downloadTypes = {
  "1 Firmware Upgrade Image": "firmware",
  "2 Web Content": "web",
  "3 Vendor Configuration File": "configuration",
} as const satisfies Readonly<Record<string, FileKind>>;

const uploadTypes = {
  "1 Vendor Configuration File": "configuration",
  "2 Vendor Log File": "log",
} as const satisfies Readonly<Record<string, FileKind>>;

/** Table 59: the numbering that lists and AutonomousTransferComplete have. */
const combined: Readonly<Record<Exclude<FileKind, "vendor">, string>> = {
  firmware: "1 Firmware Upgrade Image",
  web: "2 Web Content",
  configuration: "3 Vendor Configuration File",
  log: "4 Vendor Log File",
};

/** `X <OUI> <identifier>`: six hexadecimal digits in capitals. Table 30. */
const vendorType = /^X [0-9A-F]{6} \S.*$/;

/** @returns undefined for a type that Annex A does not have in that direction */
export function kindOf(direction: "download" | "upload", fileType: string): FileKind | undefined {
  const types: Readonly<Record<string, FileKind>> = direction === "download" ? downloadTypes : uploadTypes;
  if (Object.hasOwn(types, fileType)) return types[fileType];
  return vendorType.test(fileType) ? "vendor" : undefined;
}

/** The type as lists of both directions name it (Table 59). */
export const listedType = (kind: FileKind, fileType: string): string =>
  kind === "vendor" ? fileType : combined[kind];
