/** Table: the commands of a signed package. TR-069 E.4.1 Table 73. */

/** The form of the Value of each type, and its subject. */
export const commandTypes = {
  0: { name: "End", shape: "empty", is: "end" },
  1: { name: "Extract File", shape: "put", how: "extract", versioned: false },
  2: { name: "Extract Versioned File", shape: "put", how: "extract", versioned: true },
  3: { name: "Add File", shape: "put", how: "add", versioned: false },
  4: { name: "Add Versioned File", shape: "put", how: "add", versioned: true },
  5: { name: "Remove File", shape: "remove", how: "file" },
  6: { name: "Remove Versioned File", shape: "remove", how: "versioned" },
  7: { name: "Remove Sub-Tree", shape: "remove", how: "tree" },
  8: { name: "Move File", shape: "move", versioned: false },
  9: { name: "Move Versioned File", shape: "move", versioned: true },
  10: { name: "Version", shape: "text", of: "version" },
  11: { name: "Description", shape: "text", of: "description" },
  12: { name: "Recoverable Timeout", shape: "timeout", of: "recoverable" },
  13: { name: "Unrecoverable Timeout", shape: "timeout", of: "unrecoverable" },
  14: { name: "Initial Timeout", shape: "timeout", of: "initial" },
  15: { name: "Initial Activity Timeout", shape: "timeout", of: "activity" },
  16: { name: "Reboot", shape: "empty", is: "reboot" },
  17: { name: "Format File System", shape: "empty", is: "format" },
  18: { name: "Minimum Version", shape: "bound", of: "minimum" },
  19: { name: "Maximum Version", shape: "bound", of: "maximum" },
  20: { name: "Role", shape: "role" },
  21: { name: "Minimum Non-Volatile Storage", shape: "storage", of: "nonvolatile" },
  22: { name: "Minimum Volatile Storage Size", shape: "storage", of: "volatile" },
  25: { name: "Required Attributes", shape: "attributes" },
} as const;

export type CommandType = keyof typeof commandTypes;

export function isCommandType(type: number): type is CommandType {
  return Object.hasOwn(commandTypes, type);
}

/** The name of a command type for people, also of a type that has no meaning here. */
export function commandName(type: number): string {
  if (isCommandType(type)) return commandTypes[type].name;
  if (type === 23 || type === 24) return "Reserved";
  return type >= 1000 && type <= 9999 ? "Vendor-specific" : "Unknown";
}

/** Tables 74 to 82, decoded. A path is as in the package, octet for octet: it is judged later. */
export type Content =
  | { readonly is: "end" | "reboot" | "format" }
  | {
      readonly is: "put";
      readonly how: "extract" | "add";
      readonly versioned: boolean;
      readonly unsafe: boolean;
      readonly path: Uint8Array;
      readonly hashType: number;
      readonly hash: Uint8Array;
      /** Octets from the beginning of the payload. */
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly is: "remove";
      readonly how: "file" | "versioned" | "tree";
      readonly unsafe: boolean;
      readonly path: Uint8Array;
    }
  | {
      readonly is: "move";
      readonly versioned: boolean;
      readonly unsafe: boolean;
      readonly path: Uint8Array;
      readonly to: Uint8Array;
    }
  | { readonly is: "text"; readonly of: "version" | "description"; readonly text: string }
  | {
      readonly is: "timeout";
      readonly of: "recoverable" | "unrecoverable" | "initial" | "activity";
      /** 0 is without end. */
      readonly seconds: number;
    }
  | { readonly is: "bound"; readonly of: "minimum" | "maximum"; readonly version: readonly number[] }
  | { readonly is: "role"; readonly role: number; readonly more: Uint8Array }
  | { readonly is: "storage"; readonly of: "nonvolatile" | "volatile"; readonly bytes: number }
  | {
      readonly is: "attributes";
      readonly entity: number;
      readonly class: number;
      readonly values: readonly number[];
    }
  /** E.4: a type without a meaning here is passed over. */
  | { readonly is: "unknown"; readonly value: Uint8Array };

/** A command of the list. */
export interface Command {
  /** Place in the list, from 0. */
  readonly index: number;
  readonly type: number;
  readonly content: Content;
}

export type ContentOf<Is extends Content["is"]> = Extract<Content, { is: Is }>;
